-- A second look at persons on cadres' rosters whom the module did not match: first the id number, then name and day of birth, then name and town where
-- there is no usable id. One candidate is proposed, several are left to a person, none says why. Everything at once, in plain joins; carried out by nobody.
-- Grain: cadre_key × roster_person_no.
with open_lines as (

    select * from {{ ref('int_roster_open') }}

),

insured as (

    select
        registration.person_key,
        registration.person_no,
        registration.town_code,
        case when length(registration.person_key) = 17 then substr(registration.person_key, 1, 6) end as id_place,
        case when length(registration.person_key) = 17 then substr(registration.person_key, 7, 8) end as birth_text,
        {{ remove_blanks('identity.person_name') }} as person_name
    from {{ ref('int_person_registration') }} as registration
    inner join {{ ref('int_person_identity') }} as identity on registration.fee_registration_no = identity.fee_registration_no
    where registration.insurance_code = '10212' and registration.status_code = '1'

),

candidates as (

    select
        open_lines.cadre_key,
        open_lines.roster_person_no,
        1 as step,
        insured.person_key,
        insured.person_no,
        true as is_same_place
    from open_lines
    inner join insured on open_lines.id_key = insured.person_key
    union all
    select
        open_lines.cadre_key,
        open_lines.roster_person_no,
        2 as step,
        insured.person_key,
        insured.person_no,
        open_lines.id_place = insured.id_place as is_same_place
    from open_lines
    inner join insured on open_lines.person_name = insured.person_name and open_lines.birth_text = insured.birth_text
    union all
    select
        open_lines.cadre_key,
        open_lines.roster_person_no,
        3 as step,
        insured.person_key,
        insured.person_no,
        true as is_same_place
    from open_lines
    inner join insured on open_lines.person_name = insured.person_name and open_lines.town_code = insured.town_code
    where open_lines.birth_text is null

),

counted as (

    select
        cadre_key,
        roster_person_no,
        step,
        case when min(person_key) = max(person_key) then 1 else count(*) end as person_count,
        min(person_no) as person_no,
        min(case when is_same_place then 1 else 0 end) = 1 as is_same_place
    from candidates
    group by cadre_key, roster_person_no, step

),

best as (

    select
        cadre_key,
        roster_person_no,
        step,
        person_count,
        person_no,
        is_same_place
    from counted
    qualify row_number() over (partition by cadre_key, roster_person_no order by step) = 1

)

select
    {{ key_of(['open_lines.cadre_key', 'open_lines.roster_person_no']) }} as roster_person_key,
    open_lines.cadre_key,
    open_lines.roster_person_no,
    open_lines.import_no,
    open_lines.bureau_code,
    open_lines.town_code,
    open_lines.village_code,
    open_lines.match_code,
    case
        when best.step is null then 'unmatched'
        when best.person_count > 1 then 'ambiguous'
        else 'matched'
    end as match_state,
    case best.step when 1 then 'id_number' when 2 then 'name_and_birth' when 3 then 'name_and_town' end as method,
    case when best.person_count = 1 then best.person_no end as person_no,
    cast(coalesce(best.person_count, 0) as integer) as candidate_count,
    cast(
        case
            when best.person_count > 1 then null
            when best.step = 1 then 1.00
            when best.step = 2 and best.is_same_place then 0.95
            when best.step = 2 then 0.85
            when best.step = 3 then 0.70
        end as decimal(3, 2)
    ) as confidence,
    case
        when best.person_count > 1 then 'several_candidates'
        when best.step is not null then null
        when open_lines.person_name is null and open_lines.id_key is null then 'no_name_no_id'
        when open_lines.id_key is null then 'no_id'
        when open_lines.birth_text is null then 'id_malformed'
        else 'not_registered'
    end as reason_code
from open_lines
left join best on open_lines.cadre_key = best.cadre_key and open_lines.roster_person_no = best.roster_person_no
