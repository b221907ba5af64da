-- How ready the numbers of an old system are for its cut-over: the same person, changed, missing, somebody else, garbage; and whether the codes of town
-- and kind that they carry lead to new ones. Ready is a number that is no garbage, belongs to the same person and carries no code without a new one.
-- Grain: department_code × agency_code.
with numbers as (

    select
        legacy.department_code,
        coalesce(legacy.agency_code, 'UNKNOWN') as agency_code,
        case
            when legacy.match_state in ('matched', 'changed', 'occupied') then legacy.match_state
            when legacy.match_state in ('not_carried_over', 'target_missing') then 'missing'
            else 'garbage'
        end as match_class,
        coalesce(town.mapping_state in ('not_entered', 'not_mapped', 'target_unknown'), false)
        or coalesce(kind.mapping_state in ('not_entered', 'not_mapped', 'target_unknown'), false) as has_code_gap
    from {{ ref('int_legacy_match') }} as legacy
    left join {{ ref('int_code_mapping') }} as town on town.code_type = 'JDXZ' and legacy.old_town_code = town.old_code
    left join {{ ref('int_code_mapping') }} as kind on kind.code_type = 'RYLB' and legacy.old_person_kind_code = kind.old_code

),

counted as (

    select
        department_code,
        agency_code,
        cast(count(*) as bigint) as number_count,
        {%- for match_class in ['matched', 'changed', 'missing', 'occupied', 'garbage'] %}
        cast(sum(case when match_class = '{{ match_class }}' then 1 else 0 end) as bigint) as {{ match_class }}_count,
        {%- endfor %}
        cast(sum(case when match_class <> 'garbage' and has_code_gap then 1 else 0 end) as bigint) as code_gap_count,
        cast(sum(case when match_class in ('matched', 'changed') and not has_code_gap then 1 else 0 end) as bigint) as ready_count
    from numbers
    group by department_code, agency_code

)

select
    counted.department_code,
    counted.agency_code,
    agency.agency_name,
    counted.number_count,
    counted.matched_count,
    counted.changed_count,
    counted.missing_count,
    counted.occupied_count,
    counted.garbage_count,
    counted.code_gap_count,
    counted.ready_count,
    {{ ratio('counted.ready_count', '(counted.number_count - counted.garbage_count)') }} as ready_share
from counted
left join {{ ref('dim_agency') }} as agency on counted.agency_code = agency.agency_code
