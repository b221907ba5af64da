-- Employers whose HRSS and NHSA registrations are associated to one taxpayer, under two different bureaus.
-- A medical side under the second branch is another finding (anm_association_second_branch); an unknown bureau
-- differs from nothing. Named once, on the NHSA registration. Grain: NHSA registration.
with paired as (
    select
        nhsa.*,
        hrss.registration_key as hrss_registration_key,
        hrss.unit_no as hrss_unit_no,
        hrss.fee_registration_no as hrss_fee_registration_no,
        hrss.fee_bureau_code as hrss_bureau_code,
        hrss_bureau.bureau_name as hrss_bureau_name,
        nhsa_bureau.bureau_name as nhsa_bureau_name,
        greatest(hrss.associated_at, nhsa.associated_at) as differs_since
    from {{ ref('int_registration_pair') }} as pair
    inner join {{ ref('int_registration') }} as hrss on pair.hrss_registration_key = hrss.registration_key
    inner join {{ ref('int_registration') }} as nhsa on pair.nhsa_registration_key = nhsa.registration_key
    left join {{ ref('dim_bureau') }} as hrss_bureau on hrss.fee_bureau_code = hrss_bureau.bureau_code
    left join {{ ref('dim_bureau') }} as nhsa_bureau on nhsa.fee_bureau_code = nhsa_bureau.bureau_code
    where
        pair.has_same_taxpayer
        and hrss.is_valid
        and nhsa.is_valid
        and hrss.fee_bureau_code <> nhsa.fee_bureau_code
        and coalesce(nhsa_bureau.kind, 'bureau') <> 'branch'
    qualify row_number() over (
        partition by nhsa.registration_key
        order by hrss.associated_at desc, hrss.registration_key
    ) = 1
)

select
    {{ finding_of(
        'A2.11b', 'registration', alias='paired',
        reason="'bureau_differs'",
        since='paired.differs_since',
        evidence='“{paired.unit_name}”的社保户籍与医保户籍关联同一登记序号{paired.taxpayer_key}，主管税务机关却不同：社保在
            {paired.hrss_bureau_name}（社保登记序号{paired.hrss_fee_registration_no}），医保在{paired.nhsa_bureau_name}
            （社保登记序号{paired.fee_registration_no}）；核实归属后把一方改到同一主管局，即解除。',
    ) }},
    paired.unit_name,
    paired.unit_no as nhsa_unit_no,
    paired.hrss_unit_no,
    paired.hrss_registration_key,
    paired.fee_registration_no as nhsa_fee_registration_no,
    paired.hrss_fee_registration_no,
    paired.fee_bureau_code as nhsa_bureau_code,
    paired.nhsa_bureau_name,
    paired.hrss_bureau_code,
    paired.hrss_bureau_name
from paired
