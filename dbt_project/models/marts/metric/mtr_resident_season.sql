-- 两险集中缴费进度曲线: how many had paid by each day of a season, the one that is running and the one before, so that both can be laid on each other. Who
-- counts as paid is decided in mtr_resident_progress_base, so a curve ends in the number of the progress; whoever was refunded in full is in no day of it.
-- A person counts on the day of the first payment; what was paid before the season's first day counts on that day. Only days on which somebody paid have a
-- row. Grain: fee year × insurance × level × area × season day.
with persons as (
    select
        period as fee_year,
        insurance_code,
        representative_no,
        coalesce(bureau_code, 'UNASSIGNED') as bureau_code,
        coalesce(town_code, 'UNASSIGNED') as town_code,
        coalesce(village_code, 'UNASSIGNED') as village_code,
        paid_persons,
        case
            when insurance_code = '10212' then {{ resident_season_begin('period') }}
            else cast(period || '-01-01' as date)
        end as season_begin
    from {{ ref('mtr_resident_progress_base') }}
    where cast(period as integer) >= cast({{ current_fee_year('insurance_code') }} as integer) - 1
),

payments as (
    select
        registrations.representative_no,
        payment.insurance_code,
        payment.fee_year,
        payment.remitted_date,
        payment.amount,
        row_number() over (
            partition by registrations.representative_no, payment.insurance_code, payment.fee_year
            order by payment.remitted_date, payment.payment_no
        ) as payment_order
    from {{ ref('int_person_payment') }} as payment
    inner join {{ ref('int_person_registration') }} as registrations on payment.fee_registration_no = registrations.fee_registration_no
    where not payment.is_special and registrations.is_resident and payment.remitted_date <= {{ as_of_date() }}
),

events as (
    select
        persons.fee_year,
        persons.insurance_code,
        persons.bureau_code,
        persons.town_code,
        persons.village_code,
        greatest(payments.remitted_date, persons.season_begin) as calendar_date,
        {{ days_between('persons.season_begin', 'greatest(payments.remitted_date, persons.season_begin)') }} + 1 as season_day,
        case when payments.payment_order = 1 then persons.paid_persons else 0 end as paid_persons,
        payments.amount as paid_amount
    from payments
    inner join persons
        on
            payments.representative_no = persons.representative_no
            and payments.insurance_code = persons.insurance_code
            and payments.fee_year = persons.fee_year
),

rolled as (
    {%- set areas = ['bureau_code', 'town_code', 'village_code'] %}
    {%- for level in ['city', 'bureau', 'town', 'village'] %}
    {%- set columns = areas[:loop.index0] %}
    select
        fee_year,
        insurance_code,
        season_day,
        calendar_date,
        '{{ level }}' as level,
        {%- for column in areas %}
        {{ column if column in columns else 'cast(null as string)' }} as {{ column }},
        {%- endfor %}
        sum(paid_persons) as paid_persons,
        {{ sum_amount('paid_amount') }} as paid_amount
    from events
    group by fee_year, insurance_code, season_day, calendar_date{% for column in columns %}, {{ column }}{% endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

cumulated as (
    select
        rolled.*,
        sum(paid_persons) over (
            partition by fee_year, insurance_code, level, coalesce(bureau_code, ''), coalesce(town_code, ''), coalesce(village_code, '')
            order by season_day rows between unbounded preceding and current row
        ) as paid_persons_cum,
        sum(paid_amount) over (
            partition by fee_year, insurance_code, level, coalesce(bureau_code, ''), coalesce(town_code, ''), coalesce(village_code, '')
            order by season_day rows between unbounded preceding and current row
        ) as paid_amount_cum
    from rolled
),

city as (
    select max(case when kind = 'city' then bureau_code end) as city_code
    from {{ ref('ref_bureau') }}
),

named as (
    select
        cumulated.*,
        city.city_code,
        bureaus.short_name,
        coalesce(cumulated.village_code, cumulated.town_code, cumulated.bureau_code, city.city_code) as area_code
    from cumulated
    cross join city
    left join {{ ref('ref_bureau') }} as bureaus on cumulated.bureau_code = bureaus.bureau_code
)

select
    named.fee_year,
    named.insurance_code,
    cast(named.season_day as integer) as season_day,
    named.calendar_date,
    named.level,
    named.area_code,
    {{ metric_area_name('named', 'division') }} as area_name,
    {{ metric_area_parent('named') }} as parent_code,
    nullif(named.bureau_code, 'UNASSIGNED') as bureau_code,
    nullif(named.town_code, 'UNASSIGNED') as town_code,
    cast(named.paid_persons as integer) as paid_persons,
    cast(named.paid_persons_cum as integer) as paid_persons_cum,
    cast(named.paid_amount_cum as decimal(18, 2)) as paid_amount_cum
from named
left join {{ ref('ref_division') }} as division on named.area_code = division.division_code and named.level = division.level
order by named.level, named.area_code, named.fee_year, named.insurance_code, named.season_day, named.bureau_code, named.town_code
