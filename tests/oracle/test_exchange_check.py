"""The oracle target's checks say the same on H2 in Oracle mode as the embedded target's on DuckDB, for the same rows."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from common import paths
from orchestration.lib import contract, dbt_cli, exchange_check, exchange_config
from tests.oracle import h2
from tests.servers import need_h2

CHECKED_AT = dt.datetime(2026, 7, 2, 18, 0)
# Bad codes in tables of several systems: unknown, in lower case, with a blank, empty (NULL in Oracle), NULL.
DAMAGE = (
    "update hrss.RS_DWJBXX set HJZT_DM = '9' where rowid % 7 = 0",
    "update hrss.RS_DWJBXX set HJZT_DM = '1 ' where rowid % 11 = 1",
    "update hrss.RS_DWJBXX set YAB003 = '0000' where rowid % 5 = 0",
    "update hrss.RS_ZJHZ set YXBZ = 'y' where rowid % 13 = 0",
    "update hrss.RS_ZJHZ set DQBZ = null where rowid % 3 = 0",
    "update nhsa.CLCT_NTC_D set INSUTYPE = '999' where rowid % 17 = 0",
    "update tax_levy.ZS_KKXX set FHDM = '24-007' where rowid % 19 = 0",
    "delete from tax_mgmt.QZ_DWXX",
)

PRODUCTION = """
[environments.production.connections.front]
kind = "oracle"
dsn = "qz.example:1521/QZ"
user_env = "QZ_USER"
password_env = "QZ_PASSWORD"
systems = ["tax_mgmt"]
schemas = { tax_mgmt = "SBF_QZK" }

[environments.production.connections.others]
kind = "postgres"
host = "pg.example"
systems = ["*"]
"""
READING = {"select", "with", "commit", "rollback"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small exchange with damage, in a folder of its own."""
    folder = tmp_path_factory.mktemp("check")
    environment = {**os.environ, "SHEBAO_VAR": str(folder)}
    subprocess.run(
        [sys.executable, "-m", "simulator", "build", "--scale", "40", "--seed", "5", "--as-of", "2026-06-30"],
        cwd=paths.root(), env=environment, check=True, capture_output=True,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_VAR", str(folder))
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        with duckdb.connect(str(paths.exchange_file())) as con:
            for statement in DAMAGE:
                con.execute(statement)
        yield folder


@pytest.fixture(scope="module")
def embedded(exchange: Path) -> dict[tuple[str, str, str], exchange_check.CheckLine]:
    """What the checks say on DuckDB."""
    return by_check(exchange_check.check_environment(exchange_config.load("duckdb"), checked_at=CHECKED_AT))


def first_word(statement: str) -> str:
    """What a statement does; dbt puts a comment before it."""
    return re.sub(r"/\*.*?\*/", "", statement, flags=re.DOTALL).split()[0].lower()


def by_check(lines: list[exchange_check.CheckLine]) -> dict[tuple[str, str, str], exchange_check.CheckLine]:
    """The lines by what they check; each check is there once."""
    found = {(line.system, line.table, line.check): line for line in lines}
    assert len(found) == len(lines)
    return found


def test_every_declared_check_has_run(embedded: dict[tuple[str, str, str], exchange_check.CheckLine]) -> None:
    """As many lines as the manifest has source tests, and a freshness for each table with a cursor that is expected to stay fresh."""
    manifest = dbt_cli.load_manifest()
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test" and n["sources"]]
    fresh = {
        n["unique_id"]
        for n in manifest["sources"].values()
        if (n["freshness"] or {}).get("warn_after", {}).get("count")
    }
    cursors = {n["unique_id"] for n in manifest["sources"].values() if dbt_cli.meta_of(n).get("cursor")}
    frozen = {n["source_name"] for n in manifest["sources"].values() if n["unique_id"] not in fresh}
    assert frozen == {"hrss_legacy", "nhsa_legacy"}  # the old systems stand still: nobody waits for their next row
    kinds = [line.kind for line in embedded.values()]
    assert (kinds.count("test"), kinds.count("freshness")) == (len(tests), len(fresh & cursors))


def test_damage_is_counted(exchange: Path, embedded: dict[tuple[str, str, str], exchange_check.CheckLine]) -> None:
    """The counts are those of a plain query; a table that is fresh, stale or empty says so."""
    with duckdb.connect(str(paths.exchange_file()), read_only=True) as con:
        unknown = con.execute("select count(*) from hrss.RS_DWJBXX where YAB003 = '0000'").fetchone()
        newest = con.execute("select max(GXSJ) from hrss.RS_ZJHZ").fetchone()
    assert unknown and newest
    agency = embedded["hrss", "RS_DWJBXX", "relationships(YAB003)"]
    status = embedded["hrss", "RS_DWJBXX", "accepted_values(HJZT_DM)"]
    assert (agency.status, agency.failures) == ("WARN", unknown[0])
    assert (status.status, status.failures) == ("WARN", 2)  # two values that are none: '9' and '1 '
    assert embedded["hrss", "RS_ZJHZ", "freshness"].latest == newest[0]
    assert embedded["hrss", "RS_ZJHZ", "freshness"].status == "WARN"
    assert embedded["tax_mgmt", "QZ_DWXX", "freshness"].status == "N/A"


def test_h2_says_the_same(
    exchange: Path, embedded: dict[tuple[str, str, str], exchange_check.CheckLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """dbt-oracle's adapter and our macros for it, on H2 in Oracle mode: the same outcome for every check."""
    need_h2()
    database = h2.H2()
    with duckdb.connect(str(paths.exchange_file()), read_only=True) as con:
        for table in contract.from_yaml(paths.dbt_project_dir() / "models" / "staging"):
            database.copy_from(con, table.exchange_schema, table.name, exchange)
    monkeypatch.setattr("oracledb.connect", database.connect)
    found = by_check(exchange_check.run("oracle", checked_at=CHECKED_AT))
    database.close()
    assert found.keys() == embedded.keys()
    outcomes = {key: (line.status, line.failures, line.latest, line.message) for key, line in found.items()}
    wanted = {key: (line.status, line.failures, line.latest, line.message) for key, line in embedded.items()}
    assert [(key, outcome, wanted[key]) for key, outcome in outcomes.items() if outcome != wanted[key]] == []
    assert {first_word(statement) for statement in database.statements} <= READING


def test_another_schema_is_asked_by_its_name(exchange: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A department whose schema has a name of its own; only its tables are asked."""
    need_h2()
    database = h2.H2()
    with duckdb.connect(str(paths.exchange_file()), read_only=True) as con:
        for table in contract.from_yaml(paths.dbt_project_dir() / "models" / "staging"):
            if table.source == "tax_mgmt":
                database.copy_from(con, table.exchange_schema, table.name, exchange)
    database.execute("alter schema tax_mgmt rename to SBF_QZK")
    monkeypatch.setattr("oracledb.connect", database.connect)
    monkeypatch.setenv("QZ_USER", "reader")
    monkeypatch.setenv("QZ_PASSWORD", "not-shown")
    file = exchange / "exchange.toml"
    file.write_text(PRODUCTION, encoding="utf-8")
    environment = exchange_config.load("production", file=file)
    lines = exchange_check.check_environment(environment, ["hrss", "tax_mgmt"], checked_at=CHECKED_AT)
    assert {line.system: line.status for line in lines if line.table == "*"} == {"hrss": "N/A"}
    assert "FAIL" not in {line.status for line in lines}
    assert {(line.system, line.table) for line in lines} >= {("tax_mgmt", "QZ_ZJXX"), ("tax_mgmt", "SB_DJXX")}
    assert database.asked_for == {"user": "reader", "password": "not-shown", "dsn": "qz.example:1521/QZ"}
    assert "not-shown" not in exchange_check.report(lines)
    assert "SHEBAO_ORACLE_PASSWORD" not in os.environ
    database.close()
    assert [s for s in database.statements if "SBF_QZK" not in s and first_word(s) == "select"] == []


def test_what_is_unknown_is_named(exchange: Path) -> None:
    """A system or target that is not there."""
    with pytest.raises(ValueError, match="tax_moon"):
        exchange_check.run("exchange", systems=["tax_moon"])
    with pytest.raises(ValueError, match="teradata"):
        exchange_check.run("teradata")
