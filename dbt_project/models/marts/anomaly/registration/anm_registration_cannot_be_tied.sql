-- Why the counter cannot associate a registration: a check of the support platform that is not solved says so, or no taxpayer of its credit
-- code is in order. The causes exclude each other in the order of the users' text; what the checks say goes before what the registers show.
-- Grain: registration.
with refused as (
    select
        checks.registration_key,
        case
            when checks.cause_code = 'other' then 'not_decided'
            else checks.cause_code
        end as reason_code,
        checks.check_code,
        checks.reason,
        checks.checked_at,
        row_number() over (
            partition by checks.registration_key
            order by
                case checks.cause_code
                    when 'merged' then 1
                    when 'association_cancelled' then 2
                    when 'duplicate_insurance' then 3
                    when 'wrong_configuration' then 4
                    when 'taxpayer_invalid' then 5
                    else 6
                end,
                checks.checked_at,
                checks.cause_code
        ) as cause_rank
    from {{ ref('int_registration_check') }} as checks
    inner join {{ ref('int_registration') }} as registration on checks.registration_key = registration.registration_key
    where
        checks.cause_code not in ('no_bureau', 'wrong_district', 'base_missing', 'exchange_data')
        and not coalesce(registration.is_associated and registration.associated_at > checks.checked_at, false)
),

files as (
    select
        taxpayer.identity_key,
        max(case when status.is_active then 1 else 0 end) as active,
        max(case when merge.old_taxpayer_key is not null then 1 else 0 end) as merged,
        max(taxpayer.taxpayer_key) as taxpayer_key,
        max(taxpayer.status_date) as status_date
    from {{ ref('int_taxpayer') }} as taxpayer
    left join {{ ref('ref_taxpayer_status') }} as status on taxpayer.status_code = status.taxpayer_status_code
    left join {{ ref('int_file_merge') }} as merge on taxpayer.taxpayer_key = merge.old_taxpayer_key
    where taxpayer.identity_key is not null
    group by taxpayer.identity_key
),

diagnosed as (
    select
        registration.*,
        refused.check_code,
        coalesce(refused.reason, case when files.merged = 1 then '纳税人户籍已并档' else '纳税人状态非正常或已注销' end) as refusal,
        coalesce(refused.reason_code, case when files.merged = 1 then 'merged' else 'taxpayer_invalid' end) as reason_code,
        case when refused.reason_code is not null then '校验结果' else '税务登记' end as decided_by,
        coalesce(refused.checked_at, tax.front_processed_at) as refused_at,
        coalesce(registration.taxpayer_key, files.taxpayer_key) as known_taxpayer_key
    from {{ ref('int_registration') }} as registration
    inner join {{ ref('int_registration_tax') }} as tax on registration.registration_key = tax.registration_key
    left join refused on registration.registration_key = refused.registration_key and refused.cause_rank = 1
    left join files on registration.identity_key = files.identity_key
    where
        registration.is_valid
        and (tax.front_state_code = '1' or registration.fee_registration_no is not null)
        and (
            refused.reason_code is not null
            or (not registration.is_associated and files.active = 0)
        )
)

select
    {{ finding_of(
        'A2.01', 'registration', alias='diagnosed',
        reason='diagnosed.reason_code',
        since='diagnosed.refused_at',
        evidence='“{diagnosed.unit_name}”的{diagnosed.department_code|department}户籍（单位编号{diagnosed.unit_no}）前台无法关联：
            {diagnosed.refusal}（依据{diagnosed.decided_by}）；'
            ~ "{case diagnosed.reason_code
                when 'merged' then '恢复或解除被并户籍上的单位编号，改为关联存续户籍'
                when 'association_cancelled' then '核实取消关联的原因，确认主体后重新关联'
                when 'duplicate_insurance' then '由经办机构核实并终止重复参保的户籍'
                when 'wrong_configuration' then '更正户籍的配置信息'
                when 'taxpayer_invalid' then '恢复纳税人状态，或改为关联有效的纳税人'
                else '查明校验原因'
            end|phrase}" ~ '，校验通过并完成关联后解除。',
        values={'taxpayer_key': 'diagnosed.known_taxpayer_key'},
    ) }},
    diagnosed.unit_name,
    diagnosed.source_system,
    diagnosed.unit_no,
    diagnosed.check_code,
    diagnosed.refusal,
    diagnosed.decided_by,
    diagnosed.refused_at,
    diagnosed.is_associated
from diagnosed
