"""How much of a table a run reads and proves; sizes in rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """The numbers behind the modes. Tests make them small."""

    # A first load of more rows is committed piece by piece, and goes on there after a break.
    piece_rows: int = 2_000_000
    # Up to here a server counts and sums a whole table in every run; beyond, the touched windows and a rotating share.
    whole_rows: int = 2_000_000
    # Up to here all keys are summed up in every run (ten times as many where DuckDB itself reads both sides).
    key_rows: int = 500_000
    # So many runs prove every row of a big table once.
    audit_runs: int = 14
    # So many rows that were set aside are read again in every run, by their change times.
    aside_values: int = 500
    # A replay of rows with more change times than this reads the whole table instead.
    replay_values: int = 20_000
    # A serial number may be committed after a greater one.
    serial_overlap: int = 10_000
    # A change time further in the future is a wrong clock, and does not move the window.
    future: dt.timedelta = dt.timedelta(days=2)


DEFAULT = Policy()
