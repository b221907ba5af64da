{#-
  Compiles a cube: the declared metrics of one semantic model, over its periods, areas and cuts. One row is metric × period × area × cut with numerator,
  denominator, rate, the same a period and a year before, rank among the ranked bureaus, gap to target, and control limits. So a page's request is a
  look-up, and a new metric is YAML only.

  The semantic model's meta says how:
    periods    type of period → levels of area for which it is made (city, bureau, town, village)
    time       month: the base has a column `period` (YYYYMM); day: it has `day`; given: it has `period_type` and `period`;
               stock: it has `begin_period` and `end_period`, and a row counts at each month's end from the first up to before the second
    moments    columns of the base that exist also as they were a month and a year before (`_prev_month`, `_prev_year`)
    total_only types of period that are made for the total alone, not for cuts
    level_cuts the cuts that a level is made for, where it is not made for all
    moment_names  which moments, when not both
    cuts       brought: the base has `cut_type` and `cut_code`; otherwise each categorical dimension is a cut
    subjects   the measure that is counted against small_denominator
  Comparison: with moments, a month is compared with the other month at the same progress; by day, the current period is compared with the others up to
  the same progress; else with the whole other period.
-#}
{% macro metric_cube(base, name) %}
{%- set cut_names = shebao.metric_cut_names(name) -%}
{%- set areas = {'bureau': ref('ref_bureau'), 'division': ref('ref_division'), 'calendar': ref('ref_calendar')} -%}
{%- if execute -%}
    {%- set model = shebao.semantic_model(name) -%}
    {{- shebao.metric_cube_sql(base, model, shebao.declared_metrics(name), cut_names, areas) -}}
{%- else -%}
select 1 as parsed from {{ base }}
{%- endif -%}
{% endmacro %}

{#- A measure's expression at a moment: the columns that exist at moments get its suffix. -#}
{% macro metric_expression(measure, moments, at) %}
    {%- set expr = measure.expr | string -%}
    {%- set text = namespace(sql=expr) -%}
    {%- if at -%}
        {%- for column in moments -%}
            {%- set text.sql = modules.re.sub('\\b' ~ column ~ '\\b', column ~ at, text.sql) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(text.sql) }}
{% endmacro %}

{% macro metric_cube_sql(base, model, metrics, cut_names, areas) %}
{%- set meta = model.config.meta -%}
{%- set time = meta.time -%}
{%- set moments = meta.get('moments', []) -%}
{%- set types = meta.periods.keys() | list -%}
{%- set levels = ['city', 'bureau', 'town', 'village'] -%}
{%- set made = [] -%}
{%- for one in meta.periods.values() -%}{%- for level in one if level not in made -%}{%- do made.append(level) -%}{%- endfor -%}{%- endfor -%}
{%- set has_village = 'village' in made -%}
{%- set has_town = 'town' in made or has_village -%}
{%- set area_columns = ['bureau_code'] + (['town_code'] if has_town else []) + (['village_code'] if has_village else []) -%}
{%- set brought = meta.get('cuts') == 'brought' -%}
{%- set cuts = [] -%}
{%- for dimension in model.dimensions if dimension.type == 'categorical' and not brought -%}{%- do cuts.append(dimension) -%}{%- endfor -%}
{#- Measures that the metrics need, and the columns that hold their sums. A counted rate's subjects are its denominator. -#}
{%- set needed = [] -%}
{%- for metric in metrics -%}
    {%- set subjects = metric.meta.get('subjects', meta.get('subjects')) -%}
    {%- do metric.update({'subjects': subjects or (metric.denominator if metric.meta.get('counted') else none)}) -%}
    {%- for one in [metric.numerator, metric.denominator, metric.subjects] if one and one not in needed -%}
        {%- do needed.append(one) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set measures = [] -%}
{%- for measure in model.measures if measure.name in needed -%}{%- do measures.append(measure) -%}{%- endfor -%}
{%- set source_key = {'month': ['period'], 'day': ['day'], 'given': ['period_type', 'period'], 'stock': ['begin_period', 'end_period']}[time] -%}
{%- set ats = [''] + meta.get('moment_names', ['_prev_month', '_prev_year']) if moments else ['', '_compared'] -%}
{%- set sums = [] -%}
{%- for measure in measures -%}{%- for at in ats -%}{%- do sums.append(measure.name ~ at) -%}{%- endfor -%}{%- endfor -%}
with source as (
    select
        {%- for column in source_key %}
        {{ column }},
        {%- endfor %}
        coalesce(bureau_code, 'UNASSIGNED') as bureau_code,
        {%- if has_town %}
        coalesce(town_code, 'UNASSIGNED') as town_code,
        {%- endif %}
        {%- if has_village %}
        coalesce(village_code, 'UNASSIGNED') as village_code,
        {%- endif %}
        {%- if brought %}
        cut_type,
        cut_code,
        {%- endif %}
        {%- for dimension in cuts %}
        coalesce({{ dimension.expr or dimension.name }}, 'UNKNOWN') as cut_{{ dimension.name }},
        {%- endfor %}
    {%- set rows = [] -%}
    {%- for measure in measures -%}
        {%- for at in (ats if moments else ['']) -%}{%- do rows.append([shebao.metric_expression(measure, moments, at), measure.name ~ at]) -%}{%- endfor -%}
    {%- endfor -%}
    {%- for expression, column in rows %}
        {{ expression }} as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ base }}
),

-- One pass over the base: the total and each cut for itself.
fine as (
    select
        {%- for column in source_key + area_columns %}
        {{ column }},
        {%- endfor %}
        {%- if brought %}
        cut_type,
        cut_code,
        {%- elif cuts %}
        case
            {%- for dimension in cuts %}
            when grouping(cut_{{ dimension.name }}) = 0 then '{{ dimension.name }}'
            {%- endfor %}
            else 'total'
        end as cut_type,
        case
            {%- for dimension in cuts %}
            when grouping(cut_{{ dimension.name }}) = 0 then cut_{{ dimension.name }}
            {%- endfor %}
            else 'total'
        end as cut_code,
        {%- else %}
        'total' as cut_type,
        'total' as cut_code,
        {%- endif %}
    {%- for expression, column in rows %}
        cast(sum({{ column }}) as decimal(18, 2)) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from source
    {%- set keys = (source_key + area_columns) | join(', ') %}
    {%- if brought %}
    group by {{ keys }}, cut_type, cut_code
    {%- elif cuts %}
    group by grouping sets (
        ({{ keys }}),
        {%- for dimension in cuts %}
        ({{ keys }}, cut_{{ dimension.name }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
    {%- else %}
    group by {{ keys }}
    {%- endif %}
),

calendar as (
    {{ shebao.metric_calendar_rows(types) if time != 'given' else shebao.metric_calendar_rows(['day', 'week', 'month', 'quarter', 'year', 'fee_year']) }}
),

periods as (
    select * from calendar
    where period_type in ({% for type in types %}'{{ type }}'{{ ', ' if not loop.last }}{% endfor %})
),

-- Which rows of the base belong to which period.
{% if time == 'day' -%}
period_rows as (
    select
        periods.period_type,
        periods.period,
        days.calendar_date as day,
        days.calendar_date <= periods.progress_date as is_compared
    from periods
    inner join {{ areas.calendar }} as days on days.calendar_date between periods.begin_date and periods.end_date
),
{%- elif time in ('month', 'stock') -%}
months as (
    select period as month_period, begin_date, end_date from calendar where period_type = 'month'
    {%- if 'month' not in types %}
    {{ exceptions.raise_compiler_error(model.name ~ ' needs the period month') }}
    {%- endif %}
),

period_rows as (
    select
        periods.period_type,
        periods.period,
        {{ 'max(months.month_period)' if time == 'stock' else 'months.month_period' }} as month_period
    from periods
    inner join months on months.begin_date between periods.begin_date and periods.end_date
    {%- if time == 'stock' %}
    group by periods.period_type, periods.period
    {%- endif %}
),
{%- endif %}

rolled as (
    {%- for level in levels if level in made %}
    {%- set level_types = [] -%}
    {%- for type in types if level in meta.periods[type] -%}{%- do level_types.append(type) -%}{%- endfor %}
    {%- set level_columns = {'city': [], 'bureau': ['bureau_code'], 'town': ['bureau_code', 'town_code'], 'village': ['bureau_code', 'town_code', 'village_code']}[level] %}
    select
        {{ 'fine' if time == 'given' else 'period_rows' }}.period_type,
        {{ 'fine' if time == 'given' else 'period_rows' }}.period,
        '{{ level }}' as level,
        {%- for column in ['bureau_code', 'town_code', 'village_code'] %}
        {{ 'fine.' ~ column if column in level_columns else "cast(null as string)" }} as {{ column }},
        {%- endfor %}
        fine.cut_type,
        fine.cut_code,
    {%- for measure in measures %}
    {%- for at in ats %}
        cast(sum(
            {%- if moments -%}
            {{ 'fine.' ~ measure.name ~ at }}
            {%- elif at and time == 'day' -%}
            case when period_rows.is_compared then fine.{{ measure.name }} else 0 end
            {%- else -%}
            fine.{{ measure.name }}
            {%- endif -%}
        ) as decimal(18, 2)) as {{ measure.name }}{{ at }}{{ ',' if not loop.last }}
    {%- endfor %}{{ ',' if not loop.last }}
    {%- endfor %}
    from fine
    {%- if time == 'day' %}
    inner join period_rows on fine.day = period_rows.day
    {%- elif time == 'month' %}
    inner join period_rows on fine.period = period_rows.month_period
    {%- elif time == 'stock' %}
    inner join period_rows
        on fine.begin_period <= period_rows.month_period and (fine.end_period is null or fine.end_period > period_rows.month_period)
    {%- endif %}
    where {{ 'fine' if time == 'given' else 'period_rows' }}.period_type in ({% for type in level_types %}'{{ type }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- if level in meta.get('level_cuts', {}) %}
        and fine.cut_type in ('total'{% for cut in meta.level_cuts[level] %}, '{{ cut }}'{% endfor %})
    {%- endif %}
    {%- for type in meta.get('total_only', []) %}
        and ({{ 'fine' if time == 'given' else 'period_rows' }}.period_type <> '{{ type }}' or fine.cut_type = 'total')
    {%- endfor %}
    group by
        {{ 'fine' if time == 'given' else 'period_rows' }}.period_type,
        {{ 'fine' if time == 'given' else 'period_rows' }}.period,
        {%- for column in level_columns %}
        fine.{{ column }},
        {%- endfor %}
        fine.cut_type,
        fine.cut_code
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

bureaus as (
    select
        bureau_code,
        short_name,
        is_ranked,
        max(case when kind = 'city' then bureau_code end) over () as city_code
    from {{ areas.bureau }}
),

-- The city's total and every ranked bureau stand in every period, also where there was nothing.
city_cuts as (
    select period_type, period, cut_type, cut_code from rolled where level = 'city'
    union
    select period_type, period, 'total' as cut_type, 'total' as cut_code from periods where prev_period is not null
),

complete as (
    select period_type, period, level, bureau_code, town_code, village_code, cut_type, cut_code, {{ sums | join(', ') }}
    from rolled
    union all
    select
        city_cuts.period_type, city_cuts.period, 'bureau' as level, bureaus.bureau_code, cast(null as string) as town_code,
        cast(null as string) as village_code, city_cuts.cut_type, city_cuts.cut_code,
        {% for column in sums %}cast(0 as decimal(18, 2)) as {{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from city_cuts
    inner join bureaus on bureaus.is_ranked
    union all
    select
        period_type, period, 'city' as level, cast(null as string) as bureau_code, cast(null as string) as town_code,
        cast(null as string) as village_code, cut_type, cut_code,
        {% for column in sums %}cast(0 as decimal(18, 2)) as {{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from city_cuts
),

summed as (
    select
        period_type, period, level, bureau_code, town_code, village_code, cut_type, cut_code,
        {% for column in sums %}cast(sum({{ column }}) as decimal(18, 2)) as {{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from complete
    group by period_type, period, level, bureau_code, town_code, village_code, cut_type, cut_code
),

{%- set shared = [] -%}
{%- for metric in metrics if metric.meta.get('share') and metric.numerator not in shared -%}{%- do shared.append(metric.numerator) -%}{%- endfor %}

-- A share is measured against the same area's total.
totalled as (
    select
        {%- for measure in shared %}
        {%- for at in ats %}
        sum(case when cut_type = 'total' then {{ measure }}{{ at }} else 0 end)
            over (partition by period_type, period, level, bureau_code, town_code, village_code) as {{ measure }}{{ at }}_of_total,
        {%- endfor %}
        {%- endfor %}
        summed.*
    from summed
),

metrics as (
    {%- for metric in metrics %}
    select
        '{{ metric.name }}' as metric_id,
        {{ 'true' if metric.denominator or metric.meta.get('share') else 'false' }} as is_rate,
        {{ 'true' if metric.meta.get('direction', 'higher') == 'lower' else 'false' }} as is_lower_better,
        {{ 'true' if metric.meta.get('counted') else 'false' }} as is_counted,
        {% if metric.meta.get('target') is none -%}
        cast(null as decimal(9, 4)) as target
        {%- else -%}
        cast({{ metric.meta.target }} as decimal(9, 4)) as target
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{%- set values = [] -%}
{%- for at in ats -%}
    {%- do values.append(['numerator' ~ at, 'numerator', at]) -%}
    {%- do values.append(['denominator' ~ at, 'denominator', at]) -%}
{%- endfor %}

measured as (
    select
        metrics.metric_id,
        metrics.is_rate,
        metrics.is_lower_better,
        metrics.is_counted,
        metrics.target,
        totalled.period_type,
        totalled.period,
        totalled.level,
        totalled.bureau_code,
        totalled.town_code,
        totalled.village_code,
        totalled.cut_type,
        totalled.cut_code,
        {%- for at in ats %}
        case metrics.metric_id
            {%- for metric in metrics %}
            when '{{ metric.name }}' then totalled.{{ metric.numerator }}{{ at }}
            {%- endfor %}
        end as numerator{{ at }},
        case metrics.metric_id
            {%- for metric in metrics %}
            when '{{ metric.name }}' then {{ 'totalled.' ~ metric.numerator ~ at ~ '_of_total' if metric.meta.get('share') else
                'totalled.' ~ metric.denominator ~ at if metric.denominator else 'cast(null as decimal(18, 2))' }}
            {%- endfor %}
        end as denominator{{ at }},
        {%- endfor %}
        case metrics.metric_id
            {%- for metric in metrics %}
            when '{{ metric.name }}' then {{ 'totalled.' ~ metric.subjects if metric.subjects else 'cast(null as decimal(18, 2))' }}
            {%- endfor %}
        end as subject_count
    from totalled
    cross join metrics
),

-- What stands in the cube: each cut in which the city has anything; every bureau in it, and the towns that have anything.
alive as (
    select metric_id, period_type, period, cut_type, cut_code
    from measured
    where level = 'city' and (cut_type = 'total' or numerator <> 0 or coalesce(denominator, 0) <> 0)
),

kept as (
    select measured.*
    from measured
    inner join alive
        on
            measured.metric_id = alive.metric_id
            and measured.period_type = alive.period_type
            and measured.period = alive.period
            and measured.cut_type = alive.cut_type
            and measured.cut_code = alive.cut_code
    where measured.level in ('city', 'bureau') or measured.numerator <> 0 or coalesce(measured.denominator, 0) <> 0
),

compared as (
    select
        now.metric_id,
        now.is_rate,
        now.is_lower_better,
        now.is_counted,
        now.target,
        now.period_type,
        now.period,
        now.level,
        now.bureau_code,
        now.town_code,
        now.village_code,
        now.cut_type,
        now.cut_code,
        now.numerator,
        {{ decimal18('now.denominator') }} as denominator,
        now.subject_count,
        {%- for other, at in [('prev', '_prev_month' if moments else '_compared'), ('prev_year', '_prev_year' if moments else '_compared')] %}
        {%- for part in ['numerator', 'denominator'] %}
        {%- if moments and other == 'prev' and at not in ats %}
        {{ decimal18(other ~ '.' ~ part) }} as {{ other }}_{{ part }},
        {%- elif moments and other == 'prev' %}
        {{ decimal18('case when now.period_type = \'month\' then ' ~ other ~ '.' ~ part ~ at ~ ' else ' ~ other ~ '.' ~ part ~ ' end') }} as {{ other }}_{{ part }},
        {%- elif moments %}
        {{ decimal18(other ~ '.' ~ part ~ at) }} as {{ other }}_{{ part }},
        {%- else %}
        {{ decimal18('case when periods.end_date = ' ~ as_of_date() ~ ' then ' ~ other ~ '.' ~ part ~ at ~ ' else ' ~ other ~ '.' ~ part ~ ' end') }} as {{ other }}_{{ part }},
        {%- endif %}
        {%- endfor %}
        {%- endfor %}
        case when now.is_rate then {{ ratio('now.numerator', 'now.denominator') }} end as rate
    from kept as now
    inner join periods on now.period_type = periods.period_type and now.period = periods.period
    {%- for other in ['prev', 'prev_year'] %}
    left join measured as {{ other }}
        on
            now.metric_id = {{ other }}.metric_id
            and now.period_type = {{ other }}.period_type
            and periods.{{ other }}_period = {{ other }}.period
            and now.level = {{ other }}.level
            and coalesce(now.bureau_code, '') = coalesce({{ other }}.bureau_code, '')
            and coalesce(now.town_code, '') = coalesce({{ other }}.town_code, '')
            and coalesce(now.village_code, '') = coalesce({{ other }}.village_code, '')
            and now.cut_type = {{ other }}.cut_type
            and now.cut_code = {{ other }}.cut_code
    {%- endfor %}
    where periods.prev_period is not null
),

rated as (
    select
        compared.*,
        case when compared.is_rate then {{ ratio('compared.prev_numerator', 'compared.prev_denominator') }} end as prev_rate,
        case when compared.is_rate then {{ ratio('compared.prev_year_numerator', 'compared.prev_year_denominator') }} end as prev_year_rate,
        coalesce(compared.level = 'bureau' and bureaus.is_ranked, false) as is_ranked,
        bureaus.short_name,
        city.city_code
    from compared
    left join bureaus on compared.bureau_code = bureaus.bureau_code
    cross join (select max(city_code) as city_code from bureaus) as city
),

{%- set value = "case when is_rate then rate else numerator end * case when is_lower_better then -1 else 1 end" %}
{%- set prev_value = "case when is_rate then prev_rate else prev_numerator end * case when is_lower_better then -1 else 1 end" %}

-- The city's own rate, about which a bureau's may lie by chance.
city_rates as (
    select
        metric_id as of_metric,
        period_type as of_type,
        period as of_period,
        cut_type as of_cut,
        cut_code as of_code,
        cast(numerator as double) / cast(denominator as double) as city_share
    from rated
    where level = 'city' and is_counted and denominator > 0
),

valued as (
    select
        rated.*,
        case when is_ranked then {{ value }} end as value_now,
        case when is_ranked then {{ prev_value }} end as value_before,
        city_rates.city_share
    from rated
    left join city_rates
        on
            rated.metric_id = city_rates.of_metric
            and rated.period_type = city_rates.of_type
            and rated.period = city_rates.of_period
            and rated.cut_type = city_rates.of_cut
            and rated.cut_code = city_rates.of_code
),

-- Only bureaus are ranked.
ranked as (
    select
        *,
        case
            when value_now is not null
                then rank() over (partition by metric_id, period_type, period, cut_type, cut_code, value_now is not null order by value_now desc)
        end as rank_now,
        case
            when value_before is not null
                then rank() over (partition by metric_id, period_type, period, cut_type, cut_code, value_before is not null order by value_before desc)
        end as rank_before,
        case
            when is_counted and denominator > 0
                then {{ var('metric_band_sigma') }} * sqrt(city_share * (1 - city_share) / cast(denominator as double))
        end as half_band
    from valued
    where is_ranked
    union all
    select
        *,
        cast(null as bigint) as rank_now,
        cast(null as bigint) as rank_before,
        cast(null as double) as half_band
    from valued
    where not is_ranked
),

cut_names as (
    {{ cut_names }}
),

named as (
    select
        ranked.*,
        case when ranked.half_band is not null then cast(round(greatest(ranked.city_share - ranked.half_band, 0), 4) as decimal(9, 4)) end as band_low,
        case when ranked.half_band is not null then cast(round(least(ranked.city_share + ranked.half_band, 1), 4) as decimal(9, 4)) end as band_high,
        case
            when ranked.rate is not null and ranked.target is not null
                then
                    greatest(
                        case when ranked.is_lower_better then -1 else 1 end * (ranked.target * ranked.denominator - ranked.numerator), 0
                    )
        end as missing,
        coalesce(ranked.village_code, ranked.town_code, ranked.bureau_code, ranked.city_code) as area_code,
        {{ metric_area_parent('ranked') }} as parent_code,
        coalesce(cut_names.cut_name, case ranked.cut_code when 'total' then '全部' when 'UNKNOWN' then '未知' else ranked.cut_code end) as cut_name
    from ranked
    left join cut_names on ranked.cut_type = cut_names.cut_type and ranked.cut_code = cut_names.cut_code
)

select
    named.metric_id,
    named.period_type,
    named.period,
    named.level,
    named.area_code,
    {{ metric_area_name('named', 'division') }} as area_name,
    named.parent_code,
    nullif(named.bureau_code, 'UNASSIGNED') as bureau_code,
    nullif(named.town_code, 'UNASSIGNED') as town_code,
    named.cut_type,
    named.cut_code,
    named.cut_name,
    {{ decimal18('named.numerator') }} as numerator,
    {{ decimal18('named.denominator') }} as denominator,
    cast(named.rate as decimal(9, 4)) as rate,
    {{ decimal18('named.prev_numerator') }} as prev_numerator,
    {{ decimal18('named.prev_denominator') }} as prev_denominator,
    cast(named.prev_rate as decimal(9, 4)) as prev_rate,
    {{ decimal18('named.prev_year_numerator') }} as prev_year_numerator,
    {{ decimal18('named.prev_year_denominator') }} as prev_year_denominator,
    cast(named.prev_year_rate as decimal(9, 4)) as prev_year_rate,
    cast(named.rate - named.prev_rate as decimal(9, 4)) as rate_mom,
    cast(named.rate - named.prev_year_rate as decimal(9, 4)) as rate_yoy,
    cast(named.rank_now as integer) as rank,
    cast(named.rank_before as integer) as prev_rank,
    cast(named.rank_before - named.rank_now as integer) as rank_change,
    named.target,
    -- People, bills and households come whole.
    {{ decimal18('case when named.is_counted then ceil(named.missing) else named.missing end') }} as gap,
    cast(named.subject_count as integer) as subject_count,
    named.is_rate and coalesce(named.subject_count < {{ var('small_denominator') }}, false) as is_small,
    named.band_low,
    named.band_high,
    case
        when named.half_band is null then null
        when named.rate < named.band_low then case when named.is_lower_better then 'better' else 'worse' end
        when named.rate > named.band_high then case when named.is_lower_better then 'worse' else 'better' end
        else 'same'
    end as band
from named
left join {{ areas.division }} as division on named.area_code = division.division_code and named.level = division.level
order by named.metric_id, named.period_type, named.period, named.level, named.cut_type, named.cut_code, named.area_code, named.parent_code
{% endmacro %}
