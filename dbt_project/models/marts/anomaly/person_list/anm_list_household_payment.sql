-- What virtual households declared, joined to the ticket that paid it, person by person, of the last months: an extract, not findings. A view.
-- Grain: detail of a household's declaration.
{% set months = var('a10_05_months', 12) %}
with detail as (
    select
        *,
        household_detail_no as person_payment_key,
        {{ to_period('period_end_date') }} as period,
        case
            when settled_date is not null then 'settled'
            when remitted_date is not null then 'remitted'
            when is_paid then 'issued'
            else 'declared'
        end as reason_code
    from {{ ref('int_person_household_detail') }}
    where {{ to_period('declared_at') }} > {{ add_months_to_period(as_of_period(), -(months | int)) }} and detail_state_code <> '3'
),

placed as (
    select
        detail.*,
        coalesce(registration.bureau_code, detail.authority_code) as bureau_code,
        coalesce(registration.agency_code, household.agency_code) as agency_code,
        coalesce(registration.town_code, household.town_code) as town_code,
        coalesce(registration.village_code, household.village_code) as village_code,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
        insurance.insurance_name,
        household.household_name
    from detail
    left join {{ ref('int_person_registration') }} as registration on detail.fee_registration_no = registration.fee_registration_no
    left join {{ ref('int_person_household') }} as household on detail.household_no = household.household_no
    left join {{ ref('ref_person_insurance') }} as insurance on detail.levy_subitem_code = insurance.zspm_code
)

select
    {{ finding_of(
        'A10.05', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.declared_at',
        evidence='“{placed.household_name}”于{placed.declared_at|date}为人员编号{placed.person_no}申报{placed.insurance_name|phrase}{placed.amount|money}元，' ~ "{case placed.reason_code when 'settled' then '已于' || " ~ date_text('placed.settled_date') ~ " || '入库' when 'remitted' then '已于' || " ~ date_text('placed.remitted_date') ~ " || '上解' when 'issued' then '已开具税票，未上解' else '未缴款' end|phrase}" ~ '。',
    ) }},
    placed.household_no,
    placed.household_name,
    placed.person_no,
    who.person_name,
    who.person_id_number,
    placed.village_code,
    placed.declared_at,
    placed.ticket_no,
    placed.issued_date,
    placed.remitted_date,
    placed.settled_date
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no
