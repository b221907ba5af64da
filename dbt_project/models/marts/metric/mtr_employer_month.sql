-- 个户缴费构成: what an employer's registration paid in a month and how: who pays in cash, back payments, the share of pension by money and by people; the
-- rows behind A11.2, A11.6, A11.7, A11.8. Grain: month of remittance × registration.
with money as (
    select
        {{ to_period('money.day') }} as period,
        money.registration_key,
        money.bureau_code,
        money.town_code,
        money.bill_key,
        money.insurance_code,
        money.channel_code,
        money.is_electronic,
        money.is_back_payment,
        money.is_late,
        money.amount
    from {{ ref('mtr_money_base') }} as money
    inner join ({{ metric_periods() }}) as covered on {{ to_period('money.day') }} = covered.period
    where money.movement_code = 'remitted' and money.registration_key is not null
),

-- An item of a bill that is paid by two tickets is still about the same people.
items as (
    select
        period,
        registration_key,
        bureau_code,
        town_code,
        bill_key,
        insurance_code
    from money
    group by period, registration_key, bureau_code, town_code, bill_key, insurance_code
),

people as (
    select
        items.period,
        items.registration_key,
        items.bureau_code,
        items.town_code,
        sum(item.person_count) as person_count,
        sum(case when items.insurance_code = '10201' then item.person_count else 0 end) as pension_person_count
    from items
    inner join {{ ref('int_bill_item') }} as item on items.bill_key = item.bill_key and items.insurance_code = item.insurance_code
    group by items.period, items.registration_key, items.bureau_code, items.town_code
),

paid as (
    select
        period,
        registration_key,
        bureau_code,
        town_code,
        count(*) as payment_count,
        {{ sum_amount('amount') }} as collected_amount,
        {{ sum_amount_if('amount', 'is_electronic') }} as electronic_amount,
        {{ sum_amount_if('amount', "channel_code = '4'") }} as cash_amount,
        {{ sum_amount_if('amount', 'is_back_payment') }} as back_payment_amount,
        {{ sum_amount_if('amount', 'is_late') }} as late_amount,
        {{ sum_amount_if('amount', "insurance_code = '10201'") }} as pension_amount
    from money
    group by period, registration_key, bureau_code, town_code
)

select
    paid.period,
    paid.registration_key,
    paid.bureau_code,
    paid.town_code,
    cast(paid.payment_count as integer) as payment_count,
    paid.collected_amount,
    paid.electronic_amount,
    paid.cash_amount,
    paid.back_payment_amount,
    paid.late_amount,
    paid.pension_amount,
    cast(coalesce(people.person_count, 0) as integer) as person_count,
    cast(coalesce(people.pension_person_count, 0) as integer) as pension_person_count,
    {{ ratio('paid.cash_amount', 'paid.collected_amount') }} as cash_share,
    {{ ratio('paid.pension_amount', 'paid.collected_amount') }} as pension_share,
    {{ ratio('people.pension_person_count', 'people.person_count') }} as pension_person_share
from paid
left join people
    on
        paid.period = people.period
        and paid.registration_key = people.registration_key
        and paid.bureau_code is not distinct from people.bureau_code
        and paid.town_code is not distinct from people.town_code
