-- Valid HRSS and NHSA registrations whose taxpayer carries another name once width, brackets and blanks are set aside.
-- The taxpayer is the one associated; without an association the only one of the same identity key, if exactly one.
-- Grain: registration.
with sole_taxpayer as (
    select
        identity_key,
        min(taxpayer_key) as taxpayer_key
    from {{ ref('int_taxpayer') }}
    where identity_key is not null
    group by identity_key
    having count(*) = 1
),

matched as (
    select
        registration.*,
        case
            when registration.is_associated then registration.taxpayer_key
            else sole_taxpayer.taxpayer_key
        end as matched_taxpayer_key
    from {{ ref('int_registration') }} as registration
    left join sole_taxpayer on registration.identity_key = sole_taxpayer.identity_key
    where registration.is_valid and registration.has_base
),

named as (
    select
        matched.*,
        taxpayer.taxpayer_name,
        taxpayer.updated_at as taxpayer_updated_at,
        {{ name_difference('matched.name_norm', 'taxpayer.name_norm') }} as reason_code,
        case
            when matched.updated_at > taxpayer.updated_at then matched.department_code
            when taxpayer.updated_at > matched.updated_at then 'TAX'
        end as newer_side
    from matched
    inner join {{ ref('int_taxpayer') }} as taxpayer on matched.matched_taxpayer_key = taxpayer.taxpayer_key
    where nullif(matched.name_norm, '') <> nullif(taxpayer.name_norm, '')
)

select
    {{ finding_of(
        'A1.11', 'registration', alias='named',
        reason='named.reason_code',
        since='greatest(named.updated_at, named.taxpayer_updated_at)',
        evidence='{named.department_code|department}户籍（单位编号{named.unit_no}）登记名称“{named.unit_name}”与税务登记名称
            “{named.taxpayer_name}”不一致' ~ "{case named.reason_code when 'suffix_differs' then '（仅公司后缀不同）' end|phrase}"
            ~ '，' ~ "{case named.newer_side when 'TAX' then '税务更新较晚' when 'HRSS' then '人社更新较晚' when 'NHSA' then '医保更新较晚' else '双方更新时间相同' end|phrase}"
            ~ '；核实单位是否更名，更新较旧一方的名称后解除。',
        values={'taxpayer_key': 'named.matched_taxpayer_key'},
    ) }},
    named.unit_name,
    named.unit_no,
    named.taxpayer_name,
    named.is_associated,
    named.newer_side,
    named.updated_at as registration_updated_at,
    named.taxpayer_updated_at
from named
