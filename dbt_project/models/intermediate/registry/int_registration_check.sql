-- Registrations with checks of the support platform that failed and are not solved: the cause of each, told by its code's name and
-- by its words. Grain: registration_key × cause_code.
with checks as (

    select
        {{ key_of(['checks.department_code', 'checks.source_system', 'checks.unit_no']) }} as registration_key,
        checks.check_no,
        checks.check_code,
        coalesce(checks.reason, rules.check_name) as reason,
        {{ concat_text(['rules.check_name', 'checks.reason']) }} as words,
        checks.checked_at
    from {{ ref('stg_tax_registry__registration_check') }} as checks
    left join {{ ref('stg_tax_registry__check_rule') }} as rules on checks.check_code = rules.check_code
    where
        checks.solved_at is null
        and checks.department_code is not null
        and checks.source_system is not null
        and checks.unit_no is not null

),

classed as (

    select
        registration_key,
        check_no,
        check_code,
        reason,
        checked_at,
        case
            when words like '%并档%' then 'merged'
            when words like '%取消%' then 'association_cancelled'
            when words like '%重复%' then 'duplicate_insurance'
            when words like '%配置%' then 'wrong_configuration'
            when words like '%纳税人%' or words like '%户籍无效%' or words like '%注销%' or words like '%非正常%' then 'taxpayer_invalid'
            when words like '%主管局%' or words like '%主管税务%' then 'no_bureau'
            when words like '%行政区划%' then 'wrong_district'
            when words like '%基础信息%' then 'base_missing'
            when words like '%中间库%' then 'exchange_data'
            else 'other'
        end as cause_code
    from checks

)

select
    registration_key,
    cause_code,
    check_code,
    reason,
    checked_at
from classed
qualify row_number() over (partition by registration_key, cause_code order by checked_at, check_no) = 1
