"""How the warehouse itself is doing."""

from datetime import date
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]
_PURPOSE = "运行健康"
ARRIVALS, DATES = "数据来源", "数据日期"


def freshness(user: User) -> Rows:
    """How fresh each exchange table is."""
    return _rows(user, "freshness")


def arrivals(user: User, models: list[str], purpose: str = ARRIVALS) -> Rows:
    """Exchange tables that published tables are made of, with their last change and when they are late."""
    try:
        return gate.query(user, purpose, "mart_arrivals", {"models": models}).rows
    except (MissingTableError, RefusedError):
        return []


def runs(user: User) -> Rows:
    """Newest runs."""
    return _rows(user, "runs")


def sync_tables(user: User) -> Rows:
    """What the newest run read."""
    return _rows(user, "sync_tables")


def quarantine(user: User) -> Rows:
    """Problems of rows in quarantine, counted."""
    return _rows(user, "quarantine_counts")


def quarantine_rows(user: User) -> Rows:
    """Rows in quarantine by table."""
    return _rows(user, "quarantine_rows")


def quarantine_entries(user: User) -> Rows | None:
    """The newest of these problems with masked keys and values; None for those who may see counts only."""
    if not gate.has(user, "ops_quarantine"):
        return None
    return _rows(user, "quarantine_entries")


def checks(user: User) -> Rows:
    """Results of the checks."""
    return _rows(user, "check_results")


def rule_runs(user: User, as_of: date) -> Rows:
    """Whether each rule was proven run."""
    return _rows(user, "rule_runs", {"as_of": as_of})


def roster_runs(user: User) -> Rows:
    """Newest runs of the matching of rosters."""
    return _rows(user, "roster_runs")


def roster_counts(user: User) -> Rows:
    """What the newest of them left behind: matched by method, not matched by reason."""
    return _rows(user, "roster_counts")


def _rows(user: User, name: str, params: dict[str, Any] | None = None) -> Rows:
    try:
        return gate.query(user, _PURPOSE, name, params).rows
    except (MissingTableError, RefusedError):
        return []
