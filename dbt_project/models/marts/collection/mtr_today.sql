-- 今日: what a leader asks first, for the city and each bureau: money of the day and of the month, whatever bill it was for; and of the current
-- period's due bills, what is still missing. Grain: level × area.
with payment as (
    select
        coalesce(bill.bureau_code, 'UNASSIGNED') as bureau_code,
        ticket.bill_key,
        ticket.remitted_date,
        ticket.remitted_amount
    from {{ ref('int_ticket_item') }} as ticket
    left join {{ ref('int_bill') }} as bill on ticket.bill_key = bill.bill_key
    where ticket.remitted_date <= {{ as_of_date() }}
),

money as (
    select
        bureau_code,
        sum(case when remitted_date = {{ as_of_date() }} then remitted_amount else 0 end) as today_amount,
        count(distinct case when remitted_date = {{ as_of_date() }} then bill_key end) as today_bills,
        sum(case when {{ to_period('remitted_date') }} = {{ as_of_period() }} then remitted_amount else 0 end) as month_amount,
        sum(
            case
                when
                    {{ to_period('remitted_date') }} = '{{ metric_period(1) }}'
                    and remitted_date <= cast('{{ metric_progress_day(1) }}' as date)
                    then remitted_amount
                else 0
            end
        ) as prev_month_amount,
        sum(
            case
                when
                    {{ to_period('remitted_date') }} = '{{ metric_period(12) }}'
                    and remitted_date <= cast('{{ metric_progress_day(12) }}' as date)
                    then remitted_amount
                else 0
            end
        ) as prev_year_amount
    from payment
    group by bureau_code
),

employer as (
    select
        coalesce(bureau_code, 'UNASSIGNED') as bureau_code,
        registration_key,
        period = {{ as_of_period() }} as is_current,
        count(distinct bill_key) as due_bills,
        count(distinct case when not is_complete then bill_key end) as missing_bills,
        sum(due_amount) as due_amount,
        sum(collected_amount) as collected_amount
    from {{ ref('mtr_collection_base') }}
    where is_due
    group by coalesce(bureau_code, 'UNASSIGNED'), registration_key, period = {{ as_of_period() }}
),

progress as (
    select
        bureau_code,
        sum(case when is_current then due_amount else 0 end) as due_amount,
        sum(case when is_current then collected_amount else 0 end) as collected_amount,
        sum(case when is_current then due_bills else 0 end) as due_bills,
        sum(case when is_current then missing_bills else 0 end) as missing_bills,
        count(case when is_current then 1 end) as due_employers,
        count(case when is_current and missing_bills > 0 then 1 end) as missing_employers,
        sum(case when is_current then 0 else due_amount - collected_amount end) as earlier_missing_amount,
        sum(case when is_current then 0 else missing_bills end) as earlier_missing_bills
    from employer
    group by bureau_code
),

area as (
    select bureau_code from {{ ref('ref_bureau') }} where is_ranked
    union distinct
    select bureau_code from money
    union distinct
    select bureau_code from progress
),

{%- set amounts = ['today_amount', 'month_amount', 'prev_month_amount', 'prev_year_amount'] %}
{%- set due_amounts = ['due_amount', 'collected_amount', 'earlier_missing_amount'] %}
{%- set counts = ['due_bills', 'missing_bills', 'due_employers', 'missing_employers', 'earlier_missing_bills'] %}

bureau_day as (
    select
        area.bureau_code,
        {%- for column in amounts %}
        coalesce(money.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        coalesce(money.today_bills, 0) as today_bills,
    {%- for column in due_amounts + counts %}
    coalesce(progress.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from area
    left join money on area.bureau_code = money.bureau_code
    left join progress on area.bureau_code = progress.bureau_code
),

{%- set columns = amounts + ['today_bills'] + due_amounts + counts %}

area_today as (
    select 'bureau' as level, bureau_code as area_code, bureau_code, {{ columns | join(', ') }}
    from bureau_day
    union all
    select
        'city' as level,
        (select max(bureau_code) from {{ ref('ref_bureau') }} where kind = 'city') as area_code,
        cast(null as string) as bureau_code,
    {%- for column in columns %}
    sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from bureau_day
)

select
    {{ as_of_date() }} as as_of,
    {{ as_of_period() }} as period,
    area_today.level,
    area_today.area_code,
    case
        when area_today.level = 'city' then '全市'
        when area_today.area_code = 'UNASSIGNED' then '未分配'
        else coalesce(bureau.short_name, area_today.area_code)
    end as area_name,
    nullif(area_today.bureau_code, 'UNASSIGNED') as bureau_code,
    {%- for column in amounts + due_amounts %}
    {{ decimal18('area_today.' ~ column) }} as {{ column }},
    {%- endfor %}
    {{ decimal18('area_today.due_amount - area_today.collected_amount') }} as missing_amount,
    {%- for column in ['today_bills'] + counts %}
    cast(area_today.{{ column }} as integer) as {{ column }},
    {%- endfor %}
    {{ ratio('area_today.collected_amount', 'area_today.due_amount') }} as rate_amount,
    {{ ratio('(area_today.due_bills - area_today.missing_bills)', 'area_today.due_bills') }} as rate_bills,
    {{ ratio('(area_today.due_employers - area_today.missing_employers)', 'area_today.due_employers') }} as rate_employers
from area_today
left join {{ ref('ref_bureau') }} as bureau on case when area_today.level = 'bureau' then area_today.area_code end = bureau.bureau_code
