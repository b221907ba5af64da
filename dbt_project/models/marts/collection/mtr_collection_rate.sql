-- 征收率: how much of what was due has come in, by area, cut and basis, with rank and comparison at the same progress.
-- Grain: period × level × parent × area × cut × basis. City = bureaus + unassigned; a bureau = its towns + unassigned.
{%- set metric = metric_definition('collection_rate') %}
{%- set moments = metric_moments() %}
{%- set cuts = [
    {'type': 'total', 'code': "'total'", 'rows': 'bill'},
    {'type': 'insurance', 'code': 'insurance_code', 'rows': 'item'},
    {'type': 'department', 'code': 'department_code', 'rows': 'bill'},
    {'type': 'origin', 'code': "coalesce(origin_code, 'UNKNOWN')", 'rows': 'bill'},
    {'type': 'unit_type', 'code': "coalesce(unit_type_code, 'UNKNOWN')", 'rows': 'bill'},
] %}
with item as (
    select
        period,
        coalesce(bureau_code, 'UNASSIGNED') as bureau_code,
        coalesce(town_code, 'UNASSIGNED') as town_code,
        registration_key,
        bill_key,
        insurance_code,
        department_code,
        origin_code,
        unit_type_code,
        {%- for moment in moments if moment.at %}
        case when is_due{{ moment.at }} then 1 else 0 end as due_bills{{ moment.at }},
        case when is_complete{{ moment.at }} then 1 else 0 end as done_bills{{ moment.at }},
        due_amount{{ moment.at }},
        collected_amount{{ moment.at }},
        {%- endfor %}
        1 as due_bills,
        case when is_complete then 1 else 0 end as done_bills,
        case when is_settled then 1 else 0 end as settled_bills,
        due_amount,
        collected_amount,
        settled_amount
    from {{ ref('mtr_collection_base') }}
    where is_due
),

-- A bill is done when every item of it is.
bill as (
    select
        period,
        bureau_code,
        town_code,
        registration_key,
        bill_key,
        department_code,
        origin_code,
        unit_type_code,
        {%- for moment in moments %}
        max(due_bills{{ moment.at }}) as due_bills{{ moment.at }},
        max(due_bills{{ moment.at }})
        * (case when sum(due_bills{{ moment.at }}) = sum(done_bills{{ moment.at }}) then 1 else 0 end) as done_bills{{ moment.at }},
        sum(due_amount{{ moment.at }}) as due_amount{{ moment.at }},
        sum(collected_amount{{ moment.at }}) as collected_amount{{ moment.at }},
        {%- endfor %}
        min(settled_bills) as settled_bills,
        sum(settled_amount) as settled_amount
    from item
    group by period, bureau_code, town_code, registration_key, bill_key, department_code, origin_code, unit_type_code
),

employer as (
    {%- for cut in cuts %}
    select
        period,
        bureau_code,
        town_code,
        registration_key,
        '{{ cut.type }}' as cut_type,
        {{ cut.code }} as cut_code,
        {%- for moment in moments %}
        sum(due_bills{{ moment.at }}) as due_bills{{ moment.at }},
        sum(done_bills{{ moment.at }}) as done_bills{{ moment.at }},
        sum(due_amount{{ moment.at }}) as due_amount{{ moment.at }},
        sum(collected_amount{{ moment.at }}) as collected_amount{{ moment.at }},
        {%- endfor %}
        sum(settled_bills) as settled_bills,
        sum(settled_amount) as settled_amount
    from {{ cut.rows }}
    group by period, bureau_code, town_code, registration_key, {{ cut.code if cut.type != 'total' else 'cut_type' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- The metric's expressions, summed by town; then rolled up.
town as (
    {%- for basis in metric.bases %}
    select
        period,
        bureau_code,
        town_code,
        cut_type,
        cut_code,
        '{{ basis.basis }}' as basis,
        {%- for moment in moments %}
        {{ metric_sum(basis, 'denominator', moment.at) }} as denominator{{ moment.at }},
        {{ metric_sum(basis, 'numerator', moment.at) }} as numerator{{ moment.at }},
        {%- endfor %}
        {{ metric_sum(basis, 'settled_numerator') }} as settled_numerator,
        count(*) as employer_count
    from employer
    group by period, bureau_code, town_code, cut_type, cut_code
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

cut as (
    select
        'total' as cut_type,
        'total' as cut_code,
        '全部' as cut_name
    union all
    select
        'insurance' as cut_type,
        insurance_code as cut_code,
        insurance_name as cut_name
    from {{ ref('ref_insurance_item') }}
    union all
    select
        'department' as cut_type,
        'HRSS' as cut_code,
        '人社' as cut_name
    union all
    select
        'department' as cut_type,
        'NHSA' as cut_code,
        '医保' as cut_name
    union all
    select
        'origin' as cut_type,
        origin_code as cut_code,
        origin_name as cut_name
    from {{ ref('ref_bill_origin') }}
    union all
    select
        'unit_type' as cut_type,
        unit_type_code as cut_code,
        unit_type_name as cut_name
    from {{ ref('ref_unit_type') }}
),

bureau as (
    select
        bureau_code,
        short_name,
        kind,
        is_ranked,
        max(case when kind = 'city' then bureau_code end) over () as city_code
    from {{ ref('ref_bureau') }}
),

city as (
    select max(city_code) as city_code from bureau
),

covered as (
    {{ metric_periods() }}
),

-- Every ranked bureau stands in every cut of every month, also where nothing was due there.
ranked_bureau_slice as (
    select
        covered.period,
        bureau.bureau_code,
        cut.cut_type,
        cut.cut_code,
        basis.basis
    from covered
    cross join cut
    cross join (
        {%- for basis in metric.bases %}
        select '{{ basis.basis }}' as basis{{ ' union all' if not loop.last }}
        {%- endfor %}
    ) as basis
    inner join bureau on bureau.is_ranked
),

town_or_nothing as (
    select
        period, bureau_code, town_code, cut_type, cut_code, basis,
        {%- for moment in moments %}
        denominator{{ moment.at }}, numerator{{ moment.at }},
        {%- endfor %}
        settled_numerator, employer_count
    from town
    union all
    select
        period, bureau_code, cast(null as string) as town_code, cut_type, cut_code, basis,
        {%- for moment in moments %}
        0 as denominator{{ moment.at }}, 0 as numerator{{ moment.at }},
        {%- endfor %}
        0 as settled_numerator, 0 as employer_count
    from ranked_bureau_slice
),

area_slice as (
    {%- set levels = [
        {'level': 'city', 'area': 'cast(null as string)', 'parent': 'cast(null as string)', 'rows': 'town_or_nothing', 'by': ''},
        {'level': 'bureau', 'area': 'bureau_code', 'parent': 'cast(null as string)', 'rows': 'town_or_nothing', 'by': ', bureau_code'},
        {'level': 'town', 'area': 'town_code', 'parent': 'bureau_code', 'rows': 'town', 'by': ', bureau_code, town_code'},
    ] %}
    {%- for level in levels %}
    select
        period,
        '{{ level.level }}' as level,
        {{ level.area }} as area_code,
        {{ level.parent }} as parent_code,
        cut_type,
        cut_code,
        basis,
        {%- for moment in moments %}
        {{ sum_amount('denominator' ~ moment.at) }} as denominator{{ moment.at }},
        {{ sum_amount('numerator' ~ moment.at) }} as numerator{{ moment.at }},
        {%- endfor %}
        {{ sum_amount('settled_numerator') }} as settled_numerator,
        sum(employer_count) as employer_count
    from {{ level.rows }}
    group by period, cut_type, cut_code, basis{{ level.by }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

rated as (
    select
        this_period.period,
        this_period.level,
        case when this_period.level = 'city' then city.city_code else this_period.area_code end as area_code,
        case when this_period.level = 'bureau' then city.city_code else this_period.parent_code end as parent_code,
        this_period.cut_type,
        this_period.cut_code,
        this_period.basis,
        this_period.numerator,
        this_period.denominator,
        this_period.settled_numerator,
        this_period.employer_count,
        {{ ratio('this_period.numerator', 'this_period.denominator') }} as rate,
        {{ ratio('prev_period.numerator_prev_month', 'prev_period.denominator_prev_month') }} as prev_rate,
        {{ ratio('prev_year.numerator_prev_year', 'prev_year.denominator_prev_year') }} as prev_year_rate
    from area_slice as this_period
    inner join covered on this_period.period = covered.period
    cross join city
    left join area_slice as prev_period
        on
            covered.prev_period = prev_period.period
            and this_period.level = prev_period.level
            and this_period.area_code is not distinct from prev_period.area_code
            and this_period.parent_code is not distinct from prev_period.parent_code
            and this_period.cut_type = prev_period.cut_type
            and this_period.cut_code = prev_period.cut_code
            and this_period.basis = prev_period.basis
    left join area_slice as prev_year
        on
            covered.prev_year_period = prev_year.period
            and this_period.level = prev_year.level
            and this_period.area_code is not distinct from prev_year.area_code
            and this_period.parent_code is not distinct from prev_year.parent_code
            and this_period.cut_type = prev_year.cut_type
            and this_period.cut_code = prev_year.cut_code
            and this_period.basis = prev_year.basis
),

named as (
    select
        rated.*,
        nullif(case rated.level when 'bureau' then rated.area_code when 'town' then rated.parent_code end, 'UNASSIGNED') as bureau_code,
        case
            when rated.area_code = 'UNASSIGNED' then '未分配'
            when rated.level = 'city' then '全市'
            else coalesce(area.short_name, town_name.division_name, rated.area_code)
        end as area_name,
        coalesce(cut.cut_name, '未知') as cut_name,
        coalesce(rated.level = 'bureau' and area.is_ranked, false) as is_in_ranking
    from rated
    left join bureau as area on rated.level <> 'town' and rated.area_code = area.bureau_code
    left join {{ ref('ref_division') }} as town_name
        on rated.level = 'town' and town_name.level = 'town' and rated.area_code = town_name.division_code
    left join cut on rated.cut_type = cut.cut_type and rated.cut_code = cut.cut_code
),

ranked as (
    select
        named.*,
        case
            when is_in_ranking and rate is not null
                then
                    rank() over (
                        partition by period, level, cut_type, cut_code, basis, is_in_ranking and rate is not null
                        order by rate desc
                    )
        end as rank_now,
        case
            when is_in_ranking and prev_rate is not null
                then
                    rank() over (
                        partition by period, level, cut_type, cut_code, basis, is_in_ranking and prev_rate is not null
                        order by prev_rate desc
                    )
        end as rank_before
    from named
)

select
    period,
    level,
    area_code,
    area_name,
    parent_code,
    bureau_code,
    cut_type,
    cut_code,
    cut_name,
    basis,
    numerator,
    denominator,
    rate,
    settled_numerator,
    {{ ratio('settled_numerator', 'denominator') }} as settled_rate,
    prev_rate,
    prev_year_rate,
    cast(rate - prev_rate as decimal(9, 4)) as rate_mom,
    cast(rate - prev_year_rate as decimal(9, 4)) as rate_yoy,
    cast(rank_now as integer) as rank,
    cast(rank_before as integer) as prev_rank,
    cast(rank_before - rank_now as integer) as rank_change,
    cast(employer_count as integer) as employer_count,
    employer_count < {{ var(metric.small_denominator) }} as is_small
from ranked
