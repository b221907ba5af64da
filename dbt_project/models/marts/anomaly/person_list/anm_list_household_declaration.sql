-- Declarations of virtual households person by person, voided ones too, with how many persons and how much the household declared that month: an extract,
-- not findings. A view. Grain: detail of a household's declaration.
{% set months = var('b4_06_months', 12) %}
with detail as (
    select
        *,
        household_detail_no as person_payment_key,
        {{ to_period('period_end_date') }} as period,
        {{ to_period('declared_at') }} as declared_month,
        case
            when detail_state_code = '3' then 'voided'
            when is_paid then 'paid'
            else 'declared'
        end as reason_code
    from {{ ref('int_person_household_detail') }}
    where {{ to_period('declared_at') }} > {{ add_months_to_period(as_of_period(), -(months | int)) }}
),

totals as (
    select
        household_no,
        levy_subitem_code,
        declared_month,
        count(case when reason_code <> 'voided' then 1 end) as month_persons,
        {{ sum_amount_if('amount', "reason_code <> 'voided'") }} as month_amount
    from detail
    group by household_no, levy_subitem_code, declared_month
),

placed as (
    select
        detail.*,
        totals.month_persons,
        totals.month_amount,
        coalesce(household.bureau_code, detail.authority_code) as bureau_code,
        household.agency_code,
        household.town_code,
        household.village_code,
        household.household_name,
        case household.household_type_code when '1' then '村社区' when '2' then '学校' end as household_type_name,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
        insurance.insurance_name
    from detail
    inner join totals
        on
            detail.household_no is not distinct from totals.household_no
            and detail.levy_subitem_code is not distinct from totals.levy_subitem_code
            and detail.declared_month is not distinct from totals.declared_month
    left join {{ ref('int_person_household') }} as household on detail.household_no = household.household_no
    left join {{ ref('ref_person_insurance') }} as insurance on detail.levy_subitem_code = insurance.zspm_code
)

select
    {{ finding_of(
        'B4.06', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.declared_at',
        evidence='“{placed.household_name}”于{placed.declared_at|date}为人员编号{placed.person_no}申报{placed.insurance_name|phrase}{placed.amount|money}元，' ~ "{case placed.reason_code when 'voided' then '已作废' when 'paid' then '已缴款' else '未缴款' end|phrase}"
            ~ '；该户当月同险种共申报{placed.month_persons}人、{placed.month_amount|money}元。',
    ) }},
    placed.household_no,
    placed.household_name,
    placed.household_type_name,
    placed.declared_month,
    placed.month_persons,
    placed.month_amount,
    placed.person_no,
    who.person_name,
    placed.declared_at,
    placed.village_code
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no
