-- Why a registration that tax pushed has never been seen on the sharing platform: is the push job well (did anything of that day arrive),
-- what do the checks say, what was written back. Grain: registration.
{% set delay = var('a2_07_delay', 1) %}
{% set least_pushes = var('a2_07_least_pushes', 3) %}
with pushed_days as (
    select
        cast(pushed_at as date) as pushed_date,
        count(*) as pushed_count,
        count(shared_at) as arrived_count
    from {{ ref('int_registration_tax') }}
    where is_pushed and pushed_at is not null
    group by cast(pushed_at as date)
),

failed_checks as (
    select
        registration_key,
        min(reason) as reason
    from {{ ref('int_registration_check') }}
    group by registration_key
),

diagnosed as (
    select
        registration.*,
        tax.received_at,
        tax.pushed_at,
        tax.validation_code,
        tax.is_written_back,
        pushed_days.pushed_count,
        pushed_days.arrived_count,
        failed_checks.reason as check_reason,
        case
            when pushed_days.pushed_count >= {{ least_pushes }} and pushed_days.arrived_count = 0 then 'push_job'
            when tax.validation_code = '2' or failed_checks.registration_key is not null then 'check_failed'
            when tax.is_written_back then 'written_back_only'
            when tax.validation_code = '1' then 'not_written_back'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_registration_tax') }} as tax
    inner join {{ ref('int_registration') }} as registration on tax.registration_key = registration.registration_key
    left join pushed_days on cast(tax.pushed_at as date) = pushed_days.pushed_date
    left join failed_checks on tax.registration_key = failed_checks.registration_key
    where
        tax.is_pushed
        and tax.shared_at is null
        and tax.front_received_at is null
        and registration.is_valid
)

select
    {{ finding_of(
        'A2.07', 'registration', alias='diagnosed',
        reason='diagnosed.reason_code',
        since='diagnosed.pushed_at',
        evidence='“{diagnosed.unit_name}”的{diagnosed.department_code|department}户籍（单位编号{diagnosed.unit_no}）于
            {diagnosed.pushed_at|date}推送，共享平台至今没有收到：'
            ~ "{case diagnosed.reason_code
                when 'push_job' then '当日推送' || cast(diagnosed.pushed_count as string) || '户无一到达，推送程序异常'
                when 'check_failed' then '户籍校验不通过（' || coalesce(diagnosed.check_reason, '校验状态2') || '）'
                when 'written_back_only' then '支撑平台已反写，共享平台却没有报文'
                when 'not_written_back' then '校验通过，未反写，同日推送' || cast(diagnosed.pushed_count as string) || '户中到达'
                    || cast(diagnosed.arrived_count as string) || '户，该户报文未送达'
                else '尚未校验即已推送，未能判定原因'
            end|phrase}" ~ '；查明后重新投送，共享平台收到即解除。',
    ) }},
    diagnosed.unit_name,
    diagnosed.source_system,
    diagnosed.unit_no,
    diagnosed.received_at,
    diagnosed.pushed_at,
    diagnosed.validation_code,
    diagnosed.is_written_back,
    cast(diagnosed.pushed_count as integer) as pushed_count,
    cast(diagnosed.arrived_count as integer) as arrived_count
from diagnosed
where {{ past_delay('diagnosed.pushed_at', delay) }}
