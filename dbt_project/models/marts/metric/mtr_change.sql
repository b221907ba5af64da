-- What changed: collected money of a fee period against the period before and the same of the year before, at the same progress, taken apart:
-- volume (more was due), mix (other items were due), deduction failures, bills that came late, and the rate of all else. The parts add up to the total
-- to the cent: the rate is what remains. Grain: period × comparison × level × area.
with base as (
    select
        base.period,
        coalesce(base.bureau_code, 'UNASSIGNED') as bureau_code,
        base.insurance_code,
        {%- for at in ['', '_prev_month', '_prev_year'] %}
        base.due_amount{{ at }},
        base.collected_amount{{ at }},
        case when failed.bill_key is not null then base.due_amount{{ at }} - base.collected_amount{{ at }} else 0 end as failed_amount{{ at }},
        case
            when
                failed.bill_key is null and base.received_date > {{ period_begin('base.period') }}
                and ({{ to_period('base.received_date') }} > base.period or {{ day_of_month('base.received_date') }} > {{ var('late_file_day') }})
                then base.due_amount{{ at }} - base.collected_amount{{ at }}
            else 0
        end as late_amount{{ at }},
        {%- endfor %}
        base.bill_key
    from {{ ref('mtr_collection_base') }} as base
    left join (
        select
            bill_key,
            list_month
        from {{ ref('int_deduction_month') }}
        where not is_success
        group by bill_key, list_month
    ) as failed
        on base.bill_key = failed.bill_key and base.period = failed.list_month
    where base.is_due
),

{%- set measures = ['due_amount', 'collected_amount', 'failed_amount', 'late_amount'] %}
{%- set columns = [] %}
{%- for measure in measures %}
{%- do columns.extend([measure, measure ~ '_prev_month', measure ~ '_prev_year']) %}
{%- endfor %}

summed as (
    select
        period,
        bureau_code,
        {%- for column in columns %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        insurance_code
    from base
    group by period, bureau_code, insurance_code
),

areas as (
    select
        'bureau' as level,
        bureau_code as area_code,
        summed.*
    from summed
    union all
    select
        'city' as level,
        (select max(bureau_code) from {{ ref('ref_bureau') }} where kind = 'city') as area_code,
        summed.*
    from summed
),

items as (
    select
        level,
        area_code,
        period,
        {%- for column in columns %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        insurance_code
    from areas
    group by level, area_code, period, insurance_code
),

covered as (
    {{ metric_periods() }}
),

pairs as (
    {%- for comparison, other, at in [('prev_month', 'prev_period', '_prev_month'), ('prev_year', 'prev_year_period', '_prev_year')] %}
    select
        '{{ comparison }}' as comparison,
        coalesce(now.level, before.level) as level,
        coalesce(now.area_code, before.area_code) as area_code,
        covered.period,
        covered.{{ other }} as compared_period,
        coalesce(now.insurance_code, before.insurance_code) as insurance_code,
    {%- for measure in measures %}
    coalesce(now.{{ measure }}, 0) as {{ measure }},
    coalesce(before.{{ measure }}{{ at }}, 0) as {{ measure }}_before{{ ',' if not loop.last }}
    {%- endfor %}
    from (select
        items.*,
        covered.{{ other }} as other_period
    from items inner join covered on items.period = covered.period) as now
    full outer join (select
        items.*,
        covered.period as later_period
    from items inner join covered on items.period = covered.{{ other }}) as before
        on
            now.level = before.level
            and now.area_code = before.area_code
            and now.other_period = before.period
            and now.insurance_code = before.insurance_code
    inner join covered on coalesce(now.period, before.later_period) = covered.period  -- noqa: AL04
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

totals as (
    select
        pairs.*,
        sum(due_amount) over (partition by comparison, level, area_code, period) as area_due,
        sum(due_amount_before) over (partition by comparison, level, area_code, period) as area_due_before,
        sum(collected_amount_before) over (partition by comparison, level, area_code, period) as area_collected_before
    from pairs
),

-- An item that was not due before is taken at the area's rate.
expected as (
    select
        totals.*,
        cast(due_amount as double) * case
            when due_amount_before > 0 then cast(collected_amount_before as double) / cast(due_amount_before as double)
            else cast(area_collected_before as double) / cast(area_due_before as double)
        end as expected_amount
    from totals
    where area_due_before > 0
),

parts as (
    select
        comparison,
        level,
        area_code,
        period,
        max(compared_period) as compared_period,
        {{ sum_amount('due_amount') }} as due_amount,
        {{ sum_amount('due_amount_before') }} as due_amount_before,
        {{ sum_amount('collected_amount') }} as collected_amount,
        {{ sum_amount('collected_amount_before') }} as collected_amount_before,
        cast(
            round(
                cast(sum(due_amount) - sum(due_amount_before) as double)
                * cast(sum(collected_amount_before) as double)
                / cast(sum(due_amount_before) as double),
                2
            )
            as decimal(18, 2)
        ) as volume_amount,
        cast(
            round(
                sum(expected_amount)
                - cast(sum(due_amount) as double) * cast(sum(collected_amount_before) as double) / cast(sum(due_amount_before) as double),
                2
            )
            as decimal(18, 2)
        ) as mix_amount,
        {{ decimal18('sum(failed_amount_before) - sum(failed_amount)') }} as deduction_amount,
        {{ decimal18('sum(late_amount_before) - sum(late_amount)') }} as late_file_amount
    from expected
    group by comparison, level, area_code, period
)

select
    parts.comparison,
    parts.period,
    parts.compared_period,
    parts.level,
    parts.area_code,
    case when parts.level = 'city' then '全市' when parts.area_code = 'UNASSIGNED' then '未分配' else coalesce(bureau.short_name, parts.area_code) end
        as area_name,
    case when parts.level = 'bureau' then nullif(parts.area_code, 'UNASSIGNED') end as bureau_code,
    parts.due_amount,
    parts.due_amount_before,
    parts.collected_amount,
    parts.collected_amount_before,
    {{ decimal18('parts.collected_amount - parts.collected_amount_before') }} as change_amount,
    parts.volume_amount,
    parts.mix_amount,
    {{ decimal18(
        'parts.collected_amount - parts.collected_amount_before - parts.volume_amount - parts.mix_amount'
        ~ ' - parts.deduction_amount - parts.late_file_amount'
    ) }}
        as rate_amount,
    parts.deduction_amount,
    parts.late_file_amount
from parts
left join {{ ref('ref_bureau') }} as bureau on parts.area_code = bureau.bureau_code
