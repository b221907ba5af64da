"""Breaks from day to day: what closes a day opens the next, and opening + new + changed − cleared = closing, in every cell."""

from __future__ import annotations

import random
from decimal import Decimal

import duckdb
import pytest

from orchestration.lib import ledger, movement, warehouse
from tests.orchestration.test_ledger import Book, day, rule

Cells = dict[tuple[str | None, ...], Decimal]


@pytest.fixture
def book() -> Book:
    con = duckdb.connect(":memory:")
    warehouse.create_ops(con)
    return Book(con)


def _state(con: duckdb.DuckDBPyConnection) -> Cells:
    """What the list itself says today, per bureau."""
    return dict(con.execute("select bureau_code, sum(amount) from marts.anm_twins group by bureau_code").fetchall())


def _column(con: duckdb.DuckDBPyConnection, number: int, column: str) -> Cells:
    rows = con.execute(
        f"select bureau_code, sum({column}) from {movement.TABLE} where as_of = ? group by bureau_code having sum({column}) <> 0",
        [day(number)],
    ).fetchall()
    return dict(rows)


def _record(book: Book, number: int, *, built: str = "success") -> None:
    the_rule = rule(kind="reconciliation")
    outcomes = ledger.decide([the_rule], {the_rule.unique_id: built}, {("hrss", "RS_ZJHZ"): "fresh"})
    ledger.record(book.con, outcomes, as_of=day(number), run_id=f"run{number}", identity="w")


def _see(book: Book, breaks: dict[str, tuple[str, Decimal]]) -> None:
    book.con.execute("delete from marts.anm_twins")
    for subject, (bureau, amount) in breaks.items():
        book.con.execute(
            "insert into marts.anm_twins values ('REC', 'break', ?, ?, ?, 'same', date '2026-06-01', 1, '', '某公司')",
            [subject, bureau, amount],
        )


@pytest.mark.parametrize("seed", range(5))
def test_over_many_days(book: Book, seed: int) -> None:
    """Breaks appear, change, move to another bureau, clear and come back; one day is not checked."""
    dice = random.Random(seed)
    breaks: dict[str, tuple[str, Decimal]] = {}
    closing: Cells = {}
    for number in range(1, 13):
        for subject in [*breaks]:
            fate = dice.random()
            if fate < 0.25:
                del breaks[subject]
            elif fate < 0.45:
                breaks[subject] = (breaks[subject][0], breaks[subject][1] + Decimal(dice.randint(1, 999)) / 100)
            elif fate < 0.55:
                breaks[subject] = (dice.choice("123"), breaks[subject][1])
        for _ in range(dice.randint(0, 4)):
            breaks[f"b{dice.randint(1, 30)}"] = (dice.choice("123"), Decimal(dice.randint(1, 99999)) / 100)
        _see(book, breaks)
        late = number == 7
        _record(book, number, built="error" if late else "success")
        opening = _column(book.con, number, "opening_amount")
        assert opening == closing
        rolled = dict(opening)
        for column, sign in (("new_amount", 1), ("changed_amount", 1), ("cleared_amount", -1)):
            for cell, amount in _column(book.con, number, column).items():
                rolled[cell] = rolled.get(cell, Decimal(0)) + sign * amount
        closing = _column(book.con, number, "closing_amount")
        assert {cell: amount for cell, amount in rolled.items() if amount} == closing
        if not late:
            assert closing == _state(book.con)


def test_a_repeated_day_says_the_same(book: Book) -> None:
    _see(book, {"b1": ("1", Decimal("10.10")), "b2": ("2", Decimal("5.05"))})
    _record(book, 1)
    _see(book, {"b2": ("2", Decimal("6.00"))})
    _record(book, 2)
    once = book.con.execute(f"select * from {movement.TABLE} order by all").fetchall()
    _record(book, 2)
    assert book.con.execute(f"select * from {movement.TABLE} order by all").fetchall() == once
    assert _column(book.con, 2, "cleared_amount") == {"1": Decimal("10.10")}
    assert _column(book.con, 2, "changed_amount") == {"2": Decimal("0.95")}
