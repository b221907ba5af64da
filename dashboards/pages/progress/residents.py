"""征收进度 of the residents' two insurances: the season against the last one on the same day, and every area below, down to the village."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards.components import (
    address,
    arrivals,
    charts,
    export_button,
    frame,
    html,
    kpi,
    reconciled,
    residents,
    says,
    states,
    table,
)
from dashboards.components.context import Area, Context, bureau_of
from dashboards.components.table import Column
from dashboards.repositories import metrics
from dashboards.services import export_aggregates, formats, measures, placing, season
from dashboards.services.placing import Place

_PURPOSE = "征收进度"
_LEVELS = export_aggregates.LEVELS
_SEASON = "mtr_resident_season"
_BELOW = {"city": "bureau", "bureau": "town", "town": "village"}
Row = dict[str, Any]


def show(context: Context, choose_view: Callable[[], None]) -> None:
    """The view."""
    known = metrics.by_id(context.user)
    path = context.path()
    if "resident_rate" not in known:
        frame.head("征收进度", f"{path[-1].name} · 城乡居民两险", context)
        choose_view()
        states.missing("城乡居民两险")
        return
    head = st.container()
    insurance, measure = _filters()
    path = _with_village(context, known["resident_rate"], path, insurance)
    here = path[-1]
    found = residents.progress(context, _PURPOSE, known["resident_rate"], path, insurance)
    fee_year = found.fee_year
    mark = reconciled.of_season(context, known["resident_rate"], fee_year, path, insurance)
    with head:
        frame.head(
            "征收进度", f"{here.name} · {season.INSURANCES[insurance]} · {fee_year} 缴费年度", context,
            badge=mark.badge,
        )  # fmt: skip
        choose_view()
        frame.breadcrumb(path)
    _numbers(context, known, found, path, insurance, mark)
    people = found.people
    if people is not None:
        says.show([season.sentence(here.name, insurance, people)])
    _curve(context, found.days, fee_year, measure)
    _areas(context, known["resident_rate"], fee_year, here, path, insurance)
    _definition(known["resident_rate"])


def _filters() -> tuple[str, str]:
    with st.container(key="filters_residents"):
        left, right = st.columns(2)
        with left:
            insurance = address.segments(
                "险种", "item", list(season.INSURANCES), default="10212", names=lambda code: season.INSURANCES[code]
            )
        with right:
            measure = address.segments(
                "曲线", "measure", list(season.MEASURES), default="persons", names=lambda code: f"按{season.MEASURES[code]}"
            )  # fmt: skip
    return insurance, measure


def _with_village(context: Context, metric: Row, path: list[Area], insurance: str) -> list[Area]:
    """The way down with the village of the address, when that lies in its town."""
    wanted = address.get("village")
    if wanted is None or path[-1].level != "town":
        return path
    rows = metrics.figures(
        context.user, _PURPOSE, metric, residents.PER, None, "village", cut_type=residents.CUT, cut_code=insurance, area_code=wanted,
        parent_code=path[-1].code,
    )  # fmt: skip
    return [*path, Area("village", wanted, str(rows[0]["area_name"]))] if rows else path


def _numbers(
    context: Context, known: dict[str, Row], found: residents.Progress, path: list[Area], insurance: str,
    mark: reconciled.Mark,
) -> None:  # fmt: skip
    metric, own, people = known["resident_rate"], found.row, found.people
    if own is None:
        states.empty("本缴费年度没有应缴的人", "换一个险种，或返回上一级查看。")
        return
    items = [
        kpi.Kpi(
            "征缴率（按人数）", formats.share(own["rate"]), main=True,
            below=f"较去年同日（日历） {html.delta(measures.rate_change(own, 'prev_year'))}",
        ),
        kpi.Kpi("已缴", formats.count(own["numerator"]), "人", below=f"应缴 {formats.count(own['denominator'])} 人"),
    ]  # fmt: skip
    if people is not None and people.before is not None and people.change is not None:
        part = "" if people.part is None else f"{formats.points(people.part)}%　"
        items.append(
            kpi.Kpi(
                "较上一缴费季同一天", f"{people.change:+,}", "人",
                below=f"{part}上季同一天 {formats.count(people.before.by(people.today))} 人",
            )
        )  # fmt: skip
    if own["gap"] is not None:
        items.append(kpi.Kpi("距目标", measures.gap(metric, own), below=f"目标 {formats.share(metric['target'])}"))
    paid = known.get("resident_paid_total")
    if paid is not None:
        money = placing.joined(residents.figures(context, _PURPOSE, paid, found.fee_year, path, insurance))
        if money is not None:
            items.append(kpi.Kpi("已缴金额", *formats.money_parts(money["numerator"]), below="退费前毛额"))
    kpi.show(kpi.marked(items, mark.badge))
    reconciled.below(context, [mark])


def _curve(context: Context, rows: list[Row], fee_year: str, measure: str) -> None:
    found = season.compare(rows, fee_year, context.as_of, measure)
    with st.container(key="card_season"):
        st.html(html.title("缴费季逐日累计，对比上一缴费季同一天", arrivals.brief(context, _SEASON)))
        if found is None:
            states.empty("本缴费季还没有人缴费", "有人缴费以后，这里逐日累计。")
            return
        names = season.days(found)
        charts.lines(
            "season", names,
            [
                charts.Line(name, values, words, dash)
                for (name, values, words), dash in zip(season.drawn(found, measure), ("solid", "dash"), strict=False)
            ],
            y_title="累计已缴（人）" if measure == "persons" else "累计已缴（万元）", alt="缴费季逐日累计，本季与上一季",
            ticks=season.ticks(names),
        )  # fmt: skip
        st.html(
            html.note(
                f"横轴为缴费季的第几天：本季第 1 天是 {formats.day(found.now.begin)}"
                f"{'；上一季没有可比数据' if found.before is None else f'，上一季第 1 天是 {formats.day(found.before.begin)}'}；季前缴的计入第 1 天。"
                "全额退费的人不计；金额为退费前毛额。"
            )
        )


def _areas(context: Context, metric: Row, fee_year: str, here: Area, path: list[Area], insurance: str) -> None:
    level = _BELOW.get(here.level)
    if level is None:
        return
    rows = residents.below(context, _PURPOSE, metric, fee_year, path, level, insurance)
    found = placing.places(metric, rows)
    with st.container(key="card_resident_areas"):
        st.html(html.title(f"各{_LEVELS[level]}", arrivals.brief(context, str(metric["cube"]), "点选一行查看其曲线")))
        if not found:
            states.empty("这一级没有数据")
            return

        def go(key: str) -> None:
            address.put(**{level: key.partition("|")[2]})
            if level != "village":
                address.drop("village")

        export_button.show(
            context.user, export_button.Named(export_aggregates.PROGRESS, export_aggregates.resident_title(level, insurance, fee_year)),
            {
                "kind": "residents", "period": fee_year, "cut_code": insurance, "level": level,
                "parent_code": None if level == "bureau" else here.code, "bureau_code": bureau_of(path),
                "areas": " › ".join(area.name for area in path),
            },
            len(found), searched=False,
        )  # fmt: skip

        table.pick("resident_rows", _columns(metric, level), found, key_of=lambda place: place.key, on_pick=go)
        st.html(html.note(season.explained(metric)))


def _columns(metric: Row, level: str) -> list[Column]:
    def rate(place: Place) -> str:
        value = place.row["rate"]
        return formats.share(value) + (html.bar(value) if value is not None else "")

    return [
        Column("名次", lambda place: "—" if place.rank is None else str(place.rank), "c"),
        Column(_LEVELS[level], lambda place: f"<b>{html.text(place.name)}</b>{' *' if place.row['is_small'] else ''}", "n"),
        Column("征缴率", rate, "r"),
        Column("较去年", lambda place: html.delta(measures.rate_change(place.row, "prev_year")), "r hide-s"),
        Column("应缴（人）", lambda place: formats.count(place.row["denominator"]), "r hide-s"),
        Column("已缴（人）", lambda place: formats.count(place.row["numerator"]), "r hide-s"),
        Column("距目标", lambda place: measures.gap(metric, place.row), "r"),
    ]  # fmt: skip


def _definition(metric: Row) -> None:
    with st.expander("两险征缴率的统计口径"):
        st.html(
            html.note(
                f"{metric['description']}分子：{metric['numerator_words']}。分母：{metric['denominator_words']}。比较：{metric['comparison']}。"
            )
        )
