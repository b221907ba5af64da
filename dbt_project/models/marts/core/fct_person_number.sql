-- Numbers that lead to a natural person: the departments' person numbers of today and those of the systems before. An old number that now belongs to
-- somebody else leads to nobody. Published as tokens only. Grain: number_text × number_kind × department_code × person_key × bureau_code.
with registrations as (

    select distinct
        department_code,
        person_no,
        person_key,
        bureau_code
    from {{ ref('fct_person_registration') }}
    where person_no is not null

),

old_numbers as (

    select
        legacy.department_code,
        legacy.old_person_no,
        coalesce(legacy.person_no, carried.person_no) as person_no
    from {{ ref('int_legacy_match') }} as legacy
    left join {{ ref('int_legacy_match') }} as carried
        on
            legacy.match_state = 'duplicate'
            and legacy.department_code = carried.department_code
            and legacy.carried_old_person_no = carried.old_person_no
    where legacy.match_state in ('matched', 'changed', 'not_carried_over', 'duplicate')

)

select
    {{ code_norm('person_no') }} as number_text,
    'current' as number_kind,
    department_code,
    person_key,
    bureau_code
from registrations
union
select
    {{ code_norm('old_numbers.old_person_no') }} as number_text,
    'old' as number_kind,
    registrations.department_code,
    registrations.person_key,
    registrations.bureau_code
from old_numbers
inner join registrations on old_numbers.department_code = registrations.department_code and old_numbers.person_no = registrations.person_no
