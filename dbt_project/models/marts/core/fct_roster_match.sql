-- A second look at persons on cadres' rosters whom the module did not match: first the id number with the name, then name and day of birth, then name and
-- partial id number, then name and town where there is no usable id, last an id number under another name. One candidate is proposed, several are left to a
-- person, none says why; carried out by nobody. In plain joins, for the chunks that are asked for (var roster_chunks), or for all when the lines are few
-- enough to be done at once; the matching job keeps what was finished (docs/adr/0015). Grain: cadre_key × roster_person_no.
{%- set chunks = var('roster_chunks', '') %}
with open_lines as (

    select *
    from {{ ref('int_roster_open') }}
    {%- if chunks %}
    where chunk_code in ('{{ chunks.split(",") | join("', '") }}')
    {%- else %}
    where (select count(*) from {{ ref('int_roster_open') }}) <= {{ var('p1_3_2_at_once_lines', 200000) }}
    {%- endif %}

),

candidate as (

    select *
    from {{ ref('int_roster_candidate') }}
    where is_resident_medical and is_valid

),

-- Namesakes of the same place of origin whose id number is nearly that of the line.
namesake as (

    select
        open_lines.cadre_key,
        open_lines.roster_person_no,
        candidate.found_at,
        candidate.person_key,
        candidate.person_no,
        {{ partial_id_kind('open_lines.id_key', 'candidate.person_key') }} as partial_kind
    from open_lines
    inner join candidate on open_lines.person_name = candidate.person_name and open_lines.id_place = candidate.id_place

),

hits as (

    select
        open_lines.cadre_key,
        open_lines.roster_person_no,
        case when coalesce(open_lines.person_name = candidate.person_name, true) then 1 else 5 end as step,
        candidate.found_at,
        candidate.person_key,
        candidate.person_no,
        true as is_same_place,
        cast(null as string) as partial_kind
    from open_lines
    inner join candidate on open_lines.id_key = candidate.person_key
    union all
    select
        open_lines.cadre_key,
        open_lines.roster_person_no,
        2 as step,
        candidate.found_at,
        candidate.person_key,
        candidate.person_no,
        coalesce(open_lines.id_place = candidate.id_place, false) as is_same_place,
        cast(null as string) as partial_kind
    from open_lines
    inner join candidate on open_lines.person_name = candidate.person_name and open_lines.birth_text = candidate.birth_text
    union all
    select
        cadre_key,
        roster_person_no,
        3 as step,
        found_at,
        person_key,
        person_no,
        true as is_same_place,
        partial_kind
    from namesake
    where partial_kind is not null
    union all
    select
        open_lines.cadre_key,
        open_lines.roster_person_no,
        4 as step,
        candidate.found_at,
        candidate.person_key,
        candidate.person_no,
        true as is_same_place,
        cast(null as string) as partial_kind
    from open_lines
    inner join candidate on open_lines.person_name = candidate.person_name and open_lines.town_code = candidate.town_code
    where open_lines.birth_text is null

),

counted as (

    select
        cadre_key,
        roster_person_no,
        step,
        count(distinct person_key) as person_count,
        min(person_no) as person_no,
        max(found_at) as found_at,
        min(case when is_same_place then 1 else 0 end) = 1 as is_same_place,
        min(partial_kind) as partial_kind
    from hits
    group by cadre_key, roster_person_no, step

),

best as (

    select *
    from counted
    qualify row_number() over (partition by cadre_key, roster_person_no order by step) = 1

),

-- The id number is known, and yet nobody was found: stopped, or registered for another insurance.
known_ids as (

    select
        person_key,
        max(case when is_resident_medical then 1 else 0 end) = 1 as has_stopped
    from {{ ref('int_roster_candidate') }}
    where not (is_resident_medical and is_valid)
    group by person_key

)

select
    {{ key_of(['open_lines.cadre_key', 'open_lines.roster_person_no']) }} as roster_person_key,
    open_lines.cadre_key,
    open_lines.roster_person_no,
    open_lines.chunk_code,
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
    case best.step
        when 1 then 'id_number'
        when 2 then 'name_and_birth'
        when 3 then 'name_and_partial_id'
        when 4 then 'name_and_town'
        when 5 then 'id_number_only'
    end as method,
    case when best.person_count = 1 then best.person_no end as person_no,
    case when best.person_count = 1 then best.found_at end as found_at,
    cast(coalesce(best.person_count, 0) as integer) as candidate_count,
    cast(
        case
            when best.person_count > 1 then null
            when best.step = 1 then 1.00
            when best.step = 2 and best.is_same_place then 0.95
            when best.step = 2 then 0.85
            when best.step = 3 and best.partial_kind in ('one_digit', 'one_missing') then 0.80
            when best.step = 3 then 0.75
            when best.step = 4 then 0.70
            when best.step = 5 then 0.50
        end as decimal(3, 2)
    ) as confidence,
    case
        when best.person_count > 1 then 'several_candidates'
        when best.step is not null then null
        when open_lines.person_name is null and open_lines.id_key is null then 'no_name_no_id'
        when open_lines.id_key is null then 'no_id'
        when known_ids.has_stopped then 'stopped'
        when known_ids.person_key is not null then 'other_insurance'
        when open_lines.birth_text is null then 'id_malformed'
        else 'not_registered'
    end as reason_code
from open_lines
left join best on open_lines.cadre_key = best.cadre_key and open_lines.roster_person_no = best.roster_person_no
left join known_ids on open_lines.id_key = known_ids.person_key
