"""What is shown of rows in quarantine: masked values, the columns in which twins differ, honest counts, the command that lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import __main__ as commands
from orchestration.lib import quarantine, warehouse
from orchestration.lib.sync import Policy
from tests.orchestration.tiny_house import House, column, table

PHONE = column("P", "varchar", personal_data="phone")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, table("A", "incremental", "T", PHONE))


def put(house: House, key: str, amount: str, phone: str, text: str = "x") -> None:
    house.exchange.sql(
        f"insert into hrss.A (K, S, T, M, X, P) values ('{key}', 1, timestamp '2026-06-01', {amount}, '{text}', '{phone}')"
    )


def entries(house: House) -> list[tuple[object, ...]]:
    return house.query("select key_text, column_name, reason, raw_value_masked from ops.quarantine order by all")


def test_twins_say_in_what_they_differ_and_masked(house: House) -> None:
    """An entry a differing column with the value set aside; the phone is masked, the row counts once."""
    put(house, "k1", "1.00", "13800008000")
    put(house, "k1", "2.00", "13900009000")
    put(house, "k2", "3.00", "13800008000", "a")
    put(house, "k2", "3.00", "13800008000", "b")
    assert house.sync().rows_quarantined == 2
    kept = dict(house.query("select K, M::varchar || P || X from raw_hrss.A"))
    aside = {"k1": ("2.00", "139****9000"), "k2": "b"}
    if kept["k1"].startswith("2.00"):
        aside["k1"] = ("1.00", "138****8000")
    if kept["k2"].endswith("b"):
        aside["k2"] = "a"
    expected = [
        ("k1", "M", "duplicate_key", aside["k1"][0]),
        ("k1", "P", "duplicate_key", aside["k1"][1]),
        ("k2", "X", "duplicate_key", aside["k2"]),
    ]
    assert entries(house) == expected
    # One of them is made equal in the amount without a change time: that entry goes, the other column's stays.
    house.exchange.sql("update hrss.A set M = 5 where K = 'k1'")
    house.sync(replay=True)
    assert [row[1] for row in entries(house)] == ["P", "X"]


def test_no_more_entries_than_are_promised(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two readings note entries, as pieces of a load do; together they stay within the limit, and the count of rows is exact."""
    monkeypatch.setattr(quarantine, "LIMIT", 40)
    for start in (0, 30):
        house.exchange.sql(
            "insert into hrss.A (K, S, T, M, X) select 'k' || i, i, timestamp '2026-01-01' + interval 1 day * i, i, chr(0)"
            f" from range({start}, {start + 30}) r(i)"
        )
        result = house.sync(policy=Policy(aside_values=0))
    assert result.rows_quarantined == 60
    assert len(entries(house)) == 40


def test_the_command_lists_them(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHEBAO_WAREHOUSE", str(house.file))
    with warehouse.opened(house.file):
        pass
    assert commands.main(["quarantine"]) == 0
    assert capsys.readouterr().out == "没有隔离的数据\n"
    put(house, "k1", "1.00", "13800008000")
    put(house, "k2", "1.00", "13900009000")
    house.exchange.sql("update hrss.A set P = P || chr(0), X = '坏' || chr(0) || chr(65533) where K = 'k1'")
    assert house.sync().rows_quarantined == 1
    assert commands.main(["quarantine"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == "hrss.A：隔离 1 行，登记问题 3 处"
    assert "  主键 k1，列 P：含空字符，原值 '****'" in said
    assert "列 X：编码有误" in said
    assert said.endswith("1 张表共隔离 1 行\n")
    assert "8000" not in said
    assert commands.main(["quarantine", "--table", "hrss.NONE"]) == 1
    assert "hrss.NONE" in capsys.readouterr().out


def test_a_long_list_is_cut_and_says_so(house: House) -> None:
    house.exchange.sql(
        "insert into hrss.A (K, S, T, M, X) select 'k' || i, i, timestamp '2026-01-01', i, chr(0) from range(30) r(i)"
    )
    house.sync()
    with warehouse.opened(house.file) as con:
        [found] = quarantine.held(con)
        assert (found.rows, found.problems, len(found.entries)) == (30, 30, quarantine.SHOWN)
        assert found.lines()[0] == "hrss.A：隔离 30 行，登记问题 30 处，列出前 20 处"
        assert quarantine.held(con, ["hrss.B"]) == []
        [all_of_it] = quarantine.held(con, ["hrss.A"], shown=quarantine.LIMIT)
        assert len(all_of_it.entries) == 30
