"""A rule whose entry does not fit its kind is refused, and the message names the model and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.lib import rules
from orchestration.lib.rule_kinds import PROPOSAL_COLUMNS, RuleError

MODEL = "model.shebao.anm_sample"


def manifest(*columns: str, tests: tuple[str, ...] = (), **meta: Any) -> dict[str, Any]:
    """A manifest with one rule."""
    facts = {"kind": "rule", "rule_id": "A2.05", "ledger": True, "reasons": {"one": "其一"}, **meta}
    node = {
        "resource_type": "model",
        "unique_id": MODEL,
        "name": "anm_sample",
        "schema": "marts",
        "columns": {name: {"name": name} for name in ("subject_key", *columns)},
        "config": {"meta": facts},
        "raw_code": "select 1",
        "depends_on": {"nodes": []},
    }
    nodes = {MODEL: node}
    for name in tests:
        nodes[f"test.shebao.{name}"] = {
            "resource_type": "test",
            "attached_node": MODEL,
            "test_metadata": {"name": name},
            "config": {},
        }
    return {"nodes": nodes, "sources": {}, "parent_map": {MODEL: []}}


def read(*columns: str, **more: Any) -> rules.Rule:
    """The rule of such a manifest."""
    [rule] = rules.catalogue(manifest(*columns, **more), {"rule_chapters": {"A2": "户籍"}})
    return rule


def test_an_entry_without_a_kind_is_an_anomaly() -> None:
    rule = read()
    assert (rule.rule_kind, rule.ledger) == ("anomaly", True)
    assert (rule.chapter, rule.chapter_title) == ("A2", "户籍")


def test_each_kind_is_read() -> None:
    assert read(rule_kind="diagnosis", reasons={"one": "其一", "not_decided": "未能判定"}).rule_kind == "diagnosis"
    assert read(*PROPOSAL_COLUMNS, rule_kind="proposal").rule_kind == "proposal"
    assert read(rule_kind="monitor", ledger=False).ledger is False
    extract = read("unit_no", "phone", rule_kind="list", ledger=False, list_columns=["phone", "unit_no"])
    assert extract.ledger is False
    assert extract.list_columns == ("phone", "unit_no")
    assert (read(alert="special").alert, read().alert) == ("special", "")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"rule_kind": "guess"}, "write one of anomaly"),
        ({"ledger": None}, "write ledger: true"),
        ({"rule_kind": "diagnosis"}, "end the list with not_decided"),
        (
            {"rule_kind": "diagnosis", "reasons": {"not_decided": "未能判定", "one": "其一"}},
            "end the list with not_decided",
        ),
        ({"rule_kind": "diagnosis", "reasons": {"not_decided": "未能判定"}}, "end the list with not_decided"),
        ({"rule_kind": "proposal"}, "needs the columns field_name, current_value"),
        ({"ledger": False}, "write ledger: true"),
        ({"rule_kind": "list", "ledger": False, "tests": ("no_findings",)}, "take no_findings out"),
        ({"rule_kind": "list", "ledger": False, "publish": False}, "take publish: false away"),
        ({"rule_kind": "list", "list_columns": ["nowhere"]}, "has not: nowhere"),
        ({"alert": "nowhere"}, "alert names a topic"),
        ({"rule_kind": "list", "ledger": False, "alert": "special"}, "alert names a topic"),
    ],
)
def test_a_wrong_entry_is_refused(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(RuleError, match="rule anm_sample") as told:
        read(**entry)
    assert words in str(told.value)
