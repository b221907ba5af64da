"""A season of the residents' insurances laid on the one before, day by day: who had paid by the same day of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dashboards.services import formats

Row = dict[str, Any]
INSURANCES = {"10212": "城乡居民医疗", "10210": "城乡居民养老"}
MEASURES = {"persons": "人数", "amount": "金额"}
# Days between the names under the curve, and how many names a phone has room for.
_STEPS, _TICKS = (30, 60, 90, 120), 5


@dataclass(frozen=True)
class Season:
    """One fee year's season: its first day and what was paid up to each day, from day 1 on."""

    fee_year: str
    begin: date
    values: list[Decimal]

    def by(self, day: int) -> Decimal:
        """What had been paid by a day; after the last payment it stays."""
        if day < 1 or not self.values:
            return Decimal(0)
        return self.values[min(day, len(self.values)) - 1]


@dataclass(frozen=True)
class Comparison:
    """This season against the last one on the same day of the season; `before` is None where there was none."""

    now: Season
    before: Season | None
    today: int
    """The day of the season that the business date is."""

    @property
    def change(self) -> Decimal | None:
        """How much more had been paid than by the same day of the last season."""
        return None if self.before is None else self.now.by(self.today) - self.before.by(self.today)

    @property
    def part(self) -> Decimal | None:
        """The same as a share of the last season's."""
        if self.before is None or self.change is None or not self.before.by(self.today):
            return None
        return self.change / self.before.by(self.today)


def running(rows: Sequence[Row], as_of: date) -> str:
    """The fee year that is being collected: the newest for which anybody paid, else the calendar year."""
    return max((str(row["period"]) for row in rows if row["numerator"]), default=str(as_of.year))


def compare(rows: Sequence[Row], fee_year: str, as_of: date, measure: str) -> Comparison | None:
    """The season of a fee year and the one before it; None when nobody has paid in it yet."""
    made = {year: _season(year, rows, measure) for year in (fee_year, str(int(fee_year) - 1))}
    now = made[fee_year]
    if now is None:
        return None
    return Comparison(now, made[str(int(fee_year) - 1)], max((as_of - now.begin).days + 1, 1))


def _season(fee_year: str, rows: Sequence[Row], measure: str) -> Season | None:
    """Rows stand only for days of payments, a row a bureau: filled up and added."""
    column = "paid_persons_cum" if measure == "persons" else "paid_amount_cum"
    mine = [row for row in rows if str(row["fee_year"]) == fee_year]
    if not mine:
        return None
    parts: dict[str, dict[int, Decimal]] = {}
    for row in mine:
        found = parts.setdefault(str(row["bureau_code"]), {})
        found[int(row["season_day"])] = formats.decimal_of(row[column]) or Decimal(0)
    last = max(day for found in parts.values() for day in found)
    values = [Decimal(0)] * last
    for found in parts.values():
        reached = Decimal(0)
        for day in range(1, last + 1):
            reached = found.get(day, reached)
            values[day - 1] += reached
    any_row = mine[0]
    return Season(fee_year, _day(any_row["calendar_date"]) - timedelta(days=int(any_row["season_day"]) - 1), values)


def _day(value: Any) -> date:
    return (
        value.date()
        if isinstance(value, datetime)
        else value
        if isinstance(value, date)
        else date.fromisoformat(str(value)[:10])
    )


def drawn(found: Comparison, measure: str) -> list[tuple[str, list[Decimal | None], list[str]]]:
    """The curves, this season's up to today: name, values (money in 万元), words of each day."""
    longest = max(found.today, len(found.before.values) if found.before is not None else 0, 1)
    made = []
    for season, until in ((found.now, found.today), (found.before, longest)):
        if season is None:
            continue
        raw = [season.by(day) if day <= until else None for day in range(1, longest + 1)]
        made.append((
            f"{season.fee_year} 年度",
            [None if value is None else value if measure == "persons" else value / 10_000 for value in raw],
            [formats.NONE if value is None else amount(value, measure) for value in raw],
        ))  # fmt: skip
    return made


def amount(value: Decimal, measure: str) -> str:
    """People or money with the unit."""
    return f"{formats.count(value)} 人" if measure == "persons" else formats.money(value)


def days(found: Comparison) -> list[str]:
    """Names of the days for the axis: with the date of this season."""
    longest = max(found.today, len(found.before.values) if found.before is not None else 0, 1)
    return [
        f"第{day}天（{formats.day_zh(found.now.begin + timedelta(days=day - 1))}）" for day in range(1, longest + 1)
    ]


def ticks(names: Sequence[str]) -> dict[str, str]:
    """Days of one to four months apart, five at most, shown as the day's number."""
    step = next((one for one in _STEPS if len(names) <= one * _TICKS), _STEPS[-1])
    return {name: name.partition("（")[0] for name in names[::step]}


def sentence(area: str, insurance: str, found: Comparison) -> str:
    """How far the season is, against the same day of the last one."""
    paid = formats.count(found.now.by(found.today))
    head = f"{area}{INSURANCES.get(insurance, insurance)} {found.now.fee_year} 年度缴费季第 {found.today} 天，累计已缴 {paid} 人"
    if found.before is None or found.change is None:
        return f"{head}，上一缴费季没有可比数据。"
    if found.change == 0:
        return f"{head}，与上一缴费季同一天持平。"
    share = "" if found.part is None else f"（{formats.points(abs(found.part)).lstrip('+')}%）"
    word = "多" if found.change > 0 else "少"
    return f"{head}，比上一缴费季同一天{word} {formats.count(abs(found.change))} 人{share}。"


def explained(metric: dict[str, Any]) -> str:
    """How the areas of the residents' progress are ranked."""
    return (
        "按征缴率排名，同率并列；没有应缴的显示“不适用”，不参加排名。较去年为去年同一天（日历）的百分点。"
        f"带“*”的应缴不足 {metric['small_denominator']} 人，比率波动大，仅供参考。"
    )
