-- Working-day ages on days that are easy to get wrong: make-up working Saturdays count, holidays and weekends do not, a missing day has no age,
-- a time of day is its day, days before the calendar are its first day. Expected values counted by hand from the published holiday notices.
with cases as (

    select 'make-up Saturday before Spring Festival 2026 counts' as claim, date '2026-02-13' as begin_date, date '2026-02-14' as finish_date, 1 as expected
    union all
    select 'Spring Festival 2026 (15 to 23 February) does not count', date '2026-02-14', date '2026-02-23', 0
    union all
    select 'first day after Spring Festival 2026', date '2026-02-14', date '2026-02-24', 1
    union all
    select 'National Day 2025 (1 to 8 October) does not count', date '2025-09-30', date '2025-10-08', 0
    union all
    select 'make-up Saturday after National Day 2025 counts', date '2025-09-30', date '2025-10-11', 3
    union all
    select 'make-up Sunday before National Day 2025 counts', date '2025-09-26', date '2025-09-29', 2
    union all
    select 'a plain weekend does not count', date '2026-06-26', date '2026-06-28', 0
    union all
    select 'the day itself has age 0', date '2026-06-30', date '2026-06-30', 0
    union all
    select 'the other way round is negative', date '2026-06-30', date '2026-06-29', -1
    union all
    select 'a missing day has no age', cast(null as date), date '2026-06-30', null

),

measured as (

    select
        claim,
        expected,
        {{ workdays_between('cases.begin_date', 'cases.finish_date') }} as working_days,
        {{ workdays_between("cast(cases.begin_date as timestamp) + interval '23' hour", 'cases.finish_date') }} as working_days_by_time
    from cases

)

select
    claim,
    expected,
    working_days,
    working_days_by_time
from measured
where working_days is distinct from expected or working_days_by_time is distinct from expected
