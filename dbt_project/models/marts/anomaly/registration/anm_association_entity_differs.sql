-- Employers whose HRSS and NHSA registrations are associated to two tax registrations of one taxpayer number with
-- different entity types (usually a temporary registration that a full one followed). The medical association has
-- priority, so the social one should move to it. Named once, on the HRSS registration. Grain: HRSS registration.
with paired as (
    select
        hrss.*,
        nhsa.registration_key as nhsa_registration_key,
        nhsa.unit_no as nhsa_unit_no,
        nhsa.taxpayer_key as nhsa_taxpayer_key,
        hrss_taxpayer.entity_type_code as hrss_entity_type_code,
        nhsa_taxpayer.entity_type_code as nhsa_entity_type_code,
        coalesce(hrss_type.entity_type_name, hrss_taxpayer.entity_type_code) as hrss_entity_type,
        coalesce(nhsa_type.entity_type_name, nhsa_taxpayer.entity_type_code) as nhsa_entity_type,
        greatest(hrss.associated_at, nhsa.associated_at) as differs_since
    from {{ ref('int_registration_pair') }} as pair
    inner join {{ ref('int_registration') }} as hrss on pair.hrss_registration_key = hrss.registration_key
    inner join {{ ref('int_registration') }} as nhsa on pair.nhsa_registration_key = nhsa.registration_key
    inner join {{ ref('int_taxpayer') }} as hrss_taxpayer on hrss.taxpayer_key = hrss_taxpayer.taxpayer_key
    inner join {{ ref('int_taxpayer') }} as nhsa_taxpayer on nhsa.taxpayer_key = nhsa_taxpayer.taxpayer_key
    left join {{ ref('ref_entity_type') }} as hrss_type on hrss_taxpayer.entity_type_code = hrss_type.entity_type_code
    left join {{ ref('ref_entity_type') }} as nhsa_type on nhsa_taxpayer.entity_type_code = nhsa_type.entity_type_code
    where
        pair.has_same_taxpayer_no
        and hrss.is_valid
        and hrss.is_associated
        and nhsa.is_valid
        and nhsa.is_associated
        and hrss_taxpayer.entity_type_code <> nhsa_taxpayer.entity_type_code
    qualify row_number() over (
        partition by hrss.registration_key
        order by nhsa.associated_at desc, nhsa.registration_key
    ) = 1
)

select
    {{ finding_of(
        'A2.11d', 'registration', alias='paired',
        reason="'entity_differs'",
        since='paired.differs_since',
        evidence='“{paired.unit_name}”的社保户籍关联登记序号{paired.taxpayer_key}（{paired.hrss_entity_type}），医保户籍关联登记序号
            {paired.nhsa_taxpayer_key}（{paired.nhsa_entity_type}），两者纳税人识别号一致而课征主体不一致；医保关联优先，
            将社保户籍改为关联登记序号{paired.nhsa_taxpayer_key}后解除。',
    ) }},
    paired.unit_name,
    paired.unit_no as hrss_unit_no,
    paired.nhsa_unit_no,
    paired.nhsa_registration_key,
    paired.taxpayer_key as hrss_taxpayer_key,
    paired.hrss_entity_type_code,
    paired.hrss_entity_type,
    paired.nhsa_taxpayer_key,
    paired.nhsa_entity_type_code,
    paired.nhsa_entity_type
from paired
