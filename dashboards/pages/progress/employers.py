"""征收进度 of employers: the rate by basis and cut, its trend, the days of the month, and where the bills stand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.components import (
    address,
    arrivals,
    charts,
    export_button,
    frame,
    html,
    reconciled,
    says,
    standing_table,
    states,
    table,
)
from dashboards.components.context import Area, Context, choose_period
from dashboards.components.table import Column
from dashboards.repositories import collection
from dashboards.services import export_aggregates, formats, narrative, narrative_progress, ranking, series, words
from dashboards.services.ranking import Standing
from dashboards.services.series import Step

_PURPOSE = "征收进度"
_FIRST_CUT = "insurance"
# The published tables that the cards are made of.
_RATES, _DAYS, _STAGES = "mtr_collection_rate", "mtr_collection_daily", "mtr_stage"


def show(context: Context, choose_view: Callable[[], None]) -> None:
    """The view."""
    if not context.period:
        frame.head("征收进度", context.user.scope.label, context)
        choose_view()
        states.missing("征收数据")
        return
    path = context.path()
    here = path[-1]
    mark = reconciled.of_bills(context, path)
    frame.head("征收进度", f"{here.name} · {formats.period_name(context.period)}", context, badge=mark.badge)
    choose_view()
    frame.breadcrumb(path)
    reconciled.below(context, [mark])
    basis = _filters(context, here)
    read = _read(context, here)
    _sentences(context, here, read)
    _curves(context, here, basis)
    _cuts(context, read)
    _areas(context, here, read)
    _stages(context, read)
    _definition(context)


@dataclass(frozen=True)
class _Read:
    """What the cards and the sentences above them are both made of."""

    own: Standing | None
    cut: str
    values: list[Standing]
    areas: list[Standing]
    steps: list[Step]


def _read(context: Context, here: Area) -> _Read:
    wanted = address.get("by_cut")
    cut = wanted if wanted in words.CUTS else _FIRST_CUT
    whole = collection.rates(context.user, _PURPOSE, context.period, here.level, area_code=here.code)
    own = ranking.standings([{**row, "area_name": "合计"} for row in whole])
    rows = collection.rates(context.user, _PURPOSE, context.period, here.level, cut_type=cut, area_code=here.code)
    values = [item for item in ranking.standings(rows, by="cut") if item.rate is not None]
    values.sort(key=lambda item: -item.due)
    areas: list[Standing] = []
    steps: list[Step] = []
    if here.level != "town":
        parent = here.code if here.level == "bureau" else None
        below = collection.rates(context.user, _PURPOSE, context.period, _below(here), parent_code=parent)
        areas = ranking.standings(below)
        steps = series.stages(collection.stages(context.user, _PURPOSE, context.period, parent))
    return _Read(own[0] if own else None, cut, values, areas, steps)


def _below(here: Area) -> str:
    return "bureau" if here.level == "city" else "town"


def _sentences(context: Context, here: Area, read: _Read) -> None:
    noun = {"city": "主管局", "bureau": "街道乡镇"}.get(here.level, "")
    known = read.own is not None and read.own.rate is not None
    says.show([
        narrative.progress_sentence(here.name, context.period, context.as_of, read.own) if known else "",
        narrative_progress.owing_sentence(read.own, words.CUTS[read.cut], read.values, noun, read.areas),
        narrative_progress.stage_sentence(read.steps),
    ])  # fmt: skip


def _filters(context: Context, here: Area) -> str:
    with st.container(key="filters_progress"):
        first, second, third = st.columns([1, 1, 2], vertical_alignment="bottom")
        with first:
            choose_period(context)
        with second:
            if context.user.scope.kind == "city":
                names = {"": "全市", **context.bureaus}
                _choose_bureau(names)
        with third:
            return address.segments(
                "口径", "basis", ["amount", "bill", "employer"], default="amount", names=lambda code: words.BASES[code]
            )


def _choose_bureau(names: dict[str, str]) -> None:
    address.select(
        "主管局", "bureau", list(names), default="", names=lambda code: names.get(code, code), resets=("town", "page")
    )


def _curves(context: Context, here: Area, basis: str) -> None:
    rows = collection.trend(context.user, _PURPOSE, here.level, here.code)
    points = series.trend(rows, basis)
    left, right = st.columns(2)
    with left, st.container(key="card_trend"):
        st.html(html.title(f"近 {len(points)} 期征收率（{words.BASES[basis]}）", arrivals.brief(context, _RATES)))
        if points:
            charts.lines(
                "trend", [formats.period_short(point.period) for point in points],
                [charts.Line("征收率", [None if p.rate is None else p.rate * 100 for p in points], [formats.share(p.rate) for p in points])],
                y_title="征收率（%）", alt="各费款所属期的征收率",
                ticks=series.month_ticks([point.period for point in points]),
            )  # fmt: skip
        else:
            states.empty("没有可画的数据")
    with right, st.container(key="card_daily"):
        st.html(
            html.title(
                f"本期逐日累计征收（按{'单据' if basis == 'bill' else '金额'}）",
                arrivals.brief(context, _DAYS, "对比上月、去年同期"),
            )
        )
        periods = [context.period, formats.shift_period(context.period, -1), formats.shift_period(context.period, -12)]
        daily = collection.daily(context.user, _PURPOSE, here.level, here.code, periods) if here.level != "town" else []
        curves = series.daily(daily, periods, "bill" if basis == "bill" else "amount")
        if not curves:
            states.empty(
                "没有逐日数据", "逐日累计只到主管局一级。" if here.level == "town" else "本期没有逐日累计数据。"
            )
            return
        unit = "张" if basis == "bill" else "万元"
        names = ("本期", "上月", "去年同月")
        charts.lines(
            "daily", [f"{day}日" for day in range(1, 32)],
            [
                charts.Line(f"{name} {formats.period_short(curve.period)}", curve.values, curve.words, dash)
                for name, curve, dash in zip(names, curves, ("solid", "dash", "dot"), strict=False)
                if any(value is not None for value in curve.values)
            ],
            y_title=f"累计已征收（{unit}）", alt="逐日累计征收，对比上月与去年同月", ticks={f"{day}日": f"{day}日" for day in (1, 5, 10, 15, 20, 25, 31)},
        )  # fmt: skip


def _cuts(context: Context, read: _Read) -> None:
    with st.container(key="card_cuts"):
        head, choice = st.columns([1.2, 2], vertical_alignment="center")
        with choice:
            cut = address.segments(
                "切面", "by_cut", list(words.CUTS), default=_FIRST_CUT, names=lambda code: words.CUTS[code]
            )
        with head:
            st.html(html.title(f"按{words.CUTS[cut]}", arrivals.brief(context, _RATES)))
        standing_table.show(read.values, first=words.CUTS[cut], own=read.own)


def _areas(context: Context, here: Area, read: _Read) -> None:
    if here.level == "town":
        return
    level, items = _below(here), read.areas
    with st.container(key="card_areas"):
        st.html(
            html.title("各主管局" if level == "bureau" else f"{here.name}各街道乡镇", arrivals.brief(context, _RATES))
        )
        export_button.show(
            context.user, export_button.Named(export_aggregates.PROGRESS, export_aggregates.employer_title(level, context.period)),
            {
                "kind": "progress", "period": context.period, "level": level, "parent_code": here.code if level == "town" else None,
                "areas": here.name,
            },
            len(items), searched=False,
        )  # fmt: skip
        standing_table.show(items, first="主管局" if level == "bureau" else "街道乡镇", ranked=level == "bureau")


def _stages(context: Context, read: _Read) -> None:
    steps = read.steps
    if not steps:
        return
    largest = max(step.bills for step in steps)

    def bills(step: Any) -> str:
        return formats.count(step.bills) + html.bar(step.bills / largest if largest else 0)

    with st.container(key="card_stages"):
        st.html(html.title("单据流转到哪一步", arrivals.brief(context, _STAGES, formats.period_name(context.period))))
        table.show(
            [
                Column("环节", lambda step: f"<b>{html.text(step.name)}</b>", "n"),
                Column("单据（张）", bills, "r"),
                Column("其中人社", lambda step: formats.count(step.hrss), "r hide-s"),
                Column("其中医保", lambda step: formats.count(step.nhsa), "r hide-s"),
                Column("金额（万元）", lambda step: formats.wan(step.amount), "r"),
                Column("最早发送日", lambda step: formats.day(step.oldest), "r hide-s"),
            ],
            steps,
        )


def _definition(context: Context) -> None:
    rows = collection.definitions(context.user, "collection_rate")
    if not rows:
        return
    with st.expander("征收率的统计口径"):
        table.show(
            [
                Column("口径", lambda row: f"<b>{html.text(row['basis_title'])}</b>", "n"),
                Column("分子", lambda row: html.text(row["numerator_words"])),
                Column("分母", lambda row: html.text(row["denominator_words"])),
                Column("单位", lambda row: html.text(row["unit"]), "c"),
            ],
            rows,
        )
        first = rows[0]
        st.html(html.note(f"不计入：{first['exclusions']}。比较：{first['comparison']}。排名：{first['ranking']}。"))
