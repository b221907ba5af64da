-- Persons as HRSS and NHSA know them under a number: who it is, in a form that can be compared with tax, and whether tax was told. Scanned once for all
-- rules. Grain: department_code × source_system × person_no.
with persons as (
    {%- for department, model in [('HRSS', 'stg_hrss_person__person'), ('NHSA', 'stg_nhsa_person__person')] %}

    select
        '{{ department }}' as department_code,
        source_system,
        person_no,
        {{ id_number_key('id_number') }} as person_key,
        id_type_code,
        id_number,
        person_name,
        person_kind_code,
        created_at,
        sent_at,
        is_unread,
        read_at,
        updated_at
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select *
from persons
