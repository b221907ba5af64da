-- Taxpayers to which valid registrations of different unit types are associated: a department sends a wrong type, or a registration is
-- tied to the wrong taxpayer. The types compared are those that the departments sent. Grain: taxpayer.
with tied as (
    select
        registration.taxpayer_key,
        registration.unit_type_code,
        coalesce(types.unit_type_name, registration.unit_type_code) as unit_type_name,
        count(*) as registration_count,
        min(registration.associated_at) as associated_at
    from {{ ref('int_registration') }} as registration
    left join {{ ref('ref_unit_type') }} as types on registration.unit_type_code = types.unit_type_code
    where
        registration.is_valid
        and registration.is_associated
        and registration.unit_type_code is not null
    group by registration.taxpayer_key, registration.unit_type_code, coalesce(types.unit_type_name, registration.unit_type_code)
),

differing as (
    select
        taxpayer_key,
        count(*) as unit_type_count,
        sum(registration_count) as registration_count,
        max(associated_at) as differs_since,
        {{ list_text("unit_type_name || cast(registration_count as string) || '户'", '、', 'unit_type_code') }} as unit_types
    from tied
    group by taxpayer_key
    having count(*) > 1
),

named as (
    select
        taxpayer.*,
        differing.unit_type_count,
        differing.registration_count,
        differing.unit_types,
        differing.differs_since
    from differing
    inner join {{ ref('int_taxpayer') }} as taxpayer on differing.taxpayer_key = taxpayer.taxpayer_key
)

select
    {{ finding_of(
        'A9.9', 'taxpayer', alias='named',
        reason="'unit_types_differ'",
        since='named.differs_since',
        evidence='纳税人“{named.taxpayer_name}”（登记序号{named.taxpayer_key}）关联了{named.registration_count}个户籍，单位类型不同：
            {named.unit_types}；核实部门推送的单位类型和关联关系，更正后类型一致即解除。',
    ) }},
    named.taxpayer_name as unit_name,
    cast(named.unit_type_count as integer) as unit_type_count,
    cast(named.registration_count as integer) as registration_count,
    named.unit_types
from named
