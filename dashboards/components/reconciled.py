"""Beside a page's figures: 已对平, 未对平 with the number of breaks, or 不在对账范围; below them the way to 对账."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboards.components import frame, html, residents, table
from dashboards.components.context import Area, Context, bureau_of
from dashboards.repositories import reconciled_sums, reconciliation
from dashboards.services import coverage, formats, measures, season
from dashboards.services.coverage import Coverage

_LEVELS = ("city", "bureau")
_NOT_COVERED = "不在对账范围"


@dataclass(frozen=True)
class Mark:
    """What stands beside a figure, what is said about it below, and where its breaks are."""

    badge: str = ""
    said: str = ""
    target: dict[str, str] = field(default_factory=dict)


def outside(kind: str) -> Mark:
    """No pair of the reconciliation compares such figures."""
    return Mark(html.badge(_NOT_COVERED), f"{_NOT_COVERED}：{coverage.OUTSIDE[kind]}。")


def of_metric(
    context: Context, metric: residents.Row, per: str, period: str, path: Sequence[Area], insurance: str | None = None
) -> Mark:
    """The mark of a metric's figures in the last area of a way down."""
    found = coverage.of(metric)
    if found is None:
        return outside(str(metric["cube"]))
    if found.clock == "season":
        return of_season(context, metric, period, path, insurance)
    months = coverage.months(per, period, f"{context.as_of:%Y%m}")
    if not months:
        return Mark(html.badge(_NOT_COVERED), f"{_NOT_COVERED}：对账按月进行，日、周不单独对账。")
    when = measures.period_name(per, period)
    return of_months(context, found, months, path, f"按{found.basis}，{when}")


def of_bills(context: Context, path: Sequence[Area]) -> Mark:
    """The mark of employers' figures of the chosen fee month."""
    return of_months(context, coverage.BILLS, [context.period], path, f"{formats.period_name(context.period)}费款")


def of_months(
    context: Context, covered: Coverage, months: Sequence[str], path: Sequence[Area], when: str
) -> Mark:  # fmt: skip
    """The mark of figures that are reconciled month by month; nothing for roles that may not know."""
    closed = _closed(context, path)
    if closed is not None:
        return closed
    bureau = bureau_of(path)
    counts = {month: _breaks(context, covered, month, bureau) for month in months}
    known = {month: count for month, count in counts.items() if count is not None}
    total = sum(known.values()) if known else None
    broken = [month for month, count in known.items() if count]
    target = _target(covered, bureau) | {"period": (broken or list(months))[-1]}
    return _mark(when, total, covered.unit, target)


def of_season(
    context: Context, metric: residents.Row, fee_year: str | None, path: Sequence[Area], insurance: str | None
) -> Mark:
    """The mark of the residents' figures of the running fee year; of one insurance, or of both."""
    closed = _closed(context, path)
    if closed is not None:
        return closed
    bureau, total, since = bureau_of(path), None, ""
    for code in [insurance] if insurance else list(season.INSURANCES):
        found = residents.progress(context, "对账", metric, path, code)
        if found.people is None or (fee_year is not None and found.fee_year != fee_year):
            continue
        begin = f"{found.people.now.begin:%Y%m}"
        count = reconciliation.person_state(context.user, code, begin, bureau)
        if count is not None:
            total, since = (total or 0) + count, min(since or begin, begin)
    when = f"{formats.period_name(since)}起的缴费季" if since else "本缴费季"
    return _mark(when, total, coverage.SEASON.unit, _target(coverage.SEASON, bureau))


def _closed(context: Context, path: Sequence[Area]) -> Mark | None:
    """Where nothing can be told: roles that may not know, and areas below the bureau."""
    if not context.user.sees_rows:
        return Mark()
    if path[-1].level not in _LEVELS:
        return Mark(html.badge("对账到主管局"), "对账到主管局，街道乡镇及以下不单独对账。")
    return None


def _breaks(context: Context, covered: Coverage, month: str, bureau: str | None) -> int | None:
    """Breaks of a month; None when nothing was compared."""
    user = context.user
    if covered.clock == "fee_month":
        row = reconciliation.state(user, month, bureau)
        return None if row is None else int(row["break_count"] or 0)
    if covered.clock == "annuity_month":
        return reconciled_sums.annuity_state(user, month, bureau)
    return reconciled_sums.person_month_state(user, covered.pairs, month, bureau)


def _target(covered: Coverage, bureau: str | None) -> dict[str, str]:
    return {"view": covered.view, **({"bureau": bureau} if bureau else {})}


def _mark(when: str, total: int | None, unit: str, target: dict[str, str]) -> Mark:
    said = "未核对" if total is None else "已对平" if not total else f"未对平 {formats.count(total)} {unit}"
    return Mark(html.reconciled(total, unit), f"对账（{when}）：{said}", target)


def below(context: Context, marks: Sequence[Mark], *, key: str = "to_reconciliation") -> None:
    """One line for each different mark; a reconciled kind leads to its view of 对账."""
    lines = list({mark.said: mark for mark in marks if mark.said}.values())
    if not lines:
        return
    leads = frame.opens(context.user, "reconciliation")
    parts = []
    for number, mark in enumerate(lines):
        link = (
            f'　<a class="sb-more" data-key="{number}" tabindex="0" role="link">去对账 ›</a>'
            if leads and mark.target
            else ""
        )
        parts.append(f"{html.text(mark.said)}{link}")
    table.clickable(
        key, f'<p class="sb-note">{"<br>".join(parts)}</p>',
        lambda picked: frame.go("reconciliation", **lines[int(picked)].target) if picked.isdigit() and int(picked) < len(lines) else None,
    )  # fmt: skip
