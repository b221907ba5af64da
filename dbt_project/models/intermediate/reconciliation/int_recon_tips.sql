-- What the collection subsystem holds of each ticket's debits (real-time, batch, at the bank; cash by its summary's ticket) and what TIPS holds of it.
-- Grain: ticket_no. A view.
{{ config(materialized='view') }}

with levy_debit as (

    select
        ticket_no,
        case when return_code = '{{ bank_success_code() }}' then amount end as success_amount,
        returned_at,
        sent_at
    from {{ ref('stg_tax_levy__deduction') }}
    where deduction_type_code in ('1', '2', '3') and ticket_no is not null
    union all
    select
        summary_ticket_no as ticket_no,
        remitted_amount as success_amount,
        remitted_at as returned_at,
        summed_at as sent_at
    from {{ ref('stg_tax_bank__cash_summary') }}
    where summary_ticket_no is not null

),

levy as (

    select
        ticket_no,
        case when count(success_amount) > 0 then 'success' else 'failed' end as state,
        coalesce({{ sum_amount('success_amount') }}, 0) as amount,
        count(success_amount) as success_count,
        cast(max(coalesce(returned_at, sent_at)) as date) as levy_date
    from levy_debit
    group by ticket_no

),

tips as (

    select
        ticket_no,
        case when count(case when state_code = '1' then 1 end) > 0 then 'success' else 'failed' end as state,
        {{ sum_amount_if('amount', "state_code = '1'") }} as amount,
        count(case when state_code = '1' then 1 end) as tips_success_count,
        count(case when state_code = '9' then 1 end) as tips_reversed_count,
        cast(max(coalesce(bank_done_at, returned_at, sent_at)) as date) as tips_date
    from {{ ref('stg_tax_bank__tips_result') }}
    where ticket_no is not null
    group by ticket_no

)

{{ rec_pair('levy', 'tips', ['ticket_no'], ['success_count', 'levy_date'], ['tips_success_count', 'tips_reversed_count', 'tips_date']) }}
