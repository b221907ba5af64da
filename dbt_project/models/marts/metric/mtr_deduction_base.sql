-- Batch deduction and annuity collection by registration and month: bills and amounts on the list, and what of it succeeded. A registration succeeds when
-- all its bills on the month's list did (var a8_03_all_bills). Grain: list × registration × month. Internal.
with bills as (
    select
        bill_key,
        registration_key,
        bureau_code,
        town_code,
        department_code,
        unit_type_code,
        agency_code
    from {{ ref('int_bill') }}
)

select
    items.list_code,
    items.list_month as period,
    coalesce(bills.registration_key, items.bill_key) as registration_key,
    bills.bureau_code,
    bills.town_code,
    bills.department_code,
    bills.unit_type_code,
    bills.agency_code,
    cast(count(*) as integer) as listed_bills,
    cast(count(case when items.is_success then 1 end) as integer) as success_bills,
    {{ sum_amount('items.amount') }} as listed_amount,
    {{ sum_amount('items.success_amount') }} as success_amount,
    {% if var('a8_03_all_bills') -%}
    count(*) = count(case when items.is_success then 1 end) as is_success
    {%- else -%}
    count(case when items.is_success then 1 end) > 0 as is_success
    {%- endif %}
from {{ ref('int_deduction_month') }} as items
left join bills on items.bill_key = bills.bill_key
group by
    items.list_code,
    items.list_month,
    coalesce(bills.registration_key, items.bill_key),
    bills.bureau_code,
    bills.town_code,
    bills.department_code,
    bills.unit_type_code,
    bills.agency_code
