"""Reconciliation of tax against the two departments."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]
_PURPOSE = "对账"


def outcomes(user: User, period: str | None, bureau_code: str | None) -> Rows:
    """Counts and amounts by pair, measure and outcome."""
    return gate.query(user, _PURPOSE, "rec_outcomes", {"period": period, "bureau_code": bureau_code}).rows


def by_dimension(
    user: User, dimension: str, pair: str, measure: str, period: str | None, bureau_code: str | None
) -> Rows:
    """Differences by insurance item, agency or bureau."""
    return gate.query(
        user, _PURPOSE, "rec_by_dimension",
        {"dimension": dimension, "pair": pair, "measure": measure, "period": period, "bureau_code": bureau_code},
    ).rows  # fmt: skip


def employer_count(user: User, pair: str, period: str | None) -> int:
    """How many rows the list of employers whose two sides differ has."""
    rows = employers(user, pair, period, number=1, size=1)
    return int(rows[0]["total"]) if rows else 0


def employers(user: User, pair: str, period: str | None, *, number: int, size: int) -> Rows:
    """One page of the employers whose two sides differ, the largest difference first."""
    params = {"pair": pair, "period": period, "page_size": size, "page_offset": (number - 1) * size}
    return gate.query(user, _PURPOSE, "rec_employers", params).rows


def break_totals(
    user: User, pair: str, measure: str, period: str | None, bureau_code: str | None, search: str | None = None
) -> Rows:
    """Breaks by outcome and cause."""
    return gate.query(
        user, _PURPOSE, "rec_break_total",
        {"pair": pair, "measure": measure, "period": period, "bureau_code": bureau_code, "search": search},
    ).rows  # fmt: skip


@dataclass(frozen=True)
class BreakFilter:
    """Which of the departments' breaks."""

    pair: str
    measure: str
    period: str | None = None
    bureau_code: str | None = None
    outcome_code: int | None = None
    cause_code: str | None = None
    search: str | None = None


def break_page(user: User, chosen: BreakFilter, *, sort: str = "amount", number: int, size: int) -> Rows:
    """One page of breaks; `sort` is amount or age."""
    more = {"sort": sort, "page_size": size, "page_offset": (number - 1) * size}
    return gate.query(user, _PURPOSE, "rec_break_page", {**asdict(chosen), **more}).rows


def break_stream(user: User, purpose: str, chosen: BreakFilter, *, sort: str, limit: int) -> Iterator[dict[str, Any]]:
    """All breaks of a filter, row by row, for a file."""
    params = {**asdict(chosen), "sort": sort, "page_size": limit, "page_offset": 0}
    return gate.stream(user, purpose, "rec_break_page", params, limit=limit)


def item_breaks(user: User, period: str | None, bureau_code: str | None) -> Rows:
    """Bills whose sums agree and whose items do not, by pair and measure."""
    return gate.query(user, _PURPOSE, "rec_item_breaks", {"period": period, "bureau_code": bureau_code}).rows


def state(user: User, period: str | None, bureau_code: str | None = None) -> dict[str, Any] | None:
    """Whether a period came out even; None when the user may not know or nothing was compared."""
    try:
        row = gate.query(user, _PURPOSE, "rec_state", {"period": period, "bureau_code": bureau_code}).one()
    except (MissingTableError, RefusedError):
        return None
    return row if row.get("groups") else None


def states(user: User, period: str) -> dict[str, int]:
    """Breaks of each bureau that was compared; none for users who may not know."""
    try:
        rows = gate.query(user, _PURPOSE, "rec_states", {"period": period}).rows
    except (MissingTableError, RefusedError):
        return {}
    return {str(row["bureau_code"]): int(row["break_count"] or 0) for row in rows}


def person_state(user: User, insurance_code: str, since: str, bureau_code: str | None = None) -> int | None:
    """Comparisons of persons' payments that did not come out even from a month on; None when nothing was compared."""
    try:
        row = gate.query(
            user, _PURPOSE, "rec_person_state",
            {"insurance_code": insurance_code, "since": since, "bureau_code": bureau_code},
        ).one()  # fmt: skip
    except (MissingTableError, RefusedError):
        return None
    return int(row["break_count"] or 0) if row.get("groups") else None
