"""Measure both sides of a table alike, and find the windows in which they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import duckdb

from orchestration.lib.contract import Table
from orchestration.lib.sources import measuring
from orchestration.lib.sources.base import SERIALS, Bound, Measure, Rows, SourceColumn, SourceReader, Step, Window
from orchestration.lib.sync.aside import Aside, landed_columns
from orchestration.lib.sync.result import CURSOR_SUM, KEY_SUM, Parity

Buckets = Mapping[Bound | None, Measure]


class Sides:
    """The source, and what the warehouse knows of it: the raw table and the rows set aside."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reader: SourceReader,
        table: Table,
        found: Mapping[str, SourceColumn],
        aside: Aside,
    ) -> None:
        self.con = con
        self.reader = reader
        self.table = table
        self.found = found
        self.aside = aside

    def source(self, rows: Rows, *, keys: bool, by: Step | None = None) -> dict[Bound | None, Measure]:
        """As the source itself counts."""
        return self.reader.measure(self.con, self.table, self.found, rows, keys=keys, by=by)

    def own(self, rows: Rows, *, keys: bool, by: Step | None = None) -> dict[Bound | None, Measure]:
        """What the source must count if nothing was lost, doubled or changed behind us."""
        columns = landed_columns(self.table)
        dialect = measuring.DuckDBDialect(self.reader.checksum)
        condition = measuring.where(dialect, self.table, columns, rows)
        relation = self.aside.kept(self.table.raw)
        text = measuring.query(dialect, self.table, columns, relation, condition, keys=keys, by=by)
        landed = measuring.answer(self.table, self.con.execute(text).fetchall(), keys=keys)
        return add(landed, self.aside.measure(rows, checksum=self.reader.checksum, keys=keys, by=by))

    def set_aside(self, rows: Rows, *, keys: bool) -> Measure:
        """The part of `own` that is not in the raw table."""
        found = self.aside.measure(rows, checksum=self.reader.checksum, keys=keys, by=None)
        return found.get(None, Measure())


def add(left: Buckets, right: Buckets) -> dict[Bound | None, Measure]:
    """Two measurements of disjoint rows as one."""
    whole = dict(left)
    for bucket, more in right.items():
        base = whole.get(bucket, Measure(key_sum=None if more.key_sum is None else 0))
        latest = [value for value in (base.latest, more.latest) if value is not None]
        whole[bucket] = Measure(
            count=base.count + more.count,
            sums={n: base.sums.get(n, Decimal(0)) + v for n, v in more.sums.items()} or dict(base.sums),
            cursor_sum=base.cursor_sum + more.cursor_sum,
            key_sum=None if base.key_sum is None or more.key_sum is None else base.key_sum + more.key_sum,
            latest=max(latest) if latest else None,
        )
    return whole


def same(left: Measure | None, right: Measure | None) -> bool:
    """Whether two measurements agree; an absent one holds nothing."""
    one, other = left or Measure(), right or Measure()
    if one.count != other.count or one.cursor_sum != other.cursor_sum:
        return False
    if one.key_sum is not None and other.key_sum is not None and one.key_sum != other.key_sum:
        return False
    return all(
        one.sums.get(n, Decimal(0)) == other.sums.get(n, Decimal(0)) for n in one.sums.keys() | other.sums.keys()
    )


def differing(source: Buckets, own: Buckets) -> list[Bound | None]:
    """Buckets in which the two sides do not agree."""
    both = {b for b in source.keys() | own.keys() if not same(source.get(b), own.get(b))}
    return sorted(both, key=lambda b: (b is not None, b))


def window_of(bucket: Bound, step: Step) -> Window:
    """The window that a bucket is."""
    if isinstance(bucket, int):
        return Window(bucket, bucket + SERIALS[step])
    if step == "day":
        return Window(bucket, bucket + dt.timedelta(days=1))
    return Window(bucket, (bucket.replace(day=1) + dt.timedelta(days=32)).replace(day=1))


def rows_of(buckets: list[Bound | None], step: Step) -> Rows:
    """The rows of some buckets."""
    return Rows(tuple(window_of(b, step) for b in buckets if b is not None), nulls=None in buckets)


def locate(sides: Sides, within: Rows, *, keys: bool) -> Rows | None:
    """Narrow down where the sides differ: months, then their days. None when they differ nowhere."""
    months = differing(sides.source(within, keys=keys, by="month"), sides.own(within, keys=keys, by="month"))
    if not months:
        return None
    chosen = rows_of(months, "month")
    if not chosen.windows:
        return chosen
    in_months = Rows(chosen.windows)
    days = differing(sides.source(in_months, keys=keys, by="day"), sides.own(in_months, keys=keys, by="day"))
    return Rows(rows_of(days, "day").windows, nulls=chosen.nulls)


def parity(source: Measure, own: Measure, aside: Measure, *, scope: str) -> Parity:
    """The proof as it is shown: what is here, against what the source has without the rows set aside."""
    names = list(source.sums)
    sums = {n: own.sums.get(n, Decimal(0)) - aside.sums.get(n, Decimal(0)) for n in names}
    expected = {n: source.sums[n] - aside.sums.get(n, Decimal(0)) for n in names}
    sums[CURSOR_SUM] = Decimal(own.cursor_sum - aside.cursor_sum)
    expected[CURSOR_SUM] = Decimal(source.cursor_sum - aside.cursor_sum)
    proven = source.key_sum is not None and own.key_sum is not None
    if proven:
        taken = aside.key_sum or 0
        sums[KEY_SUM] = Decimal((own.key_sum or 0) - taken)
        expected[KEY_SUM] = Decimal((source.key_sum or 0) - taken)
    return Parity(
        count=own.count - aside.count,
        source_count=source.count,
        expected_count=source.count - aside.count,
        sums=sums,
        expected_sums=expected,
        scope=scope,
        keys_proven=proven,
    )
