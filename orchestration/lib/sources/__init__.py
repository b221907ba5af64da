"""Readers of exchange databases: each attaches its database read-only to a DuckDB connection."""

from __future__ import annotations

from pathlib import Path

from common import paths
from orchestration.lib.sources.base import ExchangeError, ExchangeReader
from orchestration.lib.sources.duckdb_file import DuckDBExchange
from orchestration.lib.sources.postgres import PostgresExchange

__all__ = ["DuckDBExchange", "ExchangeError", "ExchangeReader", "PostgresExchange", "open_exchange"]


def open_exchange(kind: str, file: Path | None = None, uri: str | None = None) -> ExchangeReader:
    """The reader of the configured exchange: 'duckdb' (a file) or 'postgres' (an address)."""
    if kind == "duckdb":
        return DuckDBExchange(file or paths.exchange_file())
    if kind == "postgres":
        if uri is None:
            address = paths.postgres_uri_file()
            if not address.exists():
                raise ExchangeError("交换库 PostgreSQL 的地址文件不存在，请先用 simulator 建库 (--exchange postgres)")
            uri = address.read_text(encoding="utf-8").strip()
        return PostgresExchange(uri)
    raise ExchangeError(f"unknown kind of exchange: {kind!r} (duckdb or postgres)")
