"""One employer: searched by name or number, then its registrations at both departments, bills, agreements, deductions, findings and differences.

Bills and findings are asked for key by key: the snapshot stores them sorted by it, and DuckDB skips what is outside of one key but not what lies
between several.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import gate

Rows = list[dict[str, Any]]
_PURPOSE = "户籍体检：用人单位"
_MOST_FINDINGS = 200


def search(user: User, typed: str) -> Rows:
    """Registrations that fit what was typed."""
    return gate.query(user, _PURPOSE, "unit_search", {"search": typed.strip().upper()}).rows


def registrations(user: User, registration_key: str) -> Rows:
    """All registrations of the employer that this one belongs to."""
    return gate.query(user, _PURPOSE, "unit_registrations", {"registration_key": registration_key}).rows


def bills(user: User, registration_keys: Sequence[str], first_period: str) -> Rows:
    """Bills from a period on, newest first."""
    found = [
        row
        for key in registration_keys
        for row in gate.query(
            user, _PURPOSE, "unit_bills", {"registration_key": key, "first_period": first_period}
        ).rows
    ]
    found.sort(
        key=lambda row: (
            str(row["department_code"]),
            row["sent_at"] is None,
            -_moment(row["sent_at"]),
            str(row["bill_key"]),
        )
    )
    return sorted(found, key=lambda row: str(row["period"]), reverse=True)


def _moment(sent_at: dt.datetime | None) -> float:
    return 0.0 if sent_at is None else (sent_at - dt.datetime(2000, 1, 1)).total_seconds()


def agreements(user: User, taxpayer_keys: Sequence[str]) -> Rows:
    """Tri-party agreements, those in force first."""
    return gate.query(user, _PURPOSE, "unit_agreements", {"taxpayer_keys": list(taxpayer_keys)}).rows


def deductions(user: User, registration_keys: Sequence[str]) -> Rows:
    """Items of batch deductions, newest first."""
    return gate.query(user, _PURPOSE, "unit_deductions", {"registration_keys": list(registration_keys)}).rows


def findings(user: User, registration_keys: Sequence[str], taxpayer_keys: Sequence[str]) -> Rows:
    """Open findings, the oldest first and no more than 200."""
    found = {
        row["finding_id"]: row
        for key in dict.fromkeys((*registration_keys, *taxpayer_keys))
        for row in gate.query(user, _PURPOSE, "unit_findings", {"owner_key": key, "most": _MOST_FINDINGS}).rows
    }
    oldest = sorted(
        found.values(),
        key=lambda row: (
            row["since_date"] is None,
            row["since_date"] or dt.date.max,
            str(row["rule_id"]),
            str(row["finding_id"]),
        ),
    )
    return oldest[:_MOST_FINDINGS]


def breaks(user: User, registration_keys: Sequence[str]) -> Rows:
    """Differences between tax and departments, by whole bill."""
    return gate.query(user, _PURPOSE, "unit_breaks", {"registration_keys": list(registration_keys)}).rows
