"""The house's generic tests pass on good rows and fail on bad ones: a test that cannot fail proves nothing."""

from __future__ import annotations

import json

import pytest

from common import paths
from tests.dbt import small_project

# model name → its rows (a, b) and whether the test on (a, b) must find something
FIXTURES: dict[str, tuple[str, str, bool]] = {
    "key_good": ("unique_key", "('x', 1), ('x', 2), ('y', 1)", False),
    "key_twice": ("unique_key", "('x', 1), ('x', 1), ('y', 1)", True),
    "key_missing_part": ("unique_key", "('x', 1), (null, 2)", True),
    "grain_good": ("unique_grain", "('x', 1), (null, 1), ('x', 2)", False),
    "grain_twice": ("unique_grain", "('x', 1), ('x', 1)", True),
    "grain_missing_twice": ("unique_grain", "(null, 1), (null, 1)", True),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    """Status and number of failing rows of each fixture's test, from one dbt build of a small project around our generics."""
    project = tmp_path_factory.mktemp("generics") / "project"
    models = {}
    lines = ["version: 2", "models:"]
    for name, (generic, rows, _) in FIXTURES.items():
        models[name] = f"select * from (values {rows}) as t(a, b)"
        lines.append(f"  - {{name: {name}, data_tests: [{{{generic}: {{arguments: {{columns: [a, b]}}}}}}]}}")
    for name, rows in {"findings_some": "('A1.01', 'bill', 'k', 'b', 'r')", "findings_none": ""}.items():
        values = rows or "(null, null, null, null, null)"
        models[name] = (
            f"select * from (values {values}) as t(rule_id, subject_type, subject_key, bureau_code, reason_code)"
            f" where {'true' if rows else 'false'}"
        )
        lines.append(f"  - {{name: {name}, data_tests: [no_findings]}}")
    small_project.write(project, models, "\n".join(lines) + "\n")
    results = small_project.run(project, "build")
    manifest = json.loads((project / "target" / "manifest.json").read_text(encoding="utf-8"))
    found = {}
    for result in results:
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
