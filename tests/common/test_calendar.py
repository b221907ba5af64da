"""The working-day calendar counts as the State Council says, and the seed is what its script writes."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import make_calendar
from common.calendar import OutsideCalendarError, add_workdays, age, is_workday, workday_index
from common.paths import calendar_seed

DAYS = st.dates(dt.date(2018, 3, 1), dt.date(2027, 10, 31))


def test_the_seed_is_what_the_script_writes():
    assert calendar_seed().read_text(encoding="utf-8") == make_calendar.text()


def test_national_day_week_and_its_make_up_days():
    assert not is_workday(dt.date(2025, 10, 1))
    assert not is_workday(dt.date(2025, 10, 8))
    assert is_workday(dt.date(2025, 10, 9))
    assert is_workday(dt.date(2025, 10, 11)), "a Saturday that is worked"
    assert not is_workday(dt.date(2025, 10, 12))


def test_age_over_a_weekend_and_a_holiday():
    assert age(dt.date(2026, 6, 26), dt.date(2026, 6, 29)) == 1, "Friday to Monday"
    assert age(dt.date(2026, 6, 27), dt.date(2026, 6, 29)) == 1, "Saturday counts as Friday"
    assert age(dt.date(2025, 9, 30), dt.date(2025, 10, 9)) == 1
    assert age(dt.datetime(2026, 6, 26, 23, 59), dt.datetime(2026, 6, 26)) == 0


def test_years_without_published_holidays_know_weekends_only():
    assert is_workday(dt.date(2027, 10, 1))
    assert not is_workday(dt.date(2027, 10, 2))


def test_outside_the_calendar_is_an_error():
    with pytest.raises(OutsideCalendarError):
        workday_index(dt.date(2017, 12, 31))
    with pytest.raises(OutsideCalendarError):
        add_workdays(dt.date(2027, 12, 31), 5)


@given(DAYS, st.integers(1, 30))
def test_adding_working_days_ages_by_that_many(day, count):
    later = add_workdays(day, count)
    assert is_workday(later)
    assert age(day, later) == count


@given(DAYS, st.integers(1, 30))
def test_going_back_undoes_going_forth(day, count):
    start = add_workdays(day, 0)
    assert is_workday(start) and start >= day
    assert add_workdays(add_workdays(start, count), -count) == start
