-- Associated registrations whose bills would be refused when declared: the checks of A4.5.1 run ahead of the declaration period. Grain: registration.
with pending as (
    select
        registration_key,
        count(*) as bill_count,
        min(support_received_at) as first_received_at
    from {{ ref('int_bill') }}
    where is_valid and has_tax and declared_at is null and support_received_at is not null
    group by registration_key
),

risky as (
    select
        tie.registration_key,
        tie.department_code,
        tie.bureau_code,
        tie.agency_code,
        tie.town_code,
        tie.taxpayer_key,
        tie.unit_name,
        tie.fee_registration_no,
        tie.associated_at,
        tie.merged_at,
        tie.section_code,
        tie.taxpayer_updated_at,
        coalesce(pending.bill_count, 0) as pending_bill_count,
        case
            when tie.is_tied_anew and tie.associated_at > pending.first_received_at then 'association_changed'
            when tie.is_file_merged then 'file_merged'
            when tie.is_industry_missing then 'industry_missing'
            when tie.is_section_missing then 'section_missing'
        end as reason_code
    from {{ ref('int_registration_tie') }} as tie
    left join pending on tie.registration_key = pending.registration_key
    where tie.is_associated and tie.is_valid
)

select
    {{ finding_of(
        'A4.5.2', 'registration', alias='risky',
        reason='risky.reason_code',
        since="case risky.reason_code when 'association_changed' then risky.associated_at when 'file_merged' then risky.merged_at
            else coalesce(risky.taxpayer_updated_at, risky.associated_at) end",
        evidence="“{risky.unit_name}”的{risky.department_code|department}户籍{case risky.reason_code
            when 'association_changed' then '在单据传递后变更了关联'
            when 'file_merged' then '关联的税务登记已被并档'
            when 'industry_missing' then '关联的税务登记行业信息缺失'
            else '未分配主管税务所（科、分局）' end|phrase}，待申报单据{risky.pending_bill_count}笔，可能导致申报失败；征期前更正后解除。",
    ) }},
    risky.unit_name,
    risky.fee_registration_no,
    risky.pending_bill_count,
    risky.associated_at,
    risky.merged_at,
    risky.section_code
from risky
where risky.reason_code is not null
