-- Valid registrations whose unit type, as tax keeps it, is not the one in the latest list that a section supplied. Matched by credit code,
-- where the list gives none by name. Grain: registration.
with listed as (
    select
        registration.registration_key,
        list.unit_type_code,
        list.list_no,
        list.supplied_by,
        list.supplied_at,
        'code' as matched_by
    from {{ ref('int_unit_type_list') }} as list
    inner join {{ ref('int_registration') }} as registration on list.identity_key = registration.identity_key
    union all
    select
        registration.registration_key,
        list.unit_type_code,
        list.list_no,
        list.supplied_by,
        list.supplied_at,
        'name' as matched_by
    from {{ ref('int_unit_type_list') }} as list
    inner join {{ ref('int_registration') }} as registration on list.name_norm = registration.name_norm
),

latest as (
    select
        registration_key,
        unit_type_code,
        list_no,
        supplied_by,
        supplied_at,
        matched_by
    from listed
    qualify row_number() over (partition by registration_key order by supplied_at desc, matched_by, list_no desc) = 1
),

differing as (
    select
        registration.*,
        tax.kept_unit_type_code,
        latest.unit_type_code as listed_unit_type_code,
        latest.list_no,
        latest.supplied_by,
        latest.supplied_at,
        latest.matched_by,
        coalesce(kept.unit_type_name, tax.kept_unit_type_code) as kept_unit_type_name,
        coalesce(wanted.unit_type_name, latest.unit_type_code) as listed_unit_type_name
    from latest
    inner join {{ ref('int_registration') }} as registration on latest.registration_key = registration.registration_key
    inner join {{ ref('int_registration_tax') }} as tax on latest.registration_key = tax.registration_key
    left join {{ ref('ref_unit_type') }} as kept on tax.kept_unit_type_code = kept.unit_type_code
    left join {{ ref('ref_unit_type') }} as wanted on latest.unit_type_code = wanted.unit_type_code
    where
        registration.is_valid
        and tax.kept_unit_type_code is distinct from latest.unit_type_code
)

select
    {{ finding_of(
        'A2.06', 'registration', alias='differing',
        reason="'type_differs_from_list'",
        since='differing.supplied_at',
        evidence='“{differing.unit_name}”的{differing.department_code|department}户籍（单位编号{differing.unit_no}）单位类型为
            {differing.kept_unit_type_name}，{differing.supplied_by}{differing.supplied_at|date}提供的清册（{differing.list_no}）为
            {differing.listed_unit_type_name}；审核后按清册维护单位类型即解除。',
    ) }},
    differing.unit_name,
    differing.source_system,
    differing.unit_no,
    differing.list_no,
    differing.supplied_by,
    differing.supplied_at,
    '单位类型' as field_name,
    differing.kept_unit_type_code as current_value,
    differing.listed_unit_type_code as proposed_value,
    case differing.matched_by
        when 'code' then '与业务科室清册不一致，按社会信用代码匹配'
        else '与业务科室清册不一致，清册没有代码，按名称匹配'
    end as reason_text,
    cast(case differing.matched_by when 'code' then 1.00 else 0.80 end as decimal(3, 2)) as confidence,
    '单位类型核对清册' as evidence_source,
    'proposed' as state
from differing
