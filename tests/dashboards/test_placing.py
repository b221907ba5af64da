"""Places of areas by any metric: shared ranks, nothing due, gaps, courses."""

from decimal import Decimal
from typing import Any

from dashboards.services import measures, placing

RATE: dict[str, Any] = {
    "metric_id": "m", "family": "m", "cube": "c", "is_rate": True, "unit": "人", "direction": "higher", "target": Decimal("0.95"),
}  # fmt: skip


def _row(code: str, rate: str | None, *, level: str = "town", **more: Any) -> dict[str, Any]:
    return {
        "level": level, "area_code": code, "area_name": code, "parent_code": "P", "bureau_code": "B", "period": "2026", "numerator": Decimal(9),
        "rate": None if rate is None else Decimal(rate), "prev_rate": None, "prev_numerator": None, "prev_year_rate": None,
        "prev_year_numerator": None, "rank": None, "prev_rank": None, "rank_change": None, "gap": None, "is_small": False, **more,
    }  # fmt: skip


def test_equal_values_share_a_rank_and_nothing_due_has_none() -> None:
    rows = [_row("a", "0.9"), _row("b", None), _row("c", "0.95"), _row("d", "0.9"), _row("e", "0.5")]
    found = placing.places(RATE, rows)
    assert [(place.code, place.rank, place.is_shared) for place in found] == [
        ("c", 1, False), ("a", 2, True), ("d", 2, True), ("e", 4, False), ("b", None, False),
    ]  # fmt: skip
    assert placing.without(found) == 1


def test_where_less_is_better_the_lowest_is_first() -> None:
    found = placing.places({**RATE, "direction": "lower"}, [_row("a", "0.9"), _row("b", "0.1")])
    assert [place.code for place in found] == ["b", "a"]


def test_what_belongs_to_no_area_is_shown_but_never_ranked() -> None:
    found = placing.places(RATE, [_row("UNASSIGNED", "0.99"), _row("a", "0.5")])
    assert [(place.code, place.rank) for place in found] == [("a", 1), ("UNASSIGNED", None)]
    assert placing.without(found) == 0


def test_bureaus_keep_the_rank_of_the_cube() -> None:
    rows = [
        _row("b1", "0.1", level="bureau", rank=7, rank_change=-2, area_name="青秀"),
        _row("b2", "0.9", level="bureau", bureau_code="b2", rank=None),
    ]
    found = placing.places(RATE, rows)
    assert [(place.name, place.rank, place.rank_change) for place in found] == [("青秀局", 7, -2), ("b2局", None, None)]


def test_a_towns_change_of_rank_comes_from_the_period_before() -> None:
    rows = [_row("a", "0.9", prev_rate=Decimal("0.2")), _row("b", "0.8", prev_rate=Decimal("0.7")), _row("c", "0.1")]
    assert [place.rank_change for place in placing.places(RATE, rows)] == [1, -1, None]


def test_a_town_of_two_bureaus_stands_twice_and_says_whose() -> None:
    rows = [_row("t", "0.9", bureau_code="B1"), _row("t", "0.8", bureau_code="B2")]
    found = placing.places(RATE, rows, names={"B1": "青秀局", "B2": "兴宁局"})
    assert [(place.key, place.name) for place in found] == [("B1|t", "t（青秀局）"), ("B2|t", "t（兴宁局）")]


def test_dumbbells_hold_only_what_is_ranked() -> None:
    rows = [_row("a", "0.9", prev_year_rate=Decimal("0.85")), _row("b", "0.8"), _row("c", None)]
    made = placing.dumbbells(RATE, placing.places(RATE, rows))
    assert [(one.name, one.now, one.before, one.words_before) for one in made] == [
        ("1　a", 90.0, 85.0, "85.00%"), ("2　b", 80.0, None, "不适用"),
    ]  # fmt: skip


def test_of_many_only_the_ends_are_drawn() -> None:
    found = placing.places(RATE, [_row(f"{number:02d}", f"0.{99 - number}") for number in range(10)])
    assert [place.code for place in placing.ends(found, 4)] == ["00", "01", "08", "09"]
    assert len(placing.ends(found, 10)) == 10


def test_courses_have_a_gap_where_there_was_no_rank() -> None:
    rows = [
        _row("a", "0.9", period="202601"), _row("b", None, period="202601"), _row("a", "0.5", period="202602"), _row("b", "0.6", period="202602"),
        _row("never", None, period="202602"),
    ]  # fmt: skip
    periods, made = placing.courses(RATE, rows)
    assert periods == ["202601", "202602"]
    assert [(course.name, course.ranks) for course in made] == [("b", [None, 1]), ("a", [1, 2])]
    assert placing.told(made, None) == ["B|b", "B|a"]
    assert placing.told(made, "B|a") == ["B|a", "B|b"]
    assert placing.told([], None) == []


def test_the_gap_is_said_in_people_and_in_money() -> None:
    known = {
        "amount": {**RATE, "metric_id": "amount", "family": "f", "unit": "元"},
        "people": {**RATE, "metric_id": "people", "family": "f"},
        "other": {**RATE, "metric_id": "other", "family": "g"},
        "bare": {**RATE, "metric_id": "bare", "family": "f", "target": None},
    }
    bases = placing.family(known, known["amount"])
    assert [one["metric_id"] for one in bases] == ["people", "amount"]
    said = placing.gaps(
        bases, {"people": [_row("a", "0.9", gap=Decimal(12))], "amount": [_row("a", "0.9", gap=Decimal(250000))]}
    )
    assert said == {"people": {"B|a": "12 人"}, "amount": {"B|a": "25.00 万元"}}


def test_limits_are_said_with_both_ends() -> None:
    assert measures.limits({"band_low": Decimal("0.9"), "band_high": Decimal("0.951")}) == "90.00%～95.10%"
    assert measures.limits({"band_low": None, "band_high": None}) == "—"
