-- Registrations whose batch deductions failed several months running, up to the latest month in which the city's
-- banks answered. A month failed when it had answered items and none succeeded; a month without items breaks
-- the run. Grain: registration.
{% set months = var('a8_04_months', 3) %}
with answered as (
    select
        item.*,
        {{ period_index('item.batch_month') }} as month_index
    from {{ ref('int_batch_item') }} as item
    where item.is_returned and item.registration_key is not null
),

latest as (
    select max({{ period_index('batch_month') }}) as month_index
    from {{ ref('int_batch_item') }}
    where is_returned
),

failed_month as (
    select
        registration_key,
        month_index,
        min(batch_month) as batch_month,
        count(*) as attempts,
        min(returned_at) as first_returned_at
    from answered
    group by registration_key, month_index
    having count(case when is_success then 1 end) = 0
),

numbered as (
    select
        failed_month.*,
        row_number() over (partition by registration_key order by month_index desc) as place
    from failed_month
),

failed_run as (
    select
        numbered.registration_key,
        count(*) as failed_months,
        min(numbered.batch_month) as first_month,
        max(numbered.batch_month) as last_month,
        cast(sum(numbered.attempts) as integer) as attempts,
        min(numbered.first_returned_at) as failing_since
    from numbered
    cross join latest
    where numbered.month_index = latest.month_index - numbered.place + 1
    group by numbered.registration_key
    having count(*) >= {{ months | int }}
),

last_failure as (
    select
        answered.registration_key,
        answered.return_code,
        answered.return_text,
        answered.reason_class,
        answered.agreement_key,
        answered.returned_at
    from answered
    inner join failed_run on answered.registration_key = failed_run.registration_key
    qualify row_number() over (
        partition by answered.registration_key
        order by answered.returned_at desc, answered.batch_item_key desc
    ) = 1
),

last_amount as (
    select
        last_try.registration_key,
        sum(last_try.amount) as unpaid_amount
    from (
        select
            answered.registration_key,
            answered.amount
        from answered
        inner join failed_run
            on answered.registration_key = failed_run.registration_key and answered.batch_month = failed_run.last_month
        qualify row_number() over (
            partition by answered.registration_key, answered.bill_key, answered.ticket_no
            order by answered.returned_at desc, answered.batch_item_key desc
        ) = 1
    ) as last_try
    group by last_try.registration_key
)

select
    {{ finding_of(
        'A8.4', 'registration', alias='unit',
        reason='last_failure.reason_class',
        since='failed_run.failing_since',
        evidence='“{unit.unit_name}”（{unit.department_code|department}单位编号{unit.unit_no}）自{failed_run.first_month|month}起连续
            {failed_run.failed_months}个月批扣失败，最近一次于{last_failure.returned_at|date}由银行返回“{last_failure.return_text}”
            （{last_failure.return_code}）；核对三方协议账户与余额，批扣成功一次后解除。',
        values={'amount': 'last_amount.unpaid_amount', 'agreement_key': 'last_failure.agreement_key'},
    ) }},
    unit.unit_name,
    unit.unit_no,
    failed_run.failed_months,
    failed_run.first_month,
    failed_run.last_month,
    failed_run.attempts,
    last_failure.return_code,
    last_failure.return_text,
    last_failure.returned_at as last_returned_at
from failed_run
inner join {{ ref('int_registration') }} as unit on failed_run.registration_key = unit.registration_key
inner join last_failure on failed_run.registration_key = last_failure.registration_key
inner join last_amount on failed_run.registration_key = last_amount.registration_key
