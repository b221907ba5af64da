"""Every rule is one SQL file and one complete YAML entry, and everything else can follow from them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from common import paths
from orchestration.lib import dbt_cli, rules

FOLDER = paths.dbt_project_dir() / "models" / "marts" / "anomaly"
LEADING = [
    "rule_id",
    "subject_type",
    "subject_key",
    "department_code",
    "bureau_code",
    "agency_code",
    "town_code",
    "insurance_code",
    "period",
    "amount",
    "reason_code",
    "since_date",
    "age_workdays",
    "evidence",
    "registration_key",
    "bill_key",
    "taxpayer_key",
    "agreement_key",
]
SUBJECTS = {"registration", "bill", "return", "agreement", "taxpayer"}
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


def test_the_spine_has_its_23_rules(nodes: dict[str, dict[str, Any]]) -> None:
    """The requirements that the spine promises are each met by one rule."""
    promised = {f"A1.{n:02d}" for n in range(1, 12)} | {f"A2.11{c}" for c in "abcd"}
    promised |= {"A3.03", "A6.1", "A6.5", "A7.2", "A7.4", "A7.5", "A8.4", "A9.8"}
    ids = [dbt_cli.meta_of(n)["rule_id"] for n in nodes.values()]
    assert len(ids) == len(set(ids))
    assert promised <= set(ids)


def test_entries_are_complete(nodes: dict[str, dict[str, Any]]) -> None:
    """Everything that pages, lists, schedules and the ledger take from the entry is there."""
    for name, node in nodes.items():
        meta = dbt_cli.meta_of(node)
        assert meta["ledger"] is True, name
        assert meta["requirements"] == [meta["rule_id"]], name
        assert meta["cadence"] in rules.CADENCES, name
        assert meta["severity"] in {"high", "medium", "low"}, name
        assert set(meta["subject"].split(",")) <= SUBJECTS, name
        for key in ("title", "section", "next_step"):
            assert re.search(r"[\u4e00-\u9fff]", meta[key]), f"{name}: {key}"
        assert meta["reasons"] and all(meta["reasons"].values()), name
        assert re.search(r"[\u4e00-\u9fff]", node["description"]), name
        assert node["config"]["contract"]["enforced"], name
        for column in node["columns"].values():
            assert column["data_type"], f"{name}.{column['name']}"
            assert re.search(r"[\u4e00-\u9fff]", column["description"]), f"{name}.{column['name']}"
            assert dbt_cli.meta_of(column).get("label"), f"{name}.{column['name']}"


def test_leading_columns_come_first_and_in_order(nodes: dict[str, dict[str, Any]]) -> None:
    """Every rule yields the same leading columns, then its own evidence."""
    for name, node in nodes.items():
        assert list(node["columns"])[: len(LEADING)] == LEADING, name
        assert "unit_name" in node["columns"] or "unit_no" in node["columns"], name


def test_sql_says_the_same_rule_and_parameters_as_the_entry(nodes: dict[str, dict[str, Any]]) -> None:
    """The id in the SQL is the entry's; each parameter is used with the default that the entry and the project name."""
    defaults = rules.project_vars()
    for name, node in nodes.items():
        meta, code = dbt_cli.meta_of(node), node["raw_code"]
        assert set(re.findall(r"finding_of\(\s*'([^']+)'", code)) == {meta["rule_id"]}, name
        used = {var: int(value) for var, value in re.findall(r"var\('(\w+)',\s*(\d+)\)", code)}
        declared = {var: spec["default"] for var, spec in meta["parameters"].items()}
        assert used == declared, name
        assert all(spec["unit"] and spec["why"] for spec in meta["parameters"].values()), name
        assert {var: defaults.get(var, value) for var, value in used.items()} == used, name


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
            if column["name"] in {"account", "account_norm", "phone", "id_number"}:
                assert dbt_cli.meta_of(column).get("personal_data"), f"{name}.{column['name']}"


def test_each_rule_has_its_tests(manifest: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> None:
    """no_findings warns and never fails the build; a subject is named once."""
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    for name, node in nodes.items():
        own = [t for t in tests if t.get("attached_node") == node["unique_id"]]
        kinds = {(t["test_metadata"]["name"], t.get("column_name")) for t in own}
        assert {("no_findings", None), ("unique", "subject_key"), ("not_null", "subject_key")} <= kinds, name
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
