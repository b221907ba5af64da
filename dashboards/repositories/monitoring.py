"""How the exchange with the departments is doing: systems, backlog, failed inserts, space, patrol, alerts."""

from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]
_PURPOSE = "运行健康"


def systems(user: User) -> Rows:
    """Each system as it is now."""
    return _rows(user, "mon_systems")


def beats(user: User) -> Rows:
    """Heartbeats by the hour."""
    return _rows(user, "mon_beats")


def backlogs(user: User) -> Rows:
    """Unread rows of each exchange table."""
    return _rows(user, "mon_backlogs")


def backlog_days(user: User) -> Rows:
    """Unread rows on the last days."""
    return _rows(user, "mon_backlog_days")


def read_hours(user: User) -> Rows:
    """Rows read by the hour."""
    return _rows(user, "mon_read_hours")


def failures(user: User) -> Rows:
    """Failed inserts."""
    return _rows(user, "mon_failures")


def spaces(user: User) -> Rows:
    """Tablespaces."""
    return _rows(user, "mon_spaces")


def patrol(user: User) -> Rows:
    """Answers of the daily patrol."""
    return _rows(user, "mon_patrol")


def alerts(user: User) -> Rows:
    """Alerts and what became of them."""
    return _rows(user, "mon_alerts")


def _rows(user: User, name: str) -> Rows:
    try:
        return gate.query(user, _PURPOSE, name, None).rows
    except (MissingTableError, RefusedError):
        return []
