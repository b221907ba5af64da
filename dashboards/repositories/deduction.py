"""The gate before a batch deduction of natural persons: counts by verdict and reason, and the items."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import gate

Rows = list[dict[str, Any]]
_PURPOSE = "批扣核查"


@dataclass(frozen=True)
class ItemFilter:
    """Which of the waiting items."""

    bureau_code: str | None = None
    insurance_code: str | None = None
    verdict: str | None = None
    reason_code: str | None = None
    search: str | None = None


def reasons(user: User, bureau_code: str | None, insurance_code: str | None) -> Rows:
    """Counts and amounts by verdict, rule and reason; stop first."""
    return gate.query(
        user, _PURPOSE, "deduction_reasons", {"bureau_code": bureau_code, "insurance_code": insurance_code}
    ).rows


def rounds(user: User, bureau_code: str | None, insurance_code: str | None) -> Rows:
    """The last twelve rounds, newest first: listed, voided, sent, succeeded."""
    return gate.query(
        user, _PURPOSE, "deduction_rounds", {"bureau_code": bureau_code, "insurance_code": insurance_code}
    ).rows


def failures(user: User, bureau_code: str | None, insurance_code: str | None) -> Rows:
    """Why items of these rounds failed, the most frequent reason first."""
    return gate.query(
        user, _PURPOSE, "deduction_failures", {"bureau_code": bureau_code, "insurance_code": insurance_code}
    ).rows


def total(user: User, chosen: ItemFilter) -> int:
    """How many items a filter holds."""
    return int(gate.query(user, _PURPOSE, "deduction_total", asdict(chosen)).one().get("total") or 0)


def page(user: User, chosen: ItemFilter, *, sort: str = "verdict", number: int, size: int) -> Rows:
    """One page of items; without a verdict those to stop or to check. `sort` is verdict, amount or new."""
    more = {"sort": sort, "page_size": size, "page_offset": (number - 1) * size}
    return gate.query(user, _PURPOSE, "deduction_page", {**asdict(chosen), **more}).rows


def stream(user: User, purpose: str, chosen: ItemFilter, *, sort: str, limit: int) -> Iterator[dict[str, Any]]:
    """All items of a filter, row by row, for a file."""
    params = {**asdict(chosen), "sort": sort, "page_size": limit, "page_offset": 0}
    return gate.stream(user, purpose, "deduction_page", params, limit=limit)
