-- Employers as taxpayers at the end of each month: those with a valid registration tied to them; whether they have an account in the client, a valid
-- agreement, and, for public institutions, the year's declaration of the disabled persons' fund. Grain: taxpayer × snapshot. Internal.
with snapshots as (
    {{ metric_snapshots(['week', 'month']) }}
),

units as (
    select
        registration.taxpayer_key,
        max(case when unit_type.is_institution then 1 else 0 end) = 1 as is_institution,
        max(registration.unit_type_code) as unit_type_code,
        min(cast(registration.associated_at as date)) as since_date
    from {{ ref('int_registration') }} as registration
    left join {{ ref('ref_unit_type') }} as unit_type on registration.unit_type_code = unit_type.unit_type_code
    where registration.is_valid and registration.is_associated and registration.taxpayer_key is not null
    group by registration.taxpayer_key
),

accounts as (
    select
        taxpayer_key,
        cast(min(registered_at) as date) as registered_date,
        case when count(case when is_active then 1 end) = 0 then cast(max(cancelled_at) as date) end as cancelled_date
    from {{ ref('int_client_account') }}
    where taxpayer_key is not null
    group by taxpayer_key
),

taxpayers as (
    select
        units.*,
        taxpayer.bureau_code,
        taxpayer.town_code,
        account.registered_date,
        account.cancelled_date
    from units
    left join {{ ref('int_taxpayer') }} as taxpayer on units.taxpayer_key = taxpayer.taxpayer_key
    left join accounts as account on units.taxpayer_key = account.taxpayer_key
),

agreements as (
    select
        snapshots.period_type,
        snapshots.period,
        agreement.taxpayer_key
    from {{ ref('int_agreement') }} as agreement
    inner join snapshots
        on
            agreement.signed_date <= snapshots.end_date
            and (agreement.ended_date is null or agreement.ended_date > snapshots.end_date)
    where agreement.taxpayer_key is not null and (agreement.status_code = '1' or agreement.ended_date is not null)
    group by snapshots.period_type, snapshots.period, agreement.taxpayer_key
),

declarations as (
    select
        snapshots.period_type,
        snapshots.period,
        fund.taxpayer_key
    from {{ ref('int_disability_fund') }} as fund
    inner join snapshots
        on
            -- The year's fund is declared in the year after it.
            fund.levy_year = cast(cast(substr(cast(snapshots.end_date as string), 1, 4) as integer) - 1 as string)
            and fund.declared_date <= snapshots.end_date
    group by snapshots.period_type, snapshots.period, fund.taxpayer_key
)

select
    snapshots.period_type,
    snapshots.period,
    taxpayers.taxpayer_key,
    taxpayers.bureau_code,
    taxpayers.town_code,
    taxpayers.unit_type_code,
    taxpayers.is_institution,
    coalesce(
        taxpayers.registered_date <= snapshots.end_date
        and (taxpayers.cancelled_date is null or taxpayers.cancelled_date > snapshots.end_date),
        false
    ) as is_in_client,
    agreements.taxpayer_key is not null as has_agreement,
    taxpayers.is_institution and declarations.taxpayer_key is not null as has_declared_fund
from taxpayers
inner join snapshots on coalesce(taxpayers.since_date, snapshots.end_date) <= snapshots.end_date
left join agreements
    on
        snapshots.period_type = agreements.period_type
        and snapshots.period = agreements.period
        and taxpayers.taxpayer_key = agreements.taxpayer_key
left join declarations
    on
        snapshots.period_type = declarations.period_type
        and snapshots.period = declarations.period
        and taxpayers.taxpayer_key = declarations.taxpayer_key
