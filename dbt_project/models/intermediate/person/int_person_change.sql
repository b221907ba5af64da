-- The last change of a person number in an insurance that a department has registered and not withdrawn: death, enlistment, moved away, suspended,
-- benefits and so on, and how far it has come on its way to tax. Grain: insured_key.
with changes as (
    {%- for department, model in [('HRSS', 'stg_hrss_person__change'), ('NHSA', 'stg_nhsa_person__change')] %}

    select
        '{{ department }}' as department_code,
        source_system,
        person_no,
        agency_item_code,
        change_no,
        change_kind_code,
        change_date,
        registered_at,
        sent_at,
        is_unread,
        read_at
    from {{ ref(model) }}
    where not is_withdrawn
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

insured as (

    select
        {{ key_of(['changes.department_code', 'changes.source_system', 'changes.person_no', 'insurance.insurance_code']) }} as insured_key,
        {{ insured_stop_reason('changes.change_kind_code') }} as change_kind,
        changes.change_date,
        changes.registered_at,
        changes.sent_at,
        changes.is_unread,
        changes.read_at,
        changes.change_no
    from changes
    inner join {{ ref('ref_person_insurance') }} as insurance
        on changes.department_code = insurance.department_code and changes.agency_item_code = insurance.agency_item_code

)

select
    insured_key,
    change_kind,
    change_date,
    registered_at,
    sent_at,
    is_unread,
    read_at
from insured
where insured_key is not null
qualify row_number() over (partition by insured_key order by registered_at desc, change_no desc) = 1
