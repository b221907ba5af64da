-- Employers with a valid NHSA registration and no valid HRSS registration. An HRSS registration that has ended,
-- or that exists for construction projects only, does not count as having one. Without identity and association
-- nothing can be decided, so such registrations are left out. Grain: NHSA registration.
{% set delay = var('a1_04_delay', 5) %}
with social_side as (
    select
        pair.nhsa_registration_key,
        count(*) as social_count,
        count(case when hrss.is_valid and not hrss.is_project_only then 1 end) as full_count,
        count(case when hrss.is_valid and hrss.is_project_only then 1 end) as project_count
    from {{ ref('int_registration_pair') }} as pair
    inner join {{ ref('int_registration') }} as hrss on pair.hrss_registration_key = hrss.registration_key
    group by pair.nhsa_registration_key
),

medical as (
    select
        registration.*,
        coalesce(social_side.social_count, 0) as social_registration_count,
        least(registration.base_sent_at, registration.enrolment_sent_at) as sent_at,
        case
            when social_side.project_count > 0 then 'project_only'
            when social_side.social_count > 0 then 'ended_only'
            else 'none'
        end as reason_code
    from {{ ref('int_registration') }} as registration
    left join social_side on registration.registration_key = social_side.nhsa_registration_key
    where
        registration.department_code = 'NHSA'
        and registration.is_valid
        and (registration.identity_key is not null or registration.is_associated)
        and coalesce(social_side.full_count, 0) = 0
)

select
    {{ finding_of(
        'A1.04', 'registration', alias='medical',
        reason='medical.reason_code',
        since='medical.sent_at',
        evidence='“{medical.unit_name}”（医保单位编号{medical.unit_no}）的医保户籍于{medical.sent_at|date}传递，而人社
            ' ~ "{case medical.reason_code when 'project_only' then '只有工程项目户籍' when 'ended_only' then '只有已终止或已合并的户籍' else '没有传递该单位的户籍' end|phrase}"
            ~ '；人社传递有效社保户籍，或医保户籍核实后终止，即解除。',
    ) }},
    medical.unit_name,
    medical.source_system,
    medical.unit_no,
    medical.sent_at,
    medical.social_registration_count
from medical
where {{ past_delay('medical.sent_at', delay) }}
