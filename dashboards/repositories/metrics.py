"""Metrics by name: what they mean, and their figures for a period, a level and a cut.

`figures` is the one way to a number of a metric: pages, lists and reports name the metric and compute nothing.
"""

from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]


def definitions(user: User) -> Rows:
    """All metrics whose figures the user may see."""
    try:
        rows = gate.query(user, "口径说明", "metric_list").rows
    except (MissingTableError, RefusedError):
        return []
    cubes = gate.among(user, {str(row["cube"]) for row in rows})
    return [row for row in rows if row["cube"] in cubes]


def by_id(user: User) -> dict[str, dict[str, Any]]:
    """The same by their names."""
    return {str(row["metric_id"]): row for row in definitions(user)}


def figures(
    user: User,
    purpose: str,
    metric: dict[str, Any],
    period_type: str,
    period: str | None,
    level: str,
    *,
    cut_type: str = "total",
    cut_code: str | None = None,
    area_code: str | None = None,
    parent_code: str | None = None,
) -> Rows:
    """Rows of a metric (a row of `definitions`) by area and value of the cut; without a period: of all."""
    return gate.query(
        user, purpose, "metric",
        {
            "metric_id": metric["metric_id"], "period_type": period_type, "period": period, "level": level, "cut_type": cut_type,
            "cut_code": cut_code, "area_code": area_code, "parent_code": parent_code,
        },
        table=str(metric["cube"]),
    ).rows  # fmt: skip


def among(
    user: User, purpose: str, metric: dict[str, Any], period_type: str, period: str | None, level: str, *, cut_type: str,
    cut_code: str | None, parent_code: str | None, bureau_code: str | None,
) -> Rows:  # fmt: skip
    """Rows of areas that are ranked with each other. A town may belong to two bureaus, and so may its villages: below a bureau only its own."""
    rows = figures(
        user, purpose, metric, period_type, period, level, cut_type=cut_type, cut_code=cut_code, parent_code=parent_code
    )
    return [row for row in rows if level == "bureau" or bureau_code is None or row["bureau_code"] == bureau_code]


def periods(user: User, metric: dict[str, Any], period_type: str) -> list[str]:
    """Periods of a metric, the newest first."""
    params = {"metric_id": metric["metric_id"], "period_type": period_type}
    rows = gate.query(user, "指标", "metric_periods", params, table=str(metric["cube"])).rows
    return [str(row["period"]) for row in rows]


def cuts(user: User, metric: dict[str, Any], period_type: str, period: str) -> Rows:
    """Cuts of a metric and their values in a period."""
    params = {"metric_id": metric["metric_id"], "period_type": period_type, "period": period}
    return gate.query(user, "指标", "metric_cuts", params, table=str(metric["cube"])).rows
