-- Registrations of natural persons as spells: valid from its month until the month in which it was stopped, then stopped or invalid. What began before
-- the months that metrics cover begins with them. Grain: registration × state. Internal.
with registrations as (
    select
        *,
        greatest(
            coalesce({{ to_period('registered_date') }}, '{{ metric_period(var("metric_periods") - 1) }}'),
            '{{ metric_period(var("metric_periods") - 1) }}'
        )
            as begin_period,
        case
            when stopped_date is not null
                then greatest({{ to_period('stopped_date') }}, '{{ metric_period(var("metric_periods") - 1) }}')
        end as stop_period
    from {{ ref('int_person_registration') }}
),

managed as (
    select person_no
    from {{ ref('int_cadre_roster_person') }}
    where person_no is not null
    group by person_no
),

spells as (
    select
        fee_registration_no,
        '1' as state_code,
        begin_period,
        stop_period as end_period
    from registrations
    where stop_period is null or stop_period > begin_period
    union all
    select
        fee_registration_no,
        status_code as state_code,
        stop_period as begin_period,
        cast(null as string) as end_period
    from registrations
    where stop_period is not null
)

select
    spells.fee_registration_no,
    spells.state_code,
    spells.begin_period,
    spells.end_period,
    registrations.bureau_code,
    registrations.town_code,
    registrations.village_code,
    registrations.insurance_code,
    registrations.levy_subitem_code,
    registrations.agency_code,
    registrations.person_kind_code,
    registrations.is_resident,
    registrations.representative_no = registrations.fee_registration_no as is_representative,
    managed.person_no is not null and registrations.department_code = 'NHSA' as is_managed
from spells
inner join registrations on spells.fee_registration_no = registrations.fee_registration_no
left join managed on registrations.person_no = managed.person_no
