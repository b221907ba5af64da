"""The kinds of rule and what each must declare, so that a wrong entry is told before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ANOMALY, DIAGNOSIS, LIST, PROPOSAL, MONITOR = "anomaly", "diagnosis", "list", "proposal", "monitor"
KINDS = (ANOMALY, DIAGNOSIS, LIST, PROPOSAL, MONITOR)
RECONCILIATION = "reconciliation"

# The last cause of a diagnosis, so that what could not be decided is counted and shown.
NOT_DECIDED = "not_decided"
# What a proposed change says, after the leading columns; the reason in words is reason_text.
PROPOSAL_COLUMNS = (
    "field_name",
    "current_value",
    "proposed_value",
    "reason_text",
    "confidence",
    "evidence_source",
    "state",
)
# Topics under which a rule that is no monitor may tell people at once (alerts.toml routes them).
ALERT_TOPICS = ("special",)
# A pure extract or a watch may be without a life in the ledger; an error, a cause or a change may not.
MAY_LEAVE_LEDGER = (LIST, MONITOR)


class RuleError(ValueError):
    """A rule's YAML entry is incomplete; the message names the model and what to do."""


def _tests_on(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """Names of the generic tests that are attached to a model."""
    return {
        str((node.get("test_metadata") or {}).get("name"))
        for node in manifest["nodes"].values()
        if node.get("resource_type") == "test" and node.get("attached_node") == unique_id
    }


def validate(manifest: Mapping[str, Any], node: Mapping[str, Any], meta: Mapping[str, Any]) -> str:
    """The kind of a rule, after its entry was found to have what the kind needs."""
    where = f"rule {node['name']}"
    kind = meta.get("rule_kind") or ANOMALY
    if kind not in KINDS:
        raise RuleError(f"{where}: rule_kind is {kind!r}, write one of {', '.join(KINDS)}")
    if not isinstance(meta.get("ledger"), bool):
        raise RuleError(f"{where}: write ledger: true, or ledger: false for a pure extract (list or monitor)")
    columns = list(node["columns"])
    if not meta["ledger"]:
        if kind not in MAY_LEAVE_LEDGER:
            raise RuleError(f"{where}: of rule_kind {kind}, so its rows are findings: write ledger: true")
        if "no_findings" in _tests_on(manifest, node["unique_id"]):
            raise RuleError(f"{where}: with ledger: false its rows are no findings: take no_findings out of data_tests")
        if meta.get("publish") is False:
            raise RuleError(f"{where}: a list without findings is read from the snapshot: take publish: false away")
    if (topic := meta.get("alert")) is not None and (topic not in ALERT_TOPICS or not meta["ledger"]):
        raise RuleError(f"{where}: alert names a topic ({', '.join(ALERT_TOPICS)}) and needs ledger: true")
    if kind == DIAGNOSIS:
        causes = list(meta.get("reasons") or {})
        if len(causes) < 2 or causes[-1] != NOT_DECIDED:
            raise RuleError(
                f"{where}: a diagnosis lists its causes in reasons, in the order in which they exclude each other;"
                f" end the list with {NOT_DECIDED}: 未能判定"
            )
    if kind == PROPOSAL:
        missing = [name for name in PROPOSAL_COLUMNS if name not in columns]
        if missing:
            raise RuleError(f"{where}: a proposal needs the columns {', '.join(missing)}")
    unknown = [name for name in meta.get("list_columns") or () if name not in columns]
    if unknown:
        raise RuleError(f"{where}: list_columns names columns that the model has not: {', '.join(unknown)}")
    return str(kind)
