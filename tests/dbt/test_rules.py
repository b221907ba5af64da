"""Every rule is one SQL file and one complete YAML entry, and everything else can follow from them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from common import paths
from dashboards.services import words
from orchestration.lib import dbt_cli, rule_kinds, rules

HERE = Path(__file__).parent

FOLDER = paths.dbt_project_dir() / "models" / "marts" / "anomaly"
LEADING = list(rules.LEADING)
# Subjects that are, or belong to, an employer.
OF_A_UNIT = {"registration", "bill", "return", "agreement", "taxpayer"}
PERSONAL_LABELS = re.compile(r"电话|手机号|证件号|身份证号|账号$")
PERSONAL_WORDS = re.compile(
    r"mobile|landline|phone|account_(no|norm|name)|contact|person_name|id_number|taxpayer_no\b|uscc"
)


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """dbt's manifest of the project as it is."""
    return dbt_cli.load_manifest()


@pytest.fixture(scope="module")
def nodes(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Rule models by name."""
    found = {n["name"]: n for n in manifest["nodes"].values() if dbt_cli.meta_of(n).get("kind") == "rule"}
    assert found
    return found


def test_one_file_and_one_entry_a_rule(nodes: dict[str, dict[str, Any]]) -> None:
    """Each SQL file under anomaly/ is a rule with an entry in its own folder, and no rule lies elsewhere."""
    files = {file.stem: file for file in FOLDER.rglob("anm_*.sql")}
    assert set(files) == set(nodes)
    for name, node in nodes.items():
        entry = paths.dbt_project_dir() / node["patch_path"].split("://")[1]
        assert entry.parent == files[name].parent


def subjects() -> set[str]:
    """What finding_of() knows as a subject."""
    macro = (paths.dbt_project_dir() / "macros" / "rules" / "finding_of.sql").read_text(encoding="utf-8")
    known = re.search(r"set known = \{(.*?)\n    \} -%\}", macro, flags=re.S)
    assert known
    return set(re.findall(r"^\s+'(\w+)':", known.group(1), flags=re.M))


def kind_of(node: dict[str, Any]) -> str:
    """The declared kind of a rule."""
    return str(dbt_cli.meta_of(node).get("rule_kind") or rule_kinds.ANOMALY)


def required() -> dict[str, str]:
    """What the users asked for as rules: requirement id and kind."""
    with (HERE / "required_rules.csv").open(encoding="utf-8") as lines:
        return {row["rule_id"]: row["rule_kind"] for row in csv.DictReader(lines)}


def baseline(name: str) -> set[str]:
    """Ids that a baseline file excuses."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def test_each_requirement_is_answered_by_one_rule(nodes: dict[str, dict[str, Any]]) -> None:
    """No requirement is forgotten or answered twice; what is still missing is written down, and the list only shrinks."""
    answered = Counter(str(one) for node in nodes.values() for one in dbt_cli.meta_of(node)["requirements"])
    assert [one for one, count in answered.items() if count > 1] == []
    missing = baseline("required_rules_missing.txt")
    assert missing <= set(required()), "not asked for"
    assert missing & set(answered) == set(), "answered now: take it out of required_rules_missing.txt"
    assert set(required()) - set(answered) == missing


def test_rules_are_of_the_kind_that_was_asked_for(nodes: dict[str, dict[str, Any]]) -> None:
    """Where the users want a cause, a list or a proposal, a bare finding does not do; the baseline only shrinks."""
    asked = required()
    differs = {
        one
        for node in nodes.values()
        for one in dbt_cli.meta_of(node)["requirements"]
        if one in asked and asked[one] != kind_of(node)
    }
    assert differs == baseline("required_rules_other_kind.txt")


def test_ids_are_unique_and_of_a_known_chapter(nodes: dict[str, dict[str, Any]]) -> None:
    """One id, one rule, in a chapter that the catalogue can name."""
    ids = [str(dbt_cli.meta_of(n)["rule_id"]) for n in nodes.values()]
    assert len(ids) == len(set(ids))
    for one in ids:
        code, title = rules.chapter_of(one, rules.project_vars())
        assert title != code, f"{one}: no chapter {code} in {rules.CHAPTERS}"


def test_entries_are_complete(nodes: dict[str, dict[str, Any]]) -> None:
    """Everything that pages, lists, schedules and the ledger take from the entry is there."""
    known = subjects()
    assert known <= set(words.SUBJECTS), "a subject without a Chinese word in dashboards/services/words.py"
    for name, node in nodes.items():
        meta = dbt_cli.meta_of(node)
        assert meta["rule_id"] in meta["requirements"], name
        assert meta["cadence"] in rules.CADENCES, name
        assert meta["severity"] in {"high", "medium", "low"}, name
        assert set(meta["subject"].split(",")) <= known, name
        for key in ("title", "section", "next_step"):
            assert re.search(r"[\u4e00-\u9fff]", meta[key]), f"{name}: {key}"
        assert all(meta["reasons"].values()), name
        assert meta["reasons"] or kind_of(node) == rule_kinds.LIST, f"{name}: no reasons"
        assert re.search(r"[\u4e00-\u9fff]", node["description"]), name
        assert node["config"]["contract"]["enforced"], name
        for column in node["columns"].values():
            assert column["data_type"], f"{name}.{column['name']}"
            assert re.search(r"[\u4e00-\u9fff]", column["description"]), f"{name}.{column['name']}"
            assert dbt_cli.meta_of(column).get("label"), f"{name}.{column['name']}"


def test_leading_columns_come_first_and_in_order(nodes: dict[str, dict[str, Any]]) -> None:
    """Every rule yields the same leading columns, then its own evidence; what belongs to an employer names it."""
    for name, node in nodes.items():
        assert list(node["columns"])[: len(LEADING)] == LEADING, name
        if set(dbt_cli.meta_of(node)["subject"].split(",")) <= OF_A_UNIT:
            assert "unit_name" in node["columns"] or "unit_no" in node["columns"], name


def test_a_diagnosis_decides_in_the_order_of_its_causes(nodes: dict[str, dict[str, Any]]) -> None:
    """The causes stand in the SQL in the order of the closed list, and what fits none of them is not decided."""
    for name, node in nodes.items():
        if kind_of(node) != rule_kinds.DIAGNOSIS:
            continue
        causes = list(dbt_cli.meta_of(node)["reasons"])
        code = re.sub(r"--.*", "", node["raw_code"])
        for block in re.findall(r"case(?:(?!\bcase\b).)*?end as (?:reason|cause)_code", code, flags=re.S):
            given = list(dict.fromkeys(re.findall(r"(?:then|else) '(\w+)'", block)))
            assert given == [cause for cause in causes if cause in given], f"{name}: {given}"


def test_a_proposal_says_what_to_change_and_is_not_carried_out(
    manifest: dict[str, Any], nodes: dict[str, dict[str, Any]]
) -> None:
    """Confidence is a number, the state is proposed and nothing else; a test of the model holds it."""
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    for name, node in nodes.items():
        if kind_of(node) != rule_kinds.PROPOSAL:
            continue
        assert node["columns"]["confidence"]["data_type"].startswith("decimal"), name
        held = [
            t["test_metadata"]["kwargs"].get("values")
            for t in tests
            if t.get("attached_node") == node["unique_id"] and t["test_metadata"]["name"] == "accepted_values"
        ]
        assert ["proposed"] in held, f"{name}: accepted_values of state"


def test_sql_says_the_same_rule_and_parameters_as_the_entry(
    manifest: dict[str, Any], nodes: dict[str, dict[str, Any]]
) -> None:
    """The id in the SQL is the entry's; each parameter is used with the default that the entry and the project name."""
    defaults = rules.project_vars()
    for name, node in nodes.items():
        meta = dbt_cli.meta_of(node)
        assert set(re.findall(r"finding_of\(\s*'([^']+)'", node["raw_code"])) <= {meta["rule_id"]}, name
        used, declared = _vars(node["raw_code"]), {var: spec["default"] for var, spec in meta["parameters"].items()}
        above = {var: value for code in _sql_above(manifest, node) for var, value in _vars(code).items()}
        assert set(used) <= set(declared), f"{name}: a var that parameters does not explain"
        for var, default in declared.items():
            assert {**above, **used}.get(var) == default, f"{name}: {var}"
            assert defaults.get(var) == default, f"{name}: {var} in dbt_project.yml"
        assert all(spec["unit"] and spec["why"] for spec in meta["parameters"].values()), name


def _vars(code: str) -> dict[str, Any]:
    """Parameters that SQL reads, with their defaults."""
    found = re.findall(r"var\('(\w+)',\s*('[^']*'|[\d.]+)\)", code)
    return {var: yaml.safe_load(value) for var, value in found}


def _sql_above(manifest: dict[str, Any], node: dict[str, Any]) -> list[str]:
    """SQL of the models that a rule stands on, which may read a parameter for it."""
    waiting, seen = list(node["depends_on"]["nodes"]), set()
    while waiting:
        one = waiting.pop()
        if one.startswith("model.") and one not in seen:
            seen.add(one)
            waiting += manifest["nodes"][one]["depends_on"]["nodes"]
    return [manifest["nodes"][one]["raw_code"] for one in seen]


def test_reasons_in_the_sql_are_explained(nodes: dict[str, dict[str, Any]]) -> None:
    """Each reason code that the SQL can yield as a literal has its Chinese words."""
    for name, node in nodes.items():
        code = re.sub(r"--.*", "", node["raw_code"])
        given = set(re.findall(r"reason=\"'(\w+)'\"", code))
        for block in re.findall(r"case(?:(?!\bcase\b).)*?end as reason_code", code, flags=re.S):
            given |= set(re.findall(r"(?:then|else) '(\w+)'", block))
        assert given <= set(dbt_cli.meta_of(node)["reasons"]), name


def test_rules_read_intermediate_models_dims_and_seeds_only(
    manifest: dict[str, Any], nodes: dict[str, dict[str, Any]]
) -> None:
    """A rule never reaches past the intermediate layer, nor into another rule."""
    for name, node in nodes.items():
        for parent in node["depends_on"]["nodes"]:
            kind, _, model = parent.split(".", 2)
            assert kind == "seed" or model.startswith(("int_", "dim_")), f"{name} reads {parent}"


def test_rules_never_name_personal_data(nodes: dict[str, dict[str, Any]]) -> None:
    """No personal column in a sentence; a personal column is classed, so that publishing masks it."""
    for name, node in nodes.items():
        for sentence in re.findall(r"evidence='(.*?)',\n", node["raw_code"], flags=re.S):
            assert not PERSONAL_WORDS.search(sentence), name
        for column in node["columns"].values():
            label = str(dbt_cli.meta_of(column).get("label"))
            is_text = column["data_type"] == "string"
            if is_text and (
                column["name"] in {"account", "account_norm", "phone", "id_number"} or PERSONAL_LABELS.search(label)
            ):
                assert dbt_cli.meta_of(column).get("personal_data"), f"{name}.{column['name']}"


def test_each_rule_has_its_tests(manifest: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> None:
    """no_findings warns and never fails the build, and a list without findings has none; a subject is named once."""
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    for name, node in nodes.items():
        own = [t for t in tests if t.get("attached_node") == node["unique_id"]]
        kinds = {(t["test_metadata"]["name"], t.get("column_name")) for t in own}
        assert {("unique", "subject_key"), ("not_null", "subject_key")} <= kinds, name
        assert (("no_findings", None) in kinds) is dbt_cli.meta_of(node)["ledger"], name
        for test in own:
            if test["test_metadata"]["name"] == "no_findings":
                assert test["config"]["severity"].lower() == "warn", name


def test_tricky_rules_have_unit_tests(manifest: dict[str, Any]) -> None:
    """The rules whose conditions are easy to get wrong are tried on hand-made rows."""
    tried = {t["model"] for t in manifest["unit_tests"].values()}
    assert {
        "anm_settled_not_read",
        "anm_bill_incomplete",
        "anm_duplicate_bill",
        "anm_name_differs_hrss_nhsa",
        "anm_association_taxpayer_differs",
        "anm_association_entity_differs",
        "anm_agreement_authority_differs",
        "anm_invoiced_unpaid",
        "anm_batch_failed_months",
        "anm_inactive_taxpayer_paying",
    } <= tried
