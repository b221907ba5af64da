-- Employers whose HRSS and NHSA registrations, both valid, carry different names once width, brackets and blanks are
-- set aside; tells a mere difference of the legal-form ending, and which side changed last. Named once, on the HRSS
-- registration, with the NHSA registration updated last. Grain: HRSS registration.
with named as (
    select
        hrss.*,
        nhsa.registration_key as nhsa_registration_key,
        nhsa.unit_no as nhsa_unit_no,
        nhsa.unit_name as nhsa_unit_name,
        nhsa.updated_at as nhsa_updated_at,
        {{ name_difference('hrss.name_norm', 'nhsa.name_norm') }} as reason_code,
        case
            when hrss.updated_at > nhsa.updated_at then 'HRSS'
            when nhsa.updated_at > hrss.updated_at then 'NHSA'
        end as newer_side
    from {{ ref('int_registration_pair') }} as pair
    inner join {{ ref('int_registration') }} as hrss on pair.hrss_registration_key = hrss.registration_key
    inner join {{ ref('int_registration') }} as nhsa on pair.nhsa_registration_key = nhsa.registration_key
    where
        (pair.has_same_identity or pair.has_same_taxpayer)
        and hrss.is_valid
        and hrss.has_base
        and nhsa.is_valid
        and nhsa.has_base
        and {{ after_join("nullif(hrss.name_norm, '') <> nullif(nhsa.name_norm, '')") }}
    qualify row_number() over (
        partition by hrss.registration_key
        order by nhsa.updated_at desc, nhsa.registration_key
    ) = 1
)

select
    {{ finding_of(
        'A1.10', 'registration', alias='hrss',
        reason='hrss.reason_code',
        since='greatest(hrss.updated_at, hrss.nhsa_updated_at)',
        evidence='人社户籍（单位编号{hrss.unit_no}）登记名称“{hrss.unit_name}”与医保户籍（单位编号{hrss.nhsa_unit_no}）登记名称
            “{hrss.nhsa_unit_name}”不一致' ~ "{case hrss.reason_code when 'suffix_differs' then '（仅公司后缀不同）' end|phrase}"
            ~ '，' ~ "{case hrss.newer_side when 'HRSS' then '人社更新较晚' when 'NHSA' then '医保更新较晚' else '双方更新时间相同' end|phrase}"
            ~ '；核实单位是否更名，以新名称为准更新另一方后解除。',
    ) }},
    hrss.unit_name,
    hrss.unit_no,
    hrss.nhsa_unit_name,
    hrss.nhsa_unit_no,
    hrss.nhsa_registration_key,
    hrss.newer_side,
    hrss.updated_at as hrss_updated_at,
    hrss.nhsa_updated_at
from named as hrss
