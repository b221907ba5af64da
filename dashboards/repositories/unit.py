"""One employer: searched by name or number, then its registrations at both departments, bills, agreements, deductions, findings and differences."""

from collections.abc import Sequence
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import gate

Rows = list[dict[str, Any]]
_PURPOSE = "户籍体检：用人单位"


def search(user: User, typed: str) -> Rows:
    """Registrations that fit what was typed."""
    return gate.query(user, _PURPOSE, "unit_search", {"search": typed.strip().upper()}).rows


def registrations(user: User, registration_key: str) -> Rows:
    """All registrations of the employer that this one belongs to."""
    return gate.query(user, _PURPOSE, "unit_registrations", {"registration_key": registration_key}).rows


def bills(user: User, registration_keys: Sequence[str], first_period: str) -> Rows:
    """Bills from a period on."""
    return gate.query(
        user, _PURPOSE, "unit_bills", {"registration_keys": list(registration_keys), "first_period": first_period}
    ).rows


def agreements(user: User, taxpayer_keys: Sequence[str]) -> Rows:
    """Tri-party agreements, those in force first."""
    return gate.query(user, _PURPOSE, "unit_agreements", {"taxpayer_keys": list(taxpayer_keys)}).rows


def deductions(user: User, registration_keys: Sequence[str]) -> Rows:
    """Items of batch deductions, newest first."""
    return gate.query(user, _PURPOSE, "unit_deductions", {"registration_keys": list(registration_keys)}).rows


def findings(user: User, registration_keys: Sequence[str], taxpayer_keys: Sequence[str]) -> Rows:
    """Open findings."""
    return gate.query(
        user, _PURPOSE, "unit_findings", {"registration_keys": list(registration_keys), "taxpayer_keys": list(taxpayer_keys)},
    ).rows  # fmt: skip


def breaks(user: User, registration_keys: Sequence[str]) -> Rows:
    """Differences between tax and departments, by whole bill."""
    return gate.query(user, _PURPOSE, "unit_breaks", {"registration_keys": list(registration_keys)}).rows
