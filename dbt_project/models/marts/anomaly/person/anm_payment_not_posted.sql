-- Payments of persons whose remittance tax has returned to the department, and which the department has not booked: the payer finds no payment there.
-- Grain: person_return (department|remittance|return_no).
{% set delay = var('b1_04_delay', 2) %}
with unposted as (
    select
        {{ key_of(['department_code', "'remittance'", 'return_no']) }} as person_return_key,
        department_code,
        bureau_code,
        agency_code,
        town_code,
        insurance_code,
        period,
        tax_amount as amount,
        payment_no,
        ticket_no,
        fee_registration_no,
        return_no,
        tax_date as remitted_date,
        returned_date,
        case when is_return_unread then 'unread' else 'read_not_posted' end as reason_code
    from {{ ref('int_recon_person') }}
    where pair = 'person_posting' and returned_date is not null and posted_date is null and other_state <> 'success'
)

select
    {{ finding_of(
        'B1.04', 'person_return', alias='unposted',
        reason='unposted.reason_code',
        since='unposted.returned_date',
        evidence="{insurance.insurance_name|text}缴费{unposted.amount|money}元（电子税票{unposted.ticket_no}）于{unposted.remitted_date|date}上解，税务于
            {unposted.returned_date|date}反给{unposted.department_code|department}，"
            ~ "{case unposted.reason_code when 'unread' then '部门未读取' else '部门已读取未登账' end|phrase}，缴费人查不到到账；"
            ~ '{unposted.department_code|department}处理该笔上解数据并登账后解除。',
    ) }},
    insurance.insurance_name,
    unposted.payment_no,
    unposted.ticket_no,
    unposted.fee_registration_no,
    unposted.return_no,
    unposted.remitted_date,
    unposted.returned_date
from unposted
left join {{ ref('ref_person_insurance') }} as insurance on unposted.insurance_code = insurance.insurance_code
where {{ past_delay('unposted.returned_date', delay) }}
