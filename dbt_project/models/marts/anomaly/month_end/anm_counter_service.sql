-- Taxpayers that are bound in the client and nevertheless paid, or had tax certificates printed, at the counter more than so many times this
-- month. Payments and prints count apart, because one visit is often both; the parameter adds them up. Grain: taxpayer.
{% set times = var('a9_07_times', 2) %}
{% set months = var('a9_07_months', 1) %}
{% set together = var('a9_07_together', 0) %}
with bound as (
    select
        registration.taxpayer_key,
        min(client.bound_at) as bound_at
    from {{ ref('int_registration_client') }} as client
    inner join {{ ref('int_registration') }} as registration on client.registration_key = registration.registration_key
    where client.is_bound and registration.taxpayer_key is not null
    group by registration.taxpayer_key
),

counted as (
    select
        bound.taxpayer_key,
        bound.bound_at,
        count(case when service.service_kind = 'payment' then 1 end) as payment_count,
        count(case when service.service_kind = 'print' then 1 end) as print_count,
        {{ sum_amount("case when service.service_kind = 'payment' then service.amount end") }} as paid_amount,
        min(service.served_at) as first_served_at,
        max(service.served_at) as last_served_at
    from bound
    inner join {{ ref('int_counter_service') }} as service on bound.taxpayer_key = service.taxpayer_key
    where
        service.served_at >= bound.bound_at
        and {{ to_period('service.served_at') }} > {{ add_months_to_period(as_of_period(), -(months | int)) }}
    group by bound.taxpayer_key, bound.bound_at
),

often as (
    select
        counted.*,
        case
            when payment_count > {{ times | int }} and print_count > {{ times | int }} then 'paid_and_printed'
            when payment_count > {{ times | int }} then 'paid'
            when print_count > {{ times | int }} then 'printed'
            {%- if together | int == 1 %}
            when payment_count + print_count > {{ times | int }} then 'paid_and_printed'
            {%- endif %}
        end as reason_code
    from counted
)

select
    {{ finding_of(
        'A9.7', 'taxpayer',
        reason='often.reason_code',
        since='often.first_served_at',
        evidence='“{taxpayer.taxpayer_name}”已于{often.bound_at|date}绑定客户端，统计期内仍在前台缴费{often.payment_count}次、打印完税证明{often.print_count}次，
            最近一次在{often.last_served_at|date}；引导其通过客户端办理，次数不再超过' ~ times ~ '次后解除。',
        values={'amount': 'often.paid_amount'},
    ) }},
    taxpayer.taxpayer_name as unit_name,
    often.bound_at,
    often.payment_count,
    often.print_count,
    often.paid_amount,
    often.first_served_at,
    often.last_served_at
from often
inner join {{ ref('int_taxpayer') }} as taxpayer on often.taxpayer_key = taxpayer.taxpayer_key
where often.reason_code is not null
