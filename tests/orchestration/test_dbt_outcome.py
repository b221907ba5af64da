"""What a dbt build's results mean: which failures keep a day back, which only one rule."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib import build_outcome, dbt_cli, warehouse
from orchestration.lib.dbt_cli import NodeResult

RULE = "model.shebao.anm_twins"
MANIFEST: dict[str, Any] = {
    "nodes": {
        RULE: {"resource_type": "model", "depends_on": {"nodes": ["model.shebao.int_bill"]}},
        "model.shebao.int_bill": {"resource_type": "model", "depends_on": {"nodes": []}},
        "test.shebao.twins_no_findings": {
            "resource_type": "test",
            "attached_node": RULE,
            "depends_on": {"nodes": [RULE]},
            "test_metadata": {"name": "no_findings"},
            "config": {"severity": "warn"},
        },
        "test.shebao.unique_bill": {
            "resource_type": "test",
            "attached_node": "model.shebao.int_bill",
            "depends_on": {"nodes": ["model.shebao.int_bill"]},
        },
        "test.shebao.source_flag": {
            "resource_type": "test",
            "depends_on": {"nodes": ["source.shebao.hrss.RS_ZJHZ"]},
            "config": {"severity": "warn"},
        },
    }
}


def result(unique_id: str, status: str, failures: int = 0) -> NodeResult:
    kind = unique_id.split(".", maxsplit=1)[0]
    return NodeResult(unique_id, unique_id.rsplit(".", maxsplit=1)[-1], kind, status, failures, 0.1, "")


PAGE = result("exposure.shebao.page_findings", "skipped")


def judge(*results: NodeResult) -> build_outcome.Outcome:
    return build_outcome.judge(results, MANIFEST, {RULE})


def test_findings_warn_and_block_nothing() -> None:
    outcome = judge(result(RULE, "success"), result("test.shebao.twins_no_findings", "warn", 12))
    assert not outcome.blocking
    assert (outcome.built, outcome.warned) == (1, 1)


def test_a_failed_rule_fails_itself_only() -> None:
    outcome = judge(result(RULE, "error"), result("test.shebao.twins_no_findings", "skipped"), PAGE)
    assert not outcome.blocking
    assert [r.unique_id for r in outcome.failed_rules] == [RULE]


@pytest.mark.parametrize(
    "bad",
    [
        result("test.shebao.unique_bill", "fail", 3),
        result("model.shebao.int_bill", "error"),
        result("unit_test.shebao.x", "fail"),
    ],
)
def test_our_own_failures_block(bad: NodeResult) -> None:
    outcome = judge(bad, result(RULE, "skipped"), PAGE)
    assert bad in outcome.blocking
    assert bad.name in outcome.message()


def test_check_results_are_written_down_with_their_kind(tmp_path: Path) -> None:
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        results = [
            result(RULE, "success"),
            result("test.shebao.twins_no_findings", "warn", 2),
            result("test.shebao.unique_bill", "pass"),
            result("test.shebao.source_flag", "warn", 1),
        ]
        for _ in range(2):
            build_outcome.store(con, "r", results, MANIFEST)
        rows = con.execute(
            "select check_name, model_name, kind, severity, status, failures from ops.check_result order by 1"
        ).fetchall()
        assert rows == [
            ("source_flag", "hrss.RS_ZJHZ", "contract", "warn", "WARN", 1),
            ("twins_no_findings", "anm_twins", "rule", "warn", "WARN", 2),
            ("unique_bill", "int_bill", "integrity", "error", "PASS", 0),
        ]
        assert build_outcome.node_status(con, "r")[RULE] == "success"
        assert build_outcome.node_status(con, "another run") == {}


def test_messages_quote_no_values() -> None:
    text = "Conversion Error: Could not convert string '450103199001011234' to INT32, phone 13800008000"
    told = dbt_cli.redact(text)
    assert "1990" not in told
    assert "0000800" not in told
    assert told.startswith("Conversion Error")


def test_the_command_line_carries_the_business_date() -> None:
    arguments = dbt_cli.build_arguments("build", dt.date(2026, 6, 30), select=["a", "b"])
    assert arguments == ["build", "--vars", '{"as_of": "2026-06-30"}', "--select", "a", "b"]


def test_kinds_that_dbts_own_variable_leaves_out_are_left_out_beside_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """dbt would read its variable only without the option."""
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "test unit_test")
    arguments = dbt_cli.build_arguments("build", dt.date(2026, 6, 30), without=["unit_test"])
    kinds = [value for name, value in pairwise(arguments) if name == "--exclude-resource-type"]
    assert kinds == ["unit_test", "test"]
    monkeypatch.delenv("DBT_EXCLUDE_RESOURCE_TYPES")
    assert "test" not in dbt_cli.build_arguments("build", dt.date(2026, 6, 30), without=["unit_test"])


def test_a_changed_file_makes_the_manifest_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    project, target = tmp_path / "project", tmp_path / "target"
    (project / "models").mkdir(parents=True)
    (project / "target").mkdir()
    target.mkdir()
    model, found = project / "models" / "a.sql", target / "manifest.json"
    model.write_text("select 1")
    monkeypatch.setattr(dbt_cli.paths, "dbt_project_dir", lambda: project)
    monkeypatch.setattr(dbt_cli.paths, "manifest_file", lambda: found)
    assert dbt_cli.manifest_is_stale()
    found.write_text("{}")
    os.utime(found, (4e9, 4e9))
    assert not dbt_cli.manifest_is_stale()
    os.utime(model, (5e9, 5e9))
    assert dbt_cli.manifest_is_stale()
