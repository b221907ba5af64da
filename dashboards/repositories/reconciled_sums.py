"""Sums of the reconciliation: waterfall, buckets, received by item, the chain inside tax, annuity, treasury, persons."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]
_PURPOSE = "对账"


@dataclass(frozen=True)
class ReceivedFilter:
    """Which part of the table by insurance item: time basis, month, and the departments' and tax's categories."""

    basis: str
    period: str
    bureau_code: str | None = None
    agency_code: str | None = None
    unit_type_code: str | None = None
    household_class_code: str | None = None


def _area(period: str, bureau_code: str | None) -> dict[str, Any]:
    return {"period": period, "bureau_code": bureau_code}


def waterfall_totals(user: User, period: str, bureau_code: str | None) -> Rows:
    """Totals, what is between them and the remainder by pair and measure."""
    return gate.query(user, _PURPOSE, "rec_waterfall_totals", _area(period, bureau_code)).rows


def waterfall_steps(user: User, pair: str, measure: str, period: str, bureau_code: str | None) -> Rows:
    """The steps of one pair and measure."""
    return gate.query(
        user, _PURPOSE, "rec_waterfall_steps", {"pair": pair, "measure": measure, **_area(period, bureau_code)}
    ).rows


def waterfall_by(user: User, dimension: str, pair: str, measure: str, period: str, bureau_code: str | None) -> Rows:
    """The same by insurance item, agency or bureau."""
    return gate.query(
        user, _PURPOSE, "rec_waterfall_by",
        {"dimension": dimension, "pair": pair, "measure": measure, **_area(period, bureau_code)},
    ).rows  # fmt: skip


def buckets(user: User, last_month: str, bureau_code: str | None, agency_code: str | None) -> Rows:
    """The three buckets of six months up to this one."""
    return gate.query(
        user, _PURPOSE, "rec_buckets",
        {"last_month": last_month, "bureau_code": bureau_code, "agency_code": agency_code},
    ).rows  # fmt: skip


def received(user: User, chosen: ReceivedFilter) -> Rows:
    """全量接收数据按险种."""
    return gate.query(user, _PURPOSE, "rec_received", asdict(chosen)).rows


def received_cut(user: User, chosen: ReceivedFilter, insurance_code: str) -> Rows:
    """One item by unit category and household class."""
    return gate.query(
        user, _PURPOSE, "rec_received_cut", {**asdict(chosen), "insurance_code": insurance_code}
    ).rows  # fmt: skip


def received_choices(user: User, basis: str, period: str) -> Rows:
    """Unit categories, household classes and agencies that occur."""
    return gate.query(user, _PURPOSE, "rec_received_choices", {"basis": basis, "period": period}).rows


def exceptions(user: User, period: str, bureau_code: str | None) -> Rows:
    """The exceptions table by class."""
    return gate.query(user, _PURPOSE, "rec_exceptions", _area(period, bureau_code)).rows


def internal_pairs(user: User, period: str, bureau_code: str | None) -> Rows:
    """Neighbours of the chain inside tax."""
    return gate.query(user, _PURPOSE, "rec_internal_pairs", _area(period, bureau_code)).rows


def annuity_pairs(user: User, period: str, bureau_code: str | None) -> Rows:
    """Annuity bills, clearing centre and bank against each other."""
    return gate.query(user, _PURPOSE, "rec_annuity_pairs", _area(period, bureau_code)).rows


def annuity_cases(user: User, period: str, bureau_code: str | None) -> Rows:
    """The four cases, and what is none of them."""
    return gate.query(user, _PURPOSE, "rec_annuity_cases", _area(period, bureau_code)).rows


def annuity_state(user: User, period: str, bureau_code: str | None) -> int | None:
    """Breaks of a month's transfers in the four cases; None when nothing was compared."""
    try:
        pairs = annuity_pairs(user, period, bureau_code)
        cases = annuity_cases(user, period, bureau_code)
    except (MissingTableError, RefusedError):
        return None
    if not any(row["pair"] == "annuity_bank" for row in pairs):
        return None
    return sum(int(row["break_count"] or 0) for row in cases if row["case_code"] is not None)


def annuity_income(user: User, period: str, bureau_code: str | None, *, by_agency: bool) -> Rows:
    """Annuity income of the months up to this one, or of this one by agency."""
    return gate.query(
        user, _PURPOSE, "rec_annuity_income", {"by_agency": by_agency, **_area(period, bureau_code)}
    ).rows  # fmt: skip


def treasury_agencies(user: User, period: str, bureau_code: str | None) -> Rows:
    """Settled by the treasury by agency."""
    return gate.query(user, _PURPOSE, "rec_treasury_agencies", _area(period, bureau_code)).rows


def treasury_items(user: User, period: str, bureau_code: str | None, agency_code: str | None) -> Rows:
    """Settled by the treasury by levy item and sub-item."""
    return gate.query(
        user, _PURPOSE, "rec_treasury_items", {"agency_code": agency_code, **_area(period, bureau_code)}
    ).rows  # fmt: skip


def arrival_days(user: User, pair: str, period: str) -> Rows | None:
    """Income against arrivals by day; None for scopes that the table does not know, because it is kept by agency."""
    if not gate.has(user, "rec_arrival_day"):
        return None
    return gate.query(user, _PURPOSE, "rec_arrival_days", {"pair": pair, "period": period}).rows


def person_pairs(user: User, period: str, bureau_code: str | None) -> Rows:
    """Persons' payments against returns, settlement and booking, by department."""
    return gate.query(user, _PURPOSE, "rec_person_pairs", _area(period, bureau_code)).rows


def person_month_state(user: User, pairs: Sequence[str], period: str, bureau_code: str | None) -> int | None:
    """Breaks of these pairs of natural persons in a month; None when nothing was compared."""
    try:
        rows = [row for row in person_pairs(user, period, bureau_code) if row["pair"] in pairs]
    except (MissingTableError, RefusedError):
        return None
    return sum(int(row["break_count"] or 0) for row in rows) if rows else None


def households(user: User, bureau_code: str | None) -> Rows:
    """Virtual households' tickets by how they were matched, of all months."""
    return gate.query(user, _PURPOSE, "rec_households", {"period": None, "bureau_code": bureau_code}).rows
