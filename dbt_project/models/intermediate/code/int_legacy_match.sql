-- Numbers of the old pension and the old medical system beside what the new ones made of them: the same person, changed, another person, or nobody,
-- and for those that nobody carried over what kind of row it is. No name and no id number is carried. Grain: department_code × old_person_no.
with
{%- set departments = {'HRSS': 'hrss', 'NHSA': 'nhsa'} %}
old_rows as (
    {%- for department, system in departments.items() %}

    select
        '{{ department }}' as department_code,
        old_person_no,
        agency_code,
        old_town_code,
        old_person_kind_code,
        {{ id_number_key('id_number') }} as id_key,
        coalesce(id_type_code, '201') = '201' and length(id_number) <> 15 as is_long_id,
        id_number,
        person_name,
        {% if system == 'hrss' %}enrolment_status_code{% else %}cast(null as string){% endif %} as old_status_code,
        cast(updated_at as date) as switched_date
    from {{ ref('stg_' ~ system ~ '_legacy__person') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

new_rows as (
    {%- for department, system in departments.items() %}

    select
        '{{ department }}' as department_code,
        source_system,
        person_no,
        {{ id_number_key('id_number') }} as id_key,
        person_name
    from {{ ref('stg_' ~ system ~ '_person__person') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

number_map as (

    select
        'HRSS' as department_code,
        old_person_no,
        source_system,
        person_no
    from {{ ref('stg_hrss_legacy__number_map') }}
    union all
    select
        'NHSA' as department_code,
        old_person_no,
        source_system,
        person_no
    from {{ ref('stg_nhsa_person__number_map') }}

),

joined as (

    select
        old_rows.department_code,
        old_rows.old_person_no,
        old_rows.agency_code,
        old_rows.old_town_code,
        old_rows.old_person_kind_code,
        old_rows.id_key,
        old_rows.is_long_id,
        old_rows.id_number,
        old_rows.person_name,
        old_rows.old_status_code,
        old_rows.switched_date,
        number_map.person_no,
        new_rows.person_no is not null as is_new_number_known,
        new_rows.id_key as new_id_key,
        new_rows.person_name as new_person_name
    from old_rows
    left join number_map on old_rows.department_code = number_map.department_code and old_rows.old_person_no = number_map.old_person_no
    left join new_rows
        on
            number_map.department_code = new_rows.department_code
            and number_map.person_no = new_rows.person_no
            and number_map.source_system = new_rows.source_system

),

-- what the id numbers that were not carried over mean elsewhere
left_over as (

    select distinct
        department_code,
        id_key
    from joined
    where person_no is null and id_key is not null

),

carried_over as (

    select
        joined.department_code,
        joined.id_key,
        min(joined.old_person_no) as carried_old_person_no
    from joined
    inner join left_over on joined.department_code = left_over.department_code and joined.id_key = left_over.id_key
    where joined.person_no is not null
    group by joined.department_code, joined.id_key

),

known_anew as (

    select
        new_rows.department_code,
        new_rows.id_key,
        min(new_rows.person_no) as new_person_no
    from new_rows
    inner join left_over on new_rows.department_code = left_over.department_code and new_rows.id_key = left_over.id_key
    group by new_rows.department_code, new_rows.id_key

)

select
    {{ key_of(['joined.department_code', 'joined.old_person_no']) }} as old_number_key,
    joined.department_code,
    joined.old_person_no,
    joined.agency_code,
    joined.old_town_code,
    joined.old_person_kind_code,
    joined.old_status_code,
    joined.switched_date,
    coalesce(joined.person_no, known_anew.new_person_no) as person_no,
    carried_over.carried_old_person_no,
    case
        when joined.person_no is not null and not joined.is_new_number_known then 'target_missing'
        when
            joined.person_no is not null
            and joined.id_key <> joined.new_id_key
            and joined.person_name is not null
            and joined.new_person_name is not null
            and {{ rec_text_differs('joined.person_name', 'joined.new_person_name', 'name') }} then 'occupied'
        when
            joined.person_no is not null
            and (
                joined.id_key is distinct from joined.new_id_key
                or {{ rec_text_differs('joined.person_name', 'joined.new_person_name', 'name') }}
            ) then 'changed'
        when joined.person_no is not null then 'matched'
        when joined.id_key is null then 'no_identity'
        when carried_over.id_key is not null then 'duplicate'
        when known_anew.id_key is not null then 'not_carried_over'
        when joined.person_name like '测试%' or upper(joined.person_name) like 'TEST%' then 'test_row'
        -- last, because it is dear and few come as far
        when joined.is_long_id and not {{ is_resident_id('joined.id_number') }} then 'test_row'
        else 'no_counterpart'
    end as match_state
from joined
left join carried_over on joined.department_code = carried_over.department_code and joined.id_key = carried_over.id_key
left join known_anew on joined.department_code = known_anew.department_code and joined.id_key = known_anew.id_key
