"""Adding a rule or a list takes one SQL file and one YAML entry: everything else follows, seen in a copy of the project."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from tests.conftest import BuiltWorld
from tests.dbt.test_rules import LEADING

pytestmark = pytest.mark.slow

SQL = """-- Bills for one person only: a sole employee is worth a look. Grain: bill.
select
    {{ finding_of(
        'X0.01', 'bill',
        reason="'one_person'",
        since='bill.sent_at',
        evidence='{bill.period|month}的征集单（流水号{bill.notice_serial}）只有{bill.person_count}人；核实参保人数后解除。',
    ) }},
    unit.unit_name,
    bill.person_count
from {{ ref('int_bill') }} as bill
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
where bill.is_valid and bill.person_count = 1
"""
COLUMNS = "\n      - ".join("*" + column for column in LEADING)
ENTRY = f"""
  - name: anm_one_person_bill
    description: 只有一人的有效征集单，核实参保人数。
    config:
      meta:
        requirements: [X0.01]
        rule_id: X0.01
        kind: rule
        ledger: true
        title: 只有一人的征集单
        cadence: weekly
        severity: low
        section: 征收科
        subject: bill
        next_step: 核实参保人数。
        parameters: {{}}
        reasons:
          one_person: 只有一人
    data_tests: [no_findings]
    columns:
      - {COLUMNS}
      - {{name: unit_name, data_type: string, description: 用人单位名称, config: {{meta: {{label: 单位名称}}}}}}
      - {{name: person_count, data_type: integer, description: 征集单总人数, config: {{meta: {{label: 人数}}}}}}
"""
LIST_SQL = """-- Valid bills of the city, as a pure extract. Grain: bill.
select
    {{ finding_of(
        'X0.02', 'bill',
        reason="'valid'",
        since='bill.sent_at',
        evidence='流水号{bill.notice_serial}的有效征集单。',
    ) }},
    unit.unit_name,
    bill.person_count
from {{ ref('int_bill') }} as bill
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
where bill.is_valid
"""
LIST_ENTRY = f"""
  - name: anm_valid_bill
    description: 全部有效征集单，供提取。
    config:
      meta:
        requirements: [X0.02]
        rule_id: X0.02
        kind: rule
        rule_kind: list
        ledger: false
        list_columns: [period, person_count, unit_name]
        title: 有效征集单清单
        cadence: monthly
        severity: low
        section: 征收科
        subject: bill
        next_step: 按需提取。
        parameters: {{}}
        reasons: {{}}
    columns:
      - {COLUMNS}
      - {{name: unit_name, data_type: string, description: 用人单位名称, config: {{meta: {{label: 单位名称}}}}}}
      - {{name: person_count, data_type: integer, description: 征集单总人数, config: {{meta: {{label: 人数}}}}}}
"""
DEFINITIONS = """
import json
from orchestration.definitions import defs
repository = defs.get_repository_def()
graph = repository.asset_graph
answer = {}
for name in ("anm_one_person_bill", "anm_valid_bill"):
    key = next(k for k in graph.get_all_asset_keys() if k.path[-1] == name)
    checks = [c.name for c in graph.asset_check_keys if c.asset_key == key]
    jobs = [j.name for j in repository.get_all_jobs() if key in j.asset_layer.selected_asset_keys]
    schedules = [s.name for s in repository.schedule_defs if s.job_name in jobs]
    answer[name] = {"checks": checks, "jobs": jobs, "schedules": schedules}
print("ANSWER" + json.dumps(answer))
"""
PAGE = """
import json
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.repositories import findings
from dashboards.services import catalogue
user = User(1, "tester", "tester", Role.SECTION, Scope(ScopeKind.CITY))
rule = next(r for r in catalogue.rules(findings.rules(user)) if r.rule_id == "X0.01")
rows = findings.page(user, findings.Filter("X0.01"), sort="amount", number=1, size=5)
own = findings.evidence(user, rule.model_name, rows[0]["subject_key"])
print("ANSWER" + json.dumps({
    "title": rule.title, "label": rule.label("person_count"), "reason": rule.reason("one_person"), "next": rule.next_step,
    "evidence": rows[0]["evidence"], "own": own[0]["person_count"]}))
"""
LIST_PAGE = """
import json
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.repositories import findings
from dashboards.services import catalogue, listed
user = User(1, "tester", "tester", Role.SECTION, Scope(ScopeKind.CITY))
rule = next(r for r in catalogue.rules(findings.rules(user)) if r.rule_id == "X0.02")
chosen = findings.ListFilter()
rows = findings.list_page(user, rule.model_name, chosen, number=1, size=5)
print("ANSWER" + json.dumps({
    "total": findings.list_total(user, rule.model_name, chosen)["total"], "count": rule.count, "kind": rule.kind_name,
    "headings": [field.label for field in listed.fields(rule, rows)],
    "counted": int(findings.list_counts(user, "test")["X0.02"]["row_count"])}))
"""


def answer(world: BuiltWorld, cwd: Path, code: str) -> dict[str, Any]:
    """Run a script in the copy and read the line that it answers with."""
    script = cwd / "ask.py"
    script.write_text(code, encoding="utf-8")
    said = world.run("ask", cwd=cwd)
    line = next(line for line in said.splitlines() if line.startswith("ANSWER"))
    found: dict[str, Any] = json.loads(line.removeprefix("ANSWER"))
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a rule and a list more."""
    target = tmp_path_factory.mktemp("copy") / "project"
    ignored = shutil.ignore_patterns(".*", "var", "target", "logs", "__pycache__")
    shutil.copytree(paths.root(), target, ignore=ignored)
    section = target / "dbt_project" / "models" / "marts" / "anomaly" / "bill"
    (section / "anm_one_person_bill.sql").write_text(SQL, encoding="utf-8")
    (section / "anm_valid_bill.sql").write_text(LIST_SQL, encoding="utf-8")
    entries = section / "_anomaly_bill__models.yml"
    entries.write_text(entries.read_text(encoding="utf-8").rstrip() + "\n" + ENTRY + LIST_ENTRY, encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def world(copy: Path, built_world: Callable[..., BuiltWorld]) -> BuiltWorld:
    """The daily run of the copy, over the same simulated exchange."""
    original = built_world()
    own = BuiltWorld(original.seed, original.as_of, copy / "var")
    shutil.copytree(original.var / "exchange", own.var / "exchange")
    own.run("orchestration", "daily", cwd=copy)
    return own


@pytest.fixture(scope="module")
def snapshot(world: BuiltWorld) -> Path:
    """What the copy published."""
    published = world.var / "published"
    return published / (published / "CURRENT").read_text(encoding="utf-8").strip()


def test_the_new_rule_is_in_catalogue_ledger_and_rule_runs(snapshot: Path, world: BuiltWorld) -> None:
    """The published `rule` and `finding` tables know it; it counts as checked."""
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        (expected,) = con.execute(
            "select count(*) from intermediate.int_bill where is_valid and person_count = 1"
        ).fetchall()[0]
        assert con.execute("select status from ops.rule_run where rule_id = 'X0.01'").fetchall() == [("checked",)]
    with duckdb.connect(str(snapshot), read_only=True) as con:
        entry = con.execute("select title, cadence, section, open_count from rule where rule_id = 'X0.01'").fetchall()
        opened = con.execute("select count(*) from finding where rule_id = 'X0.01' and state = 'open'").fetchall()
    assert expected > 0
    assert entry == [("只有一人的征集单", "weekly", "征收科", expected)]
    assert opened == [(expected,)]


def test_every_rule_is_in_catalogue_and_was_run(snapshot: Path, world: BuiltWorld) -> None:
    """Nothing is silently missing: SQL files, catalogue and rule runs name the same rules."""
    files = {f.stem for f in (world.var.parent / "dbt_project" / "models" / "marts" / "anomaly").rglob("anm_*.sql")}
    with duckdb.connect(str(snapshot), read_only=True) as con:
        catalogue = dict(con.execute("select rule_id, model_name from rule where model_name like 'anm_%'").fetchall())
        tables = {row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()}
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        checked = {
            row[0] for row in con.execute("select rule_id from ops.rule_run where status = 'checked'").fetchall()
        }
    assert set(catalogue.values()) == files
    assert files <= tables
    assert set(catalogue) <= checked


def test_the_new_rule_has_a_check_and_a_schedule(world: BuiltWorld, copy: Path) -> None:
    """Dagster shows its test as a check of its asset, and runs it in the job and schedule of its cadence; the list too."""
    answers = answer(world, copy, DEFINITIONS)
    found = answers["anm_one_person_bill"]
    assert any("no_findings" in name for name in found["checks"])
    assert {"daily_refresh", "rules_weekly"} <= set(found["jobs"])
    assert {"daily_refresh_schedule", "rules_weekly_schedule"} <= set(found["schedules"])
    listed = answers["anm_valid_bill"]
    assert any("unique" in name for name in listed["checks"])
    assert not any("no_findings" in name for name in listed["checks"])
    assert {"daily_refresh", "rules_monthly"} <= set(listed["jobs"])
    assert "rules_monthly_schedule" in listed["schedules"]


def test_the_new_list_has_rows_and_no_findings(world: BuiltWorld, copy: Path, snapshot: Path) -> None:
    """It is checked, published with its columns in the declared order, counted by area, and opens no finding."""
    with duckdb.connect(str(snapshot), read_only=True) as con:
        entry = con.execute(
            "select rule_kind, ledger, open_count, row_count, status from rule where rule_id = 'X0.02'"
        ).fetchall()
        opened = con.execute("select count(*) from finding where rule_id = 'X0.02'").fetchall()
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        (expected,) = con.execute("select count(*) from intermediate.int_bill where is_valid").fetchall()[0]
    assert entry == [("list", False, None, expected, "checked")]
    assert opened == [(0,)]
    found = answer(world, copy, LIST_PAGE)
    assert found == {
        "total": expected,
        "count": expected,
        "counted": expected,
        "kind": "清单",
        "headings": ["费款所属期", "人数", "单位名称"],
    }


def test_the_new_rule_is_on_the_page(world: BuiltWorld, copy: Path) -> None:
    """The findings page finds its entry, its list with the sentence, and its own columns with their headings."""
    found = answer(world, copy, PAGE)
    assert found["title"] == "只有一人的征集单"
    assert found["label"] == "人数"
    assert found["reason"] == "只有一人"
    assert found["next"] == "核实参保人数。"
    assert found["evidence"].endswith("只有1人；核实参保人数后解除。")
    assert found["own"] == 1
