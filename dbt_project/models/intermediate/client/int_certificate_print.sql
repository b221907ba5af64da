-- Tickets whose tax certificate could not be printed online, the last try having failed: printed at the counter before, printable data there or not.
-- Grain: ticket_no.
with prints as (

    select
        print_no,
        ticket_no,
        taxpayer_key,
        place_code,
        result_code,
        failure_code,
        failure_text,
        printed_at
    from {{ ref('stg_tax_client__print') }}
    where ticket_no is not null

),

last_online as (

    select *
    from prints
    where place_code is distinct from '1'
    qualify row_number() over (partition by ticket_no order by printed_at desc nulls last, print_no desc) = 1

),

refused as (

    select * from last_online
    where result_code = '2'

),

at_counter as (

    select
        prints.ticket_no,
        min(prints.printed_at) as printed_at
    from prints
    inner join refused on prints.ticket_no = refused.ticket_no
    where prints.place_code = '1' and coalesce(prints.result_code, '1') = '1' and prints.printed_at <= refused.printed_at
    group by prints.ticket_no

),

generated as (

    select
        ticket_no,
        min(case when coalesce(result_code, '1') = '1' then generated_at end) as generated_at,
        max(case when result_code = '2' then 1 else 0 end) = 1 as has_failed
    from {{ ref('stg_tax_client__printable') }}
    group by ticket_no

),

tickets as (

    select
        items.ticket_no,
        max(items.bill_key) as bill_key,
        {{ sum_amount('items.remitted_amount') }} as remitted_amount,
        max(items.remitted_date) as remitted_date
    from {{ ref('int_ticket_item') }} as items
    inner join refused on items.ticket_no = refused.ticket_no
    group by items.ticket_no

)

select
    refused.ticket_no,
    tickets.bill_key,
    refused.taxpayer_key,
    refused.printed_at as refused_at,
    refused.failure_code,
    refused.failure_text,
    at_counter.printed_at as counter_printed_at,
    generated.generated_at,
    coalesce(generated.has_failed, false) as has_generation_failed,
    tickets.remitted_amount,
    tickets.remitted_date
from refused
left join at_counter on refused.ticket_no = at_counter.ticket_no
left join generated on refused.ticket_no = generated.ticket_no
left join tickets on refused.ticket_no = tickets.ticket_no
