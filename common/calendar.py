"""Working days as the rules count them, read from the same seed that dbt loads."""

import csv
import datetime as dt
from bisect import bisect_left
from functools import cache

from common.paths import calendar_seed


class OutsideCalendarError(ValueError):
    """A day that the seed does not cover."""


@cache
def _days() -> tuple[dict[dt.date, int], tuple[dt.date, ...]]:
    """Index of each day, and the working days in order."""
    index: dict[dt.date, int] = {}
    worked: list[dt.date] = []
    with calendar_seed().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = dt.date.fromisoformat(row["calendar_date"])
            index[day] = int(row["workday_index"])
            if row["is_workday"] == "true":
                worked.append(day)
    return index, tuple(worked)


def _as_date(day: dt.date) -> dt.date:
    return day.date() if isinstance(day, dt.datetime) else day


def workday_index(day: dt.date) -> int:
    """The number of working days up to and including `day`, counted from the seed's first day."""
    index = _days()[0]
    try:
        return index[_as_date(day)]
    except KeyError:
        raise OutsideCalendarError(f"{day} is outside {min(index)}…{max(index)}") from None


def is_workday(day: dt.date) -> bool:
    """Whether offices work on `day`."""
    return workday_index(day) > 0 and _days()[1][workday_index(day) - 1] == _as_date(day)


def age(event: dt.date, as_of: dt.date) -> int:
    """Working days passed since `event`: index(as_of) − index(event)."""
    return workday_index(as_of) - workday_index(event)


def add_workdays(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after `day` (before it when negative); with 0, `day` or the next working day."""
    day = _as_date(day)
    worked = _days()[1]
    here = workday_index(day)  # raises outside the calendar
    if count > 0:
        position = here + count - 1
    elif count == 0:
        position = bisect_left(worked, day)
    else:
        position = bisect_left(worked, day) + count
    if not 0 <= position < len(worked):
        raise OutsideCalendarError(f"{day} {count:+d} working days is outside the calendar")
    return worked[position]
