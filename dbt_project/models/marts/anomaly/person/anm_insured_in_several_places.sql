-- Residents who are insured at several agencies at once. Each of the person's registrations is named, with a suggestion which one is the true place: the
-- city level for a student on a present roster, else where the last payment was made; without any payment, or with the last ones on one day, the agency
-- has to ask. Persons are told apart by their id number: twins with like names are two. Grain: insured.
{% set term_days = var('b1_08_term_days', 240) %}
{% set is_place = "insurance_code in ('10210', '10212') and agency_state in ('valid', 'benefits') and person_key is not null" %}
with several as (
    select
        person_key,
        insurance_code
    from {{ ref('int_insured') }}
    where {{ is_place }}
    group by person_key, insurance_code
    having min(agency_code) <> max(agency_code)
),

place as (
    select insured.*
    from {{ ref('int_insured') }} as insured
    inner join several on insured.person_key = several.person_key and insured.insurance_code = several.insurance_code
    where insured.agency_state in ('valid', 'benefits')
),

candidate as (
    select *
    from place
    qualify row_number() over (
        partition by insured_key order by case when is_valid_at_tax then 0 else 1 end, fee_registration_no
    ) = 1
),

paid as (
    {{ person_paid_history('candidate') }}
),

weighed as (
    select
        candidate.*,
        agency.agency_name,
        coalesce(agency.level = 'city' and candidate.insurance_code = '10212' and student.person_no is not null, false) as is_student_place,
        paid.last_paid_date,
        paid.last_fee_year,
        coalesce(paid.paid_count, 0) as paid_count
    from candidate
    left join {{ ref('dim_agency') }} as agency on candidate.agency_code = agency.agency_code
    left join {{ ref('int_student') }} as student
        on
            case when candidate.department_code = 'NHSA' then candidate.person_no end = student.person_no
            and {{ days_between('student.term_start_date', as_of_date()) }} <= {{ term_days }}
    left join paid on candidate.insured_key = paid.insured_key
),

ranked as (
    select
        weighed.*,
        row_number() over (
            partition by person_key, insurance_code
            order by case when is_student_place then 0 else 1 end, last_paid_date desc nulls last, enrolled_date desc, insured_key
        ) as place_rank,
        row_number() over (partition by person_key, insurance_code, agency_code order by insured_key) as agency_rank,
        count(*) over (partition by person_key, insurance_code) as place_count,
        max(case when is_student_place then 1 else 0 end) over (partition by person_key, insurance_code) as has_student_place,
        max(last_paid_date) over (partition by person_key, insurance_code) as last_paid_anywhere
    from weighed
),

best as (
    select
        person_key,
        insurance_code,
        max(case when place_rank = 1 then person_no end) as best_person_no,
        max(case when place_rank = 1 then agency_code end) as best_agency_code,
        max(case when place_rank = 1 then agency_name end) as best_agency_name,
        count(case when last_paid_date = last_paid_anywhere then 1 end) as latest_count,
        {{ list_text("case when agency_rank = 1 then coalesce(agency_name, agency_code) end", '、', 'place_rank') }} as agency_names
    from ranked
    group by person_key, insurance_code
),

suggested as (
    select
        ranked.*,
        insurance.insurance_name,
        best.best_person_no,
        best.best_agency_code,
        best.best_agency_name,
        best.agency_names,
        case
            when ranked.has_student_place = 1 and ranked.place_rank = 1 then 'student_here'
            when ranked.has_student_place = 1 then 'student_elsewhere'
            when ranked.last_paid_anywhere is null or best.latest_count > 1 then 'not_decided'
            when ranked.place_rank = 1 then 'paid_here'
            else 'paid_elsewhere'
        end as reason_code
    from ranked
    inner join best on ranked.person_key = best.person_key and ranked.insurance_code = best.insurance_code
    inner join {{ ref('ref_person_insurance') }} as insurance on ranked.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'B1.06', 'insured', alias='suggested',
        reason='suggested.reason_code',
        since='greatest(suggested.enrolled_date, cast(suggested.created_at as date))',
        evidence='{suggested.insurance_name}人员编号{suggested.person_no}在{suggested.agency_name}有效参保，同一参保人同时在{suggested.agency_names}参保；'
            ~ "{case suggested.reason_code
                when 'student_here' then '该参保人为在册学生，应在本处（市本级）参保，建议保留'
                when 'student_elsewhere' then '该参保人为在册学生，应在' || suggested.best_agency_name || '参保，建议终止本处'
                when 'paid_here' then '最近一次缴费在本处（' || cast(suggested.last_paid_date as string) || '），建议保留'
                when 'paid_elsewhere' then '最近一次缴费在' || suggested.best_agency_name
                    || '（' || cast(suggested.last_paid_anywhere as string) || '），建议终止本处'
                else '各处缴费不能分出先后，须向参保人核实'
            end|phrase}" ~ '；医保（人社）确认实际参保地并终止其余户籍后解除。',
    ) }},
    suggested.source_system,
    suggested.person_no,
    suggested.fee_registration_no,
    suggested.insurance_name,
    suggested.agency_name,
    cast(suggested.place_count as integer) as place_count,
    suggested.enrolled_date,
    suggested.last_paid_date,
    suggested.last_fee_year,
    cast(suggested.paid_count as integer) as paid_count,
    case suggested.reason_code
        when 'student_here' then '保留'
        when 'paid_here' then '保留'
        when 'not_decided' then '待核实'
        else '终止'
    end as suggestion,
    case when suggested.reason_code <> 'not_decided' then suggested.best_person_no end as suggested_person_no,
    case when suggested.reason_code <> 'not_decided' then suggested.best_agency_code end as suggested_agency_code,
    cast(
        case
            when suggested.reason_code in ('student_here', 'student_elsewhere') then 0.95
            when suggested.reason_code = 'not_decided' then 0.50
            when {{ days_between('suggested.last_paid_anywhere', as_of_date()) }} <= 366 then 0.85
            else 0.70
        end as decimal(3, 2)
    ) as confidence,
    case when suggested.has_student_place = 1 then '学生名册' else '缴费记录' end as evidence_source
from suggested
