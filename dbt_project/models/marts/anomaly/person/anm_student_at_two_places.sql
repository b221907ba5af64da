-- Students who are insured at city level, as those in the city's schools must be, and still at the place of before: that one is to be ended. A student is who
-- stands on a roster of the present term (by any number of the person), or, without any roster, whom NHSA calls a student. Who left school is none: two
-- places of such a person are B1.06. Grain: insured (the registration of before).
{% set term_days = var('b1_08_term_days', 240) %}
with doubled as (
    select insured.person_key
    from {{ ref('int_insured') }} as insured
    left join {{ ref('dim_agency') }} as agency on insured.agency_code = agency.agency_code
    where insured.insurance_code = '10212' and insured.agency_state = 'valid' and insured.person_key is not null
    group by insured.person_key
    having
        max(case when agency.level = 'city' then 1 else 0 end) = 1
        and min(case when agency.level = 'city' then 1 else 0 end) = 0
),

candidate as (
    select
        insured.*,
        agency.agency_name,
        coalesce(agency.level = 'city', false) as is_city_level
    from {{ ref('int_insured') }} as insured
    inner join doubled on insured.person_key = doubled.person_key
    left join {{ ref('dim_agency') }} as agency on insured.agency_code = agency.agency_code
    where insured.insurance_code = '10212' and insured.agency_state = 'valid'
    qualify row_number() over (
        partition by insured.insured_key order by case when insured.is_valid_at_tax then 0 else 1 end, insured.fee_registration_no
    ) = 1
),

-- the newest roster of the person, by any of the numbers
roster as (
    select
        candidate.person_key,
        student.term_code,
        student.term_start_date,
        student.school_name
    from candidate
    inner join {{ ref('int_student') }} as student on candidate.person_no = student.person_no
    qualify row_number() over (
        partition by candidate.person_key order by student.term_start_date desc, student.term_code desc, candidate.insured_key
    ) = 1
),

city as (
    select
        person_key,
        min(person_no) as city_person_no,
        min(agency_name) as city_agency_name,
        min(enrolled_date) as city_enrolled_date,
        max(created_at) as city_created_at,
        max(case when person_kind_code = '010' then 1 else 0 end) as is_student_kind
    from candidate
    where is_city_level
    group by person_key
),

paid as (
    {{ person_paid_history('candidate') }}
),

home as (
    select
        candidate.*,
        city.city_person_no,
        city.city_agency_name,
        city.city_enrolled_date,
        city.city_created_at,
        roster.school_name,
        roster.term_code,
        paid.last_paid_date,
        case when roster.person_key is not null then 'on_roster' else 'student_kind' end as reason_code
    from candidate
    inner join city on candidate.person_key = city.person_key
    left join roster on candidate.person_key = roster.person_key
    left join paid on candidate.insured_key = paid.insured_key
    where
        not candidate.is_city_level
        and case
            when roster.person_key is not null then {{ days_between('roster.term_start_date', as_of_date()) }} <= {{ term_days }}
            else city.is_student_kind = 1
        end
)

select
    {{ finding_of(
        'B1.08a', 'insured', alias='home',
        reason='home.reason_code',
        since='greatest(cast(home.city_created_at as date), cast(home.created_at as date))',
        evidence="城乡居民医疗人员编号{home.person_no}在{home.agency_name}有效参保（参保日期{home.enrolled_date|date}），该参保人为在校学生"
            ~ "{case when home.school_name is not null then '（' || home.school_name || '）' end|phrase}"
            ~ "，已在{home.city_agency_name}以编号{home.city_person_no}参保；学生应在市本级参保，由{home.agency_name}终止旧参保地的户籍后解除。",
    ) }},
    home.source_system,
    home.person_no,
    home.fee_registration_no,
    home.agency_name,
    home.enrolled_date,
    home.school_name,
    home.term_code,
    home.city_person_no,
    home.city_enrolled_date,
    home.last_paid_date,
    '终止' as suggestion,
    home.city_person_no as suggested_person_no,
    cast(case when home.reason_code = 'on_roster' then 0.95 else 0.70 end as decimal(3, 2)) as confidence,
    case when home.reason_code = 'on_roster' then '学生名册' else '医保人员类别' end as evidence_source
from home
