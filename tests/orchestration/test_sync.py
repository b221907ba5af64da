"""Sync of exchange tables: typing, current rows, increments, quarantine, parity, repetition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib import sources, sync, warehouse
from orchestration.lib.sync import SyncResult

from .tiny_exchange import TinyExchange

NOW = dt.datetime(2026, 6, 30, 22, 0)
DAY = dt.datetime(2026, 6, 1, 9, 0)


class House:
    """A tiny exchange, a warehouse and the sync between them."""

    def __init__(self, folder: Path) -> None:
        self.exchange = TinyExchange(folder / "exchange.duckdb")
        self.file = folder / "warehouse.duckdb"
        self.runs = 0

    def sync(self, *ids: str, identity: str = "world") -> dict[str, SyncResult]:
        self.runs += 1
        self.exchange.make(*ids)
        tables = [self.exchange.tables[i] for i in ids]
        with warehouse.opened(self.file) as con:
            results = sync.sync_tables(
                con,
                sources.DuckDBReader.of(self.exchange.file),
                tables,
                run_id=f"run{self.runs}",
                identity=identity,
                now=NOW + dt.timedelta(days=self.runs),
            )
            return {r.table.id: r for r in results}

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file)) as con:
            return con.execute(statement).fetchall()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield House(tmp_path)


def posting(house: House, number: str, amount: Any = "10.00", at: dt.datetime = DAY, **more: Any) -> None:
    house.exchange.put("hrss.RS_DZ", DZXH=number, DZJE=amount, GXSJ=at, **more)


def test_rows_land_typed_with_bookkeeping(house: House) -> None:
    house.exchange.put(
        "hrss.RS_DWCBXZ", AAB001="1", XTLY="NNSB", AAE140="110", AAE030="20260105", AAE031="  ", GXSJ=DAY
    )
    result = house.sync("hrss.RS_DWCBXZ")["hrss.RS_DWCBXZ"]
    assert (result.status, result.mode, result.rows_changed, result.parity.equal) == ("ok", "first", 1, True)
    assert house.query(
        "select AAE030, AAE031, run_id from raw_hrss.RS_DWCBXZ r join ops.sync_table s on s.synced_at = r._synced_at"
        " where s.source_name = 'hrss' and s.table_name = 'RS_DWCBXZ'"
    ) == [(dt.date(2026, 1, 5), None, "run1")]


def test_every_table_of_the_contract_gets_a_raw_table(house: House) -> None:
    house.exchange.make(*house.exchange.tables)
    with warehouse.opened(house.file) as con:
        list(
            sync.sync_tables(
                con,
                sources.DuckDBReader.of(house.exchange.file),
                house.exchange.tables.values(),
                run_id="r",
                identity="w",
                now=NOW,
            )
        )
    assert house.query("select count(*) from duckdb_tables() where schema_name like 'raw_%'") == [
        (len(house.exchange.tables),)
    ]


def test_a_second_sync_of_the_same_rows_changes_nothing(house: House) -> None:
    posting(house, "1")
    house.sync("hrss.RS_DZ")
    before = house.query("select * from raw_hrss.RS_DZ")
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.mode, result.rows_changed) == ("incremental", 0)
    assert house.query("select * from raw_hrss.RS_DZ") == before


def test_new_and_changed_rows_arrive_once(house: House) -> None:
    posting(house, "1")
    house.sync("hrss.RS_DZ")
    house.exchange.sql("update hrss.RS_DZ set DZJE = 11, GXSJ = GXSJ + interval 5 day")
    posting(house, "2", at=DAY + dt.timedelta(days=6))
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert result.rows_changed == 2
    assert house.query("select DZXH, DZJE from raw_hrss.RS_DZ order by 1") == [
        ("1", Decimal("11.00")),
        ("2", Decimal("10.00")),
    ]


def test_a_row_that_comes_late_with_an_old_cursor_is_found_by_its_key(house: House) -> None:
    posting(house, "1", at=DAY + dt.timedelta(days=20))
    house.sync("hrss.RS_DZ")
    posting(house, "0", at=DAY - dt.timedelta(days=90))
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.mode, result.rows_read, result.rows_changed, result.parity.equal) == ("healed", 2, 1, True)


def test_a_silent_correction_behind_the_cursor_is_healed_by_reading_its_day_again(house: House) -> None:
    posting(house, "1")
    posting(house, "2", at=DAY + dt.timedelta(days=20))
    house.sync("hrss.RS_DZ")
    house.exchange.sql("update hrss.RS_DZ set DZJE = 99 where DZXH = '1'")
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.mode, result.rows_read, result.rows_changed, result.parity.equal) == ("healed", 2, 1, True)
    assert house.query("select DZJE from raw_hrss.RS_DZ where DZXH = '1'") == [(Decimal("99.00"),)]


def test_a_change_that_was_committed_late_is_noticed_by_the_sum_of_change_times(house: House) -> None:
    """A world rebuilt for another day, or a long transaction: content and cursor changed, but before the window."""
    house.exchange.put("hrss.RS_DWJBXX", AAB001="1", XTLY="N", DQBZ="0", GXSJ=DAY)
    house.exchange.put("hrss.RS_DWJBXX", AAB001="2", XTLY="N", GXSJ=DAY + dt.timedelta(days=30))
    house.sync("hrss.RS_DWJBXX")
    house.exchange.sql("update hrss.RS_DWJBXX set DQBZ = '1', GXSJ = GXSJ + interval 1 hour where AAB001 = '1'")
    result = house.sync("hrss.RS_DWJBXX")["hrss.RS_DWJBXX"]
    assert (result.mode, result.rows_changed, result.parity.equal) == ("healed", 1, True)
    assert house.query("select DQBZ from raw_hrss.RS_DWJBXX where AAB001 = '1'") == [("1",)]


def test_append_tables_read_only_their_window_until_the_counts_differ(house: House) -> None:
    for number in (1, 2):
        house.exchange.put("hrss.RS_ZJMX", ZJTZLSH="N", CSPCH="P", MXXH=number, JE="1", CSSJ=DAY)
    house.sync("hrss.RS_ZJMX")
    house.exchange.put("hrss.RS_ZJMX", ZJTZLSH="N", CSPCH="P", MXXH=3, JE="1", CSSJ=DAY - dt.timedelta(days=60))
    result = house.sync("hrss.RS_ZJMX")["hrss.RS_ZJMX"]
    assert (result.mode, result.parity.equal, result.parity.count) == ("healed", True, 3)


def test_rows_gone_upstream_are_kept_in_the_archive(house: House) -> None:
    posting(house, "1")
    posting(house, "2")
    house.sync("hrss.RS_DZ")
    house.exchange.sql("delete from hrss.RS_DZ where DZXH = '1'")
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.rows_deleted, result.parity.equal) == (1, True)
    assert house.query("select DZXH from raw_hrss.RS_DZ") == [("2",)]
    assert house.query("select DZXH, _deleted_at is not null from raw_deleted.hrss__RS_DZ") == [("1", True)]
    posting(house, "1")
    assert house.sync("hrss.RS_DZ")["hrss.RS_DZ"].parity.equal
    assert house.query("select count(*) from raw_hrss.RS_DZ") == [(2,)]


def test_the_latest_cursor_of_a_key_wins(house: House) -> None:
    posting(house, "1", amount="1.00", at=DAY)
    posting(house, "1", amount="2.00", at=DAY + dt.timedelta(hours=1))
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.rows_quarantined, result.parity.equal) == (0, True)
    assert house.query("select DZJE from raw_hrss.RS_DZ") == [(Decimal("2.00"),)]
    assert house.sync("hrss.RS_DZ")["hrss.RS_DZ"].parity.equal


def test_twins_with_one_cursor_and_different_content_are_doubtful(house: House) -> None:
    posting(house, "1", amount="1.00")
    posting(house, "1", amount="2.00")
    posting(house, "2")
    posting(house, "2")
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.rows_quarantined, result.parity.equal) == (1, True)
    assert house.query("select key_text, reason from ops.quarantine") == [("1", "duplicate_key")]
    kept = house.query("select DZXH, DZJE from raw_hrss.RS_DZ order by 1")
    assert len(kept) == 2
    house.sync("hrss.RS_DZ")
    assert house.query("select DZXH, DZJE from raw_hrss.RS_DZ order by 1") == kept


@pytest.mark.parametrize(
    ("table", "row", "column", "reason"),
    [
        ("hrss.RS_DWCBXZ", {"AAB001": "1", "XTLY": "N", "AAE140": "110", "AAE030": "20261399"}, "AAE030", "not_a_date"),
        ("hrss.RS_DWCBXZ", {"AAB001": "1", "XTLY": "N", "AAE140": "110", "AAE030": "2026-01"}, "AAE030", "not_a_date"),
        ("hrss.RS_DWCBXZ", {"AAB001": None, "XTLY": "N", "AAE140": "110"}, "AAB001", "null_key"),
        ("hrss.RS_DWCBXZ", {"AAB001": " ", "XTLY": "N", "AAE140": "110"}, "AAB001", "null_key"),
        ("hrss.RS_DWJBXX", {"AAB001": "1", "XTLY": "N", "AAB004": "a\0b"}, "AAB004", "nul_byte"),
        ("hrss.RS_DWJBXX", {"AAB001": "1", "XTLY": "N", "CSSJ": "infinity"}, "CSSJ", "not_a_time"),
    ],
)
def test_rows_that_cannot_be_landed_are_set_aside_and_the_rest_goes_on(
    house: House, table: str, row: dict[str, Any], column: str, reason: str
) -> None:
    house.exchange.put(table, GXSJ=DAY, **row)
    good = {"AAB001": "good", "XTLY": "N", **({"AAE140": "110"} if table.endswith("XZ") else {})}
    house.exchange.put(table, GXSJ=DAY, **good)
    for _ in range(2):  # what cannot be landed is reported by every run until it is put right
        result = house.sync(table)[table]
        assert (result.status, result.rows_quarantined, result.parity.equal) == ("ok", 1, True)
    assert house.query("select distinct table_name, column_name, reason from ops.quarantine") == [
        (table.split(".")[1], column, reason)
    ]
    source, name = table.split(".")
    assert house.query(f"select AAB001 from raw_{source}.{name}") == [("good",)]


@pytest.mark.parametrize("value", ["1234567890123456.00", "1.005", "abc", "nan"])
def test_amounts_that_do_not_fit_are_set_aside(house: House, value: str) -> None:
    house.exchange.sql("alter table hrss.RS_DZ alter DZJE type varchar")
    posting(house, "1", amount=value)
    posting(house, "2", amount=" 5.5 ")
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.rows_quarantined, result.parity.equal) == (1, True)
    assert house.query("select DZXH, DZJE from raw_hrss.RS_DZ") == [("2", Decimal("5.50"))]
    assert house.query("select reason from ops.quarantine") == [("amount_does_not_fit",)]


def test_the_last_good_version_stays_when_the_newest_cannot_be_read(house: House) -> None:
    key = {"AAB001": "1", "XTLY": "N", "AAE140": "110"}
    house.exchange.put("hrss.RS_DWCBXZ", AAE030="20260101", GXSJ=DAY, **key)
    house.sync("hrss.RS_DWCBXZ")
    house.exchange.sql("update hrss.RS_DWCBXZ set AAE030 = 'x', GXSJ = GXSJ + interval 1 day")
    result = house.sync("hrss.RS_DWCBXZ")["hrss.RS_DWCBXZ"]
    assert (result.rows_quarantined, result.parity.equal) == (1, True)
    assert house.query("select AAE030 from raw_hrss.RS_DWCBXZ") == [(dt.date(2026, 1, 1),)]


def test_quarantine_never_shows_personal_data(house: House) -> None:
    house.exchange.put(
        "hrss.RS_ZJMX", ZJTZLSH="N", CSPCH="P", MXXH=1, AAC002="450103199001011234\0", AAC003="韦某某\0", CSSJ=DAY
    )
    house.sync("hrss.RS_ZJMX")
    shown = house.query("select key_text, raw_value_masked from ops.quarantine")
    assert len(shown) == 2
    assert "19900101" not in str(shown)
    assert "某某" not in str(shown)


def test_another_world_replaces_everything(house: House) -> None:
    posting(house, "1")
    posting(house, "2")
    house.sync("hrss.RS_DZ", identity="seed 7")
    house.exchange.sql("delete from hrss.RS_DZ where DZXH = '1'")
    result = house.sync("hrss.RS_DZ", identity="seed 8")["hrss.RS_DZ"]
    assert result.mode == "first"
    assert house.query("select DZXH from raw_hrss.RS_DZ") == [("2",)]
    assert house.query("select count(*) from duckdb_tables() where schema_name = 'raw_deleted'") == [(0,)]


def test_a_source_set_back_in_time_is_read_in_full(house: House) -> None:
    posting(house, "1", amount="1.00", at=DAY)
    posting(house, "2", at=DAY + dt.timedelta(days=9))
    house.sync("hrss.RS_DZ")
    house.exchange.sql("delete from hrss.RS_DZ where DZXH = '2'")
    house.exchange.sql("update hrss.RS_DZ set DZRQ = date '2026-06-02'")
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert (result.mode, result.parity.equal) == ("full", True)
    assert house.query("select DZXH, DZRQ from raw_hrss.RS_DZ") == [("1", dt.date(2026, 6, 2))]


def test_a_missing_table_or_column_is_named_and_the_others_go_on(house: House) -> None:
    posting(house, "1")
    house.exchange.sql("drop table hrss.RS_SJHP")
    house.exchange.sql("alter table hrss.RS_RKHP drop column RKJE")
    results = house.sync("hrss.RS_SJHP", "hrss.RS_RKHP", "hrss.RS_DZ")
    assert results["hrss.RS_SJHP"].status == "failed"
    assert "hrss.RS_SJHP" in results["hrss.RS_SJHP"].detail
    assert "RKJE" in results["hrss.RS_RKHP"].detail
    assert results["hrss.RS_DZ"].status == "ok"
    assert house.query("select count(*) from raw_hrss.RS_SJHP") == [(0,)]
    assert dict(house.query("select table_name, status from ops.freshness")) == {
        "RS_SJHP": "late",
        "RS_RKHP": "late",
        "RS_DZ": "fresh",
    }


def test_a_table_that_is_suddenly_empty_keeps_what_was_there(house: House) -> None:
    posting(house, "1")
    house.sync("hrss.RS_DZ")
    house.exchange.sql("delete from hrss.RS_DZ")
    assert house.sync("hrss.RS_DZ")["hrss.RS_DZ"].status == "failed"
    assert house.query("select count(*) from raw_hrss.RS_DZ") == [(1,)]


def test_an_extra_column_upstream_is_told_and_ignored(house: House) -> None:
    house.exchange.sql("alter table hrss.RS_DZ add column XIN varchar")
    posting(house, "1")
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert result.status == "ok"
    assert "XIN" in result.detail


def test_a_failure_in_the_middle_leaves_the_table_as_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    posting(house, "1")
    house.sync("hrss.RS_DZ")
    posting(house, "2", at=DAY + dt.timedelta(days=1))

    def broken(*_: Any, **__: Any) -> int:
        raise duckdb.Error("value '13900001111' is odd")

    monkeypatch.setattr(sync.book.Book, "write_state", broken)
    result = house.sync("hrss.RS_DZ")["hrss.RS_DZ"]
    assert result.status == "failed"
    assert "139" not in result.detail
    assert house.query("select DZXH from raw_hrss.RS_DZ") == [("1",)]
    monkeypatch.undo()
    assert house.sync("hrss.RS_DZ")["hrss.RS_DZ"].rows_changed == 1


def test_the_identity_of_a_world_is_its_id_seed_and_scale(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    assert sync.exchange_identity("duckdb", file) == "duckdb"
    file.write_text('{"seed": 7, "scale": "ci", "as_of": "2026-06-30"}')
    first = sync.exchange_identity("duckdb", file)
    file.write_text('{"seed": 7, "scale": "ci", "as_of": "2026-07-01"}')
    assert sync.exchange_identity("duckdb", file) == first
    file.write_text('{"seed": 8, "scale": "ci", "as_of": "2026-07-01"}')
    assert sync.exchange_identity("duckdb", file) != first
