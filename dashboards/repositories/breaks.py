"""Single breaks of all pairs, the bill behind one, and how breaks move from day to day."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import gate

Rows = list[dict[str, Any]]
_PURPOSE = "对账"


@dataclass(frozen=True)
class BreakFilter:
    """Which breaks; `as_in_waterfall` takes the rows by item of which the steps of the waterfall are the sums."""

    pairs: list[str] | None = field(default=None)
    measure: str | None = None
    period: str | None = None
    bureau_code: str | None = None
    cause_code: str | None = None
    exception_code: str | None = None
    case_code: int | None = None
    overdue_only: bool = False
    as_in_waterfall: bool = False
    search: str | None = None


def total(user: User, chosen: BreakFilter) -> dict[str, Any]:
    """How many, their differences, how many are overdue."""
    return gate.query(user, _PURPOSE, "rec_pair_break_total", asdict(chosen)).one()


def page(user: User, chosen: BreakFilter, *, sort: str = "amount", number: int, size: int) -> Rows:
    """One page of breaks; `sort` is amount, age or due."""
    more = {"sort": sort, "page_size": size, "page_offset": (number - 1) * size}
    return gate.query(user, _PURPOSE, "rec_pair_break_page", {**asdict(chosen), **more}).rows


def stream(user: User, purpose: str, chosen: BreakFilter, *, sort: str, limit: int) -> Iterator[dict[str, Any]]:
    """All breaks of a filter, row by row, for a file."""
    params = {**asdict(chosen), "sort": sort, "page_size": limit, "page_offset": 0}
    return gate.stream(user, purpose, "rec_pair_break_page", params, limit=limit)


def one(user: User, finding_id: str) -> dict[str, Any]:
    """One break; empty when it is not there or not in scope."""
    return gate.query(user, _PURPOSE, "rec_break_one", {"finding_id": finding_id}).one()


def bill(user: User, bill_key: str) -> dict[str, Any]:
    """A bill with what each stage holds of it."""
    return gate.query(user, _PURPOSE, "rec_bill", {"bill_key": bill_key}).one()


def of_bill(user: User, bill_key: str) -> Rows:
    """All breaks of a bill."""
    return gate.query(user, _PURPOSE, "rec_bill_breaks", {"bill_key": bill_key}).rows


def movement_days(user: User, bureau_code: str | None, rule_id: str | None) -> Rows:
    """Opening, new, changed, cleared, closing by business day, newest first."""
    return gate.query(user, _PURPOSE, "rec_movement_days", {"bureau_code": bureau_code, "rule_id": rule_id}).rows


def movement_lists(user: User, bureau_code: str | None) -> Rows:
    """The newest day's movement by list of breaks."""
    return [{**row, "rule_id": row["code"]} for row in movement_by(user, "list", bureau_code, None)]


def movement_by(user: User, dimension: str, bureau_code: str | None, rule_id: str | None) -> Rows:
    """The newest day's movement by bureau, agency, insurance item or list of breaks, under `code`."""
    return gate.query(
        user, _PURPOSE, "rec_movement_by", {"dimension": dimension, "bureau_code": bureau_code, "rule_id": rule_id}
    ).rows


def overdue(user: User, bureau_code: str | None) -> Rows:
    """Open and overdue breaks by pair."""
    return gate.query(user, _PURPOSE, "rec_overdue", {"bureau_code": bureau_code}).rows


def clearing_times(user: User) -> Rows | None:
    """How long clearing took; None for scopes that the table does not know, because it is the whole city's."""
    return gate.query(user, _PURPOSE, "rec_clearing").rows if gate.has(user, "rec_clearing_time") else None
