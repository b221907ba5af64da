"""Collection figures: rates, trend, days."""

from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]


def rates(
    user: User, purpose: str, period: str, level: str, *, cut_type: str = "total", parent_code: str | None = None,
    area_code: str | None = None,
) -> Rows:  # fmt: skip
    """Rates of a level in one period, by area, cut value and basis."""
    return gate.query(
        user, purpose, "collection_rates",
        {"period": period, "level": level, "cut_type": cut_type, "parent_code": parent_code, "area_code": area_code},
    ).rows  # fmt: skip


def trend(user: User, purpose: str, level: str, area_code: str) -> Rows:
    """Rates of one area over all periods."""
    return gate.query(user, purpose, "collection_trend", {"level": level, "area_code": area_code}).rows


def daily(user: User, purpose: str, level: str, area_code: str, periods: list[str]) -> Rows:
    """What was collected up to each day."""
    return gate.query(
        user, purpose, "collection_daily", {"level": level, "area_code": area_code, "periods": periods}
    ).rows


def today(user: User, purpose: str, level: str, area_code: str) -> dict[str, Any]:
    """Money of the business date; an empty row for areas without one."""
    try:
        return gate.query(user, purpose, "today", {"level": level, "area_code": area_code}).one()
    except (MissingTableError, RefusedError):
        return {}


def stages(user: User, purpose: str, period: str, bureau_code: str | None) -> Rows:
    """Where a period's bills stand in the chain; none for users without lists."""
    try:
        return gate.query(user, purpose, "stages", {"period": period, "bureau_code": bureau_code}).rows
    except (MissingTableError, RefusedError):
        return []


def season(
    user: User, purpose: str, level: str, area_code: str, insurance_code: str, bureau_code: str | None
) -> Rows:  # fmt: skip
    """How many residents had paid by each day of this season and the last; none when the snapshot has no seasons."""
    try:
        return gate.query(
            user, purpose, "resident_season",
            {"level": level, "area_code": area_code, "insurance_code": insurance_code, "bureau_code": bureau_code},
        ).rows  # fmt: skip
    except (MissingTableError, RefusedError):
        return []


def definitions(user: User, metric_id: str) -> Rows:
    """What a metric means, in words."""
    try:
        return gate.query(user, "口径说明", "definitions", {"metric_id": metric_id}).rows
    except (MissingTableError, RefusedError):
        return []
