-- What a month's to-deduct lists held: bills of the batch deduction (批扣) and annuity of the collection (托收), each bill once a month, whatever the
-- number of its tries; it succeeded when any try did. Deductions that no list knows were sent without one and count as well.
-- Grain: list_code × bill_key × list_month.
with batch_tries as (

    select
        coalesce(items.deduction_no, deductions.deduction_no, items.batch_item_no) as try_no,
        coalesce(items.ticket_no, deductions.ticket_no) as ticket_no,
        coalesce(
            {{ key_of(['items.department_code', 'items.notice_serial', 'items.batch_no']) }},
            {{ key_of(['deductions.department_code', 'deductions.notice_serial', 'deductions.batch_no']) }}
        ) as bill_key,
        coalesce(items.generated_at, deductions.sent_at) as listed_at,
        coalesce(items.sent_at, deductions.sent_at) is not null as is_sent,
        coalesce(items.amount, deductions.amount) as amount,
        coalesce(items.state_code = '3', false) or coalesce(deductions.return_code = '{{ bank_success_code() }}', false) as is_success
    from {{ ref('stg_tax_bank__batch_item') }} as items
    full outer join (select * from {{ ref('stg_tax_levy__deduction') }} where deduction_type_code = '2') as deductions
        on items.deduction_no = deductions.deduction_no

),

tries as (

    select
        'batch' as list_code,
        bill_key,
        ticket_no,
        {{ to_period('listed_at') }} as list_month,
        is_sent,
        amount,
        is_success
    from batch_tries
    union all
    select
        'annuity' as list_code,
        {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key,
        ticket_no,
        {{ to_period('sent_at') }} as list_month,
        true as is_sent,
        amount,
        coalesce(state_code = '3', false) or coalesce(return_code = '{{ bank_success_code() }}', false) as is_success
    from {{ ref('stg_annuity__collection_item') }}
    where sent_at is not null

),

tickets as (

    select
        list_code,
        bill_key,
        list_month,
        coalesce(ticket_no, 'NONE') as ticket_no,
        max(case when is_sent then 1 else 0 end) as sent_mark,
        max(amount) as amount,
        max(case when is_success then 1 else 0 end) as success_mark
    from tries
    where bill_key is not null and list_month is not null
    group by list_code, bill_key, list_month, coalesce(ticket_no, 'NONE')

)

select
    list_code,
    bill_key,
    list_month,
    min(sent_mark) = 1 as is_sent,
    {{ sum_amount('amount') }} as amount,
    {{ sum_amount_if('amount', 'success_mark = 1') }} as success_amount,
    min(success_mark) = 1 as is_success
from tickets
group by list_code, bill_key, list_month
