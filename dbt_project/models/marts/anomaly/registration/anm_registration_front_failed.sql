-- Why the front database failed to process a registration: no bureau, no section, an invalid registration, something else that it names.
-- Its own words go first; where it says nothing the registers decide. Grain: registration.
with diagnosed as (
    select
        registration.*,
        tax.front_processed_at,
        tax.front_fail_reason,
        coalesce(tax.front_processed_at, tax.front_received_at) as failed_at,
        case
            when tax.front_fail_reason like '%主管局%' or tax.front_fail_reason like '%主管税务%' then 'no_bureau'
            when
                tax.front_fail_reason like '%科所%' or tax.front_fail_reason like '%科室%' or tax.front_fail_reason like '%税务所%'
                then 'no_section'
            when tax.front_fail_reason like '%无效%' then 'registration_invalid'
            when tax.front_fail_reason is not null then 'other'
            when registration.bureau_code is null then 'no_bureau'
            when registration.section_code is null then 'no_section'
            when not registration.is_valid then 'registration_invalid'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_registration_tax') }} as tax
    inner join {{ ref('int_registration') }} as registration on tax.registration_key = registration.registration_key
    where tax.front_state_code = '2' and not registration.is_withdrawn
)

select
    {{ finding_of(
        'A2.09', 'registration', alias='diagnosed',
        reason='diagnosed.reason_code',
        since='diagnosed.failed_at',
        evidence='“{diagnosed.unit_name}”的{diagnosed.department_code|department}户籍（单位编号{diagnosed.unit_no}）于
            {diagnosed.failed_at|date}在前置库处理失败，返回原因：{diagnosed.front_fail_reason}；'
            ~ "{case diagnosed.reason_code
                when 'no_bureau' then '分配主管局'
                when 'no_section' then '分配科所'
                when 'registration_invalid' then '核实户籍有效性'
                when 'other' then '按返回原因更正数据'
                else '查明失败原因'
            end|phrase}" ~ '后重新投送，处理成功即解除。',
    ) }},
    diagnosed.unit_name,
    diagnosed.source_system,
    diagnosed.unit_no,
    diagnosed.front_fail_reason,
    diagnosed.front_processed_at,
    diagnosed.section_code
from diagnosed
