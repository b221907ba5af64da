-- 征收进度: day by day within its own month, what of a period's bills was due and had come in, for the city and each bureau, so that months and years
-- can be laid over each other by day. What happened before the month's first day counts on that day; what came after its end shows in
-- mtr_collection_rate only. Grain: period × day × level × area.
with covered as (
    {{ metric_periods() }}
),

base as (
    select
        base.*,
        coalesce(base.bureau_code, 'UNASSIGNED') as area_code,
        {{ period_begin('base.period') }} as first_day
    from {{ ref('mtr_collection_base') }} as base
    where base.is_due
),

city as (
    select max(bureau_code) as city_code from {{ ref('ref_bureau') }} where kind = 'city'
),

bill as (
    select
        period,
        area_code,
        first_day,
        bill_key,
        max(received_date) as received_date,
        case when count(*) = count(collected_date) then max(collected_date) end as collected_date,
        sum(due_amount) as due_amount
    from base
    group by period, area_code, first_day, bill_key
),

event as (
    select
        period,
        area_code,
        greatest(received_date, first_day) as event_date,
        due_amount,
        1 as due_bills,
        0 as collected_amount,
        0 as collected_bills
    from bill
    union all
    select
        period,
        area_code,
        greatest(collected_date, first_day) as event_date,
        0 as due_amount,
        0 as due_bills,
        0 as collected_amount,
        1 as collected_bills
    from bill
    where collected_date is not null
    union all
    select
        base.period,
        base.area_code,
        greatest(payment.paid_date, base.received_date, base.first_day) as event_date,
        0 as due_amount,
        0 as due_bills,
        least(greatest(payment.paid_to_date, 0), base.due_amount)
        - least(greatest(payment.paid_to_date - payment.paid_amount, 0), base.due_amount) as collected_amount,
        0 as collected_bills
    from base
    inner join {{ ref('mtr_collection_payment') }} as payment
        on base.bill_key = payment.bill_key and base.insurance_code = payment.insurance_code
),

event_day as (
    select
        period,
        area_code,
        event_date,
        sum(due_amount) as due_amount,
        sum(due_bills) as due_bills,
        sum(collected_amount) as collected_amount,
        sum(collected_bills) as collected_bills
    from event
    group by period, area_code, event_date
),

area as (
    select area_code from event_day
    union distinct
    select bureau_code as area_code from {{ ref('ref_bureau') }} where is_ranked
),

day as (
    select
        covered.period,
        calendar.calendar_date
    from covered
    inner join {{ ref('ref_calendar') }} as calendar
        on calendar.calendar_date >= {{ period_begin('covered.period') }} and calendar.calendar_date <= {{ period_end('covered.period') }}
    where calendar.calendar_date <= {{ as_of_date() }}
),

area_day as (
    select
        day.period,
        day.calendar_date,
        area.area_code,
        coalesce(event_day.due_amount, 0) as due_amount,
        coalesce(event_day.due_bills, 0) as due_bills,
        coalesce(event_day.collected_amount, 0) as collected_amount,
        coalesce(event_day.collected_bills, 0) as collected_bills
    from day
    cross join area
    left join event_day
        on day.period = event_day.period and day.calendar_date = event_day.event_date and area.area_code = event_day.area_code
),

level_day as (
    select
        area_day.period,
        area_day.calendar_date,
        'city' as level,
        city.city_code as area_code,
        cast(null as string) as bureau_code,
        sum(area_day.due_amount) as due_amount,
        sum(area_day.due_bills) as due_bills,
        sum(area_day.collected_amount) as collected_amount,
        sum(area_day.collected_bills) as collected_bills
    from area_day
    cross join city
    group by area_day.period, area_day.calendar_date, city.city_code
    union all
    select
        period,
        calendar_date,
        'bureau' as level,
        area_code,
        area_code as bureau_code,
        due_amount,
        due_bills,
        collected_amount,
        collected_bills
    from area_day
),

cumulated as (
    select
        period,
        calendar_date,
        level,
        area_code,
        bureau_code,
        {{ decimal18('collected_amount') }} as collected_amount,
    {%- for column in ['due_amount', 'collected_amount', 'due_bills', 'collected_bills'] %}
    sum({{ column }}) over (partition by period, level, area_code order by calendar_date) as {{ column }}_cum{{ ',' if not loop.last }}
    {%- endfor %}
    from level_day
),

typed as (
    select
        period,
        calendar_date,
        level,
        area_code,
        bureau_code,
        collected_amount,
        {{ decimal18('collected_amount_cum') }} as collected_amount_cum,
        {{ decimal18('due_amount_cum') }} as due_amount,
        cast(collected_bills_cum as integer) as collected_bills_cum,
        cast(due_bills_cum as integer) as due_bills
    from cumulated
)

select
    typed.period,
    typed.calendar_date,
    cast({{ day_of_month('typed.calendar_date') }} as integer) as day_no,
    typed.level,
    typed.area_code,
    case
        when typed.level = 'city' then '全市'
        when typed.area_code = 'UNASSIGNED' then '未分配'
        else coalesce(bureau.short_name, typed.area_code)
    end as area_name,
    nullif(typed.bureau_code, 'UNASSIGNED') as bureau_code,
    typed.collected_amount,
    typed.collected_amount_cum,
    typed.due_amount,
    typed.collected_bills_cum,
    typed.due_bills,
    {{ ratio('typed.collected_amount_cum', 'typed.due_amount') }} as rate_amount,
    {{ ratio('typed.collected_bills_cum', 'typed.due_bills') }} as rate_bills
from typed
left join {{ ref('ref_bureau') }} as bureau on case when typed.level = 'bureau' then typed.area_code end = bureau.bureau_code
