"""Rules of the catalogue as values: what they say, their parameters, reasons and own columns."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from dashboards.services import words

Row = dict[str, Any]

# Columns that every rule yields; shown by name on the finding itself, not again among the compared values.
LEADING = frozenset(
    (
        *("rule_id", "subject_type", "subject_key", "department_code", "bureau_code", "agency_code", "town_code"),
        *("insurance_code", "period", "amount", "reason_code", "since_date", "age_workdays", "evidence"),
        *("registration_key", "bill_key", "taxpayer_key", "agreement_key", "unit_name"),
    )
)


@dataclass(frozen=True)
class Rule:
    """One rule, or one reconciliation that feeds the ledger."""

    rule_id: str
    model_name: str
    title: str
    description: str
    cadence: str
    severity: str
    section: str
    subject: str
    next_step: str
    status: str
    open_count: int | None
    last_checked: Any
    parameters: list[tuple[str, str, str, str]] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    columns: list[tuple[str, str, str, bool]] = field(default_factory=list)
    requirements: str = ""
    status_reason: str = ""
    kind: str = "rule"
    rule_kind: str = "anomaly"
    ledger: bool = True
    chapter: str = ""
    chapter_title: str = ""
    row_count: int | None = None
    shown: list[str] = field(default_factory=list)
    cadence_code: str = ""

    @property
    def count(self) -> int:
        """What stands behind the rule's name: open findings, or the rows of a list without findings."""
        return int((self.open_count if self.ledger else self.row_count) or 0)

    @property
    def by_hour(self) -> bool:
        """Whether its rows age by the hour, against a limit in hours, so that the list shows both."""
        return "age_hours" in self.shown

    @property
    def limits(self) -> str:
        """Its parameters with their values, in words."""
        return "；".join(
            f"{value} {unit}（{why}）" if why else f"{value} {unit}" for _, value, unit, why in self.parameters
        )

    @property
    def kind_name(self) -> str:
        """疑点, 诊断, 清单, 建议, 监测 or 对账."""
        return words.RULE_KINDS.get(self.rule_kind, self.rule_kind)

    def reason(self, code: Any) -> str:
        """A reason in Chinese."""
        return self.reasons.get(str(code), words.CAUSES.get(str(code), str(code or "—")))

    def label(self, column: str) -> str:
        """A column's Chinese heading."""
        return next((label for name, label, _, _ in self.columns if name == column), column)


def rules(rows: list[Row]) -> list[Rule]:
    """The catalogue, in the order of the rule ids' parts (A2.11a after A1.09)."""
    return sorted((_made(tuple(row), tuple(row.values())) for row in rows), key=lambda rule: _order(rule.rule_id))


@lru_cache(maxsize=4096)
def _made(names: tuple[str, ...], values: tuple[Any, ...]) -> Rule:
    """A rule, read once for each scope's counts: every page that names rules has all of them. Nobody changes what comes out."""
    return _rule(dict(zip(names, values, strict=True)))


@lru_cache(maxsize=1024)
def _order(rule_id: str) -> tuple[Any, ...]:
    parts: list[Any] = []
    number = ""
    for character in rule_id + " ":
        if character.isdigit():
            number += character
            continue
        if number:
            parts.append((0, int(number), ""))
            number = ""
        parts.append((1, 0, character))
    return tuple(parts)


@lru_cache(maxsize=4096)
def _read(text: str) -> Any:
    """What a text of JSON holds, read once: a rule's texts are the same in every scope. Nobody changes what comes out."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def _json(value: Any) -> Any:
    return _read(value) if isinstance(value, str) else value


def _rule(row: Row) -> Rule:
    parameters = _json(row.get("parameters")) or {}
    reasons = _json(row.get("reasons")) or {}
    columns = _json(row.get("columns")) or []
    requirements = _json(row.get("requirements"))
    subjects = [words.SUBJECTS.get(part.strip(), part.strip()) for part in str(row.get("subject") or "").split(",")]
    return Rule(
        rule_id=str(row["rule_id"]), model_name=str(row.get("model_name") or ""), title=str(row.get("title") or row["rule_id"]),
        description=str(row.get("description") or ""), cadence=words.CADENCES.get(str(row.get("cadence")), str(row.get("cadence") or "—")),
        severity=str(row.get("severity") or ""), section=str(row.get("section") or "—"), subject="、".join(part for part in subjects if part) or "—",
        next_step=str(row.get("next_step") or ""), status=str(row.get("status") or ""),
        open_count=None if row.get("open_count") is None else int(row["open_count"]), last_checked=row.get("last_checked"),
        parameters=[
            (str(name), str(about.get("value", about.get("default", ""))), str(about.get("unit", "")), str(about.get("why", "")))
            for name, about in parameters.items() if isinstance(about, dict)
        ],
        reasons={str(code): str(name) for code, name in reasons.items()} if isinstance(reasons, dict) else {},
        columns=[
            (str(column.get("name")), str(column.get("label") or _heading(column)), str(column.get("description") or ""), bool(column.get("personal_data")))
            for column in columns if isinstance(column, dict)
        ],
        status_reason=str(row.get("status_reason") or ""), kind=str(row.get("kind") or "rule"),
        rule_kind=str(row.get("rule_kind") or "anomaly"), ledger=row.get("ledger") is not False,
        chapter=str(row.get("chapter") or ""), chapter_title=str(row.get("chapter_title") or ""),
        cadence_code=str(row.get("cadence") or ""),
        row_count=None if row.get("row_count") is None else int(row["row_count"]),
        shown=[str(name) for name in _json(row.get("list_columns")) or []],
        requirements="、".join(map(str, requirements)) if isinstance(requirements, list) else str(row.get("requirements") or ""),
    )  # fmt: skip


def _heading(column: Row) -> str:
    text = str(column.get("description") or column.get("name") or "")
    for mark in ("（", "；", "，", "：", "。"):
        text = text.split(mark, maxsplit=1)[0]
    return text[:14]
