-- Working-day ages on days that are easy to get wrong: make-up working Saturdays count, holidays and weekends do not, a missing day has no age,
-- a time of day is its day. Expected values counted by hand from the published holiday notices.
{% set cases = [
    ('make-up Saturday before Spring Festival 2026 counts', '2026-02-13', '2026-02-14', 1),
    ('Spring Festival 2026, 15 to 23 February, does not count', '2026-02-14', '2026-02-23', 0),
    ('the first day after Spring Festival 2026 counts', '2026-02-14', '2026-02-24', 1),
    ('National Day 2025, 1 to 8 October, does not count', '2025-09-30', '2025-10-08', 0),
    ('the make-up Saturday after National Day 2025 counts', '2025-09-30', '2025-10-11', 3),
    ('the make-up Sunday before National Day 2025 counts', '2025-09-26', '2025-09-29', 2),
    ('a plain weekend does not count', '2026-06-26', '2026-06-28', 0),
    ('the day itself has age 0', '2026-06-30', '2026-06-30', 0),
    ('the other way round is negative', '2026-06-30', '2026-06-29', -1),
    ('a missing day has no age', none, '2026-06-30', none),
] %}
with cases as (
    {% for claim, begin, finish, expected in cases %}
    select
        '{{ claim }}' as claim,
        cast({{ "'" ~ begin ~ "'" if begin else 'null' }} as date) as begin_date,
        cast({{ "'" ~ begin ~ " 23:59:59'" if begin else 'null' }} as timestamp) as begin_at,
        cast('{{ finish }}' as date) as finish_date,
        cast({{ expected if expected is not none else 'null' }} as integer) as expected
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

measured as (

    select
        claim,
        expected,
        {{ workdays_between('cases.begin_date', 'cases.finish_date') }} as working_days,
        {{ workdays_between('cases.begin_at', 'cases.finish_date') }} as working_days_by_time
    from cases

)

select
    claim,
    expected,
    working_days,
    working_days_by_time
from measured
where working_days is distinct from expected or working_days_by_time is distinct from expected
