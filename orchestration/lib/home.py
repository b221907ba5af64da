"""Dagster's own folder: where it is and the settings that it needs (no telemetry, one writer)."""

from __future__ import annotations

import os
from pathlib import Path

from common import paths

SETTINGS = """\
telemetry:
  enabled: false
# One writer of the warehouse at a time, whatever starts it.
concurrency:
  pools:
    default_limit: 1
    granularity: run
  runs:
    max_concurrent_runs: 2
"""


def prepare() -> Path:
    """Create the folder with its dagster.yaml and point DAGSTER_HOME to it."""
    folder = Path(os.environ.get("DAGSTER_HOME") or paths.dagster_home())
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "dagster.yaml"
    if not file.exists() or file.read_text(encoding="utf-8") != SETTINGS:
        file.write_text(SETTINGS, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return folder
