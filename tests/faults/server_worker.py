"""A sync from a real server in a process of its own, which asks before each fetch of rows whether it may go on."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from orchestration.lib import sync, warehouse
from orchestration.lib.exchange_config import Limits
from orchestration.lib.sync import Policy
from tests.faults import servers
from tests.orchestration.tiny_house import table

NOW = dt.datetime(2026, 12, 31, 22, 0)
A, B = table("A", "incremental", "T"), table("B", "incremental", "T")
PIECES = Policy(piece_rows=8_000)


def main() -> None:
    """Sync both tables in pieces; says "fetch" before each fetch, and waits for a line."""
    order = json.loads(sys.argv[1])
    socket, file = Path(order["socket"]), Path(order["file"])
    server: Any = (servers.Postgres if order["kind"] == "postgres" else servers.MariaDB)(socket.parent)
    server.uri = order["uri"]
    reader = server._reader(socket, Limits(retries=0))
    relation = reader.relation

    def asked(*arguments: Any) -> str:
        print("fetch", flush=True)
        sys.stdin.readline()
        return str(relation(*arguments))

    reader.relation = asked
    with warehouse.opened(file) as con:
        list(sync.sync_tables(con, reader, (A, B), run_id="killed", identity="w", now=NOW, policy=PIECES))


if __name__ == "__main__":
    main()
