-- Residents in a to-deduct list that is not sent yet and that should not be deducted or cannot be: the registration is not valid, the year is paid
-- already (under any number of the person), or there is no valid agreement with the bank. The three together decide, in this order; a person whose
-- payment was refunded in full has not paid. Grain: registration (person number × insurance).
with waiting as (
    select
        item.item_no,
        item.deduction_batch_no,
        item.agreement_key,
        item.fee_year,
        item.amount,
        item.generated_at,
        item.period_end_date,
        registration.insured_key,
        registration.fee_registration_no,
        registration.representative_no,
        registration.department_code,
        registration.bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.village_code,
        registration.insurance_code,
        registration.person_no,
        registration.status_code,
        registration.stopped_date
    from {{ ref('int_person_batch_item') }} as item
    inner join {{ ref('int_person_registration') }} as registration on item.fee_registration_no = registration.fee_registration_no
    where item.submitted_at is null and not item.is_voided and not item.is_returned and registration.is_resident
    qualify row_number() over (partition by registration.insured_key order by item.generated_at desc, item.item_no) = 1
),

paid as (
    select
        waiting.insured_key,
        max(paid_year.last_paid_date) as last_paid_date,
        {{ sum_amount('paid_year.paid_amount - paid_year.refunded_amount') }} as paid_amount,
        max(case when other.fee_registration_no <> waiting.fee_registration_no then other.person_no end) as other_person_no
    from waiting
    inner join {{ ref('int_person_registration') }} as other on waiting.representative_no = other.representative_no
    inner join {{ ref('int_person_year') }} as paid_year
        on other.fee_registration_no = paid_year.fee_registration_no and waiting.fee_year = paid_year.fee_year
    where paid_year.is_paid
    group by waiting.insured_key
),

signed as (
    select
        waiting.insured_key,
        max(case when agreement.is_batch and agreement.is_in_force and agreement.is_verified then 1 else 0 end) as usable_mark,
        max(case when agreement.is_in_force and agreement.is_batch then 1 else 0 end) as in_force_mark
    from waiting
    inner join {{ ref('int_person_agreement') }} as agreement on waiting.fee_registration_no = agreement.fee_registration_no
    where coalesce(agreement.agreement_type_code, '2') = '2'
    group by waiting.insured_key
),

checked as (
    select
        waiting.*,
        insurance.insurance_name,
        paid.last_paid_date,
        paid.paid_amount,
        paid.other_person_no,
        coalesce(signed.usable_mark, 0) = 1 as has_valid_agreement,
        case waiting.status_code when '2' then '参保登记已停保' else '参保登记已无效' end as status_name,
        case when paid.other_person_no is not null then '（含该人其他编号）' end as other_words,
        case
            when waiting.status_code <> '1' then 'registration_invalid'
            when paid.insured_key is not null then 'already_paid'
            when signed.insured_key is null then 'agreement_missing'
            when signed.in_force_mark = 0 then 'agreement_ended'
            when signed.usable_mark = 0 then 'agreement_not_verified'
        end as reason_code
    from waiting
    left join paid on waiting.insured_key = paid.insured_key
    left join signed on waiting.insured_key = signed.insured_key
    left join {{ ref('ref_person_insurance') }} as insurance on waiting.insurance_code = insurance.insurance_code
),

found as (
    select
        checked.*,
        case checked.reason_code
            when 'registration_invalid' then concat_ws('', checked.status_name, '（' || {{ date_text('checked.stopped_date') }} || '）', '，扣款即为错扣')
            when 'already_paid'
                then concat_ws(
                    '', '本年度已于', {{ date_text('checked.last_paid_date') }}, '缴纳', {{ amount_text('checked.paid_amount') }},
                    checked.other_words, '，再扣即为多扣'
                )
            when 'agreement_missing' then '没有与银行签订的两方批扣协议，扣款会失败'
            when 'agreement_ended' then '两方批扣协议已终止，扣款会失败'
            when 'agreement_not_verified' then '两方批扣协议未验证通过，扣款会失败'
        end as reason_words
    from checked
    where checked.reason_code is not null
)

select
    {{ finding_of(
        'B11.2', 'insured', alias='found',
        reason='found.reason_code',
        since='found.generated_at',
        evidence='人员编号{found.person_no}的{found.insurance_name|phrase}{found.fee_year}年度{found.amount|money}元已于{found.generated_at|date}列入待批扣清册（批次{found.deduction_batch_no}）：
            {found.reason_words|phrase}；批扣前作废该清册，或更正登记、协议后解除。',
        values={'amount': 'found.amount', 'period': to_period('found.period_end_date'), 'agreement_key': 'found.agreement_key'},
    ) }},
    who.person_name,
    who.person_id_number,
    found.person_no,
    found.village_code,
    found.item_no,
    found.deduction_batch_no,
    found.fee_year,
    found.status_code,
    found.last_paid_date is not null as is_paid,
    found.last_paid_date,
    found.has_valid_agreement,
    found.generated_at
from found
left join {{ ref('int_person_identity') }} as who on found.fee_registration_no = who.fee_registration_no
