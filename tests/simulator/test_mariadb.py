"""The private MariaDB server: starts and stops leaving nothing behind, and holds the world as it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from simulator import contract, mariadb
from tests.servers import need_mariadb

pytestmark = pytest.mark.mariadb

TABLE = contract.Table(
    "hrss",
    "RS_X",
    ("ID",),
    (
        contract.Column("ID", "varchar", None),
        contract.Column("JE", "decimal(16,2)", None),
        contract.Column("ZB", "boolean", None),
        contract.Column("RQ", "date", None),
        contract.Column("GXSJ", "timestamp", None),
        contract.Column("BZ", "varchar", None),
    ),
    "GXSJ",
)
ROWS = """values
    ('1', 90071992547409.93::decimal(16, 2), true, date '2026-06-30', timestamp '2026-06-30 23:59:59.999999', '南宁𠮷😀'),
    ('2', -0.01, false, date '1949-10-01', timestamp '1970-01-01 00:00:00', 'a"b,c\\d' || chr(10) || 'e''f'),
    ('2', 0, null, null, null, 'NULL'),
    ('3', null, null, null, null, ''),
    ('4', null, null, null, null, null),
    ('5', null, null, null, null, repeat('长', 3000))"""


class World:
    """As much of a world as the writer needs."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute("create schema hrss")
        self.con.execute(f'create table hrss."RS_X" as select * from ({ROWS}) t("ID", "JE", "ZB", "RQ", "GXSJ", "BZ")')

    def sql(self, text: str) -> None:
        self.con.execute(text)

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return self.con.execute(text).fetchall()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    need_mariadb()
    # A long folder: the socket then lies elsewhere.
    folder = tmp_path / ("long" * 30)
    monkeypatch.setenv("SHEBAO_VAR", str(folder))
    monkeypatch.setattr(contract, "tables", lambda: (TABLE,))
    yield folder
    mariadb.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_world_goes_in_and_comes_out(server: Path) -> None:
    world = World()
    mariadb.write(world)  # type: ignore[arg-type]
    address = mariadb.write(world)  # type: ignore[arg-type]  # once more, over what is there
    assert address == mariadb.uri() == mariadb.address()
    said = mariadb.execute(
        "select ID, JE, ZB, RQ, GXSJ, hex(BZ) from hrss.RS_X order by ID, JE desc; select schema_name"
        " from information_schema.schemata where schema_name like 'hrss%'"
    )
    wanted = world.rows('select "ID", "JE", "ZB"::int, "RQ", "GXSJ", hex("BZ") from hrss."RS_X" order by 1, 2 desc')
    found = [line.split("\t") for line in said.splitlines()]
    assert found[-1] == ["hrss"]
    for want, have in zip(wanted, found[:-1], strict=True):
        values = [None if value == "NULL" else value for value in have]
        times = None if want[4] is None else want[4].isoformat(sep=" ", timespec="microseconds")
        assert values == [None if v is None else str(v) for v in (*want[:4], times, want[5])]


def test_its_reader_cannot_write_and_nothing_stays_behind(server: Path) -> None:
    mariadb.start()
    assert mariadb.start() == mariadb.address()  # a second start finds the first
    socket, pid = mariadb.socket_file(), int(paths_pid(server).read_text())
    assert len(str(socket)) < 108
    rights = mariadb.execute(f"show grants for {mariadb.READER}@localhost")
    assert "GRANT SELECT ON" in rights
    assert "INSERT" not in rights
    assert mariadb.command("stop") == "stopped"
    assert not socket.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert mariadb.stop() == "not running"


def paths_pid(folder: Path) -> Path:
    return folder / "exchange" / "mariadb" / "server.pid"


def test_a_server_that_does_not_start_says_why(server: Path) -> None:
    folder = server / "exchange" / "mariadb"
    (folder / "data").mkdir(parents=True)  # no server has made these data
    with pytest.raises(mariadb.MariaDBError, match="did not start; it said"):
        mariadb.start()


def test_without_the_programs_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.setattr(mariadb, "_tool", lambda name: None)
    assert mariadb.missing_tools() == list(mariadb.TOOLS)
    with pytest.raises(mariadb.MariaDBError, match="apt-get install mariadb-server"):
        mariadb.start()
