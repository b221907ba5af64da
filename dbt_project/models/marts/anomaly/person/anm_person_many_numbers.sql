-- One id number with several valid person numbers in one insurance: risk of a double deduction. Each number is named; which of them has signed for batch
-- deduction and has paid stands beside it. The representative of a person is a valid registration whenever there is one, so only those who have a
-- valid registration beside it are looked at. Grain: registration (person number × insurance).
with asked as (
    select representative_no
    from {{ ref('int_person_registration') }}
    where status_code = '1' and representative_no <> fee_registration_no and insurance_code <> 'UNKNOWN'
    group by representative_no
),

numbers as (
    select registration.*
    from {{ ref('int_person_registration') }} as registration
    inner join asked on registration.representative_no = asked.representative_no
    where registration.status_code = '1'
),

signed as (
    select fee_registration_no
    from {{ ref('int_person_agreement') }}
    where is_batch and is_in_force and fee_registration_no is not null
    group by fee_registration_no
),

marked as (
    select
        numbers.*,
        signed.fee_registration_no is not null as is_signed,
        coalesce(paid.is_paid, false) as is_paid
    from numbers
    left join signed on numbers.fee_registration_no = signed.fee_registration_no
    left join {{ ref('int_person_year') }} as paid
        on numbers.fee_registration_no = paid.fee_registration_no and paid.fee_year = {{ current_fee_year('numbers.insurance_code') }}
),

persons as (
    select
        representative_no,
        count(*) as number_count,
        count(case when is_signed then 1 end) as signed_count,
        count(case when is_paid then 1 end) as paid_count,
        max(registered_date) as since,
        {{ list_text('person_no', '、', 'person_no') }} as all_numbers
    from marked
    group by representative_no
    having min(person_no) <> max(person_no)
),

found as (
    select
        marked.*,
        insurance.insurance_name,
        persons.number_count,
        persons.signed_count,
        persons.paid_count,
        persons.since,
        persons.all_numbers,
        case
            when persons.signed_count > 1 then 'several_signed'
            when persons.signed_count = 1 then 'one_signed'
            else 'none_signed'
        end as reason_code
    from marked
    inner join persons on marked.representative_no = persons.representative_no
    left join {{ ref('ref_person_insurance') }} as insurance on marked.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'A10.12', 'insured', alias='found',
        reason='found.reason_code',
        since='found.since',
        evidence='同一证件号码在{found.insurance_name|phrase}有{found.number_count}个有效人员编号（{found.all_numbers}），其中{found.signed_count}个已签约批扣、{found.paid_count}个本年度已缴；
            本编号{found.person_no}' ~ "{case when found.is_signed then '已签约批扣' else '未签约批扣' end || case when found.is_paid then '，本年度已缴' else '，本年度未缴' end|phrase}"
            ~ '；与部门核实后合并或终止不用的编号，只留一个有效编号后解除。',
    ) }},
    who.person_name,
    who.person_id_number,
    found.person_no,
    found.all_numbers,
    found.number_count,
    found.is_signed,
    found.is_paid,
    found.village_code,
    found.registered_date
from found
left join {{ ref('int_person_identity') }} as who on found.fee_registration_no = who.fee_registration_no
qualify row_number() over (partition by found.insured_key order by found.registered_date desc, found.fee_registration_no) = 1
