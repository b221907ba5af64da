"""Write the seed of working days: `python -m common.make_calendar`."""

import csv
import datetime as dt
import io

import chinese_calendar

from common.paths import calendar_seed

FIRST = dt.date(2018, 1, 1)
LAST_PUBLISHED = dt.date(2026, 12, 31)  # the State Council's notices, as the package knows them
LAST = dt.date(2027, 12, 31)


def text() -> str:
    """The seed's content."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["calendar_date", "is_workday", "workday_index", "is_assumed", "source"])
    index = 0
    day = FIRST
    while day <= LAST:
        assumed = day > LAST_PUBLISHED
        workday = day.weekday() < 5 if assumed else chinese_calendar.is_workday(day)
        index += workday
        source = "weekends only, holidays not yet published" if assumed else "chinesecalendar (国务院办公厅节假日安排)"
        writer.writerow([day.isoformat(), str(workday).lower(), index, str(assumed).lower(), source])
        day += dt.timedelta(days=1)
    return buffer.getvalue()


if __name__ == "__main__":
    calendar_seed().parent.mkdir(parents=True, exist_ok=True)
    calendar_seed().write_text(text(), encoding="utf-8")
