{#-
    Special dues of persons that wait for tax longer than agreed, or cannot get in, as the CTE `stuck`: the first cause that holds, hours waited and
    hours agreed. The clock starts with the assessment; the limit ends with the last minute of the agreed working day.

    department   HRSS (pension) or NHSA (medical)
    delay        agreed working days from the assessment until tax has it; what cannot get in as it is waits for no limit
-#}
{% macro special_due_stuck(department, delay) -%}
judged as (

    select
        due.*,
        {{ workday_index('due.assessed_at') }} + {{ delay | int }} as limit_index,
        case
            when due.department_code = 'NHSA' and (due.care_amount > 0 or due.is_care_refused) then 'care_assessed'
            when due.received_at is not null then 'received_failed'
            when due.sent_at is null then 'not_on_platform'
            when due.sent_at is not null then 'in_transit'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_person_special_open') }} as due
    where
        due.department_code = '{{ department }}'
        and (due.care_amount > 0 or due.received_at is not null or {{ past_delay('due.assessed_at', delay) }})

),

limit_day as (

    select
        workday_index,
        min(calendar_date) as calendar_date
    from {{ ref('ref_calendar') }}
    group by workday_index

),

stuck as (

    select
        judged.*,
        insurance.insurance_name,
        limit_day.calendar_date as limit_date,
        {{ hours_between('judged.assessed_at', 'moment.known_until') }} as age_hours,
        {{ hours_between('judged.assessed_at', "limit_day.calendar_date + interval '1' day") }} as limit_hours,
        case judged.reason_code
            when 'care_assessed' then '医保多核定了长期护理险' || coalesce({{ amount_text('nullif(judged.care_amount, 0)') }}, '') || '，无法校验进入税务系统'
            when 'received_failed' then '税务于' || {{ date_text('judged.received_at') }} || '收到但处理失败'
            when 'not_on_platform' then '显示在途，未推送至共享平台'
            when 'in_transit' then
                '已于' || {{ date_text('judged.sent_at') }} || '推送' || case when judged.read_at is null then '、税务未读取' else '、税务已读取' end || '，税务系统未收到'
            else '停留原因待查'
        end as reason_words,
        case judged.reason_code
            when 'care_assessed' then '撤销后去除长期护理险重新核定推送'
            when 'received_failed' then '按失败原因更正后重新推送并接收成功'
            when 'not_on_platform' then '部门推送至共享平台、税务接收成功'
            when 'in_transit' then '查明在途环节、税务接收成功'
            else '查明并由税务接收成功'
        end as remedy_words
    from judged
    cross join {{ ref('int_exchange_moment') }} as moment
    left join limit_day on judged.limit_index = limit_day.workday_index
    left join {{ ref('ref_person_insurance') }} as insurance on judged.insurance_code = insurance.insurance_code

)
{%- endmacro %}
