-- Persons on cadres' rosters whom the module did not match, with what a second look may use: the id number made comparable, the day of birth in it, the
-- name, the cadre's town; and the chunk in which the line is worked, which depends on nothing but the line's key. Grain: cadre_key × roster_person_no.
with lines as (

    select
        persons.cadre_key,
        persons.roster_person_no,
        persons.import_no,
        persons.match_code,
        {{ remove_blanks('persons.person_name') }} as person_name,
        {{ id_number_key('persons.id_number') }} as id_key,
        accounts.bureau_code,
        accounts.town_code,
        accounts.village_code
    from {{ ref('stg_tax_cadre__roster_person') }} as persons
    left join {{ ref('stg_tax_cadre__account') }} as accounts on persons.cadre_key = accounts.cadre_key
    where coalesce(persons.match_code, '0') <> '1'

)

select
    cadre_key,
    roster_person_no,
    -- Two hexadecimal digits: 256 chunks, the same on every engine.
    substr(md5({{ key_of(['cadre_key', 'roster_person_no']) }}), 1, 2) as chunk_code,
    import_no,
    coalesce(match_code, '0') as match_code,
    nullif(person_name, '') as person_name,
    id_key,
    case when {{ is_digits('id_key', 1, 6) }} then substr(id_key, 1, 6) end as id_place,
    case when length(id_key) = 17 and {{ holds_birth_date('id_key') }} then substr(id_key, 7, 8) end as birth_text,
    bureau_code,
    town_code,
    village_code
from lines
