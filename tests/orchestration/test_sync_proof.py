"""The proof fails where it must: what a reader loses, alters or misnames on the way is told everywhere it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.lib import drift_report, sources, warehouse
from orchestration.lib.sync import Policy, SyncResult

from .tiny_house import House, table

# A far server's table of more than `whole_rows` is proven by windows, one of up to that many as a whole without its keys.
WINDOWS = Policy(whole_rows=20, audit_runs=3)
KEYS_APART = Policy(whole_rows=1_000, key_rows=2, audit_runs=3)
FAULTS = {
    "a row is lost": ("* from {} where K is distinct from 'k33'", "行数"),
    "an amount is altered": ("* replace (case when K = 'k33' then M + 0.01 else M end as M) from {}", "M 合计"),
    "a key is another": ("* replace (case when K = 'k33' then 'k34 ' else K end as K) from {}", "主键校验"),
    "a change time is another": (
        "* replace (case when K = 'k33' then T + interval 1 microsecond else T end as T) from {}",
        "更新时间校验",
    ),
}


class Faulty(sources.DuckDBReader):
    """Counts right and reads wrong."""

    select: str

    def relation(self, con: Any, table: Any, columns: Any, rows: Any) -> str:
        return f"(select {self.select.format(super().relation(con, table, columns, rows))})"


def faulty(house: House, select: str, *, far: bool = False) -> Faulty:
    reader = Faulty.of(house.exchange.file)
    reader.select, reader.scan_is_cheap = select, not far
    return reader


def told(house: House, result: SyncResult, word: str) -> None:
    """The run is well and the table is not: ledger, check, freshness and report say so."""
    assert (result.status, result.parity.equal) == ("ok", False)
    assert "两侧不平" in result.detail
    assert word in result.detail
    run = f"run_id = 'run{house.runs}'"
    keys = "FAIL" if result.parity.keys_proven else "N/A"  # a table that was read whole to heal it: in another run
    assert house.query(f"select parity_status, key_status from ops.sync_table where {run}") == [("FAIL", keys)]
    assert house.query(f"select status, failures, message from ops.check_result where {run} and kind = 'parity'") == [
        ("FAIL", 1, result.detail)
    ]
    assert house.query("select status from ops.freshness") == [("mismatch",)]
    with warehouse.opened(house.file) as con:
        report = drift_report.build(con)
    assert report.differs
    assert any("不平 1" in line for line in report.lines())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_first_load_and_of_the_next_run(tmp_path: Path, fault: str) -> None:
    house = House(tmp_path, table("A", "incremental", "T"))
    house.fill(40)
    select, word = FAULTS[fault]
    told(house, house.sync(faulty(house, select), policy=Policy()), word)
    told(house, house.sync(faulty(house, select), policy=Policy()), word)
    # A reader without the fault makes it well.
    assert house.sync(policy=Policy()).parity.equal
    assert house.equal()
    assert house.query("select status from ops.freshness") == [("fresh",)]


@pytest.mark.parametrize("policy", [WINDOWS, KEYS_APART], ids=["by windows", "keys by windows"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_an_increment_of_a_far_table(tmp_path: Path, fault: str, policy: Policy) -> None:
    house = House(tmp_path, table("A", "incremental", "T"))
    house.fill(30)
    first = house.sync(house.reader(), policy=policy)
    assert (first.parity.equal, first.mode) == (True, "first")
    house.fill(10, start=30)
    select, word = FAULTS[fault]
    result = house.sync(faulty(house, select, far=True), policy=policy)
    assert result.parity.scope == ("windows" if policy is WINDOWS else "whole")
    told(house, result, word)


@pytest.mark.parametrize("policy", [WINDOWS, KEYS_APART], ids=["big", "counted whole"])
def test_a_far_table_in_which_no_row_has_a_change_time_is_proven_whole(tmp_path: Path, policy: Policy) -> None:
    house = House(tmp_path, table("A", "incremental", "T"))
    house.exchange.sql("insert into hrss.A (K, S, M) select 'k' || i, i, i from range(40) r(i)")
    for _ in range(2):
        result = house.sync(house.reader(), policy=policy)
        assert (result.parity.equal, result.parity.scope, result.parity.keys_proven) == (True, "whole", True)
        assert result.parity.count == result.parity.source_count == 40
    assert result.mode == "incremental"
    told(house, house.sync(faulty(house, FAULTS["a row is lost"][0], far=True), policy=policy), "行数")
    told(house, house.sync(faulty(house, FAULTS["a key is another"][0], far=True), policy=policy), "主键校验")


def test_the_ledger_tells_about_how_many_bytes_were_read(tmp_path: Path) -> None:
    """Rows read times the mean width of landed ones, as text; the time it took."""
    house = House(tmp_path, table("A", "incremental", "T", overlap_days=0))
    house.exchange.sql(
        "insert into hrss.A select printf('k%03d', i), 7, timestamp '2026-01-01' + interval 1 hour * i, 1.5, '文'"
        " from range(100) r(i)"
    )
    width = len("k000") + len("7") + len("2026-01-01 00:00:00") + len("1.50") + len("文".encode())
    first = house.sync()
    assert (first.rows_read, first.bytes_read) == (100, 100 * width)
    house.exchange.sql("update hrss.A set M = 2.5, T = T + interval 30 day where S = 7 and K < 'k010'")
    second = house.sync()
    assert second.rows_read < 20
    assert second.bytes_read == second.rows_read * width
    assert house.query("select bytes_read, seconds > 0 from ops.sync_table order by run_id") == [
        (first.bytes_read, True),
        (second.bytes_read, True),
    ]
