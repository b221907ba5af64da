"""Rows a second: streams are held batch by batch, PostgreSQL piece by piece, and nothing is made up for afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest

from orchestration.lib.exchange_config import Limits
from orchestration.lib.sources.oracle import OracleReader
from orchestration.lib.sources.stream import Brake, Streams
from tests.fake_oracledb import FakeOracle

from . import test_source_oracle as odd
from .hourglass import Hourglass


def test_a_stream_waits_after_each_batch_and_never_catches_up() -> None:
    glass = Hourglass()
    streams = Streams("x", Limits(fetch_rows=1_000, rows_per_second=100))
    assert streams.batch_rows == 100
    assert Streams("x", Limits(fetch_rows=50, rows_per_second=100)).batch_rows == 50
    assert Streams("x", Limits(fetch_rows=50)).batch_rows == 50
    streams.brake = Brake(100, glass.sleep, glass.clock)
    glass.now = 3_600.0  # an hour in which nothing was read
    batches = pa.table({"a": list(range(1_000))}).to_batches(max_chunksize=100)
    with duckdb.connect() as con:
        assert con.execute(f"select count(*) from {streams.open(con, batches[0].schema, batches)}").fetchall() == [
            (1_000,)
        ]
    # The first batch is what an hour of rest allows, each further one takes its second.
    assert glass.slept == pytest.approx([1.0] * 9)


def test_a_stream_without_a_rate_never_waits() -> None:
    glass = Hourglass()
    brake = Brake(0, glass.sleep, glass.clock)
    brake.came(1_000_000)
    assert glass.slept == []


def test_rows_from_oracle_come_at_the_pace() -> None:
    oracle, glass = FakeOracle(), Hourglass()
    rows = [(n, "a", n, n, dt.datetime(2026, 6, 1), None, None, None, None, None, None, None) for n in range(40)]
    oracle.table("SBJHK", "RS_ODD", odd.UPSTREAM, rows)
    limits = Limits(fetch_rows=1_000, rows_per_second=10, retries=0)
    reader = OracleReader(replace(odd.CONNECTION, limits=limits), "rs", oracle)
    reader.streams.brake = Brake(10, glass.sleep, glass.clock)
    with duckdb.connect() as con:
        reader.attach(con)
        assert len(odd.read(reader, con, names="XH LX")) == 40
        reader.detach(con)
    assert glass.slept == pytest.approx([1.0] * 4)
