-- The last roster that a student stands on, with the school and where it lies. Grain: person_no.
with latest as (

    select
        person_no,
        school_code,
        term_code,
        term_start_date
    from {{ ref('stg_nhsa_person__student') }}
    where person_no is not null and term_start_date <= {{ as_of_date() }}
    qualify row_number() over (partition by person_no order by term_start_date desc, term_code desc) = 1

)

select
    latest.person_no,
    latest.school_code,
    school.school_name,
    latest.term_code,
    latest.term_start_date,
    school.town_code as school_town_code,
    school.village_code as school_village_code
from latest
left join {{ ref('stg_nhsa_person__school') }} as school on latest.school_code = school.school_code
