-- Employers with a valid HRSS registration and no valid NHSA registration. Registrations for construction
-- projects only are exempt; an ended NHSA registration does not count as having one. Without identity and
-- association nothing can be decided, so such registrations are left out. Grain: HRSS registration.
{% set delay = var('a1_05_delay', 5) %}
with medical_side as (
    select
        pair.hrss_registration_key,
        count(*) as medical_count,
        count(case when nhsa.is_valid then 1 end) as valid_count
    from {{ ref('int_registration_pair') }} as pair
    inner join {{ ref('int_registration') }} as nhsa on pair.nhsa_registration_key = nhsa.registration_key
    group by pair.hrss_registration_key
),

social as (
    select
        registration.*,
        coalesce(medical_side.medical_count, 0) as medical_registration_count,
        least(registration.base_sent_at, registration.enrolment_sent_at) as sent_at,
        case when medical_side.medical_count > 0 then 'ended_only' else 'none' end as reason_code
    from {{ ref('int_registration') }} as registration
    left join medical_side on registration.registration_key = medical_side.hrss_registration_key
    where
        registration.department_code = 'HRSS'
        and registration.is_valid
        and not registration.is_project_only
        and (registration.identity_key is not null or registration.is_associated)
        and coalesce(medical_side.valid_count, 0) = 0
)

select
    {{ finding_of(
        'A1.05', 'registration', alias='social',
        reason='social.reason_code',
        since='social.sent_at',
        evidence='“{social.unit_name}”（人社单位编号{social.unit_no}）的社保户籍于{social.sent_at|date}传递，而医保
            ' ~ "{case social.reason_code when 'ended_only' then '只有已终止或已合并的户籍' else '没有传递该单位的户籍' end|phrase}"
            ~ '；医保传递有效户籍，或社保户籍核实后终止，即解除。',
    ) }},
    social.unit_name,
    social.source_system,
    social.unit_no,
    social.sent_at,
    social.medical_registration_count
from social
where {{ past_delay('social.sent_at', delay) }}
