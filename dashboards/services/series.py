"""Turns metric rows into the points of a chart and the steps of the chain."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboards.services import formats
from dashboards.services.formats import decimal_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """The rate of one period."""

    period: str
    rate: Decimal | None


@dataclass(frozen=True)
class Curve:
    """Money (万元) or bills up to each day of a month, days 1 to 31; None where there is no day."""

    period: str
    values: list[Decimal | None]
    words: list[str]


@dataclass(frozen=True)
class Step:
    """One stage of the chain."""

    name: str
    bills: int
    hrss: int
    nhsa: int
    amount: Decimal
    oldest: date | None
    order: int = 0


def trend(rows: list[Row], basis: str) -> list[Point]:
    """One point a period, oldest first; rows of a period (a town under two bureaus) are added."""
    sums: dict[str, list[Decimal]] = {}
    for row in rows:
        if row["basis"] == basis:
            kept = sums.setdefault(str(row["period"]), [Decimal(0), Decimal(0)])
            kept[0] += decimal_of(row["numerator"]) or Decimal(0)
            kept[1] += decimal_of(row["denominator"]) or Decimal(0)
    return [Point(period, done / due if due else None) for period, (done, due) in sorted(sums.items())]


def month_ticks(periods: list[str]) -> dict[str, str]:
    """Every second month for an axis of period_short, with the year below where it begins."""
    ticks, year = {}, ""
    for period in periods[::2]:
        below = "" if period[:4] == year else f"<br>{period[:4]}年"
        ticks[formats.period_short(period)] = f"{int(period[4:])}月{below}"
        year = period[:4]
    return ticks


def daily(rows: list[Row], periods: list[str], basis: str) -> list[Curve]:
    """A curve for each period, in the order asked for; none when no period has a day."""
    column = "collected_bills_cum" if basis == "bill" else "collected_amount_cum"
    found: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        day = row["calendar_date"]
        day = day.date() if isinstance(day, datetime) else day
        value = decimal_of(row[column]) or Decimal(0)
        if f"{day:%Y%m}" == str(row["period"]):
            found.setdefault(str(row["period"]), {})[day.day] = value
    if not found:
        return []
    curves = []
    for period in periods:
        days = found.get(period, {})
        raw = [days.get(day) for day in range(1, 32)]
        values = raw if basis == "bill" else [None if value is None else value / 10000 for value in raw]
        spoken = [
            formats.NONE
            if value is None
            else (f"{formats.count(value)} 张" if basis == "bill" else formats.money(value))
            for value in raw
        ]
        curves.append(Curve(period, values, spoken))
    return curves


def stages(rows: list[Row]) -> list[Step]:
    """Stages in the order of the chain, both departments together."""
    grouped: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        grouped.setdefault((int(row["sort_order"] or 0), str(row["stage_name"])), []).append(row)
    made = []
    for (order, name), found in sorted(grouped.items()):
        by_department = {
            code: sum(int(row["bill_count"] or 0) for row in found if row["department_code"] == code)
            for code in ("HRSS", "NHSA")
        }
        made.append(
            Step(
                name,
                sum(int(row["bill_count"] or 0) for row in found),
                by_department["HRSS"],
                by_department["NHSA"],
                sum((decimal_of(row["amount"]) or Decimal(0) for row in found), Decimal(0)),
                min((row["oldest_sent_date"] for row in found if row["oldest_sent_date"]), default=None),
                order,
            )
        )
    return made
