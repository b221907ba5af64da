-- 分险种分经办机构分单位对账: bill count, bill amount and collected amount of both sides. Grain: pair × period × agency × registration × item.
-- In a difference, tax stands first; bills and money still within the agreed delay are part of it and counted as pending.
with measured as (
    select
        measured.*,
        unit.unit_name
    from {{ ref('rec_measured') }} as measured
    left join {{ ref('int_registration') }} as unit on measured.registration_key = unit.registration_key
    where measured.insurance_code <> '*'
),

summed as (
    select
        pair,
        period,
        agency_code,
        registration_key,
        insurance_code,
        max(unit_name) as unit_name,
        max(bureau_code) as bureau_code,
        max(town_code) as town_code,
        count(case when measure = 'bill' and tax_state = 'success' then 1 end) as tax_bill_count,
        count(case when measure = 'bill' and agency_state = 'success' then 1 end) as agency_bill_count,
        {{ sum_amount_if('coalesce(tax_amount, 0)', "measure = 'bill'") }} as tax_bill_amount,
        {{ sum_amount_if('coalesce(agency_amount, 0)', "measure = 'bill'") }} as agency_bill_amount,
        {{ sum_amount_if('coalesce(tax_amount, 0)', "measure = 'collection'") }} as tax_collected_amount,
        {{ sum_amount_if('coalesce(agency_amount, 0)', "measure = 'collection'") }} as agency_collected_amount,
        count(case when outcome_code = 0 then 1 end) as pending_count,
        count(case when outcome_code between 2 and 6 then 1 end) as break_count
    from measured
    group by pair, period, agency_code, registration_key, insurance_code
)

select
    pair,
    period,
    bureau_code,
    agency_code,
    town_code,
    registration_key,
    unit_name,
    insurance_code,
    cast(tax_bill_count as integer) as tax_bill_count,
    cast(agency_bill_count as integer) as agency_bill_count,
    cast(tax_bill_count - agency_bill_count as integer) as bill_count_difference,
    tax_bill_amount,
    agency_bill_amount,
    {{ decimal18('tax_bill_amount - agency_bill_amount') }} as bill_amount_difference,
    tax_collected_amount,
    agency_collected_amount,
    {{ decimal18('tax_collected_amount - agency_collected_amount') }} as collected_amount_difference,
    cast(pending_count as integer) as pending_count,
    cast(break_count as integer) as break_count,
    tax_bill_count = agency_bill_count
    and tax_bill_amount = agency_bill_amount
    and tax_collected_amount = agency_collected_amount as is_equal
from summed
