-- 两险征缴进度: who of the residents' two insurances had to pay for a fee year and has, at as_of and on the same day a year before. Due: a registration
-- valid on that day, or paid for that year. A person counts once in an insurance. A payment that was refunded in full is none (var
-- resident_refund_is_unpaid). A fee year whose season began long before the first payment that is known (var resident_known_gap_days) would look as if
-- hardly anybody had paid, and is left out: there is nothing to compare with. Grain: person (representative registration) × insurance × fee year. Internal.
{%- set year = var('as_of')[:4] | int %}
{%- set month = var('as_of')[5:7] | int %}
{%- set before = metric_progress_day(12) %}
with registrations as (
    select *
    from {{ ref('int_person_registration') }}
    where is_resident
),

known as (
    select min(remitted_date) as first_date from {{ ref('int_person_payment') }}
),

every_fee_year as (
    {%- for back in range(3) %}
    select
        insurance_code,
        cast({{ year - back }} + case when insurance_code = '10212' and {{ month }} >= {{ var('resident_season_month') }} then 1 else 0 end as string)
            as fee_year,
        {{ back }} as years_back
    from {{ ref('ref_person_insurance') }}
    where not is_flexible
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- One day for both insurances, that of the season that opens first: their total is compared too.
fee_years as (
    select
        every_fee_year.insurance_code,
        every_fee_year.fee_year,
        every_fee_year.years_back
    from every_fee_year
    cross join known
    where
        every_fee_year.years_back = 0
        or {{ days_between(resident_season_begin('every_fee_year.fee_year'), 'known.first_date') }} <= {{ var('resident_known_gap_days') }}
),

payments as (
    select
        registrations.representative_no,
        payment.insurance_code,
        payment.fee_year,
    {%- for at, day in [('', var('as_of')), ('_prev_year', before)] %}
    {{ sum_amount_if('payment.amount', "payment.remitted_date <= cast('" ~ day ~ "' as date)") }} as paid_amount{{ at }},
    {{ sum_amount_if('payment.amount', "payment.settled_date <= cast('" ~ day ~ "' as date)") }} as settled_amount{{ at }},
    {{ sum_amount_if('payment.refunded_amount', "payment.refunded_date <= cast('" ~ day ~ "' as date)") }}
        as refunded_amount{{ at }}    {{ ',' if not loop.last }}
    {%- endfor %}
    from {{ ref('int_person_payment') }} as payment
    inner join registrations on payment.fee_registration_no = registrations.fee_registration_no
    where not payment.is_special
    group by registrations.representative_no, payment.insurance_code, payment.fee_year
),

persons as (
    select
        representative_no,
        insurance_code,
        max(case when representative_no = fee_registration_no then bureau_code end) as bureau_code,
        max(case when representative_no = fee_registration_no then town_code end) as town_code,
        max(case when representative_no = fee_registration_no then village_code end) as village_code,
        max(case when representative_no = fee_registration_no then person_kind_code end) as person_kind_code,
        max(case when representative_no = fee_registration_no then agency_code end) as agency_code,
    {%- for at, day in [('', var('as_of')), ('_prev_year', before)] %}
    max(
        case
            when coalesce(registered_date <= cast('{{ day }}' as date), true) and (stopped_date is null or stopped_date > cast('{{ day }}' as date))
                then 1
            else 0
        end
    ) as valid_mark{{ at }}{{ ',' if not loop.last }}
    {%- endfor %}
    from registrations
    group by representative_no, insurance_code
),

joined as (
    select
        fee_years.fee_year,
        fee_years.years_back,
        persons.*,
    {%- for at in ['', '_prev_year'] %}
    coalesce(payments.paid_amount{{ at }}, 0) as paid_amount{{ at }},
    coalesce(payments.settled_amount{{ at }}, 0) as settled_amount{{ at }},
    coalesce(payments.refunded_amount{{ at }}, 0) as refunded_amount{{ at }}{{ ',' if not loop.last }}
    {%- endfor %}
    from persons
    inner join fee_years on persons.insurance_code = fee_years.insurance_code
    left join payments
        on
            persons.representative_no = payments.representative_no
            and persons.insurance_code = payments.insurance_code
            and fee_years.fee_year = payments.fee_year
),

marked as (
    select
        joined.*,
    {%- for at in ['', '_prev_year'] %}
    case
        when paid_amount{{ at }} > 0{% if var('resident_refund_is_unpaid') %} and refunded_amount{{ at }} < paid_amount{{ at }}{% endif %} then 1
        else 0
    end as paid_persons{{ at }}{{ ',' if not loop.last }}
    {%- endfor %}
    from joined
)

select
    'fee_year' as period_type,
    fee_year as period,
    representative_no,
    insurance_code,
    bureau_code,
    town_code,
    village_code,
    person_kind_code,
    agency_code,
    -- Whether a year that is over was due to somebody is known from those who are valid now only, as far as they paid then.
    cast(case when years_back = 0 then greatest(valid_mark, paid_persons) else greatest(valid_mark_prev_year, paid_persons) end as integer)
        as due_persons,
    cast(paid_persons as integer) as paid_persons,
    cast(paid_amount as decimal(18, 2)) as paid_amount,
    cast(settled_amount as decimal(18, 2)) as settled_amount,
    cast(refunded_amount as decimal(18, 2)) as refunded_amount,
    cast(greatest(valid_mark_prev_year, paid_persons_prev_year) as integer) as due_persons_prev_year,
    cast(paid_persons_prev_year as integer) as paid_persons_prev_year,
    cast(paid_amount_prev_year as decimal(18, 2)) as paid_amount_prev_year,
    cast(settled_amount_prev_year as decimal(18, 2)) as settled_amount_prev_year,
    cast(refunded_amount_prev_year as decimal(18, 2)) as refunded_amount_prev_year
from marked
where valid_mark = 1 or valid_mark_prev_year = 1 or paid_amount > 0
