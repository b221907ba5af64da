"""Booked hours that end while a source is read: between the pieces of a first load, after the last one, between tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib import sources, sync, warehouse
from orchestration.lib.exchange_config import Window, Windows

from .tiny_house import NOW, SMALL, House, table

NIGHT = Windows((Window(frozenset(range(7)), dt.time(20), dt.time(6), "20:00-06:00"),))
OPEN = dt.datetime(2026, 7, 2, 14, 0, tzinfo=dt.UTC)  # 22:00 in Nanning
CLOSED = dt.datetime(2026, 7, 2, 23, 0, tzinfo=dt.UTC)  # 07:00


class Booked(sources.DuckDBReader):
    """A reader with hours, that counts the pieces asked for."""

    asked: list[str]

    def relation(self, con: Any, table: Any, columns: Any, rows: Any) -> str:
        if rows.piece:
            self.asked.append(rows.piece)
        return super().relation(con, table, columns, rows)

    def clock(self, after: int) -> dt.datetime:
        """The hours end once so many pieces were asked for."""
        return OPEN if len(self.asked) < after else CLOSED


def booked(house: House) -> Booked:
    reader = Booked.of(house.exchange.file)
    reader.windows, reader.asked = NIGHT, []
    return reader


@pytest.mark.parametrize("after", [3, 10], ids=["in the middle", "after the last piece"])
def test_a_load_in_pieces_stops_when_the_hours_end_and_goes_on_the_next_night(tmp_path: Path, after: int) -> None:
    house = House(tmp_path, table("A", "incremental", "T"))
    house.fill(500)
    reader = booked(house)
    result = house.sync(reader, clock=lambda: reader.clock(after))
    assert (result.status, len(reader.asked), sync.failed([result])) == ("waiting", after, [])
    assert f"预约时段已结束，已读 {after}/10 段，下次 07-03 20:00 接着读" in result.detail
    assert house.query("select done, rows from ops.sync_progress") == [(after, after * 50)]
    assert house.query("select count(*) from raw_hrss.A") == [(0,)]  # half a table is never shown
    assert house.query("select status, parity_status from ops.sync_table") == [("waiting", "N/A")]
    assert house.query("select count(*) from ops.freshness") == [(0,)]
    # By day nothing is asked; the next night only what is missing.
    assert house.sync(reader, clock=lambda: CLOSED).status == "waiting"
    assert house.query("select done from ops.sync_progress") == [(after,)]
    house.exchange.sql("update hrss.A set M = 7, T = timestamp '2027-12-01' where S = 3")  # its piece has come
    again = booked(house)
    result = house.sync(again, clock=lambda: OPEN)
    assert (result.status, result.mode, result.parity.equal, house.equal()) == ("ok", "first", True, True)
    assert len(again.asked) == 10 - after
    assert not set(again.asked) & set(reader.asked)
    assert house.query("select count(*) from ops.sync_progress") == [(0,)]


def test_a_full_replacement_in_pieces_leaves_the_old_rows_until_it_is_through(tmp_path: Path) -> None:
    house = House(tmp_path, table("A", "full", None))
    house.fill(500)
    house.sync()
    house.exchange.sql("update hrss.A set M = -1")
    reader = booked(house)
    assert house.sync(reader, clock=lambda: reader.clock(4)).status == "waiting"
    assert house.query("select count(*), min(M) >= 0 from raw_hrss.A") == [(500, True)]
    again = booked(house)
    result = house.sync(again, clock=lambda: OPEN)
    assert (result.status, result.mode, len(again.asked), house.equal()) == ("ok", "full", 6, True)


def test_hours_that_end_between_two_tables(tmp_path: Path) -> None:
    a, b, c = (table(name, "incremental", "T") for name in "ABC")
    house = House(tmp_path, a, b, c)
    for name in "ABC":
        house.exchange.sql(f"insert into hrss.{name} (K, S, T, M) values ('1', 1, '2026-06-01', 1)")
    now = [OPEN]
    with warehouse.opened(house.file) as con:
        results = sync.sync_tables(
            con, booked(house), house.tables, run_id="r", identity="w", now=NOW, policy=SMALL, clock=lambda: now[0]
        )
        assert next(results).status == "ok"
        now[0] = CLOSED
        assert [(r.table.name, r.status, "不在" in r.detail) for r in results] == [
            ("B", "waiting", True),
            ("C", "waiting", True),
        ]
    assert [house.query(f"select count(*) from raw_hrss.{name}") for name in "ABC"] == [[(1,)], [(0,)], [(0,)]]
