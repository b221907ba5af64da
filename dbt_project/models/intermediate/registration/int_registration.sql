-- Registrations (户籍) of both departments with what was sent, what tax read, and the taxpayer and bureau that each is tied to.
-- Includes registrations that only tax knows. Grain: registration_key.
with bases as (

    select
        'HRSS' as department_code,
        source_system,
        unit_no,
        unit_name,
        uscc,
        agency_code,
        unit_type_code,
        district_code,
        town_code,
        status_code,
        is_withdrawn,
        is_unread,
        sent_at,
        updated_at
    from {{ ref('stg_hrss__registration') }}
    union all
    select
        'NHSA' as department_code,
        source_system,
        unit_no,
        unit_name,
        uscc,
        agency_code,
        unit_type_code,
        district_code,
        town_code,
        status_code,
        is_withdrawn,
        is_unread,
        sent_at,
        updated_at
    from {{ ref('stg_nhsa__registration') }}

),

enrolment_rows as (

    select
        'HRSS' as department_code,
        source_system,
        unit_no,
        is_project,
        is_withdrawn,
        is_unread,
        sent_at,
        updated_at
    from {{ ref('stg_hrss__enrolment') }}
    union all
    select
        'NHSA' as department_code,
        source_system,
        unit_no,
        false as is_project,
        is_withdrawn,
        is_unread,
        sent_at,
        updated_at
    from {{ ref('stg_nhsa__enrolment') }}

),

enrolments as (

    select
        department_code,
        source_system,
        unit_no,
        count(case when not is_withdrawn then 1 end) as enrolment_count,
        count(case when not is_withdrawn and is_project then 1 end) as project_count,
        count(case when not is_withdrawn and is_unread then 1 end) as unread_count,
        min(case when not is_withdrawn then sent_at end) as sent_at,
        min(case when not is_withdrawn and is_unread then sent_at end) as oldest_unread_sent_at,
        max(updated_at) as updated_at
    from enrolment_rows
    group by department_code, source_system, unit_no

),

fee_registrations as (

    select * from {{ ref('int_fee_registration') }}
    where is_current

),

authorities as (

    select * from {{ ref('int_tax_authority') }}

),

support as (

    select
        support_rows.department_code,
        support_rows.source_system,
        support_rows.unit_no,
        coalesce(own_authorities.bureau_code, section_authorities.bureau_code, support_rows.bureau_code) as bureau_code,
        support_rows.section_code
    from {{ ref('stg_tax_support__registration') }} as support_rows
    left join authorities as own_authorities on support_rows.bureau_code = own_authorities.authority_code
    left join authorities as section_authorities on support_rows.section_code = section_authorities.authority_code

),

registration_keys as (

    select
        department_code,
        source_system,
        unit_no
    from bases
    union
    select
        department_code,
        source_system,
        unit_no
    from enrolments
    union
    select
        department_code,
        source_system,
        unit_no
    from fee_registrations
    union
    select
        department_code,
        source_system,
        unit_no
    from support

),

joined as (

    select
        registration_keys.department_code,
        registration_keys.source_system,
        registration_keys.unit_no,
        bases.unit_name,
        bases.uscc,
        bases.agency_code,
        bases.unit_type_code,
        bases.district_code,
        bases.town_code,
        bases.status_code,
        coalesce(bases.status_code in ('2', '3'), false) as is_ended,
        coalesce(not bases.is_withdrawn, false) as has_base,
        coalesce(enrolments.enrolment_count > 0, false) as has_enrolment,
        coalesce(bases.is_withdrawn or enrolments.enrolment_count is not null, false) as has_been_sent,
        coalesce(enrolments.enrolment_count > 0 and enrolments.project_count = enrolments.enrolment_count, false) as is_project_only,
        case when not bases.is_withdrawn then bases.sent_at end as base_sent_at,
        enrolments.sent_at as enrolment_sent_at,
        coalesce(not bases.is_withdrawn and bases.is_unread, false) as is_base_unread,
        coalesce(enrolments.unread_count > 0, false) as is_enrolment_unread,
        enrolments.oldest_unread_sent_at as oldest_unread_enrolment_sent_at,
        fee_registrations.fee_registration_no,
        case when fee_registrations.is_associated then fee_registrations.taxpayer_key end as taxpayer_key,
        coalesce(fee_registrations.is_associated, false) as is_associated,
        case when fee_registrations.is_associated then fee_registrations.associated_at end as associated_at,
        fee_registrations.bureau_code as fee_bureau_code,
        coalesce(fee_registrations.bureau_code, support.bureau_code) as bureau_code,
        coalesce(fee_registrations.section_code, support.section_code) as section_code,
        coalesce(bases.updated_at, enrolments.updated_at) as updated_at
    from registration_keys
    left join bases
        on
            registration_keys.department_code = bases.department_code
            and registration_keys.source_system = bases.source_system
            and registration_keys.unit_no = bases.unit_no
    left join enrolments
        on
            registration_keys.department_code = enrolments.department_code
            and registration_keys.source_system = enrolments.source_system
            and registration_keys.unit_no = enrolments.unit_no
    left join fee_registrations
        on
            registration_keys.department_code = fee_registrations.department_code
            and registration_keys.source_system = fee_registrations.source_system
            and registration_keys.unit_no = fee_registrations.unit_no
    left join support
        on
            registration_keys.department_code = support.department_code
            and registration_keys.source_system = support.source_system
            and registration_keys.unit_no = support.unit_no
    where
        registration_keys.department_code is not null
        and registration_keys.source_system is not null
        and registration_keys.unit_no is not null

)

select
    {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
    department_code,
    source_system,
    unit_no,
    unit_name,
    {{ name_norm('unit_name') }} as name_norm,
    uscc,
    {{ identity_key('uscc') }} as identity_key,
    agency_code,
    unit_type_code,
    district_code,
    town_code,
    status_code,
    has_been_sent and not has_base and not has_enrolment as is_withdrawn,
    is_ended,
    (has_base or has_enrolment) and not is_ended as is_valid,
    is_project_only,
    has_base,
    has_enrolment,
    base_sent_at,
    enrolment_sent_at,
    is_base_unread,
    is_enrolment_unread,
    oldest_unread_enrolment_sent_at,
    fee_registration_no,
    taxpayer_key,
    is_associated,
    associated_at,
    fee_bureau_code,
    bureau_code,
    section_code,
    updated_at
from joined
