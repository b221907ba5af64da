-- Units that signed for collection (托收) and are not in this month's collection list, with the reason why no list was made: tied anew
-- and not verified again, verification failed, the account changed or the agreement newly signed and not verified. A bill that was
-- declared this month and still is in no list though the agreement is in order has no known reason. Grain: registration.
{% set delay = var('a8_06_delay', 1) %}
with listed as (
    select registration_key
    from {{ ref('int_annuity_debit') }}
    where way_code = '2' and {{ to_period('generated_at') }} = {{ as_of_period() }} and registration_key is not null
    group by registration_key
),

-- a bill that was in a list once has its reason in the bank's answer
tried as (
    select bill_key
    from {{ ref('int_annuity_debit') }}
    where bill_key is not null
    group by bill_key
),

declared as (
    select
        bill.registration_key,
        min(bill.declared_at) as declared_at,
        {{ sum_amount('bill.amount - bill.collected_amount') }} as unpaid_amount,
        count(*) as bill_count
    from {{ ref('int_bill') }} as bill
    inner join (
        select bill_key from {{ ref('int_bill_item') }}
        where insurance_code = 'ZYNJ' and declared_amount > 0
    ) as annuity on bill.bill_key = annuity.bill_key
    left join tried on bill.bill_key = tried.bill_key
    where
        bill.is_valid
        and tried.bill_key is null
        and bill.collected_amount < bill.amount
        and {{ to_period('bill.declared_at') }} = {{ as_of_period() }}
        and {{ past_delay('bill.declared_at', delay) }}
    group by bill.registration_key
),

agreement as (
    select *
    from {{ ref('int_annuity_agreement') }}
    where is_valid and way_code = '2' and registration_key is not null
    qualify row_number() over (
        partition by registration_key
        order by signed_date desc, annuity_agreement_key desc
    ) = 1
),

missing as (
    select
        agreement.*,
        declared.unpaid_amount,
        declared.bill_count,
        declared.declared_at,
        case
            when agreement.verification = 'tied_anew' then 'association_changed'
            when agreement.verification = 'failed' then 'verification_failed'
            when agreement.verification = 'never' then 'not_verified'
            when agreement.verification = 'changed' then 'changed_not_verified'
            when declared.registration_key is not null then 'not_decided'
        end as reason_code
    from agreement
    left join listed on agreement.registration_key = listed.registration_key
    left join declared on agreement.registration_key = declared.registration_key
    where listed.registration_key is null
)

select
    {{ finding_of(
        'A8.6', 'registration', alias='unit',
        reason='missing.reason_code',
        since="case missing.reason_code when 'association_changed' then coalesce(missing.association_changed_at, missing.signed_date) when 'verification_failed' then coalesce(missing.answered_at, missing.changed_at, missing.signed_date) when 'changed_not_verified' then missing.changed_at when 'not_verified' then missing.signed_date else missing.declared_at end",
        evidence='“{unit.unit_name}”（单位编号{unit.unit_no}）已签约职业年金托收（协议序号{missing.annuity_agreement_key}），本月未生成托收清册：'
            ~ "{case missing.reason_code when 'association_changed' then '户籍关联关系已变更，协议未重新验证' when 'verification_failed' then '协议验证失败，银行返回“' || coalesce(missing.return_text, '') || '”' when 'not_verified' then '新签协议尚未验证' when 'changed_not_verified' then '协议变更后尚未重新验证' else '协议正常、征集单已申报，原因待查' end|phrase}"
            ~ '；验证通过并生成托收清册后解除。',
        values={'amount': 'missing.unpaid_amount', 'insurance_code': "'ZYNJ'"},
    ) }},
    unit.unit_name,
    unit.unit_no,
    missing.annuity_agreement_key,
    missing.signed_date,
    missing.verification,
    missing.changed_at,
    missing.association_changed_at,
    missing.passed_at,
    missing.answered_at,
    missing.return_code,
    missing.return_text,
    missing.bill_count,
    missing.unpaid_amount
from missing
inner join {{ ref('int_registration') }} as unit on missing.registration_key = unit.registration_key
where missing.reason_code is not null
