-- One id number with several agreements for batch deduction in force in one insurance: risk of a double deduction. Each agreement is named.
-- Agreements of stopped registrations deduct nothing and do not count. Grain: agreement.
with agreed as (
    select
        agreement.*,
        count(*) over (partition by agreement.person_key, agreement.insurance_code) as agreement_count,
        min(agreement.fee_registration_no) over (partition by agreement.person_key, agreement.insurance_code) as first_registration_no,
        max(agreement.fee_registration_no) over (partition by agreement.person_key, agreement.insurance_code) as last_registration_no,
        min(agreement.signed_date) over (partition by agreement.person_key, agreement.insurance_code) as first_signed_date
    from {{ ref('int_person_agreement') }} as agreement
    where agreement.is_batch and agreement.is_in_force and agreement.is_registration_valid
    qualify count(*) over (partition by agreement.person_key, agreement.insurance_code) > 1
),

second_signing as (
    select
        person_key,
        insurance_code,
        min(signed_date) as second_signed_date
    from (
        select
            person_key,
            insurance_code,
            signed_date
        from agreed
        qualify row_number() over (partition by person_key, insurance_code order by signed_date, agreement_key) = 2
    ) as numbered
    group by person_key, insurance_code
),

found as (
    select
        agreed.agreement_key as person_agreement_key,
        agreed.agreement_key,
        agreed.fee_registration_no,
        agreed.department_code,
        agreed.insurance_code,
        agreed.person_no,
        agreed.agreement_type_code,
        agreed.bank_code,
        agreed.is_verified,
        agreed.signed_date,
        agreed.agreement_count,
        second_signing.second_signed_date,
        coalesce(registration.bureau_code, agreed.authority_code) as bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.village_code,
        insurance.insurance_name,
        case
            when agreed.first_registration_no <> agreed.last_registration_no then 'under_several_numbers'
            else 'under_one_number'
        end as reason_code
    from agreed
    inner join second_signing on agreed.person_key = second_signing.person_key and agreed.insurance_code = second_signing.insurance_code
    left join {{ ref('int_person_registration') }} as registration on agreed.fee_registration_no = registration.fee_registration_no
    left join {{ ref('ref_person_insurance') }} as insurance on agreed.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'A10.13', 'person_agreement', alias='found',
        reason='found.reason_code',
        since='found.second_signed_date',
        evidence='同一证件号码的{found.insurance_name|phrase}有{found.agreement_count}条有效批扣协议' ~ "{case found.reason_code when 'under_several_numbers' then '，分属不同人员编号' else '，同属一个人员编号' end|phrase}"
            ~ '；本协议{found.person_agreement_key}（人员编号{found.person_no}，{found.signed_date|date}签约）' ~ "{case when found.is_verified then '验证通过' else '未验证通过' end|phrase}"
            ~ '；与缴费人核实后核销不用的协议，只留一条后解除。',
    ) }},
    who.person_name,
    who.person_id_number,
    found.person_no,
    found.agreement_type_code,
    found.bank_code,
    found.is_verified,
    found.signed_date,
    found.agreement_count,
    found.village_code
from found
left join {{ ref('int_person_identity') }} as who on found.fee_registration_no = who.fee_registration_no
