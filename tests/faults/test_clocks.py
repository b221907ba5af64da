"""Clocks that are wrong: the department's runs ahead or behind, jumps back, or ours does. No row is lost for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.orchestration.tiny_house import NOW, SMALL, House, table

FUTURE = dt.datetime(2031, 1, 1)


@pytest.fixture(params=["near", "far"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    """A house whose exchange is counted whole in every run, and one whose exchange is a big table on a server."""
    house = House(tmp_path, table("A", "incremental", "T"))
    house.fill(150)
    house.far = request.param == "far"  # type: ignore[attr-defined]
    sync(house)
    return house


def sync(house: House, runs: int = 1) -> list[str]:
    """Some runs; all must hold."""
    modes = []
    for _ in range(runs):
        result = house.sync(house.reader() if house.far else None)  # type: ignore[attr-defined]
        assert (result.status, result.parity.equal) == ("ok", True), result.detail
        modes.append(result.mode)
    return modes


def test_a_row_from_the_future_does_not_hide_what_comes_later(house: House) -> None:
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('future', 9, ?, 1)", [FUTURE])
    sync(house)
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('now', 10, ?, 1)", [NOW + dt.timedelta(days=2)])
    sync(house)
    assert house.equal()
    house.exchange.sql("update hrss.A set M = 2, T = ? where K = 'future'", [NOW + dt.timedelta(days=3)])
    sync(house)
    assert house.equal()


def test_a_clock_that_is_behind_within_the_overlap_is_read_at_once(house: House) -> None:
    newest = dt.datetime(2026, 1, 1) + dt.timedelta(days=149)
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('late', 1, ?, 1)", [newest - dt.timedelta(days=2)])
    assert sync(house) == ["incremental"]
    assert house.equal()


def test_a_clock_that_is_far_behind_is_found_by_the_proof(house: House) -> None:
    """Counted whole: at once. A big table on a server: within the runs in which every month has its turn."""
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('behind', 1, '2026-02-01', 1)")
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('epoch', 1, '1970-01-01', 1)")
    house.exchange.sql("update hrss.A set M = 99, T = '2026-01-02' where K = 'k100'")
    modes = sync(house, SMALL.audit_runs)
    assert "healed" in modes
    assert house.equal()
    if not house.far:  # type: ignore[attr-defined]
        assert modes[0] == "healed"


def test_the_departments_clock_is_set_back(house: House) -> None:
    """Rows now come with change times before those that are here, for weeks."""
    for day in range(3):
        moment = dt.datetime(2026, 3, 1) + dt.timedelta(days=day)
        house.exchange.sql("insert into hrss.A (K, S, T, M) values (?, 1, ?, 1)", [f"back{day}", moment])
        house.exchange.sql("update hrss.A set M = -5, T = ? where K = ?", [moment, f"k{140 + day}"])
        sync(house)
    sync(house, SMALL.audit_runs)
    assert house.equal()


def test_our_own_clock_jumps(house: House) -> None:
    """The runs' moments say nothing about what is read: a year ahead, then two back."""
    house.runs += 365
    house.fill(10, start=200)
    sync(house)
    house.runs -= 730
    house.fill(10, start=300)
    house.exchange.sql("delete from hrss.A where K = 'k305'")
    sync(house)
    assert house.equal()
    house.exchange.sql("update hrss.A set M = 5, T = T + interval 1 hour where K = 'k309'")
    sync(house)
    assert house.equal()
