-- Whom an open line of a roster may mean: registrations at tax, and enrolments that an agency counts and tax does not, of persons who share an id number or
-- a name with an open line. What is matched again reads no more than this. Grain: candidate_key (found_at | registration or insured_key).
with open_names as (

    select person_name
    from {{ ref('int_roster_open') }}
    where person_name is not null
    group by person_name

),

open_ids as (

    select id_key
    from {{ ref('int_roster_open') }}
    where id_key is not null
    group by id_key

),

tax as (

    select
        registration.fee_registration_no as source_key,
        registration.person_key,
        registration.person_no,
        registration.town_code,
        {{ remove_blanks('identity.person_name') }} as person_name,
        registration.insurance_code = '10212' as is_resident_medical,
        registration.status_code = '1' as is_valid
    from {{ ref('int_person_registration') }} as registration
    inner join {{ ref('int_person_identity') }} as identity on registration.fee_registration_no = identity.fee_registration_no

),

at_tax as (

    select person_key
    from tax
    where is_resident_medical and is_valid
    group by person_key

),

agency as (

    select
        insured.insured_key as source_key,
        coalesce(person.person_key, insured.insured_key) as person_key,
        insured.person_no,
        insured.town_code,
        {{ remove_blanks('person.person_name') }} as person_name,
        true as is_resident_medical,
        true as is_valid
    from {{ ref('int_insured') }} as insured
    inner join {{ ref('int_agency_person') }} as person
        on
            insured.department_code = person.department_code
            and insured.source_system = person.source_system
            and insured.person_no = person.person_no
    left join at_tax on person.person_key = at_tax.person_key
    where
        insured.insurance_code = '10212'
        and insured.agency_state = 'valid'
        and not insured.is_valid_at_tax
        and at_tax.person_key is null
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1

),

both_sides as (

    select
        'tax' as found_at,
        tax.*
    from tax
    union all
    select
        'agency' as found_at,
        agency.*
    from agency

)

select
    {{ key_of(['both_sides.found_at', 'both_sides.source_key']) }} as candidate_key,
    both_sides.found_at,
    both_sides.person_key,
    both_sides.person_no,
    both_sides.town_code,
    nullif(both_sides.person_name, '') as person_name,
    case when length(both_sides.person_key) = 17 then substr(both_sides.person_key, 1, 6) end as id_place,
    case when length(both_sides.person_key) = 17 then substr(both_sides.person_key, 7, 8) end as birth_text,
    both_sides.is_resident_medical,
    both_sides.is_valid
from both_sides
left join open_names on both_sides.person_name = open_names.person_name
left join open_ids on both_sides.person_key = open_ids.id_key
where open_ids.id_key is not null or (open_names.person_name is not null and both_sides.is_resident_medical and both_sides.is_valid)
