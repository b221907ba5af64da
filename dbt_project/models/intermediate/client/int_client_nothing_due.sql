-- Bills of which the client does not know that they are paid: it refuses them as having nothing to declare (无可申报数据), or holds their payment for
-- open although the ticket is remitted. Grain: bill_key.
with told as (

    select
        bill_key,
        refused_at as told_at
    from {{ ref('int_client_declaration') }}
    where failure_text like '%无可申报%'

),

remitted as (

    select
        ticket_no,
        max(bill_key) as bill_key
    from {{ ref('int_ticket_item') }}
    where remitted_amount is not null
    group by ticket_no

),

payments as (

    select
        remitted.bill_key,
        payments.operated_at as told_at
    from {{ ref('stg_tax_client__payment') }} as payments
    inner join remitted on payments.ticket_no = remitted.ticket_no
    where payments.status_code = '0'

),

both_ways as (

    select
        bill_key,
        told_at
    from told
    union all
    select
        bill_key,
        told_at
    from payments

)

select
    bill_key,
    min(told_at) as told_at
from both_ways
where bill_key is not null
group by bill_key
