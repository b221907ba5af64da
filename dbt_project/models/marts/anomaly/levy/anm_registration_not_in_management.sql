-- Why a registration that the exchange database has passed on is not in the management subsystem: enrolment came before base info, the
-- district code is wrong, or every platform of tax missed it and the exchange database says that its data is broken. No bureau, no section
-- and an invalid registration are causes of another rule. Grain: registration.
{% set delay = var('b3_03_delay', 1) %}
with hints as (
    select
        registration_key,
        max(case when cause_code = 'exchange_data' then reason end) as exchange_reason,
        min(case when cause_code = 'exchange_data' then checked_at end) as exchange_checked_at
    from {{ ref('int_registration_check') }}
    group by registration_key
),

outside as (
    select
        registration.*,
        tax.front_state_code,
        tax.front_fail_reason,
        hints.exchange_reason,
        division.division_code is not null as is_district_known,
        case
            when tax.front_state_code = '2' then coalesce(tax.front_processed_at, tax.front_received_at)
            else coalesce(hints.exchange_checked_at, registration.base_sent_at)
        end as failed_at,
        case
            when
                tax.front_state_code = '2'
                and (
                    tax.front_fail_reason like '%基础信息%'
                    or (tax.front_fail_reason is null and (tax.is_enrolment_first or not registration.has_base))
                )
                then 'enrolment_before_base'
            when
                tax.front_state_code = '2'
                and (tax.front_fail_reason like '%区划%' or (tax.front_fail_reason is null and division.division_code is null))
                then 'wrong_district'
            when tax.front_state_code is null and hints.exchange_reason is not null then 'lost_in_exchange'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_registration') }} as registration
    inner join {{ ref('int_registration_tax') }} as tax on registration.registration_key = tax.registration_key
    left join hints on registration.registration_key = hints.registration_key
    left join {{ ref('dim_division') }} as division
        on registration.district_code = division.division_code and division.level = 'district'
    where
        registration.is_valid
        and (
            (
                tax.front_state_code = '2'
                and not coalesce(
                    tax.front_fail_reason like '%主管局%'
                    or tax.front_fail_reason like '%主管税务%'
                    or tax.front_fail_reason like '%科所%'
                    or tax.front_fail_reason like '%科室%'
                    or tax.front_fail_reason like '%税务所%'
                    or tax.front_fail_reason like '%无效%',
                    false
                )
            )
            or (
                tax.front_state_code is null
                and tax.received_at is null
                and tax.shared_at is null
                and registration.fee_registration_no is null
                and registration.has_base
                and registration.has_enrolment
                and not registration.is_base_unread
                and not registration.is_enrolment_unread
            )
        )
)

select
    {{ finding_of(
        'B3.3', 'registration', alias='outside',
        reason='outside.reason_code',
        since='outside.failed_at',
        evidence='“{outside.unit_name}”的{outside.department_code|department}户籍（单位编号{outside.unit_no}）没有进入管理子系统：'
            ~ "{case outside.reason_code
                when 'enrolment_before_base' then '参保信息先于基础信息推送，查询不到单位编号对应的基础信息；先推送基础信息，或两者合成一条重推'
                when 'wrong_district' then '行政区划代码' || coalesce(outside.district_code, '为空') || '不正确；由推送部门更正后重推'
                when 'lost_in_exchange' then '中间库已推送，共享平台和管理子系统都未收到，中间库提示' || outside.exchange_reason
                    || '；中间库处理数据后重推'
                else '原因未能判定（前置库返回：' || coalesce(outside.front_fail_reason, '无') || '）；对接工程师查明后重推'
            end|phrase}" ~ '，进入后解除。',
    ) }},
    outside.unit_name,
    outside.source_system,
    outside.unit_no,
    outside.district_code,
    outside.base_sent_at,
    outside.enrolment_sent_at,
    outside.front_fail_reason,
    outside.exchange_reason
from outside
where {{ past_delay('outside.failed_at', delay) }}
