"""The progress of the residents' two insurances in one area, read the same way by every page that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.components import html
from dashboards.components.context import Area, Context, bureau_of
from dashboards.repositories import collection, metrics, reconciliation
from dashboards.services import placing, season

PER, CUT = "fee_year", "person_insurance"
Row = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """An area's row of the running fee year (None where nothing was due), and its season in days."""

    fee_year: str
    row: Row | None
    days: list[Row]
    people: season.Comparison | None


def progress(context: Context, purpose: str, metric: Row, path: Sequence[Area], insurance: str) -> Progress:
    """How far one insurance is in the last area of a way down."""
    here = path[-1]
    every = figures(context, purpose, metric, None, path, insurance)
    fee_year = season.running(every, context.as_of)
    days = collection.season(context.user, purpose, here.level, here.code, insurance, bureau_of(path))
    return Progress(
        fee_year, placing.joined([row for row in every if str(row["period"]) == fee_year]), days,
        season.compare(days, fee_year, context.as_of, "persons"),
    )  # fmt: skip


def reconciled_badge(context: Context, found: Progress, path: Sequence[Area], insurance: str) -> str:
    """Whether the payments of the season came out even with the departments; nothing for roles that may not know."""
    if not context.user.sees_rows:
        return ""
    if path[-1].level not in ("city", "bureau"):
        return html.badge("对账到主管局", "mute")
    if found.people is None:
        return html.reconciled(None)
    since = f"{found.people.now.begin:%Y%m}"
    breaks = reconciliation.person_state(context.user, insurance, since, bureau_of(path))
    return html.reconciled(breaks, "项")


def figures(
    context: Context, purpose: str, metric: Row, fee_year: str | None, path: Sequence[Area], insurance: str | None
) -> list[Row]:
    """Rows of the last area of a way down; of all insurances together without one, of all fee years without one."""
    here, (cut_type, cut_code) = path[-1], _cut(insurance)
    rows = metrics.figures(
        context.user,
        purpose,
        metric,
        PER,
        fee_year,
        here.level,
        cut_type=cut_type,
        cut_code=cut_code,
        area_code=here.code,
    )
    return _of_bureau(rows, path)


def below(
    context: Context, purpose: str, metric: Row, fee_year: str, path: Sequence[Area], level: str, insurance: str | None
) -> list[Row]:
    """Rows of the areas of a level below the last area of a way down."""
    cut_type, cut_code = _cut(insurance)
    rows = metrics.figures(
        context.user, purpose, metric, PER, fee_year, level, cut_type=cut_type, cut_code=cut_code,
        parent_code=None if level == "bureau" else path[-1].code,
    )  # fmt: skip
    return rows if level == "bureau" else _of_bureau(rows, path)


def _cut(insurance: str | None) -> tuple[str, str]:
    return ("total", "total") if insurance is None else (CUT, insurance)


def _of_bureau(rows: list[Row], path: Sequence[Area]) -> list[Row]:
    bureau = bureau_of(path)
    return [row for row in rows if bureau is None or row["bureau_code"] == bureau]
