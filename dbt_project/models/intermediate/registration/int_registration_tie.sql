-- What a registration (户籍) must have so that its bills can be bound, pushed and declared: the tie to a taxpayer, its copy on the support platform,
-- the section, the taxpayer's status, industry, file merge and contact phones. Grain: registration_key.
with registrations as (

    select
        registration_key,
        department_code,
        source_system,
        unit_no,
        unit_name,
        agency_code,
        town_code,
        bureau_code,
        section_code,
        fee_bureau_code,
        fee_registration_no,
        taxpayer_key,
        is_associated,
        associated_at,
        is_valid,
        is_project_only
    from {{ ref('int_registration') }}

),

fees as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        count(case when associated_at is not null then 1 end) as tie_count,
        max(dissociated_at) as last_dissociated_at
    from {{ ref('stg_tax_mgmt__fee_registration') }}
    group by department_code, source_system, unit_no

),

own_fees as (

    select
        fee_registration_no,
        section_code
    from {{ ref('int_fee_registration') }}
    where is_current

),

copies as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        fee_registration_no,
        taxpayer_key,
        association_code,
        synced_at
    from {{ ref('stg_tax_registry__association_copy') }}

),

merged_files as (

    select
        old_taxpayer_key,
        max(merged_at) as merged_at
    from {{ ref('stg_tax_registry__file_merge') }}
    group by old_taxpayer_key

)

select
    registrations.registration_key,
    registrations.department_code,
    registrations.agency_code,
    registrations.town_code,
    registrations.bureau_code,
    registrations.unit_name,
    registrations.is_valid,
    registrations.is_project_only,
    registrations.fee_registration_no,
    registrations.taxpayer_key,
    registrations.is_associated,
    registrations.associated_at,
    fees.last_dissociated_at,
    coalesce(fees.tie_count, 0) as tie_count,
    coalesce((fees.tie_count > 1) and registrations.is_associated, false) as is_tied_anew,
    copies.synced_at as copy_synced_at,
    registrations.is_associated and copies.registration_key is null as is_copy_missing,
    coalesce(
        registrations.is_associated
        and (
            copies.fee_registration_no <> registrations.fee_registration_no
            or copies.taxpayer_key <> registrations.taxpayer_key
            or copies.association_code <> '1'
        ),
        false
    ) as is_copy_outdated,
    case when registrations.fee_registration_no is null then registrations.section_code else own_fees.section_code end as section_code,
    coalesce(own_fees.section_code, case when registrations.fee_registration_no is null then registrations.section_code end, '') = ''
        as is_section_missing,
    taxpayers.status_code as taxpayer_status_code,
    taxpayers.status_date as taxpayer_status_date,
    coalesce(taxpayers.status_code = '03', false) as is_taxpayer_normal,
    registrations.taxpayer_key is not null and taxpayers.taxpayer_key is not null and taxpayers.industry_code is null as is_industry_missing,
    taxpayers.updated_at as taxpayer_updated_at,
    merged_files.merged_at,
    merged_files.old_taxpayer_key is not null as is_file_merged,
    phones.usable_count as usable_phone_count
from registrations
left join fees on registrations.registration_key = fees.registration_key
left join own_fees on registrations.fee_registration_no = own_fees.fee_registration_no
left join copies on registrations.registration_key = copies.registration_key
left join {{ ref('int_taxpayer') }} as taxpayers on registrations.taxpayer_key = taxpayers.taxpayer_key
left join merged_files on registrations.taxpayer_key = merged_files.old_taxpayer_key
left join {{ ref('int_taxpayer_phone') }} as phones on registrations.taxpayer_key = phones.taxpayer_key
