-- Valid registrations that are not ready for collection by tax alone: social, medical and tax data cannot be tied together, or the unit type is
-- not right. The first reason that holds is named. What was sent within the last weeks is still being sorted out. Grain: registration.
{% set delay = var('a14_2_delay', 20) %}
with waiting as (
    select
        registration.*,
        readiness.reason_code,
        readiness.other_taxpayer_key,
        taxpayer.taxpayer_name,
        coalesce(status.taxpayer_status_name, taxpayer.status_code) as taxpayer_status,
        coalesce(own_type.unit_type_name, readiness.unit_type_code) as unit_type_name,
        coalesce(other_type.unit_type_name, readiness.other_unit_type_code) as other_unit_type_name,
        coalesce(listed_type.unit_type_name, readiness.listed_unit_type_code) as listed_unit_type_name,
        least(registration.base_sent_at, registration.enrolment_sent_at) as sent_at,
        coalesce(registration.associated_at, registration.base_sent_at, registration.enrolment_sent_at) as stands_since
    from {{ ref('int_registration_readiness') }} as readiness
    inner join {{ ref('int_registration') }} as registration on readiness.registration_key = registration.registration_key
    left join {{ ref('int_taxpayer') }} as taxpayer on registration.taxpayer_key = taxpayer.taxpayer_key
    left join {{ ref('ref_taxpayer_status') }} as status on taxpayer.status_code = status.taxpayer_status_code
    left join {{ ref('ref_unit_type') }} as own_type on readiness.unit_type_code = own_type.unit_type_code
    left join {{ ref('ref_unit_type') }} as other_type on readiness.other_unit_type_code = other_type.unit_type_code
    left join {{ ref('ref_unit_type') }} as listed_type on readiness.listed_unit_type_code = listed_type.unit_type_code
    where readiness.reason_code is not null
)

select
    {{ finding_of(
        'A14.2', 'registration', alias='waiting',
        reason='waiting.reason_code',
        since='waiting.stands_since',
        evidence='“{waiting.unit_name}”的{waiting.department_code|department}户籍（单位编号{waiting.unit_no}）尚不能转入全责征收：'
            ~ "{case waiting.reason_code
                when 'identity_missing' then '没有可用的统一社会信用代码；由部门补正代码'
                when 'not_associated' then '没有关联税务主体；核实后关联'
                when 'taxpayer_not_normal' then '关联的纳税人' || coalesce('“' || waiting.taxpayer_name || '”状态为' || waiting.taxpayer_status, '查无登记')
                    || '；改为关联正常的纳税人或终止户籍'
                when 'identity_differs' then '信用代码与关联的纳税人“' || waiting.taxpayer_name || '”不一致；核实代码或关联'
                when 'taxpayer_differs' then '与另一部门的户籍关联了不同的税务主体；核实后关联同一主体'
                when 'unit_type_missing' then '没有单位类型；补录单位类型'
                when 'unit_type_not_listed' then '单位类型为' || waiting.unit_type_name || '，业务科室清册为' || waiting.listed_unit_type_name || '；按清册维护'
                else '单位类型为' || waiting.unit_type_name || '，另一部门的户籍为' || waiting.other_unit_type_name || '；核实后改为一致'
            end|phrase}" ~ '，即解除。',
    ) }},
    waiting.unit_name,
    waiting.source_system,
    waiting.unit_no,
    waiting.taxpayer_name,
    waiting.taxpayer_status,
    waiting.other_taxpayer_key,
    waiting.unit_type_name,
    waiting.other_unit_type_name,
    waiting.listed_unit_type_name
from waiting
where {{ past_delay('waiting.sent_at', delay) }}
