"""Modes and proof of the sync on tables of a contract of its own: serials, windows, pieces, rotation, hours, pace."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from orchestration.lib import sources, sync, warehouse
from orchestration.lib.exchange_config import Window, Windows
from orchestration.lib.sync import Policy, engine

from .hourglass import Hourglass
from .tiny_house import DAY, NOW, House, column, table


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path


def test_a_serial_is_followed_with_an_overlap_for_late_commits(folder: Path) -> None:
    house = House(folder, table("A", "append", "S"))
    house.fill(30)
    assert (house.sync().mode, house.equal()) == ("first", True)
    house.fill(5, start=40)
    result = house.sync()
    assert (result.mode, result.rows_read, result.rows_changed) == ("incremental", 8, 5)  # 27, 28, 29 again
    house.fill(1, start=43 + 10)
    house.fill(1, start=52)  # a smaller number is committed later
    assert house.sync().rows_changed == 2
    assert house.equal()
    assert house.query("select last_serial from ops.sync_state") == [(53,)]


def test_window_mode_finds_what_no_cursor_and_no_sum_shows(folder: Path) -> None:
    house = House(folder, table("A", "window", "T", overlap_days=10))
    house.fill(200)
    house.sync()
    house.exchange.sql("update hrss.A set X = 'silent' where S in (5, 195)")
    result = house.sync()
    assert house.query("select S from raw_hrss.A where X = 'silent' order by 1")[-1] == (195,)
    assert result.rows_read < 200
    for _ in range(2):  # every row comes up within audit_runs runs
        house.sync()
    assert house.equal()


def test_a_big_far_table_is_proven_by_windows_and_in_turn(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(200)
    first = house.sync(house.reader())
    assert (first.parity.scope, first.parity.equal, house.equal()) == ("whole", True, True)
    house.exchange.sql("delete from hrss.A where S = 17")
    house.exchange.sql("update hrss.A set M = 1000 where S = 100")
    house.exchange.sql("insert into hrss.A (K, S, M) values ('timeless', 1, 1)")
    seen = []
    for _ in range(3):
        result = house.sync(house.reader())
        assert (result.status, result.parity.scope, result.parity.equal) == ("ok", "windows", True)
        seen.append((result.mode, result.rows_deleted))
    assert ("healed", 1) in seen
    assert house.equal()
    assert house.query("select K, _deleted_at is not null from raw_deleted.hrss__A") == [("k17", True)]
    assert house.query("select max(rows_read) < 80 from ops.sync_table where mode <> 'first'") == [(True,)]


def test_the_delta_of_a_big_table_is_all_that_is_read(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T", overlap_days=0))
    house.fill(2_000)
    house.sync(house.reader(), policy=Policy(whole_rows=20, audit_runs=1_000))
    house.exchange.sql("update hrss.A set M = -1, T = timestamp '2031-06-30' + interval 1 hour * S where S < 6")
    result = house.sync(house.reader(), policy=Policy(whole_rows=20, audit_runs=1_000, future=dt.timedelta(days=9999)))
    assert (result.rows_read, result.rows_changed, house.equal()) == (7, 6, True)


def test_a_first_load_that_breaks_off_goes_on_where_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(500)
    load = sync.table.RawTable.load
    loaded = []

    def broken(self: Any, target: str, rows: Any, expected: Any) -> Any:
        if len(loaded) == 4:
            raise duckdb.Error("connection to server was lost")
        loaded.append(rows.piece)
        return load(self, target, rows, expected)

    monkeypatch.setattr(sync.table.RawTable, "load", broken)
    result = house.sync()
    assert (result.status, "连接中断" in result.detail) == ("failed", True)
    assert house.query("select count(*) from raw_hrss.A") == [(0,)]  # half a table is never shown
    assert house.query("select done, rows from ops.sync_progress") == [(4, 200)]
    loaded.clear()
    monkeypatch.setattr(sync.table.RawTable, "load", lambda *a: (loaded.append(a[2].piece), load(*a))[1])
    result = house.sync()
    assert (result.status, result.mode, len(loaded), house.equal()) == ("ok", "first", 6, True)
    assert "接着上次中断处" in result.detail
    assert house.query("select count(*) from ops.sync_progress") == [(0,)]


def test_what_changed_during_the_break_is_healed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(300)
    load = sync.table.RawTable.load
    monkeypatch.setattr(
        sync.table.RawTable,
        "load",
        lambda self, target, rows, expected: (
            load(self, target, rows, expected)
            if rows.piece != "100-150"
            else (_ for _ in ()).throw(duckdb.Error("gone"))
        ),
    )
    assert house.sync().status == "failed"
    monkeypatch.undo()
    house.exchange.sql("update hrss.A set M = 7, T = timestamp '2026-12-01' where S = 3")  # its piece has landed
    house.exchange.sql("delete from hrss.A where S = 4")
    house.fill(20, start=1_000)
    result = house.sync()
    assert (result.status, result.parity.equal, house.equal()) == ("ok", True, True)
    assert house.query(
        "select count(*) from duckdb_tables() where schema_name = 'raw_aside' and estimated_size > 0"
    ) == [(0,)]


def test_pieces_with_bad_rows_and_twins(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(300)
    house.exchange.sql(
        "insert into hrss.A (K, S, T, M) values ('k7', 7, '2026-06-01', 8), ('bad' || chr(0), 1, '2026-06-01', 1)"
    )
    result = house.sync()
    assert (result.status, result.parity.equal, result.parity.keys_proven) == ("ok", True, True)
    assert (result.rows_quarantined, result.parity.count) == (1, 300)
    assert house.query("select M from raw_hrss.A where K = 'k7'") == [(Decimal("8.00"),)]
    assert sorted(house.query("select _reason from raw_aside.hrss__A")) == [("bad_value",), ("superseded",)]
    assert house.sync().parity.equal


def test_the_winner_of_twins_leaves_and_the_other_comes_up(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(10)
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('k3', 3, '2026-06-01', 99)")
    house.sync()
    house.exchange.sql("delete from hrss.A where M = 99")
    result = house.sync()
    assert (result.parity.equal, result.rows_deleted, house.equal()) == (True, 0, True)
    assert house.query("select count(*) from raw_aside.hrss__A") == [(0,)]


def test_a_stream_that_can_be_read_once_is_read_once(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(120)
    house.exchange.sql("insert into hrss.A (K, S, T, M) values (null, 1, '2026-06-01', 1)")

    class Stream(sources.DuckDBReader):
        rereadable = False
        asked: list[Any] = []

        def relation(self, con: Any, table: Any, columns: Any, rows: Any) -> str:
            self.asked.append(rows)
            return super().relation(con, table, columns, rows)

    reader = Stream.of(house.exchange.file)
    result = house.sync(reader)
    assert (result.status, result.rows_quarantined, result.parity.equal) == ("ok", 1, True)
    assert len(reader.asked) == len(set(reader.asked)) == 3


def test_rows_in_quarantine_are_replayed_after_they_were_put_right(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(50)
    # More bad rows than a usual run reads again.
    house.exchange.sql("update hrss.A set X = 'a' || chr(0) where S between 10 and 29")
    assert house.sync().rows_quarantined == 20
    house.exchange.sql("update hrss.A set X = 'good' where S between 10 and 28")  # no cursor moves
    result = house.sync(replay=True)
    assert (result.mode, result.rows_changed, result.rows_quarantined) == ("replay", 19, 1)
    assert house.query("select count(*), min(reason) from ops.quarantine") == [(1, "nul_byte")]
    assert result.parity.equal


def test_ten_thousand_bad_rows_are_counted_and_do_not_stop_the_rest(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.exchange.sql(
        "insert into hrss.A select 'k' || i, i, timestamp '2026-01-01' + interval 1 minute * i, i,"
        " case when i % 5 = 0 then 'b' || chr(0) else 'x' end from range(60000) r(i)"
    )
    result = house.sync(policy=Policy())
    assert (result.rows_quarantined, result.parity.count, result.parity.equal) == (12_000, 48_000, True)
    assert house.query("select count(*) from ops.quarantine") == [(10_000,)]
    assert house.sync(policy=Policy()).parity.equal


@pytest.mark.parametrize(
    ("value", "reason"),
    [("x" * 33_000, "text_too_long"), ("坏\ufffd码", "wrong_encoding"), ("abcdef", "text_too_long")],
)
def test_texts_that_are_no_texts(folder: Path, value: str, reason: str) -> None:
    house = House(folder, table("A", "incremental", "T", column("Y", "varchar", max_length=5)))
    house.exchange.put("hrss.A", K="1", T=DAY, Y=value)
    house.exchange.put("hrss.A", K="2", T=DAY, Y="五个字以内")
    assert house.sync().rows_quarantined == 1
    assert house.query("select distinct column_name, reason from ops.quarantine where reason = '" + reason + "'") == [
        ("Y", reason)
    ]


def test_a_new_column_is_taken_along_and_reported(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(3)
    house.sync()
    house.exchange.sql("alter table hrss.A add column NEU decimal(10,3)")
    house.exchange.sql("update hrss.A set NEU = 1.125, T = T + interval 1 hour where S = 2")
    result = house.sync()
    assert (result.status, result.rows_changed) == ("ok", 1)
    assert house.query("select K, NEU from raw_hrss.A order by K") == [
        ("k0", None),
        ("k1", None),
        ("k2", Decimal("1.125")),
    ]
    assert house.query("select column_name, kind from ops.drift where run_id = 'run2'") == [("NEU", "new_column")]
    house.exchange.sql("alter table hrss.A drop column NEU")
    house.fill(1, start=5)
    assert (house.sync().status, house.query("select count(*) from raw_hrss.A")) == ("ok", [(4,)])
    assert house.query("select kind from ops.drift where run_id = 'run3'") == [("gone_column",)]


def test_a_retyped_column_stops_the_table_until_it_is_accepted(folder: Path) -> None:
    from orchestration.lib import drift_report

    house = House(folder, table("A", "incremental", "T"))
    house.fill(3)
    house.sync()
    house.exchange.sql("alter table hrss.A alter M type varchar")
    result = house.sync()
    assert (result.status, "M 类型由 DECIMAL(16,2) 变为 VARCHAR" in result.detail) == ("failed", True)
    assert house.query("select count(*) from raw_hrss.A") == [(3,)]
    with warehouse.opened(house.file) as con:
        report = drift_report.build(con)
        assert report.differs
        assert any("M" in line and "VARCHAR" in line for line in report.lines())
        drift_report.accept(con, house.tables[0])
    assert (house.sync().status, house.equal()) == ("ok", True)
    house.exchange.sql("alter table hrss.A alter M type decimal(20,2)")  # back, and wider: no reason to stop
    with warehouse.opened(house.file) as con:
        drift_report.accept(con, house.tables[0])
    house.exchange.sql("alter table hrss.A alter M type decimal(18,2)")
    assert house.sync().status == "ok"


def test_an_absent_optional_column_is_a_typed_null(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T", column("Z", "date", optional=True)))
    house.exchange.sql("alter table hrss.A drop column Z")
    house.fill(2)
    result = house.sync()
    assert (result.status, "缺少可选列 Z" in result.detail) == ("ok", True)
    assert house.query("select Z, typeof(Z) from raw_hrss.A limit 1") == [(None, "DATE")]
    house.exchange.sql("alter table hrss.A add column Z date")
    house.exchange.sql("update hrss.A set Z = date '2026-05-01', T = T + interval 1 hour")
    house.sync()
    assert house.query("select distinct Z from raw_hrss.A") == [(dt.date(2026, 5, 1),)]


def test_two_syncs_at_once_are_refused(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(3)
    house.sync()
    with warehouse.opened(house.file) as con:
        arguments: dict[str, Any] = {"identity": "w", "now": NOW}
        reader = sources.DuckDBReader.of(house.exchange.file)
        first = sync.sync_tables(con, reader, house.tables, run_id="one", **arguments)
        next(first)
        said = []

        def second() -> None:
            with pytest.raises(sync.SyncBusyError) as error:
                list(sync.sync_tables(con.cursor(), reader, house.tables, run_id="two", **arguments))
            said.append(str(error.value))

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        list(first)
        assert "另一个同步进程正在进行（运行 one" in said[0]
        [third] = sync.sync_tables(con, reader, house.tables, run_id="three", **arguments)
        assert third.status == "ok"


def test_a_second_process_is_told_at_once_who_is_at_work(folder: Path) -> None:
    file = folder / "warehouse.duckdb"
    code = (
        "import sys; from pathlib import Path; from orchestration.lib import sync\n"
        "try:\n with sync.only_one(Path(sys.argv[1]), 'other'): print('entered')\n"
        "except sync.SyncBusyError as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(file)]
    with sync.only_one(file, "run-12345"), sync.only_one(file, "run-12345"):
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=paths.root()).stdout
        assert "另一个同步进程正在进行（运行 run-1234" in said
    assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=paths.root()).stdout == "entered\n"


def test_a_wrong_clock_upstream_does_not_hide_what_comes_later(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(5)
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('future', 9, '2099-01-01', 1)")
    house.sync()
    house.exchange.sql("insert into hrss.A (K, S, T, M) values ('now', 10, '2026-07-02', 1)")
    result = house.sync()
    assert (result.mode, result.rows_changed, house.equal()) == ("incremental", 1, True)


def test_outside_its_hours_a_source_is_left_alone(folder: Path) -> None:
    house = House(folder, table("A", "incremental", "T"))
    house.fill(3)
    house.sync()
    reader = house.reader()
    night = Window(frozenset(range(7)), dt.time(20), dt.time(6), "20:00-06:00")
    reader.windows = Windows((night,))
    noon = dt.datetime(2026, 7, 2, 4, 0, tzinfo=dt.UTC)  # 12:00 in Nanning
    result = house.sync(reader, clock=lambda: noon)
    assert (result.status, "预约时段" in result.detail, sync.failed([result])) == ("waiting", True, [])
    assert house.query("select status from ops.freshness") == [("fresh",)]
    assert house.sync(reader, clock=lambda: noon + dt.timedelta(hours=10)).status == "ok"


def test_rows_a_second_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house, glass = House(folder, table("A", "incremental", "T")), Hourglass()
    glass.turn(monkeypatch)
    house.fill(200)
    reader = house.reader(rows_per_second=10)
    result = house.sync(reader)
    assert (result.status, result.mode, result.rows_read) == ("ok", "first", 200)
    # Piece by piece, and no burst is greater than a piece of 50 rows.
    assert glass.slept == pytest.approx([5.0] * 4)
    house.fill(30, start=300)
    result = house.sync(reader)
    assert (result.mode, result.rows_read > 30) == ("incremental", True)
    assert sum(glass.slept) == pytest.approx((200 + result.rows_read) / 10)


def test_a_rest_is_no_credit_for_a_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    glass = Hourglass()
    glass.turn(monkeypatch)
    pace = engine.Pace(100)  # type: ignore[call-arg]
    pace.read(50)
    glass.now += 3_600
    pace.read(200)  # an hour came between: these rows are allowed, the next ones wait for theirs
    pace.read(300)
    assert glass.slept == pytest.approx([0.5, 3.0])
