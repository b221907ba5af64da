-- Suspended and invalid registrations with what the villages need to look into them: when payment stopped, where the person lives, whether the same
-- insurance was paid for the year before, whether batch deduction is signed. An extract, not findings. A view. Grain: registration.
{% set last_year = (var('as_of') | string)[:4] | int - 1 %}
with registration as (
    select
        *,
        case status_code when '2' then 'suspended' else 'invalid' end as reason_code
    from {{ ref('int_person_registration') }}
    where status_code <> '1'
),

signed as (
    select fee_registration_no
    from {{ ref('int_person_agreement') }}
    where is_batch and is_in_force and fee_registration_no is not null
    group by fee_registration_no
),

stopped as (
    select
        registration.*,
        insurance.insurance_name,
        coalesce(paid.is_paid, false) as paid_last_year,
        signed.fee_registration_no is not null as is_batch_signed,
        case registration.stop_reason_code
            when '1' then '死亡'
            when '2' then '参军'
            when '3' then '迁出'
            when '4' then '编号合并'
            when '5' then '转职工'
            when '6' then '领取待遇'
            when '7' then '停保'
            when '8' then '重复参保'
            when '9' then '学生转市本级'
            when '0' then '撤销发送'
        end as stop_reason_name
    from registration
    left join {{ ref('int_person_year') }} as paid
        on registration.fee_registration_no = paid.fee_registration_no and paid.fee_year = '{{ last_year }}'
    left join signed on registration.fee_registration_no = signed.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on registration.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'A10.09', 'insured', alias='stopped',
        reason='stopped.reason_code',
        since='coalesce(stopped.payment_stopped_date, stopped.stopped_date)',
        evidence='人员编号{stopped.person_no}的{stopped.insurance_name|phrase}' ~ "{case stopped.reason_code when 'suspended' then '已停保' else '已无效' end || coalesce('（' || stopped.stop_reason_name || '）', '')|phrase}"
            ~ '，停止缴费时间{stopped.payment_stopped_date|date}，' ~ "{case when stopped.paid_last_year then '上一年度已缴' else '上一年度未缴' end || case when stopped.is_batch_signed then '，已签约批扣' else '，未签约批扣' end|phrase}" ~ '。',
    ) }},
    stopped.status_code,
    stopped.stop_reason_name,
    stopped.payment_stopped_date,
    stopped.village_code,
    who.address,
    stopped.paid_last_year,
    stopped.is_batch_signed,
    stopped.person_no,
    who.person_name,
    who.person_id_number,
    stopped.registered_date
from stopped
left join {{ ref('int_person_identity') }} as who on stopped.fee_registration_no = who.fee_registration_no
