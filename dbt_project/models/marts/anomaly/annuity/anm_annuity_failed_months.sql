-- Registrations whose annuity collections failed several months running, up to the latest month in which the bank answered any
-- collection. A month failed when it had answered items and none succeeded; a month without items breaks the run.
-- Grain: registration.
{% set months = var('a8_08_months', 3) %}
{% set idle_breaks = var('a8_08_idle_breaks', 1) %}
with {{ failed_months(
    ref('int_annuity_debit'), 'annuity_debit_key', 'debit_month', months, idle_breaks | int == 1,
    which="way_code = '2'", details=['annuity_agreement_key', 'failure_reason', 'follow_up']
) }}

select
    {{ finding_of(
        'A8.8', 'registration', alias='unit',
        reason='last_failure.reason_class',
        since='failed_run.failing_since',
        evidence='“{unit.unit_name}”（单位编号{unit.unit_no}）自{failed_run.first_month|month}起连续{failed_run.failed_months}个月职业年金托收失败，
            最近一次于{last_failure.returned_at|date}由银行返回“{last_failure.return_text}”（{last_failure.return_code}）；
            核对年金协议账户与余额，托收成功一次后解除。',
        values={'amount': 'last_amount.unpaid_amount', 'insurance_code': "'ZYNJ'"},
    ) }},
    unit.unit_name,
    unit.unit_no,
    last_failure.annuity_agreement_key,
    failed_run.failed_months,
    failed_run.first_month,
    failed_run.last_month,
    failed_run.attempts,
    last_failure.return_code,
    last_failure.return_text,
    last_failure.returned_at as last_returned_at,
    last_failure.failure_reason,
    last_failure.follow_up
from failed_run
inner join {{ ref('int_registration') }} as unit on failed_run.registration_key = unit.registration_key
inner join last_failure on failed_run.registration_key = last_failure.registration_key
inner join last_amount on failed_run.registration_key = last_amount.registration_key
