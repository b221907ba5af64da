-- Registrations of the old Nanning system that carried medical insurance when it was split off and that the new medical system has never
-- sent: no NHSA registration of the same identity, none paired with the HRSS registration, and, where a side has no code, none of the same
-- name, if only one bears it. Grain: old registration, under the HRSS registration's key.
with medical as (
    select
        identity_key,
        name_norm,
        count(*) over (partition by name_norm) as bearer_count
    from {{ ref('int_registration') }}
    where department_code = 'NHSA' and (has_base or has_enrolment)
),

old_names as (
    select name_norm
    from {{ ref('int_old_registration') }}
    where name_norm is not null
    group by name_norm
    having count(*) = 1
),

missing as (
    select
        old.registration_key,
        'HRSS' as department_code,
        old.unit_no,
        old.unit_name,
        old.agency_code,
        old.town_code,
        old.split_date,
        coalesce(registration.bureau_code, town.bureau_code) as bureau_code,
        registration.taxpayer_key,
        case
            when registration.registration_key is null then 'unknown_now'
            when registration.is_valid then 'still_active'
            else 'ended_since'
        end as reason_code
    from {{ ref('int_old_registration') }} as old
    left join {{ ref('int_registration') }} as registration
        on old.registration_key = registration.registration_key and (registration.has_base or registration.has_enrolment)
    left join {{ ref('ref_town_bureau') }} as town
        on
            old.town_code = town.town_code
            and cast(town.valid_from as date) <= {{ as_of_date() }}
            and coalesce(cast(town.valid_to as date) >= {{ as_of_date() }}, true)
    where
        old.is_valid
        and old.has_medical_at_split
        and old.split_date <= {{ as_of_date() }}
        and not exists (select 1 from medical where medical.identity_key = old.identity_key)
        and not exists (
            select 1
            from {{ ref('int_registration_pair') }} as pair
            where pair.hrss_registration_key = old.registration_key
        )
        and not exists (
            select 1
            from medical
            inner join old_names on medical.name_norm = old_names.name_norm
            where
                medical.name_norm = old.name_norm
                and medical.bearer_count = 1
                and (medical.identity_key is null or old.identity_key is null)
        )
)

select
    {{ finding_of(
        'A2.02', 'registration', alias='missing',
        reason='missing.reason_code',
        since='missing.split_date',
        evidence='原南宁系统户籍“{missing.unit_name}”（单位编号{missing.unit_no}）在{missing.split_date|date}医保剥离前含医疗险种，剥离后
            新医保系统至今没有重新投送，目前'
            ~ "{case missing.reason_code
                when 'still_active' then '社保户籍仍有效'
                when 'ended_since' then '社保户籍已终止或合并'
                else '也没有社保户籍'
            end|phrase}" ~ '；医保投送该户籍，或业务科室确认不再参保，即解除。',
    ) }},
    missing.unit_name,
    missing.unit_no,
    missing.split_date
from missing
