"""The tables and sizes of the syncs that are killed; known to the test and to the process that dies."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from orchestration.lib.sync import Policy
from tests.orchestration.tiny_house import table

NOW = dt.datetime(2026, 7, 2, 22, 0)
POLICY = Policy(piece_rows=200, whole_rows=1_000, key_rows=1_000, aside_values=5)
TABLES = {
    "first load": table("A", "incremental", "T"),
    "first load in pieces": table("A", "incremental", "T"),
    "increment": table("A", "incremental", "T"),
    "full replacement": table("A", "full", None),
    "replay": table("A", "incremental", "T"),
}


def policy_of(scenario: str) -> Policy:
    """A first load either comes in pieces or in one transaction."""
    return replace(POLICY, piece_rows=100_000) if scenario == "first load" else POLICY
