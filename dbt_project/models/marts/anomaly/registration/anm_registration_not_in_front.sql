-- Why a registration on the sharing platform has not reached the front database of the subsystem: push flag and push time of the platform
-- decide. Grain: registration.
{% set delay = var('a2_08_delay', 1) %}
with diagnosed as (
    select
        registration.*,
        tax.shared_at,
        tax.is_shared_pushed,
        tax.shared_pushed_at,
        case
            when not tax.is_shared_pushed then 'not_pushed'
            when tax.shared_pushed_at >= tax.shared_at then 'pushed_not_arrived'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_registration_tax') }} as tax
    inner join {{ ref('int_registration') }} as registration on tax.registration_key = registration.registration_key
    where
        tax.shared_at is not null
        and tax.front_received_at is null
        and registration.is_valid
)

select
    {{ finding_of(
        'A2.08', 'registration', alias='diagnosed',
        reason='diagnosed.reason_code',
        since='diagnosed.shared_at',
        evidence='“{diagnosed.unit_name}”的{diagnosed.department_code|department}户籍（单位编号{diagnosed.unit_no}）于
            {diagnosed.shared_at|date}进入共享平台，子系统前置库至今没有：'
            ~ "{case diagnosed.reason_code
                when 'not_pushed' then '共享平台没有推送'
                when 'pushed_not_arrived' then '共享平台已于' || cast(cast(diagnosed.shared_pushed_at as date) as string) || '推送，前置库没有收到'
                else '推送标志与推送时间不符，未能判定原因'
            end|phrase}" ~ '；对接共享平台或前置库工程师处理并重新投送，前置库收到即解除。',
    ) }},
    diagnosed.unit_name,
    diagnosed.source_system,
    diagnosed.unit_no,
    diagnosed.shared_at,
    diagnosed.is_shared_pushed,
    diagnosed.shared_pushed_at
from diagnosed
where {{ past_delay('diagnosed.shared_at', delay) }}
