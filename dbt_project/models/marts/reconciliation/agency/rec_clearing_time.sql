-- How long clearing really took: working days from the first side's event to the second's, over all that cleared by as_of, by pair, measure and way of
-- payment. A group with fewer cases than the sample takes its pair's; a pair without any takes the agreed delay. Where a side can only answer at once or not
-- at all (declared, collected beyond the bill) nothing clears by waiting. Grain: pair × measure × channel; channel '*' is the whole pair.
with calendar as (
    select
        calendar_date,
        workday_index
    from {{ ref('ref_calendar') }}
),

{%- set spans = {
    'collection': ('last_collected_date', 'last_posted_date', 'collected_amount = agency_posted_amount and collected_amount <> 0', 'rec_collection_delay'),
    'settlement': ('last_settled_date', 'last_settlement_read_date', 'settled_amount = settlement_read_amount and settled_amount <> 0', 'rec_settlement_delay'),
    'bill': ('sent_at', 'support_received_at', 'has_tax and has_summary', 'rec_bill_delay'),
} %}

{#- What has no way of payment: pair, measure, whence, begin, finish, what cleared. -#}
{%- set chain_spans = [
    ('support_sharing', 'stage', 'int_bill', 'cast(pushed_at as date)', 'cast(shared_at as date)', 'has_tax'),
    ('sharing_front', 'stage', 'int_bill', 'cast(shared_at as date)', 'cast(front_received_at as date)', "front_state_code = '1'"),
    ('levy_tips', 'stage', 'int_recon_tips', 'tips_date', 'levy_date', "tax_state = 'success' and other_state = 'success' and tax_amount = other_amount"),
    (
        'annuity_bank', 'annuity', 'int_recon_annuity_ticket', 'least(confirmed_date, transfer_date)', 'greatest(confirmed_date, transfer_date)',
        'confirmed_amount = transferred_amount and confirmed_date is not null and transfer_date is not null',
    ),
    ('levy_clearing', 'annuity', 'int_recon_annuity_ticket', 'levy_debit_date', 'centre_date', 'levy_debit_amount = centre_amount'),
    ('clearing_bank', 'annuity', 'int_recon_annuity_ticket', 'centre_date', 'transfer_date', 'centre_amount = transferred_amount'),
    ('levy_treasury', 'day', 'int_recon_treasury_day', 'settled_date', 'coalesce(other_day, settled_date)', 'difference = 0 or other_day > settled_date'),
] %}

-- One row for each day on which something began and each on which it cleared: the calendar is joined to few rows.
span as (
    {%- for measure, (begin, finish, condition, delay) in spans.items() %}
    select
        'tax_' || lower(department_code) as pair,
        '{{ measure }}' as measure,
        coalesce(channel_code, '*') as channel_code,
        cast({{ begin }} as date) as begin_date,
        cast({{ finish }} as date) as finish_date,
        count(*) as case_count
    from {{ ref('int_bill') }}
    where {{ condition }} and {{ begin }} is not null and {{ finish }} is not null
    group by department_code, coalesce(channel_code, '*'), cast({{ begin }} as date), cast({{ finish }} as date)
    union all
    {%- endfor %}
    select
        'levy_settlement' as pair,
        'settlement' as measure,
        coalesce(channel_code, '*') as channel_code,
        remitted_date as begin_date,
        settled_date as finish_date,
        count(*) as case_count
    from {{ ref('int_ticket_item') }}
    where remitted_amount = settled_amount and remitted_date is not null and settled_date is not null
    group by coalesce(channel_code, '*'), remitted_date, settled_date
    {%- for pair, measure, model, begin, finish, condition in chain_spans %}
    union all
    select
        '{{ pair }}' as pair,
        '{{ measure }}' as measure,
        '*' as channel_code,
        {{ begin }} as begin_date,
        {{ finish }} as finish_date,
        count(*) as case_count
    from {{ ref(model) }}
    where ({{ condition }}) and {{ begin }} is not null and {{ finish }} is not null
    group by {{ begin }}, {{ finish }}
    {%- endfor %}
    {%- for kind, event in [('remittance', 'remitted_date'), ('settlement', 'settled_date')] %}
    union all
    select
        'person_{{ kind }}' as pair,
        'payment' as measure,
        '*' as channel_code,
        payment.{{ event }} as begin_date,
        cast(returned.returned_at as date) as finish_date,
        count(*) as case_count
    from {{ ref('int_recon_person_payment') }} as payment
    inner join {{ ref('int_recon_person_return') }} as returned on payment.payment_no = returned.payment_no
    where returned.return_kind = '{{ kind }}' and payment.{{ event }} is not null and payment.amount = returned.amount
    group by payment.{{ event }}, cast(returned.returned_at as date)
    {%- endfor %}
    union all
    select
        'person_posting' as pair,
        'payment' as measure,
        '*' as channel_code,
        payment.remitted_date as begin_date,
        cast(posting.fed_back_at as date) as finish_date,
        count(*) as case_count
    from {{ ref('int_recon_person_payment') }} as payment
    inner join {{ ref('int_recon_person_return') }} as returned on payment.payment_no = returned.payment_no
    inner join {{ ref('int_recon_person_posting') }} as posting
        on returned.department_code = posting.department_code and returned.return_no = posting.return_no
    where
        returned.return_kind = 'remittance'
        and payment.remitted_date is not null
        and posting.fed_back_at is not null
        and payment.amount = posting.amount
    group by payment.remitted_date, cast(posting.fed_back_at as date)
),

lasted as (
    select
        span.pair,
        span.measure,
        span.channel_code,
        greatest(finish_day.workday_index - begin_day.workday_index, 0) as workdays,
        sum(span.case_count) as case_count
    from span
    inner join calendar as begin_day on span.begin_date = begin_day.calendar_date
    inner join calendar as finish_day on span.finish_date = finish_day.calendar_date
    group by span.pair, span.measure, span.channel_code, greatest(finish_day.workday_index - begin_day.workday_index, 0)
),

both_levels as (
    select * from lasted where channel_code <> '*'
    union all
    select
        pair,
        measure,
        '*' as channel_code,
        workdays,
        sum(case_count) as case_count
    from lasted
    group by pair, measure, workdays
),

cumulated as (
    select
        pair,
        measure,
        channel_code,
        workdays,
        sum(case_count) over (partition by pair, measure, channel_code order by workdays) as case_count_up_to,
        sum(case_count) over (partition by pair, measure, channel_code) as case_count
    from both_levels
),

group_time as (
    select
        pair,
        measure,
        channel_code,
        max(case_count) as case_count,
        min(case when case_count_up_to >= 0.5 * case_count then workdays end) as median_workdays,
        min(case when case_count_up_to >= {{ var('rec_clearing_share') }} * case_count then workdays end) as expected_workdays,
        max(workdays) as longest_workdays
    from cumulated
    group by pair, measure, channel_code
)

select
    group_time.pair,
    group_time.measure,
    group_time.channel_code,
    cast(group_time.case_count as integer) as case_count,
    cast(group_time.median_workdays as integer) as median_workdays,
    cast(
        case
            when group_time.case_count >= {{ var('rec_clearing_sample') }} then group_time.expected_workdays else whole.expected_workdays
        end as integer
    ) as expected_workdays,
    cast(group_time.longest_workdays as integer) as longest_workdays
from group_time
inner join group_time as whole
    on group_time.pair = whole.pair and group_time.measure = whole.measure and whole.channel_code = '*'
