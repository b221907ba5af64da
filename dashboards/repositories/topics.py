"""What topic pages read beside the metrics: open findings by rule and reason, results of batch deductions, units that keep failing, scores."""

from collections.abc import Sequence
from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, RefusedError, gate

Rows = list[dict[str, Any]]


def reasons(user: User, purpose: str, rule_ids: Sequence[str], bureau_code: str | None) -> Rows:
    """Open findings of some rules by reason, the commonest first."""
    return _rows(user, purpose, "topic_reasons", {"rule_ids": list(rule_ids), "bureau_code": bureau_code})


def batch_results(user: User, purpose: str, batch_month: str, bureau_code: str | None) -> Rows:
    """Bills that were sent to banks in a month, by bank and what came of them."""
    return _rows(user, purpose, "batch_results", {"batch_month": batch_month, "bureau_code": bureau_code})


def failed_units(
    user: User, purpose: str, rule_id: str, bureau_code: str | None, *, number: int, size: int
) -> Rows:  # fmt: skip
    """One page of the units that failed several months running."""
    return _rows(
        user, purpose, "failed_units",
        {"rule_id": rule_id, "bureau_code": bureau_code, "page_size": size, "page_offset": (number - 1) * size},
    )  # fmt: skip


def agreement_banks(user: User, purpose: str, bureau_code: str | None) -> Rows:
    """Agreements in force by bank and state of verification."""
    return _rows(user, purpose, "agreement_banks", {"bureau_code": bureau_code})


def score_periods(user: User, purpose: str) -> list[str]:
    """Months that have a score, the newest first."""
    return [str(row["period"]) for row in _rows(user, purpose, "score_periods", {})]


def scores(user: User, purpose: str, period: str, before: str, bureau_code: str | None) -> Rows:
    """Scores of a month and of the one before."""
    return _rows(user, purpose, "score", {"period": period, "before": before, "bureau_code": bureau_code})


def score_missing(user: User, purpose: str, bureau_code: str | None) -> dict[str, dict[str, Any]]:
    """What the current month's score has not counted yet, by component."""
    return {
        str(row["component_code"]): row for row in _rows(user, purpose, "score_missing", {"bureau_code": bureau_code})
    }


def score_records(
    user: User, purpose: str, component_code: str, bureau_code: str | None, *, number: int, size: int
) -> Rows:  # fmt: skip
    """One page of the records behind it."""
    return _rows(
        user, purpose, "score_records",
        {"component_code": component_code, "bureau_code": bureau_code, "page_size": size, "page_offset": (number - 1) * size},
    )  # fmt: skip


def _rows(user: User, purpose: str, name: str, params: dict[str, Any]) -> Rows:
    try:
        return gate.query(user, purpose, name, params).rows
    except (MissingTableError, RefusedError):
        return []
