"""Cut a big table into pieces by the days of its cursor; the tokens mean the same after a break."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence

from orchestration.lib.sources.base import Rows, Window

OPEN = ".."
WITHOUT = "null"


def tokens(days: Iterable[tuple[dt.date | None, int]], rows: int) -> list[str]:
    """Ranges of days with about so many rows each, open at both ends, and one for rows without a cursor.

    Every row of the table is in exactly one of them, also rows that come after the days were counted.
    """
    counted = sorted((day, count) for day, count in days if day is not None)
    cuts: list[dt.date] = []
    held = 0
    for day, count in counted:
        if held and held + count > rows:
            cuts.append(day)
            held = 0
        held += count
    ends = ["", *(cut.isoformat() for cut in cuts), ""]
    return [f"{start}{OPEN}{end}" for start, end in itertools.pairwise(ends)] + [WITHOUT]


def rows_of(token: str) -> Rows:
    """The rows that a token stands for."""
    if token == WITHOUT:
        return Rows(nulls=True)
    start, end = token.split(OPEN)
    return Rows(windows=(Window(_moment(start), _moment(end)),))


def opened(rows: Rows) -> Rows:
    """Rows with the piece, if there is one, written out."""
    return rows if rows.piece is None else rows_of(rows.piece)


def parts(rows: Rows) -> Sequence[Rows]:
    """The same rows as several conditions that a server can serve one by one from its index."""
    single = [Rows(windows=(window,)) for window in rows.windows]
    if rows.values:
        single.append(Rows(values=rows.values))
    if rows.nulls:
        single.append(Rows(nulls=True))
    return single


def _moment(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
