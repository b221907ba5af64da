-- Registrations of which no association ever stood and for which exactly one taxpayer matches completely (int_association_match). Proposes both
-- codes (两码). One that is stuck on its way into the subsystem or whose checks are open is for a person to decide. Grain: registration.
{% set delay = var('a2_03_delay', 1) %}
with proposed as (
    select
        registration.*,
        tax.received_at,
        matches.matched_taxpayer_key,
        matches.has_same_identity,
        taxpayer.taxpayer_name,
        taxpayer.status_code as taxpayer_status_code,
        taxpayer.entity_type_code,
        taxpayer.bureau_code as taxpayer_bureau_code
    from {{ ref('int_association_match') }} as matches
    inner join {{ ref('int_registration') }} as registration on matches.registration_key = registration.registration_key
    inner join {{ ref('int_registration_tax') }} as tax on matches.registration_key = tax.registration_key
    inner join {{ ref('int_taxpayer') }} as taxpayer on matches.matched_taxpayer_key = taxpayer.taxpayer_key
    where
        matches.has_complete_match
        and not matches.was_tied
        and tax.received_at is not null
        and (tax.front_state_code = '1' or not tax.is_pushed)
        and not exists (
            select 1
            from {{ ref('int_registration_check') }} as checks
            where checks.registration_key = matches.registration_key
        )
)

select
    {{ finding_of(
        'A2.03', 'registration', alias='proposed',
        reason="'complete_match'",
        since='proposed.received_at',
        evidence='“{proposed.unit_name}”的{proposed.department_code|department}户籍（单位编号{proposed.unit_no}）未关联，纳税人
            “{proposed.taxpayer_name}”（登记序号{proposed.matched_taxpayer_key}）名称一致、状态正常、课征主体相符且唯一；审核后维护两码并推送
            社保子系统，即解除。',
        values={
            'bureau_code': 'coalesce(proposed.bureau_code, proposed.taxpayer_bureau_code)',
            'taxpayer_key': 'proposed.matched_taxpayer_key',
        },
    ) }},
    proposed.unit_name,
    proposed.source_system,
    proposed.unit_no,
    proposed.taxpayer_name,
    proposed.taxpayer_status_code,
    proposed.entity_type_code,
    '两码（单位编号与登记序号）' as field_name,
    cast(null as string) as current_value,
    proposed.unit_no || ' / ' || proposed.matched_taxpayer_key as proposed_value,
    case
        when proposed.has_same_identity then '名称、状态、课征主体和统一社会信用代码完全匹配'
        else '名称、状态、课征主体完全匹配，有一方没有统一社会信用代码'
    end as reason_text,
    cast(case when proposed.has_same_identity then 1.00 else 0.90 end as decimal(3, 2)) as confidence,
    '税务登记' as evidence_source,
    'proposed' as state
from proposed
where {{ past_delay('proposed.received_at', delay) }}
