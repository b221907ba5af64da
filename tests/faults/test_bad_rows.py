"""Ten thousand malformed rows among a million: the others land, each once, all of the bad ones are counted, and a fix heals."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.lib import quarantine
from orchestration.lib.exchange_config import Connection
from orchestration.lib.sources.files import FilesReader
from orchestration.lib.sync import Policy
from tests.orchestration.tiny_house import House, column, table

ROWS = 1_000_000
# One of a hundred is bad, in seven ways by turns.
BAD = "S % 100 = 7"
WAY = "S // 100 % 7"
EXPECTED = {
    ("D", "not_a_date"): 1_429,
    ("M", "amount_does_not_fit"): 1_429,
    ("X", "nul_byte"): 1_429,
    ("X", "wrong_encoding"): 1_429,
    ("K", "null_key"): 1_428,
    ("X", "text_too_long"): 1_428,
}
PAIRS = 1_428
# A row and its twin: one key, one change time, two amounts. Which of them counts until then is settled by their content.
TWINS = f"(S % 100 in (6, 7) and {WAY} = 6)"
COLUMNS = "K, S, T, try_cast(M as decimal(16,2)) as M, X"


@pytest.mark.slow
def test_ten_thousand_among_a_million(tmp_path: Path) -> None:
    """Also where the load is broken into pieces."""
    house = House(tmp_path, table("A", "incremental", "T", column("D", "date", text_format="yyyymmdd")))
    house.exchange.sql("alter table hrss.A alter M type varchar")
    way = f"case when {BAD} then {WAY} end"
    number = f"case when {way} = 6 then S - 1 else S end"
    house.exchange.sql(
        f"insert into hrss.A (K, S, T, M, X, D) select case when {way} = 4 then null else 'k' || {number} end, S,"
        f" timestamp '2025-01-01' + interval 30 second * ({number}),"
        f" case when {way} = 1 then '12345678901234567.00' else (S % 10000 / 100)::decimal(16,2)::varchar end,"
        f" case {way} when 2 then 'a' || chr(0) when 3 then '坏' || chr(65533) when 5 then repeat('x', 32768)"
        "  else 'x' || S % 100 end,"
        f" case when {way} = 0 then '20261399' else '20260630' end from range({ROWS}) r(S)"
    )
    result = house.sync(policy=Policy(piece_rows=400_000))
    assert (result.status, result.rows_quarantined, result.parity.count, result.parity.equal) == (
        "ok", 10_000, ROWS - 10_000, True,
    )  # fmt: skip
    shown = "select column_name, reason, count(*) from ops.quarantine group by all"
    entries = {(c, r): n for c, r, n in house.query(shown)}
    # A twin has an entry for each column that contradicts; a table has so many entries at most, and exact counts all the same.
    assert entries.keys() == EXPECTED.keys() | {(name, "duplicate_key") for name in ("S", "M", "X")}
    assert sum(entries.values()) == quarantine.LIMIT
    assert all(entries[what] <= most for what, most in EXPECTED.items())
    aside = "select _reason, count(*) from raw_aside.hrss__A group by all order by all"
    assert house.query(aside) == [("bad_value", sum(EXPECTED.values())), ("duplicate_key", PAIRS)]
    # The good ones, each once; nothing of the bad ones; of two twins one.
    good = f"select {COLUMNS} from e.hrss.A where not ({BAD}) and not {TWINS}"
    assert differing(house, good) == 0
    assert one_of_each_twin(house)
    # A usual day on top of them, and nothing is read twice or lost.
    house.exchange.sql(
        f"update hrss.A set X = 'day', T = timestamp '2026-06-30' where S < 1000 and not ({BAD}) and not {TWINS}"
    )
    result = house.sync(policy=Policy())
    assert (result.status, result.mode, result.rows_quarantined, result.parity.equal) == (
        "ok",
        "incremental",
        10_000,
        True,
    )
    assert differing(house, good) == 0
    # The department puts them right without touching a change time; a replay takes them.
    [(taken,)] = house.query(f"select count(*) from raw_hrss.A where {BAD}")  # where the false twin had counted
    house.exchange.sql(f"update hrss.A set K = 'k' || S, M = '1.00', X = 'well', D = '20260630' where {BAD}")
    result = house.sync(policy=Policy(), replay=True)
    assert (result.status, result.mode, result.rows_changed, result.rows_quarantined, result.parity.equal) == (
        "ok", "replay", 10_000 + taken, 0, True,
    )  # fmt: skip
    assert house.query("select count(*) from ops.quarantine") == [(0,)]
    assert differing(house, f"select {COLUMNS} from e.hrss.A", "true") == 0


def test_a_bad_byte_in_a_gb18030_file(tmp_path: Path) -> None:
    """Only its row is set aside; the file that is put right is taken by a replay, though no change time moved."""
    house = House(tmp_path, table("A", "incremental", "T"))
    place = tmp_path / "drop" / "hrss"
    place.mkdir(parents=True)

    def drop(third: bytes) -> FilesReader:
        lines = [f"k{n},{n},2026-06-0{n + 1} 08:00:00,{n}.50,邕宁".encode("gb18030") for n in range(5)]
        lines[3] = lines[3].removesuffix("邕宁".encode("gb18030")) + third
        (place / "A.csv").write_bytes(b"\n".join([b"K,S,T,M,X", *lines, b""]))
        return FilesReader(Connection("drop", "files", ("*",), {"folder": str(tmp_path / "drop")}), "drop")

    broken = "南".encode("gb18030") + b"\xff" + "宁".encode("gb18030")
    for mode in ("first", "incremental"):
        result = house.sync(drop(broken))
        assert (result.status, result.mode, result.rows_quarantined) == ("ok", mode, 1)
        assert (result.parity.equal, result.parity.count, result.parity.source_count) == (True, 4, 5)
        assert house.query("select K, X from raw_hrss.A order by K") == [(f"k{n}", "邕宁") for n in (0, 1, 2, 4)]
    [(key, name, reason, value)] = house.query(
        "select key_text, column_name, reason, raw_value_masked from ops.quarantine"
    )
    assert (key, name, reason, "\N{REPLACEMENT CHARACTER}" in value) == ("k3", "X", "wrong_encoding", True)
    result = house.sync(drop("南宁".encode("gb18030")), replay=True)
    assert (result.status, result.mode, result.rows_changed, result.rows_quarantined, result.parity.equal) == (
        "ok", "replay", 1, 0, True,
    )  # fmt: skip
    assert house.query("select X, M from raw_hrss.A where K = 'k3'") == [("南宁", 3.5)]
    assert house.query("select (select count(*) from ops.quarantine), (select count(*) from raw_aside.hrss__A)") == [
        (0, 0)
    ]


def differing(house: House, upstream: str, where: str = f"not {TWINS}") -> int:
    """Rows that are on one side only, or oftener."""
    with duckdb.connect(str(house.file)) as con:
        con.execute(f"attach '{house.exchange.file}' as e (read_only)")
        own = f"select K, S, T, M, X from raw_hrss.A where {where}"
        row = con.execute(
            f"select count(*) from (({upstream} except all {own}) union all ({own} except all {upstream}))"
        ).fetchone()
        assert row is not None
        return int(row[0])


def one_of_each_twin(house: House) -> bool:
    """Whether each key that came twice is here once, as one of its two rows, and the other is set aside."""
    with duckdb.connect(str(house.file)) as con:
        con.execute(f"attach '{house.exchange.file}' as e (read_only)")
        both = (
            f"select K, T, M from raw_hrss.A where {TWINS} union all"
            " select K, T, M from raw_aside.hrss__A where _reason = 'duplicate_key'"
        )
        theirs = f"select K, T, cast(M as decimal(16,2)) as M from e.hrss.A where {TWINS}"
        row = con.execute(
            f"select (select count(*) from (({both}) except all {theirs})) + (select count(*) from ({theirs} except all ({both}))),"
            f" (select count(distinct K) from raw_hrss.A where {TWINS}), (select count(*) from raw_hrss.A where {TWINS})"
        ).fetchone()
        return row == (0, PAIRS, PAIRS)
