"""A clock that moves only while somebody sleeps, so that a pace can be asserted exactly."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.lib.sources.stream import Brake
from orchestration.lib.sync import engine


class Hourglass:
    """Seconds that nobody has to wait for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """The present moment."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Note it, and let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds

    def turn(self, patch: pytest.MonkeyPatch, reader: Any = None) -> None:
        """Let the sync, and a reader that streams, go by this clock."""
        pace = engine.Pace
        patch.setattr(engine, "Pace", lambda limit: pace(limit, self.sleep))
        patch.setattr(engine, "time", SimpleNamespace(monotonic=self.clock, perf_counter=time.perf_counter))
        if reader is not None:
            reader.streams.brake = Brake(reader.limits.rows_per_second, self.sleep, self.clock)
