-- Bills that the support platform's check stopped and the system voided, each with the reason of the interception. Grain: bill.
with stopped as (
    select
        bill.*,
        unit.unit_name,
        checks.check_code,
        checks.reason as intercept_reason,
        checks.checked_at,
        checks.voided_at,
        checks.cause_code,
        case
            when checks.cause_code in (
                'institution_pension_rate', 'employee_pension_rate', 'annuity_not_split', 'maternity_included'
            ) then checks.cause_code
            when checks.cause_code is not null then 'other_check'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_bill') }} as bill
    inner join {{ ref('int_bill_check') }} as checks on bill.bill_key = checks.bill_key
    left join {{ ref('int_bill_write_off') }} as write_offs on bill.bill_key = write_offs.bill_key
    left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
    where
        bill.is_tax_voided
        and not bill.is_agency_voided
        and not bill.is_withdrawn
        -- what somebody wrote off was not voided by the check
        and write_offs.bill_key is null
)

select
    {{ finding_of(
        'A3.01', 'bill', alias='stopped',
        reason='stopped.reason_code',
        since='coalesce(stopped.voided_at, stopped.checked_at)',
        evidence='“{stopped.unit_name}”{stopped.period|month}的征集单（流水号{stopped.notice_serial}、批次{stopped.batch_no}、{stopped.amount|money}元）
            于{stopped.checked_at|date}校验不通过被系统拦截作废，拦截原因：{stopped.intercept_reason}；
            由{stopped.department_code|department}部门更正后以新单重新传递，原单撤销后解除。',
    ) }},
    stopped.unit_name,
    stopped.notice_serial,
    stopped.batch_no,
    stopped.check_code,
    stopped.intercept_reason,
    stopped.checked_at,
    stopped.voided_at
from stopped
