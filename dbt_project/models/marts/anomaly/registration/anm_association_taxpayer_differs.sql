-- Employers whose HRSS registration is associated to taxpayer A and whose NHSA registration to taxpayer B.
-- Two tax registrations of one taxpayer number with different entity types are another finding
-- (anm_association_entity_differs). Named once, on the NHSA registration. Grain: NHSA registration.
with paired as (
    select
        nhsa.*,
        hrss.registration_key as hrss_registration_key,
        hrss.unit_no as hrss_unit_no,
        hrss.taxpayer_key as hrss_taxpayer_key,
        hrss_taxpayer.taxpayer_name as hrss_taxpayer_name,
        nhsa_taxpayer.taxpayer_name as nhsa_taxpayer_name,
        greatest(hrss.associated_at, nhsa.associated_at) as differs_since
    from {{ ref('int_registration_pair') }} as pair
    inner join {{ ref('int_registration') }} as hrss on pair.hrss_registration_key = hrss.registration_key
    inner join {{ ref('int_registration') }} as nhsa on pair.nhsa_registration_key = nhsa.registration_key
    left join {{ ref('int_taxpayer') }} as hrss_taxpayer on hrss.taxpayer_key = hrss_taxpayer.taxpayer_key
    left join {{ ref('int_taxpayer') }} as nhsa_taxpayer on nhsa.taxpayer_key = nhsa_taxpayer.taxpayer_key
    where
        pair.has_same_identity
        and hrss.is_valid
        and hrss.is_associated
        and nhsa.is_valid
        and nhsa.is_associated
        and hrss.taxpayer_key <> nhsa.taxpayer_key
        and not coalesce(
            hrss_taxpayer.taxpayer_no_norm = nhsa_taxpayer.taxpayer_no_norm
            and hrss_taxpayer.entity_type_code <> nhsa_taxpayer.entity_type_code,
            false
        )
    qualify row_number() over (
        partition by nhsa.registration_key
        order by hrss.associated_at desc, hrss.registration_key
    ) = 1
)

select
    {{ finding_of(
        'A2.11a', 'registration', alias='paired',
        reason="'taxpayer_differs'",
        since='paired.differs_since',
        evidence='“{paired.unit_name}”的社保户籍（单位编号{paired.hrss_unit_no}）关联登记序号{paired.hrss_taxpayer_key}
            “{paired.hrss_taxpayer_name}”，医保户籍（单位编号{paired.unit_no}）却关联登记序号{paired.taxpayer_key}
            “{paired.nhsa_taxpayer_name}”；核实后取消错误的一方并改为关联同一税务主体，即解除。',
    ) }},
    paired.unit_name,
    paired.unit_no as nhsa_unit_no,
    paired.hrss_unit_no,
    paired.hrss_registration_key,
    paired.taxpayer_key as nhsa_taxpayer_key,
    paired.nhsa_taxpayer_name,
    paired.hrss_taxpayer_key,
    paired.hrss_taxpayer_name
from paired
