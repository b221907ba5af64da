"""Seasons laid on each other: filled days, added bureaus, the same day of the season, and what is said of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboards.services import measures, placing, season

AS_OF = date(2026, 1, 10)


def _row(year: str, day: int, persons: int, *, bureau: str | None = "B") -> dict[str, Any]:
    begin = date(int(year), 1, 1)
    return {
        "fee_year": year, "season_day": day, "calendar_date": date.fromordinal(begin.toordinal() + day - 1), "bureau_code": bureau,
        "paid_persons_cum": persons, "paid_amount_cum": Decimal(persons * 400),
    }  # fmt: skip


def test_days_without_payments_keep_what_was_paid() -> None:
    found = season.compare([_row("2026", 2, 3), _row("2026", 5, 7)], "2026", AS_OF, "persons")
    assert found is not None
    assert found.now.values == [0, 3, 3, 3, 7]
    assert [found.now.by(day) for day in (0, 1, 2, 4, 5, 99)] == [0, 0, 3, 3, 7, 7]
    assert found.now.begin == date(2026, 1, 1)
    assert found.today == 10


def test_rows_of_two_bureaus_are_added_day_by_day() -> None:
    rows = [_row("2026", 1, 5), _row("2026", 2, 1, bureau="C"), _row("2026", 3, 6)]
    found = season.compare(rows, "2026", AS_OF, "persons")
    assert found is not None
    assert found.now.values == [5, 6, 7]


def test_the_same_day_of_the_season_is_compared() -> None:
    rows = [_row("2026", 1, 30), _row("2025", 4, 20), _row("2025", 200, 90)]
    found = season.compare(rows, "2026", AS_OF, "persons")
    assert found is not None
    assert found.change == 10
    assert found.part == Decimal("0.5")
    assert season.sentence("全市", "10210", found) == (
        "全市城乡居民养老 2026 年度缴费季第 10 天，累计已缴 30 人，比上一缴费季同一天多 10 人（50.00%）。"
    )
    (_, now, words), (_, before, _) = season.drawn(found, "persons")
    assert len(now) == len(before) == 200
    assert now[9] == 30
    assert now[10] is None
    assert words[9] == "30 人"
    assert before[199] == 90
    names = season.days(found)
    assert names[0] == "第1天（1月1日）"
    assert len(names) == 200
    assert next(iter(season.ticks(names).values())) == "第1天"


def test_without_a_season_before_nothing_is_compared() -> None:
    found = season.compare([_row("2026", 1, 30)], "2026", AS_OF, "amount")
    assert found is not None
    assert found.change is None
    assert found.part is None
    assert "没有可比数据" in season.sentence("全市", "10212", found)
    assert season.drawn(found, "amount")[0][1][0] == Decimal("1.2")
    assert season.compare([], "2026", AS_OF, "persons") is None


def test_who_pays_before_the_season_opens_is_on_its_first_day() -> None:
    found = season.compare([_row("2026", 1, 2)], "2026", date(2025, 12, 20), "persons")
    assert found is not None
    assert found.today == 1
    assert found.now.by(found.today) == 2


def test_the_running_year_is_the_newest_in_which_anybody_paid() -> None:
    rows = [{"period": "2027", "numerator": Decimal(0)}, {"period": "2026", "numerator": Decimal(4)}]
    assert season.running(rows, AS_OF) == "2026"
    assert season.running([], AS_OF) == "2026"


def test_an_area_of_two_bureaus_is_one_row() -> None:
    row = {
        "numerator": Decimal(5), "denominator": Decimal(10), "prev_year_numerator": Decimal(2), "prev_year_denominator": Decimal(10), "gap": Decimal(4),
        "rank": 3, "rate": Decimal("0.5"),
    }  # fmt: skip
    joined = placing.joined([row, {**row, "numerator": Decimal(10)}])
    assert joined is not None
    assert (joined["rate"], joined["prev_year_rate"], joined["rate_yoy"]) == (
        Decimal("0.7500"),
        Decimal("0.2000"),
        Decimal("0.5500"),
    )
    assert (joined["gap"], joined["rank"]) == (Decimal(8), None)
    assert placing.joined([row]) is row
    assert placing.joined([]) is None


def test_against_an_empty_season_there_is_no_change() -> None:
    """Nobody had paid by the same day: the whole rate of today is no rise, and an empty season is no point to draw."""
    metric = {"is_rate": True, "unit": "人"}
    row = {
        "period_type": "fee_year", "numerator": Decimal(87), "rate": Decimal("0.87"), "prev_numerator": Decimal(0), "rate_mom": Decimal("0.87"),
        "prev_year_numerator": Decimal(0), "prev_year_rate": Decimal(0), "rate_yoy": Decimal("0.87"),
    }  # fmt: skip
    for empty in (row, {**row, "prev_numerator": None, "prev_year_numerator": None}):
        assert [measures.change(metric, empty, other) for other in ("prev", "prev_year")] == ["—", "—"]
        assert measures.rate_change(empty, "prev_year") is None
        assert measures.value_year_before(metric, empty) == "—"
        assert measures.size_year_before(metric, empty) is None
    paid = {**row, "prev_year_numerator": Decimal(80), "prev_year_rate": Decimal("0.8"), "rate_yoy": Decimal("0.07")}
    assert measures.change(metric, paid, "prev_year") == "+7.00"
    # A month in which nothing succeeded is a number like any other.
    assert measures.change(metric, {**row, "period_type": "month"}, "prev_year") == "+87.00"


@pytest.mark.parametrize(("days", "shown"), [(1, 1), (120, 4), (300, 5), (301, 4), (487, 5), (700, 6)])
def test_names_under_the_curve_stand_apart(days: int, shown: int) -> None:
    assert len(season.ticks([f"第{day}天（某日）" for day in range(1, days + 1)])) == shown
