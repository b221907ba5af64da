"""Extensions of DuckDB as their PyPI packages bring them: nothing is downloaded."""

from __future__ import annotations

import importlib
from pathlib import Path

import duckdb

from orchestration.lib.sources.base import ExchangeError


def extension_file(package: str) -> Path:
    """The extension's file for this very version of DuckDB."""
    folder = Path(str(importlib.import_module(package).__file__)).parent
    wanted = f"v{duckdb.__version__}"
    for file in sorted(folder.rglob("*.duckdb_extension")):
        if wanted in file.parts:
            return file
    raise ExchangeError(f"{package} holds no extension for DuckDB {duckdb.__version__}")
