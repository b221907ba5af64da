-- 个户缴费构成: what an employer's registration paid in a month and how: who pays in cash, back payments, the share of pension; the rows behind A11.2,
-- A11.6, A11.7, A11.8. Grain: month of remittance × registration.
select
    {{ to_period('money.day') }} as period,
    money.registration_key,
    money.bureau_code,
    money.town_code,
    cast(count(*) as integer) as payment_count,
    {{ sum_amount('money.amount') }} as collected_amount,
    {{ sum_amount_if('money.amount', 'money.is_electronic') }} as electronic_amount,
    {{ sum_amount_if('money.amount', "money.channel_code = '4'") }} as cash_amount,
    {{ sum_amount_if('money.amount', 'money.is_back_payment') }} as back_payment_amount,
    {{ sum_amount_if('money.amount', 'money.is_late') }} as late_amount,
    {{ sum_amount_if('money.amount', "money.insurance_code = '10201'") }} as pension_amount,
    {{ ratio(sum_amount_if('money.amount', "money.channel_code = '4'"), sum_amount('money.amount')) }} as cash_share,
    {{ ratio(sum_amount_if('money.amount', "money.insurance_code = '10201'"), sum_amount('money.amount')) }} as pension_share
from {{ ref('mtr_money_base') }} as money
inner join ({{ metric_periods() }}) as covered on {{ to_period('money.day') }} = covered.period
where money.movement_code = 'remitted' and money.registration_key is not null
group by {{ to_period('money.day') }}, money.registration_key, money.bureau_code, money.town_code
