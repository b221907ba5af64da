"""Readers of exchange databases: each makes one database's tables readable in a DuckDB connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from common import paths
from orchestration.lib import exchange_config
from orchestration.lib.contract import Table
from orchestration.lib.exchange_config import Connection
from orchestration.lib.sources.base import ExchangeError, SourceReader
from orchestration.lib.sources.duckdb_file import DuckDBReader
from orchestration.lib.sources.files import FilesReader
from orchestration.lib.sources.mysql import MySQLReader
from orchestration.lib.sources.oracle import OracleReader
from orchestration.lib.sources.postgres import PostgresReader

__all__ = [
    "READERS",
    "DuckDBReader",
    "ExchangeError",
    "FilesReader",
    "MySQLReader",
    "OracleReader",
    "PostgresReader",
    "SourceReader",
    "open_readers",
]

# The reader of each kind of connection.
READERS: dict[str, Callable[[Connection, str], SourceReader]] = {
    "duckdb": DuckDBReader,
    "files": FilesReader,
    "mysql": MySQLReader,
    "oracle": OracleReader,
    "postgres": PostgresReader,
}


def open_readers(environment: str, tables: Iterable[Table]) -> dict[str, SourceReader]:
    """System → reader, one reader for each connection that the environment configures."""
    systems = sorted({table.source for table in tables})
    chosen = exchange_config.load(environment)
    staging = paths.dbt_project_dir() / "models" / "staging"
    chosen.check_names({*systems, *(folder.name for folder in staging.iterdir() if folder.is_dir())})
    readers: dict[str, SourceReader] = {}
    by_system: dict[str, SourceReader] = {}
    for system in systems:
        connection = chosen.connection_of(system)
        if connection.name not in readers:
            alias = f"exchange_{len(readers) + 1}"
            readers[connection.name] = READERS[connection.kind](connection, alias)
        by_system[system] = readers[connection.name]
    return by_system
