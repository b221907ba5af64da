{#-
  The periods that a cube covers, as literals worked out when it is compiled. A period: type (day, week, month, quarter, year), label, first and last
  day, the labels of the period before and of the same one a year before, and the day up to which it is counted when the current period is compared
  with it (the same progress). Months reach `metric_periods` back; quarters and years only as far as all their months are covered; weeks begin on
  Monday and reach `metric_weeks` back, days `metric_days`.
-#}
{% macro metric_calendar(types) %}
    {%- set date = modules.datetime.date -%}
    {%- set delta = modules.datetime.timedelta -%}
    {%- set as_of = date(var('as_of')[:4] | int, var('as_of')[5:7] | int, var('as_of')[8:10] | int) -%}
    {%- set months = var('metric_periods', 13) -%}
    {%- set oldest = shebao.metric_period(months - 1) -%}
    {%- set oldest_day = date(oldest[:4] | int, oldest[4:] | int, 1) -%}
    {%- set is_last_day = (as_of + delta(days=1)).day == 1 -%}
    {%- set found = [] -%}
    {%- if 'day' in types -%}
        {%- for back in range(var('metric_days', 62)) -%}
            {%- set day = as_of - delta(days=back) -%}
            {%- set year_before = date(day.year - 1, day.month, 28 if day.month == 2 and day.day == 29 else day.day) -%}
            {%- do found.append({
                'type': 'day', 'label': day.isoformat(), 'begin': day, 'end': day, 'prev': (day - delta(days=1)).isoformat(),
                'prev_year': year_before.isoformat(), 'progress': day, 'is_current': back == 0
            }) -%}
        {%- endfor -%}
        {#- The same days a year before, so that they can be compared with; they are not shown. -#}
        {%- for back in range(var('metric_days', 62)) -%}
            {%- set day = as_of - delta(days=back) -%}
            {%- set year_before = date(day.year - 1, day.month, 28 if day.month == 2 and day.day == 29 else day.day) -%}
            {%- if year_before < as_of - delta(days=var('metric_days', 62) - 1) -%}
                {%- do found.append({
                    'type': 'day', 'label': year_before.isoformat(), 'begin': year_before, 'end': year_before, 'prev': none, 'prev_year': none,
                    'progress': year_before, 'is_current': false
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if 'week' in types -%}
        {%- set monday = as_of - delta(days=as_of.weekday()) -%}
        {%- for back in range(var('metric_weeks', 54)) -%}
            {%- set begin = monday - delta(days=7 * back) -%}
            {%- set ending = begin + delta(days=6) -%}
            {%- do found.append({
                'type': 'week', 'label': begin.isoformat(), 'begin': begin, 'end': as_of if ending > as_of else ending,
                'prev': (begin - delta(days=7)).isoformat(), 'prev_year': (begin - delta(days=364)).isoformat(),
                'progress': begin + delta(days=as_of.weekday()) if back in [1, 52] else ending, 'is_current': back == 0
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if 'month' in types -%}
        {%- for back in range(months) -%}
            {%- set label = shebao.metric_period(back) -%}
            {%- set following = shebao.metric_period(back - 1) -%}
            {%- set ending = date(following[:4] | int, following[4:] | int, 1) - delta(days=1) -%}
            {%- set progress = shebao.metric_progress_day(back) if back in [1, 12] else ending.isoformat() -%}
            {%- do found.append({
                'type': 'month', 'label': label, 'begin': date(label[:4] | int, label[4:] | int, 1), 'end': as_of if back == 0 else ending,
                'prev': shebao.metric_period(back + 1), 'prev_year': shebao.metric_period(back + 12), 'progress': progress, 'is_current': back == 0
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if 'quarter' in types -%}
        {%- set first = date(as_of.year, (as_of.month - 1) // 3 * 3 + 1, 1) -%}
        {%- set month_of_quarter = (as_of.month - 1) % 3 -%}
        {%- for back in range(12) -%}
            {%- set index = first.year * 4 + (first.month - 1) // 3 - back -%}
            {%- set begin = date(index // 4, index % 4 * 3 + 1, 1) -%}
            {%- set following = date((index + 1) // 4, (index + 1) % 4 * 3 + 1, 1) -%}
            {%- set ending = following - delta(days=1) -%}
            {%- if begin >= oldest_day -%}
                {%- do found.append({
                    'type': 'quarter', 'label': '%dQ%d' | format(index // 4, index % 4 + 1), 'begin': begin, 'end': as_of if back == 0 else ending,
                    'prev': '%dQ%d' | format((index - 1) // 4, (index - 1) % 4 + 1), 'prev_year': '%dQ%d' | format(index // 4 - 1, index % 4 + 1),
                    'progress': shebao.metric_progress_day(3 * back) if back in [1, 4] else ending, 'is_current': back == 0
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if 'year' in types -%}
        {%- for back in range(3) -%}
            {%- set year = as_of.year - back -%}
            {%- if date(year, 1, 1) >= oldest_day -%}
                {%- do found.append({
                    'type': 'year', 'label': year | string, 'begin': date(year, 1, 1), 'end': as_of if back == 0 else date(year, 12, 31),
                    'prev': (year - 1) | string, 'prev_year': (year - 1) | string,
                    'progress': shebao.metric_progress_day(12 * back) if back == 1 else date(year, 12, 31), 'is_current': back == 0
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if 'fee_year' in types -%}
        {#- Years for which residents pay; their seasons begin before them. -#}
        {%- for back in range(-1, 2) -%}
            {%- set year = as_of.year - back -%}
            {%- do found.append({
                'type': 'fee_year', 'label': year | string, 'begin': date(year, 1, 1), 'end': as_of, 'prev': (year - 1) | string,
                'prev_year': (year - 1) | string, 'progress': as_of, 'is_current': back <= 0
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{#- The periods of these types as a relation. -#}
{% macro metric_calendar_rows(types) -%}
    {%- for period in shebao.metric_calendar(types) %}
    select
        '{{ period.type }}' as period_type,
        '{{ period.label }}' as period,
        cast('{{ period.begin }}' as date) as begin_date,
        cast('{{ period.end }}' as date) as end_date,
        cast('{{ period.progress }}' as date) as progress_date,
        {{ "cast(null as string)" if period.prev is none else "'" ~ period.prev ~ "'" }} as prev_period,
        {{ "cast(null as string)" if period.prev_year is none else "'" ~ period.prev_year ~ "'" }} as prev_year_period
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Periods at whose end a state is looked at: those of the types given, but only the newest `metric_snapshot_weeks` weeks. -#}
{% macro metric_snapshots(types) -%}
    {%- set rows = [] -%}
    {%- set weeks = [] -%}
    {%- for period in shebao.metric_calendar(types) -%}
        {%- if period.type == 'week' -%}{%- do weeks.append(1) -%}{%- endif -%}
        {%- if period.type != 'week' or weeks | length <= var('metric_snapshot_weeks') -%}{%- do rows.append(period) -%}{%- endif -%}
    {%- endfor -%}
    {%- for period in rows %}
    select
        '{{ period.type }}' as period_type,
        '{{ period.label }}' as period,
        cast('{{ period.begin }}' as date) as begin_date,
        cast('{{ period.end }}' as date) as end_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
