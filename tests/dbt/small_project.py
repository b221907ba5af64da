"""A small dbt project around our macros, for what is to be seen of dbt itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from common import paths

SETTINGS = """
name: shebao
version: '1.0.0'
profile: shebao
model-paths: [models]
macro-paths: [macros]
test-paths: [tests]
flags: {require_generic_test_arguments_property: true, send_anonymous_usage_stats: false}
"""


def write(folder: Path, models: dict[str, str], entries: str) -> None:
    """The project's files: models as name and SQL, their YAML, and our macros and generic tests."""
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(SETTINGS, encoding="utf-8")
    for part in ("macros/house", "macros/dialect", "tests/generic"):
        shutil.copytree(paths.dbt_project_dir() / part, folder / part)
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
    (folder / "models" / "models.yml").write_text(entries, encoding="utf-8")


def warehouse(folder: Path) -> Path:
    """Where it is built."""
    return folder / "warehouse.duckdb"


def run(folder: Path, command: str, *arguments: str) -> list[dict[str, Any]]:
    """Run a dbt command; what became of each node, as in `run_results.json`."""
    call = [str(Path(sys.executable).with_name("dbt")), command, "--quiet", "--project-dir", str(folder)]
    call += ["--profiles-dir", str(paths.root()), "--target-path", str(folder / "target"), "--log-path", str(folder)]
    environment = {**os.environ, "SHEBAO_WAREHOUSE": str(warehouse(folder)), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run([*call, *arguments], env=environment, capture_output=True, text=True, check=False)
    results = folder / "target" / "run_results.json"
    assert results.exists(), done.stdout + done.stderr
    found: list[dict[str, Any]] = json.loads(results.read_text(encoding="utf-8"))["results"]
    return found
