"""The encrypted file of clear values: token → value, for the tokens of the current snapshot only."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from common import keys, paths
from orchestration.lib.runtime import sync_folder
from orchestration.lib.sources.base import literal
from orchestration.lib.sources.extensions import extension_file


class VaultError(RuntimeError):
    """The vault could not be written; holds no value."""


def write(con: duckdb.DuckDBPyConnection, relation: str, file: Path | None = None) -> int:
    """Write (token, kind, clear_value) of a relation into a new encrypted file and put it in place atomically."""
    target = file or paths.vault_file()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    _remove(temporary)
    try:
        # Writing encrypted needs OpenSSL, which this extension brings.
        con.execute(f"load '{extension_file('duckdb_extension_httpfs')}'")
        con.execute(
            f"attach {literal(str(temporary))} as vault (encryption_key ?, encryption_cipher 'GCM')",
            [keys.vault_password(create=True)],
        )
        try:
            con.execute(f"create table vault.value as select token, kind, clear_value from {relation} order by token")
            row = con.execute("select count(*) from vault.value").fetchone()
        finally:
            con.execute("detach vault")
    except duckdb.Error as error:
        _remove(temporary)
        raise VaultError(f"敏感信息保险库写入失败（{type(error).__name__}）") from None
    temporary.chmod(0o600)
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(target)
    sync_folder(target.parent)
    return int(row[0]) if row else 0


def read(token: str, file: Path | None = None) -> tuple[str, str] | None:
    """(kind, clear value) of one token, or None; for tests and tools, the dashboard has its own reader."""
    target = file or paths.vault_file()
    with duckdb.connect() as con:
        con.execute(f"attach {literal(str(target))} as vault (read_only, encryption_key ?)", [keys.vault_password()])
        return con.execute("select kind, clear_value from vault.value where token = ?", [token]).fetchone()


def _remove(file: Path) -> None:
    for name in (file, file.with_name(file.name + ".wal")):
        name.unlink(missing_ok=True)
