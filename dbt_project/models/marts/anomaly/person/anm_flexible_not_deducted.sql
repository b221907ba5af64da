-- Why somebody in flexible employment who signed for batch deduction was not deducted: the base is not set, the pre-processing is missing or not
-- activated, so no item is made; or an item of the to-deduct list was not sent, not answered or refused and still stands there instead of being voided.
-- Grain: registration where no item can be made, else item of the list.
{% set delay = var('b11_01_delay', 1) %}
with signed as (
    select
        fee_registration_no,
        min(signed_date) as signed_date,
        max(agreement_key) as agreement_key,
        max(case when is_verified then 1 else 0 end) as verified_mark
    from {{ ref('int_person_agreement') }}
    where is_batch and is_in_force and fee_registration_no is not null
    group by fee_registration_no
),

prepared as (
    select
        registration.*,
        signed.agreement_key,
        signed.signed_date,
        signed.verified_mark,
        setup.set_amount,
        case when coalesce(setup.set_amount, 0) > 0 then setup.amount_year end as amount_year,
        setup.set_date,
        setup.prepared_year,
        setup.prepared_date,
        setup.is_activated,
        {{ current_fee_year('registration.insurance_code') }} as fee_year
    from signed
    inner join {{ ref('int_person_registration') }} as registration on signed.fee_registration_no = registration.fee_registration_no
    inner join {{ ref('ref_person_insurance') }} as insurance on registration.insurance_code = insurance.insurance_code and insurance.is_flexible
    left join {{ ref('int_person_deduction_setup') }} as setup on signed.fee_registration_no = setup.fee_registration_no
    where registration.status_code = '1'
),

unready as (
    select
        prepared.*,
        case
            when prepared.verified_mark = 0 then 'agreement_not_verified'
            when coalesce(prepared.amount_year, '') < prepared.fee_year then 'amount_not_set'
            when coalesce(prepared.prepared_year, '') < prepared.fee_year then 'not_preprocessed'
            when not prepared.is_activated then 'preprocessing_inactive'
        end as reason_code,
        case
            when prepared.verified_mark = 0 then prepared.signed_date
            when coalesce(prepared.amount_year, '') < prepared.fee_year
                then greatest(prepared.signed_date, cast(prepared.fee_year || '-01-01' as date))
            when coalesce(prepared.prepared_year, '') < prepared.fee_year then greatest(prepared.signed_date, prepared.set_date)
            else greatest(prepared.signed_date, prepared.prepared_date)
        end as since
    from prepared
),

items as (
    select
        item.*,
        registration.insured_key,
        registration.department_code,
        registration.bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.village_code,
        registration.person_no,
        registration.status_code
    from {{ ref('int_person_batch_item') }} as item
    left join {{ ref('int_person_registration') }} as registration on item.fee_registration_no = registration.fee_registration_no
    where item.is_flexible and not item.is_voided and not item.is_success
),

paid as (
    select
        items.item_no,
        max(payment.remitted_date) as paid_date
    from items
    inner join {{ ref('int_person_payment') }} as payment
        on
            items.fee_registration_no = payment.fee_registration_no
            and items.period_end_date = payment.period_end_date
            and items.insurance_code = payment.insurance_code
    where payment.remitted_date is not null and not payment.is_special and payment.refunded_amount < payment.amount
    group by items.item_no
),

unsettled as (
    select
        items.*,
        paid.paid_date,
        case
            when items.status_code <> '1' then 'registration_stopped'
            when paid.paid_date is not null then 'paid_otherwise'
            when items.submitted_at is null then 'not_submitted'
            when not items.is_returned then 'no_answer'
            when items.reason_class = 'unknown' then 'not_decided'
            else items.reason_class
        end as reason_code,
        coalesce(items.returned_at, items.submitted_at, items.generated_at) as since
    from items
    left join paid on items.item_no = paid.item_no
),

found as (
    select
        'insured' as subject_type,
        insured_key as subject_key,
        fee_registration_no,
        department_code,
        bureau_code,
        agency_code,
        town_code,
        village_code,
        insurance_code,
        cast(null as string) as period,
        cast(null as decimal(18, 2)) as amount,
        agreement_key,
        person_no,
        reason_code,
        since,
        fee_year,
        amount_year,
        is_activated,
        cast(null as string) as deduction_batch_no,
        cast(null as timestamp) as generated_at,
        cast(null as timestamp) as submitted_at,
        cast(null as timestamp) as returned_at,
        cast(null as string) as return_code,
        cast(null as date) as paid_date
    from unready
    where reason_code is not null
    qualify row_number() over (partition by insured_key order by registered_date desc, fee_registration_no) = 1
    union all
    select
        'deduction' as subject_type,
        item_no as subject_key,
        fee_registration_no,
        department_code,
        coalesce(bureau_code, authority_code) as bureau_code,
        agency_code,
        town_code,
        village_code,
        insurance_code,
        {{ to_period('period_end_date') }} as period,
        amount,
        agreement_key,
        person_no,
        reason_code,
        cast(since as date) as since,
        fee_year,
        cast(null as string) as amount_year,
        cast(null as boolean) as is_activated,
        deduction_batch_no,
        generated_at,
        submitted_at,
        returned_at,
        return_code,
        paid_date
    from unsettled
),

bank as (
    select
        reason_class,
        min(reason_class_name) as reason_class_name
    from {{ ref('ref_bank_return_code') }}
    group by reason_class
),

late as (
    select
        found.*,
        insurance.insurance_name,
        case found.reason_code
            when 'registration_stopped' then '参保登记已停保或无效，清册仍未作废'
            when 'paid_otherwise' then '本期已于' || {{ date_text('found.paid_date') }} || '以其他方式缴纳，清册仍未作废'
            when 'agreement_not_verified' then '已签约批扣，协议未验证通过，不能扣款'
            when 'amount_not_set' then '已签约批扣，' || found.fee_year || '年度未设置缴费基数和应缴费额，不生成清册'
            when 'not_preprocessed' then '已签约批扣并设置应缴费额，' || found.fee_year || '年度未做预处理，不生成清册'
            when 'preprocessing_inactive' then found.fee_year || '年度预处理信息未激活，不生成清册'
            when 'not_submitted' then '已于' || {{ date_text('found.generated_at') }} || '生成清册，未提交银行'
            when 'no_answer' then '已于' || {{ date_text('found.submitted_at') }} || '提交银行，银行未返回'
            else
                '银行于' || {{ date_text('found.returned_at') }} || '退回（' || coalesce(bank.reason_class_name, '原因不明') || '，代码'
                || coalesce(found.return_code, '空') || '），清册仍未作废'
        end as reason_words,
        case
            when found.reason_code in ('registration_stopped', 'paid_otherwise') then '作废该清册'
            when found.reason_code = 'agreement_not_verified' then '重新验证或重新签约'
            when found.reason_code = 'amount_not_set' then '批量设置缴费基数和应缴费额'
            when found.reason_code in ('not_preprocessed', 'preprocessing_inactive') then '完成并激活预处理'
            when found.reason_code = 'not_submitted' then '提交银行或作废'
            when found.reason_code = 'no_answer' then '向银行查询结果后登记'
            else '作废该清册，处理原因后再参加下一轮'
        end as remedy_words
    from found
    left join {{ ref('ref_person_insurance') }} as insurance on found.insurance_code = insurance.insurance_code
    left join bank on found.reason_code = bank.reason_class
    where {{ past_delay('found.since', delay) }}
)

select
    {{ finding_of(
        'B11.1', 'deduction', alias='late',
        reason='late.reason_code',
        since='late.since',
        evidence='人员编号{late.person_no}的{late.insurance_name|phrase}未能批扣：{late.reason_words|phrase}；{late.remedy_words|phrase}后解除。',
        values={'subject_type': 'late.subject_type', 'subject_key': 'late.subject_key'},
    ) }},
    who.person_name,
    late.person_no,
    late.village_code,
    late.fee_year,
    late.amount_year,
    late.is_activated,
    late.deduction_batch_no,
    late.generated_at,
    late.submitted_at,
    late.returned_at,
    late.return_code,
    late.paid_date
from late
left join {{ ref('int_person_identity') }} as who on late.fee_registration_no = who.fee_registration_no
