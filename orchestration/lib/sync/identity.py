"""Which world is behind an exchange: another one means that every table is loaded anew."""

from __future__ import annotations

import json
from pathlib import Path

from common import paths


def exchange_identity(environment: str, world_file: Path | None = None) -> str:
    """Names the world behind the exchange; when it changes, every table is loaded anew."""
    file = world_file or paths.world_file()
    if not file.exists():
        return environment
    world = json.loads(file.read_text(encoding="utf-8"))
    parts = [world.get("world_id"), world.get("seed"), world.get("scale")]
    return ":".join([environment, *("" if p is None else str(p) for p in parts)])
