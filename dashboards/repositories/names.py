"""Names of bureaus, agencies, insurance items and towns, and what is published."""

from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate
from dashboards.services.formats import bureau_label
from dashboards.services.words import ITEM_GAPS

PURPOSE = "名称与期间"


def published(user: User) -> dict[str, Any]:
    """The snapshot's own row: as_of, published_at, reconciled."""
    return gate.query(user, PURPOSE, "snapshot_info").one()


def periods(user: User) -> list[str]:
    """Fee periods with figures, newest first; none for users without figures."""
    return [str(row["period"]) for row in _rows(user, "periods")]


def areas(user: User) -> list[dict[str, Any]]:
    """Bureaus and towns that the user may see."""
    return [
        {**row, "area_name": bureau_label(row["area_name"])} if row["level"] == "bureau" else row
        for row in _rows(user, "areas")
    ]


def bureaus(user: User) -> dict[str, str]:
    """Short bureau names by code."""
    return {
        str(row["bureau_code"]): bureau_label(row.get("short_name") or row.get("bureau_name"))
        for row in _rows(user, "bureaus")
    }


def agencies(user: User) -> dict[str, str]:
    """Agency names by code."""
    return {str(row["agency_code"]): str(row["agency_name"]) for row in _rows(user, "agencies")}


def insurance_items(user: User) -> dict[str, str]:
    """Insurance item names by code."""
    return {str(row["insurance_code"]): str(row["insurance_name"]) for row in _rows(user, "insurance_items")}


def towns(user: User) -> dict[str, str]:
    """All towns of the city by code, for people who give others a scope."""
    return {str(row["division_code"]): str(row["division_name"]) for row in _rows(user, "towns")}


def villages(user: User) -> dict[str, str]:
    """All villages of the city by code, each behind its town's name, for people who give others a scope."""
    return {str(row["division_code"]): str(row["division_name"]) for row in _rows(user, "villages")}


def fee_items(user: User) -> dict[str, str]:
    """Names of all items that a row may be about: those of employers, those of persons, and what stands where there is none."""
    persons = {code: name for (kind, code), name in codes(user).items() if kind == "person_insurance"}
    return {**ITEM_GAPS, **persons, **insurance_items(user)}


def _rows(user: User, name: str) -> list[dict[str, Any]]:
    try:
        return gate.query(user, PURPOSE, name).rows
    except (MissingTableError, RefusedError):
        return []


def codes(user: User) -> dict[tuple[str, str], str]:
    """Names of short codes by type and code."""
    return {(str(row["code_type"]), str(row["code"])): str(row["code_name"]) for row in _rows(user, "codes")}
