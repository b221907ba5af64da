"""Ten thousand malformed rows among a million: the others land, each once, all of the bad ones are counted, and a fix heals."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.lib.sync import Policy
from tests.orchestration.tiny_house import House, column, table

ROWS = 1_000_000
# One of a hundred is bad, in five ways by turns.
BAD = "i % 100 = 7"
EXPECTED = {
    ("D", "not_a_date"): 2_000,
    ("M", "amount_does_not_fit"): 2_000,
    ("X", "nul_byte"): 2_000,
    ("X", "wrong_encoding"): 2_000,
    ("K", "null_key"): 2_000,
}


@pytest.mark.slow
def test_ten_thousand_among_a_million(tmp_path: Path) -> None:
    """Also where the load is broken into pieces."""
    house = House(tmp_path, table("A", "incremental", "T", column("D", "date", text_format="yyyymmdd")))
    house.exchange.sql("alter table hrss.A alter M type varchar")
    way = f"case when {BAD} then i // 100 % 5 end"
    house.exchange.sql(
        f"insert into hrss.A (K, S, T, M, X, D) select case when {way} = 4 then null else 'k' || i end, i,"
        " timestamp '2025-01-01' + interval 30 second * i,"
        f" case when {way} = 1 then '12345678901234567.00' else (i % 10000 / 100)::decimal(16,2)::varchar end,"
        f" case {way} when 2 then 'a' || chr(0) when 3 then '坏' || chr(65533) else 'x' || i % 100 end,"
        f" case when {way} = 0 then '20261399' else '20260630' end from range({ROWS}) r(i)"
    )
    result = house.sync(policy=Policy(piece_rows=400_000))
    assert (result.status, result.rows_quarantined, result.parity.count, result.parity.equal) == (
        "ok", 10_000, ROWS - 10_000, True,
    )  # fmt: skip
    assert {
        (c, r): n
        for c, r, n in house.query("select column_name, reason, count(*) from ops.quarantine group by all")
    } == EXPECTED  # fmt: skip
    # The good ones, each once; nothing of the bad ones.
    good = "select K, S, T, try_cast(M as decimal(16,2)) as M, X from e.hrss.A where not (S % 100 = 7)"
    assert differing(house, good) == 0
    # A usual day on top of them, and nothing is read twice or lost.
    house.exchange.sql("update hrss.A set X = 'day', T = timestamp '2026-06-30' where S < 1000 and S % 100 <> 7")
    result = house.sync(policy=Policy())
    assert (result.status, result.mode, result.rows_quarantined, result.parity.equal) == (
        "ok",
        "incremental",
        10_000,
        True,
    )
    assert differing(house, good) == 0
    # The department puts them right without touching a change time; a replay takes them.
    house.exchange.sql("update hrss.A set K = 'k' || S, M = '1.00', X = 'well', D = '20260630' where S % 100 = 7")
    result = house.sync(policy=Policy(), replay=True)
    assert (result.status, result.mode, result.rows_changed, result.rows_quarantined, result.parity.equal) == (
        "ok", "replay", 10_000, 0, True,
    )  # fmt: skip
    assert house.query("select count(*) from ops.quarantine") == [(0,)]
    assert differing(house, "select K, S, T, try_cast(M as decimal(16,2)) as M, X from e.hrss.A") == 0


def differing(house: House, upstream: str) -> int:
    """Rows that are on one side only, or oftener."""
    import duckdb

    with duckdb.connect(str(house.file)) as con:
        con.execute(f"attach '{house.exchange.file}' as e (read_only)")
        own = "select K, S, T, M, X from raw_hrss.A"
        row = con.execute(
            f"select count(*) from (({upstream} except all {own}) union all ({own} except all {upstream}))"
        ).fetchone()
        assert row is not None
        return int(row[0])
