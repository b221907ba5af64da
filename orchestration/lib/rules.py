"""The catalogue of rules, read from dbt's manifest: whatever a rule declares follows from here.

What each kind of rule must have is in `rule_kinds`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from common import paths
from orchestration.lib.dbt_cli import meta_of
from orchestration.lib.rule_kinds import ANOMALY, RECONCILIATION, RuleError, validate

CADENCES = ("hourly", "daily", "weekly", "monthly", "month_end", "on_demand")
# dbt variable with the chapters of the users' text: prefix of a rule id → title.
CHAPTERS = "rule_chapters"
# Columns that every rule yields first, in this order (macro finding_of).
LEADING = (
    *("rule_id", "subject_type", "subject_key", "department_code", "bureau_code", "agency_code", "town_code"),
    *("insurance_code", "period", "amount", "reason_code", "since_date", "age_workdays", "evidence"),
    *("registration_key", "bill_key", "taxpayer_key", "agreement_key"),
)

__all__ = ["CADENCES", "CHAPTERS", "LEADING", "Rule", "RuleError", "by_cadence", "catalogue", "project_vars"]


@dataclass(frozen=True)
class Rule:
    """One model whose rows are findings or, where it feeds no ledger, a list to work with."""

    rule_id: str
    unique_id: str
    model: str
    schema: str
    kind: str  # rule | reconciliation
    title: str
    description: str
    cadence: str
    severity: str
    section: str
    subject: str
    subject_key: tuple[str, ...]  # columns that make the key where the model has no subject_key
    ledger_where: str | None  # boolean column that says which rows are findings; all when absent
    next_step: str
    parameters: dict[str, Any]
    reasons: dict[str, str]
    requirements: tuple[str, ...]
    columns: tuple[dict[str, Any], ...]
    sources: frozenset[tuple[str, str]]
    checksum: str
    rule_kind: str = ANOMALY  # one of rule_kinds.KINDS, or reconciliation
    ledger: bool = True  # whether its rows have a life as findings
    list_columns: tuple[str, ...] = ()  # what a list or an export shows, in the users' order
    alert: str = ""  # topic under which people are told of its findings at once; monitor rules have theirs by subject
    chapter: str = ""  # section of the users' text, e.g. A2
    chapter_title: str = ""

    @property
    def relation(self) -> str:
        """Where its findings are built."""
        return f'"{self.schema}"."{self.model}"'

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """What a list shows, in the order that users asked for: as declared, else its own columns."""
        return self.list_columns or tuple(c["name"] for c in self.columns if c["name"] not in LEADING)


def upstream_sources(manifest: Mapping[str, Any], unique_id: str) -> frozenset[tuple[str, str]]:
    """Every exchange table that a model reads, directly or through others."""
    parents: Mapping[str, list[str]] = manifest["parent_map"]
    seen: set[str] = set()
    waiting = [unique_id]
    found = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.startswith("source."):
            source = manifest["sources"][node]
            found.add((source["source_name"], source["name"]))
        waiting += parents.get(node, [])
    return frozenset(found)


def project_vars() -> dict[str, Any]:
    """Defaults of the project's vars."""
    file = paths.dbt_project_dir() / "dbt_project.yml"
    variables: dict[str, Any] = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("vars") or {}
    return variables


def _checksum(node: Mapping[str, Any], parameters: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    code = (node.get("raw_code") or "").strip()
    values = {name: variables.get(name, (spec or {}).get("default")) for name, spec in sorted(parameters.items())}
    return hashlib.sha256(json.dumps([code, values], sort_keys=True, default=str).encode()).hexdigest()[:16]


def _identifier(name: str | None, where: str) -> str | None:
    if name is not None and not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise RuleError(f"rule {where}: ledger_where must be the name of a boolean column, not {name!r}")
    return name


def _rule(manifest: Mapping[str, Any], node: Mapping[str, Any], variables: Mapping[str, Any]) -> Rule:
    meta = meta_of(node)
    where = node["name"]
    cadence = meta.get("cadence") or "daily"
    if cadence not in CADENCES:
        raise RuleError(f"rule {where}: cadence is {cadence!r}, must be one of {', '.join(CADENCES)}")
    rule_id = meta.get("rule_id")
    if not rule_id:
        raise RuleError(f"rule {where}: meta.rule_id is missing")
    parameters = dict(meta.get("parameters") or {})
    for name, spec in list(parameters.items()):
        if name in variables and isinstance(spec, dict):
            parameters[name] = {**spec, "value": variables[name]}
    key = meta.get("subject_key") or ()
    columns = tuple(
        {
            "name": column["name"],
            "description": column.get("description") or "",
            "label": meta_of(column).get("label"),
            "personal_data": meta_of(column).get("personal_data"),
        }
        for column in node["columns"].values()
    )
    requirements = meta.get("requirements") or ()
    kind = meta.get("kind") or "rule"
    shape = RECONCILIATION if kind != "rule" else validate(manifest, node, meta)
    chapter, chapter_title = chapter_of(str(rule_id), variables)
    return Rule(
        rule_id=str(rule_id),
        unique_id=node["unique_id"],
        model=node.get("alias") or node["name"],
        schema=node["schema"],
        kind=kind,
        title=meta.get("title") or where,
        description=node.get("description") or "",
        cadence=cadence,
        severity=meta.get("severity") or "medium",
        section=meta.get("section") or "",
        subject=meta.get("subject") or "",
        subject_key=tuple([key] if isinstance(key, str) else key),
        ledger_where=_identifier(meta.get("ledger_where"), where),
        next_step=meta.get("next_step") or "",
        parameters=parameters,
        reasons={str(k): str(v) for k, v in (meta.get("reasons") or {}).items()},
        requirements=tuple([requirements] if isinstance(requirements, str) else requirements),
        columns=columns,
        sources=upstream_sources(manifest, node["unique_id"]),
        checksum=_checksum(node, meta.get("parameters") or {}, variables),
        rule_kind=shape,
        ledger=bool(meta.get("ledger")),
        list_columns=tuple(meta.get("list_columns") or ()),
        alert=str(meta.get("alert") or ""),
        chapter=chapter,
        chapter_title=chapter_title,
    )


def chapter_of(rule_id: str, variables: Mapping[str, Any]) -> tuple[str, str]:
    """The chapter of the users' text that a rule belongs to: code and title."""
    chapters: Mapping[str, str] = variables.get(CHAPTERS) or {}
    found = re.match(r"[A-Z]+\d+|[A-Z]+", rule_id)
    code = found.group() if found else rule_id
    return code, str(chapters.get(code, code))


def is_rule_model(node: Mapping[str, Any]) -> bool:
    """Whether a node is a rule, or a reconciliation whose rows are findings."""
    meta = meta_of(node)
    return node.get("resource_type") == "model" and (meta.get("kind") == "rule" or bool(meta.get("ledger")))


def catalogue(manifest: Mapping[str, Any], variables: Mapping[str, Any] | None = None) -> tuple[Rule, ...]:
    """All rules, and the reconciliations whose rows feed the ledger, in the order of their ids."""
    values = project_vars() if variables is None else variables
    rules = [_rule(manifest, node, values) for node in manifest["nodes"].values() if is_rule_model(node)]
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.rule_id in seen:
            raise RuleError(f"rule id {rule.rule_id} is used by {seen[rule.rule_id]} and {rule.model}")
        seen[rule.rule_id] = rule.model
    return tuple(sorted(rules, key=lambda r: _order(r.rule_id)))


def _order(rule_id: str) -> list[tuple[int, int, str]]:
    """Numbers as numbers: A2.9 before A2.11b."""
    pieces = re.findall(r"\d+|\D+", rule_id)
    return [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces]


def by_cadence(rules: tuple[Rule, ...]) -> dict[str, tuple[Rule, ...]]:
    """The rules of each cadence that is used."""
    return {c: tuple(r for r in rules if r.cadence == c) for c in CADENCES if any(r.cadence == c for r in rules)}
