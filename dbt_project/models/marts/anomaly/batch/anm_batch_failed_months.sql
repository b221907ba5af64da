-- Registrations whose batch deductions failed several months running, up to the latest month in which the city's
-- banks answered. A month failed when it had answered items and none succeeded; a month without items breaks
-- the run. Grain: registration.
{% set months = var('a8_04_months', 3) %}
{% set idle_breaks = var('a8_04_idle_breaks', 1) %}
with {{ failed_months(
    ref('int_batch_item'), 'batch_item_key', 'batch_month', months, idle_breaks | int == 1, details=['agreement_key']
) }}

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
