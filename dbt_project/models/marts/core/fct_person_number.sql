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

legacy as (

    select
        department_code,
        old_person_no,
        person_no,
        case when match_state = 'duplicate' then carried_old_person_no end as duplicate_of
    from {{ ref('int_legacy_match') }}
    where match_state in ('matched', 'changed', 'not_carried_over', 'duplicate')

),

old_numbers as (

    -- Only equalities stand in the join: with a condition on one side alone, DuckDB compares every row with every other.
    select
        legacy.department_code,
        legacy.old_person_no,
        coalesce(legacy.person_no, carried.person_no) as person_no
    from legacy
    left join {{ ref('int_legacy_match') }} as carried
        on
            legacy.department_code = carried.department_code
            and legacy.duplicate_of = carried.old_person_no

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
