-- 业务到账与财务收入差异日报: what settled on a day (finance income) against what the agency read as settled on it (business arrival), and why they differ:
-- income of the day that arrived on another day or in another month, or has not arrived (not returned, not read, on its way); arrivals of the day whose
-- income was of another day or month. Every cent has a cause: difference = the sum of the causes. Grain: pair × day × agency × item.
with item as (
    select
        department_code,
        agency_code,
        insurance_code,
        settled_amount,
        settlement_returned_amount,
        settlement_read_amount,
        last_settled_date as income_date,
        case when settlement_read_amount <> 0 then last_settlement_read_date end as arrival_date
    from {{ ref('int_recon_line') }}
    where insurance_code <> '*' and (settled_amount <> 0 or settlement_read_amount <> 0)
),

caused as (
    select
        item.*,
        case
            when income_date is null then 'without_income'
            when arrival_date is null and settlement_returned_amount < settled_amount then 'settled_not_returned'
            when arrival_date is null then 'settled_not_read'
            when arrival_date = income_date then 'same_day'
            when {{ to_period('arrival_date') }} = {{ to_period('income_date') }} then 'crosses_day'
            else 'crosses_month'
        end as cause_code
    from item
),

flow as (
    select
        department_code,
        agency_code,
        insurance_code,
        cause_code,
        income_date as day,
        settled_amount as income_amount,
        0 as arrival_amount
    from caused
    where income_date is not null
    union all
    select
        department_code,
        agency_code,
        insurance_code,
        cause_code,
        arrival_date as day,
        0 as income_amount,
        settlement_read_amount as arrival_amount
    from caused
    where arrival_date is not null
)

select
    'tax_' || lower(department_code) as pair,
    day,
    agency_code,
    insurance_code,
    {{ sum_amount('income_amount') }} as income_amount,
    {{ sum_amount('arrival_amount') }} as arrival_amount,
    {{ sum_amount('income_amount - arrival_amount') }} as difference,
    {{ sum_amount_if('income_amount - arrival_amount', "cause_code = 'same_day'") }} as amount_difference,
    {{ sum_amount_if('income_amount - arrival_amount', "cause_code = 'crosses_day'") }} as crosses_day_amount,
    {{ sum_amount_if('income_amount - arrival_amount', "cause_code = 'crosses_month'") }} as crosses_month_amount,
    {{ sum_amount_if('income_amount - arrival_amount', "cause_code = 'settled_not_returned'") }} as not_returned_amount,
    {{ sum_amount_if('income_amount - arrival_amount', "cause_code = 'settled_not_read'") }} as not_read_amount,
    {{ sum_amount_if('income_amount - arrival_amount', "cause_code = 'without_income'") }} as without_income_amount
from flow
group by department_code, day, agency_code, insurance_code
