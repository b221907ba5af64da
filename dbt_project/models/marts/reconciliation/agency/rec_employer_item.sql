-- 分险种分经办机构分单位对账: bill count, bill amount and collected amount of both sides. Grain: pair × period × agency × registration × item.
-- In a difference, tax stands first; bills and money still within the agreed delay are part of it and counted as pending. A bill that the two sides hold
-- for different agencies stands on each side under the agency that this side names, so the sums by agency are what each department itself reports.
{%- set tax_values = {
    'tax_bill_count': "case when tax_bill_state = 'success' then 1 else 0 end",
    'tax_bill_amount': "case when tax_bill_state = 'success' then coalesce(tax_bill_amount, 0) else 0 end",
    'tax_collected_amount': "case when tax_collection_state = 'success' then collected_amount else 0 end",
} %}
{%- set agency_values = {
    'agency_bill_count': "case when agency_bill_state = 'success' then 1 else 0 end",
    'agency_bill_amount': "case when agency_bill_state = 'success' then coalesce(agency_bill_amount, 0) else 0 end",
    'agency_collected_amount': "case when agency_collection_state = 'success' then posted_amount else 0 end",
} %}
with line as (
    select * from {{ ref('int_recon_line') }} where insurance_code <> '*'
),

side as (
    select
        department_code,
        period,
        agency_code,
        registration_key,
        insurance_code,
        bureau_code,
        town_code,
        {%- for column, value in (tax_values.items() | list) %}
        case when {{ rec_line_wrong_agency() }} then 0 else {{ value }} end as {{ column }},
        {%- endfor %}
    {%- for column, value in agency_values.items() %}
    {{ value }} as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from line
    union all
    select
        department_code,
        period,
        tax_agency_code as agency_code,
        registration_key,
        insurance_code,
        bureau_code,
        town_code,
        {%- for column, value in tax_values.items() %}
        {{ value }} as {{ column }},
        {%- endfor %}
    {%- for column in agency_values %}
    0 as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from line
    where {{ rec_line_wrong_agency() }}
),

summed as (
    select
        'tax_' || lower(department_code) as pair,
        period,
        agency_code,
        registration_key,
        insurance_code,
        max(bureau_code) as bureau_code,
        max(town_code) as town_code,
    {%- for column in (tax_values.keys() | list) + (agency_values.keys() | list) %}
    sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from side
    group by department_code, period, agency_code, registration_key, insurance_code
),

counted as (
    select
        pair,
        period,
        agency_code,
        registration_key,
        insurance_code,
        count(case when outcome_code = 0 then 1 end) as pending_count,
        count(case when outcome_code between 2 and 6 then 1 end) as break_count
    from {{ ref('rec_measured') }}
    where insurance_code <> '*' and measure <> 'settlement'
    group by pair, period, agency_code, registration_key, insurance_code
)

select
    summed.pair,
    summed.period,
    summed.bureau_code,
    summed.agency_code,
    summed.town_code,
    summed.registration_key,
    unit.unit_name,
    summed.insurance_code,
    cast(summed.tax_bill_count as integer) as tax_bill_count,
    cast(summed.agency_bill_count as integer) as agency_bill_count,
    cast(summed.tax_bill_count - summed.agency_bill_count as integer) as bill_count_difference,
    {{ decimal18('summed.tax_bill_amount') }} as tax_bill_amount,
    {{ decimal18('summed.agency_bill_amount') }} as agency_bill_amount,
    {{ decimal18('summed.tax_bill_amount - summed.agency_bill_amount') }} as bill_amount_difference,
    {{ decimal18('summed.tax_collected_amount') }} as tax_collected_amount,
    {{ decimal18('summed.agency_collected_amount') }} as agency_collected_amount,
    {{ decimal18('summed.tax_collected_amount - summed.agency_collected_amount') }} as collected_amount_difference,
    cast(coalesce(counted.pending_count, 0) as integer) as pending_count,
    cast(coalesce(counted.break_count, 0) as integer) as break_count,
    summed.tax_bill_count = summed.agency_bill_count
    and summed.tax_bill_amount = summed.agency_bill_amount
    and summed.tax_collected_amount = summed.agency_collected_amount as is_equal
from summed
left join counted
    on
        summed.pair = counted.pair
        and summed.insurance_code = counted.insurance_code
        and summed.period is not distinct from counted.period
        and summed.agency_code is not distinct from counted.agency_code
        and summed.registration_key is not distinct from counted.registration_key
left join {{ ref('int_registration') }} as unit on summed.registration_key = unit.registration_key
