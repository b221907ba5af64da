"""The house's generic tests pass on good rows and fail on bad ones: a test that cannot fail proves nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from common import paths

# model name → its rows (a, b) and whether the test on (a, b) must find something
FIXTURES: dict[str, tuple[str, str, bool]] = {
    "key_good": ("unique_key", "('x', 1), ('x', 2), ('y', 1)", False),
    "key_twice": ("unique_key", "('x', 1), ('x', 1), ('y', 1)", True),
    "key_missing_part": ("unique_key", "('x', 1), (null, 2)", True),
    "grain_good": ("unique_grain", "('x', 1), (null, 1), ('x', 2)", False),
    "grain_twice": ("unique_grain", "('x', 1), ('x', 1)", True),
    "grain_missing_twice": ("unique_grain", "(null, 1), (null, 1)", True),
}
PROJECT = """
name: shebao
version: '1.0.0'
profile: shebao
model-paths: [models]
macro-paths: [macros]
test-paths: [tests]
flags: {require_generic_test_arguments_property: true, send_anonymous_usage_stats: false}
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    """Status and number of failing rows of each fixture's test, from one dbt build of a small project around our generics."""
    folder = tmp_path_factory.mktemp("generics")
    project = folder / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    shutil.copytree(paths.dbt_project_dir() / "macros" / "house", project / "macros" / "house")
    shutil.copytree(paths.dbt_project_dir() / "macros" / "dialect", project / "macros" / "dialect")
    shutil.copytree(paths.dbt_project_dir() / "tests" / "generic", project / "tests" / "generic")
    lines = ["version: 2", "models:"]
    for name, (generic, rows, _) in FIXTURES.items():
        (project / "models" / f"{name}.sql").write_text(f"select * from (values {rows}) as t(a, b)", encoding="utf-8")
        lines.append(f"  - {{name: {name}, data_tests: [{{{generic}: {{arguments: {{columns: [a, b]}}}}}}]}}")
    for name, rows in {"findings_some": "('A1.01', 'bill', 'k', 'b', 'r')", "findings_none": ""}.items():
        values = rows or "(null, null, null, null, null)"
        (project / "models" / f"{name}.sql").write_text(
            f"select * from (values {values}) as t(rule_id, subject_type, subject_key, bureau_code, reason_code)"
            f" where {'true' if rows else 'false'}",
            encoding="utf-8",
        )
        lines.append(f"  - {{name: {name}, data_tests: [no_findings]}}")
    (project / "models" / "models.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [str(Path(sys.executable).with_name("dbt")), "build", "--quiet", "--project-dir", str(project)]
    command += ["--profiles-dir", str(paths.root()), "--target-path", str(folder / "target"), "--log-path", str(folder)]
    environment = {
        **os.environ,
        "SHEBAO_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    results_file = folder / "target" / "run_results.json"
    assert results_file.exists(), done.stdout + done.stderr
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    found = {}
    for result in json.loads(results_file.read_text(encoding="utf-8"))["results"]:
        node = manifest["nodes"][result["unique_id"]]
        if node["resource_type"] == "test":
            found[manifest["nodes"][node["attached_node"]]["name"]] = (result["status"], result["failures"])
    return found


@pytest.mark.parametrize("name", FIXTURES)
def test_a_generic_judges_its_fixture(outcomes: dict[str, tuple[str, int]], name: str) -> None:
    """Good rows pass; each kind of bad row is found, once."""
    must_fail = FIXTURES[name][2]
    assert outcomes[name] == (("fail", 1) if must_fail else ("pass", 0))


def test_findings_warn_and_never_fail(outcomes: dict[str, tuple[str, int]]) -> None:
    """A finding is a result: the rule's test warns with their number."""
    assert outcomes["findings_some"] == ("warn", 1)
    assert outcomes["findings_none"] == ("pass", 0)


def test_every_house_generic_has_fixtures() -> None:
    """A generic test without a row that must fail does not come in."""
    ours = {file.stem for file in (paths.dbt_project_dir() / "tests" / "generic").glob("*.sql")}
    assert ours == {generic for generic, _, must_fail in FIXTURES.values() if must_fail} | {"no_findings"}
