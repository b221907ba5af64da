-- Person numbers that a department has merged into another one and not taken back. Grain: department_code × source_system × person_no (the merged one).
{%- for department, model in [('HRSS', 'stg_hrss_person__merge'), ('NHSA', 'stg_nhsa_person__merge')] %}
select
    '{{ department }}' as department_code,
    source_system,
    merged_person_no as person_no,
    kept_person_no,
    merged_at,
    sent_at,
    is_unread,
    read_at
from {{ ref(model) }}
where not is_withdrawn
{{ 'union all' if not loop.last }}
{%- endfor %}
