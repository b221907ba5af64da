-- Tri-party agreements at the end of each week, month, quarter, year: in force, signed since the period began, in the client or at the counter, for batch
-- deduction, confirmed in the client. Grain: agreement × snapshot. Internal.
with snapshots as (
    {{ metric_snapshots(['week', 'month', 'quarter', 'year']) }}
)

select
    snapshots.period_type,
    snapshots.period,
    agreement.agreement_key,
    agreement.taxpayer_key,
    coalesce(agreement.authority_bureau_code, taxpayer.bureau_code) as bureau_code,
    taxpayer.town_code,
    agreement.bank_code,
    agreement.channel_code as sign_place_code,
    (agreement.status_code = '1' or agreement.ended_date is not null)
    and (agreement.ended_date is null or agreement.ended_date > snapshots.end_date) as is_in_force,
    agreement.signed_date >= snapshots.begin_date as is_new,
    coalesce(agreement.is_batch, false) as is_batch,
    coalesce(agreement.channel_code = '2', false) as is_client,
    coalesce(confirmation.confirmed_date <= snapshots.end_date, false) as is_confirmed
from {{ ref('int_agreement') }} as agreement
inner join snapshots on agreement.signed_date <= snapshots.end_date
left join {{ ref('int_taxpayer') }} as taxpayer on agreement.taxpayer_key = taxpayer.taxpayer_key
left join {{ ref('int_agreement_confirmation') }} as confirmation on agreement.agreement_key = confirmation.agreement_key
