"""Copy the embedded exchange as it is to a server, for tests and measurements of other kinds of database."""

from collections.abc import Callable
from typing import Any

import duckdb

from common import paths
from simulator import mariadb, postgres


class FileWorld:
    """The exchange file with as much of a world's interface as the writers need."""

    def __init__(self) -> None:
        file = paths.exchange_file()
        if not file.exists():
            raise FileNotFoundError(f"no exchange in {file.parent}: run `python -m simulator build` first")
        self.con = duckdb.connect()  # opened read-only itself, it could attach no server to write to
        self.con.execute(f"attach '{file}' as exchange_file (read_only)")
        self.con.execute("use exchange_file")

    def sql(self, text: str) -> None:
        """Run a statement."""
        self.con.execute(text)

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(text).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self.con.close()


WRITERS: dict[str, Callable[..., str]] = {"postgres": postgres.write, "mariadb": mariadb.write}


def copy_to(kind: str) -> str:
    """Fill a server of ours with what the exchange file holds; its address."""
    world = FileWorld()
    try:
        return WRITERS[kind](world)
    finally:
        world.close()
