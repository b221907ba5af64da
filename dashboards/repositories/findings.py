"""Findings, their rules and their history."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]
_PURPOSE = "疑点数据"


@dataclass(frozen=True)
class Filter:
    """What a list of findings is narrowed to."""

    rule_id: str
    state: str | None = "open"
    bureau_code: str | None = None
    reason_code: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    search: str | None = None


def rules(user: User) -> Rows:
    """The catalogue."""
    return gate.query(user, "规则目录", "rules").rows


def counts(
    user: User, purpose: str, as_of: date, *, bureau_code: str | None = None, town_code: str | None = None
) -> dict[str, dict[str, Any]]:
    """Counts by rule."""
    rows = gate.query(
        user, purpose, "finding_counts", {"as_of": as_of, "bureau_code": bureau_code, "town_code": town_code}
    ).rows
    return {str(row["rule_id"]): row for row in rows}


def counts_by_bureau(user: User, purpose: str, as_of: date, rule_id: str | None = None) -> Rows:
    """Open findings by bureau, of one rule or of all."""
    return gate.query(user, purpose, "finding_counts_by_bureau", {"as_of": as_of, "rule_id": rule_id}).rows


def total(user: User, chosen: Filter, *, long_workdays: int) -> dict[str, Any]:
    """How many findings a filter holds, what they amount to and how many are older than some days; asked before any is loaded."""
    return gate.query(user, _PURPOSE, "finding_total", {**asdict(chosen), "long_workdays": long_workdays}).one()


def page(user: User, chosen: Filter, *, sort: str, number: int, size: int) -> Rows:
    """One page of findings."""
    return gate.query(
        user, _PURPOSE, "finding_page",
        {**asdict(chosen), "sort": sort, "page_size": size, "page_offset": (number - 1) * size},
    ).rows  # fmt: skip


def stream(user: User, purpose: str, chosen: Filter, *, sort: str, limit: int) -> Iterator[dict[str, Any]]:
    """All findings of a filter, row by row, for a file."""
    params = {**asdict(chosen), "sort": sort, "page_size": limit, "page_offset": 0}
    return gate.stream(user, purpose, "finding_page", params, limit=limit)


def list_stream(
    user: User, purpose: str, model_name: str, chosen: "ListFilter", *, sort: str = "area", limit: int
) -> Iterator[dict[str, Any]]:
    """All rows of a rule's own table that a filter holds, row by row, for a file."""
    params = {**asdict(chosen), "sort": sort, "page_size": limit, "page_offset": 0}
    return gate.stream(user, purpose, "list_page", params, table=model_name, limit=limit)


def reasons(user: User, rule_id: str, state: str | None) -> list[str]:
    """Reasons that occur."""
    rows = gate.query(user, _PURPOSE, "finding_reasons", {"rule_id": rule_id, "state": state}).rows
    return [str(row["reason_code"]) for row in rows if row["reason_code"] is not None]


def one(user: User, finding_id: str) -> dict[str, Any]:
    """One finding, or an empty row when it is not there or not in the user's scope."""
    return gate.query(user, f"{_PURPOSE}：明细", "finding_one", {"finding_id": finding_id}).one()


def history(user: User, rule_id: str, subject_key: str) -> Rows:
    """What happened to a finding, newest first."""
    return gate.query(
        user, f"{_PURPOSE}：明细", "finding_history", {"rule_id": rule_id, "subject_key": subject_key}
    ).rows


def evidence(user: User, model_name: str, subject_key: str) -> Rows:
    """The rule's own row, with the values compared; none when the finding is no longer in today's list."""
    try:
        return gate.query(
            user, f"{_PURPOSE}：明细", "rule_evidence", {"subject_key": subject_key}, table=model_name
        ).rows
    except (MissingTableError, RefusedError):
        return []


def causes(user: User, chosen: Filter) -> Rows:
    """Causes of a diagnosis within a state and a bureau."""
    return gate.query(
        user, _PURPOSE, "finding_causes",
        {"rule_id": chosen.rule_id, "state": chosen.state, "bureau_code": chosen.bureau_code},
    ).rows  # fmt: skip


@dataclass(frozen=True)
class ListFilter:
    """What a rule's own table is narrowed to."""

    bureau_code: str | None = None
    period: str | None = None
    reason_code: str | None = None
    search: str | None = None


def list_total(user: User, model_name: str, chosen: ListFilter) -> dict[str, Any]:
    """How many rows of a rule's own table a filter holds and what they amount to."""
    return gate.query(user, _PURPOSE, "list_total", asdict(chosen), table=model_name).one()


def list_page(user: User, model_name: str, chosen: ListFilter, *, sort: str = "area", number: int, size: int) -> Rows:
    """One page of a rule's own table; `sort` is area, period, amount or age."""
    return gate.query(
        user, _PURPOSE, "list_page", {**asdict(chosen), "sort": sort, "page_size": size, "page_offset": (number - 1) * size},
        table=model_name,
    ).rows  # fmt: skip


def list_choices(user: User, model_name: str) -> tuple[list[str], list[str]]:
    """Periods (newest first) and reasons (commonest first) that occur in a rule's own table."""
    rows = gate.query(user, _PURPOSE, "list_choices", table=model_name).rows
    periods = sorted({str(row["period"]) for row in rows if row["period"] is not None}, reverse=True)
    reasons = dict.fromkeys(str(row["reason_code"]) for row in rows if row["reason_code"] is not None)
    return periods, list(reasons)


def list_counts(user: User, purpose: str, *, bureau_code: str | None = None) -> dict[str, dict[str, Any]]:
    """Rows of the lists that have no findings, by rule."""
    try:
        rows = gate.query(user, purpose, "list_counts", {"bureau_code": bureau_code, "town_code": None}).rows
    except (MissingTableError, RefusedError):
        return {}
    return {str(row["rule_id"]): row for row in rows}
