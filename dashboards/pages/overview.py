"""总览: what a leader sees first, and the ranking with its way down to the town."""

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.access.roles import ScopeKind
from dashboards.components import (
    address,
    arrivals,
    frame,
    html,
    kpi,
    reconciled,
    residents,
    says,
    standing_table,
    states,
    table,
    wall,
)
from dashboards.components.context import Area, Context, choose_period
from dashboards.components.table import Column
from dashboards.repositories import collection, findings, metrics, reconciliation
from dashboards.services import formats, measures, narrative, placing, ranking, season
from dashboards.services.ranking import Standing

_PURPOSE = "总览"
# What each panel is made of: its tables tell which exchange tables feed it and when they are due.
_PANELS = {
    "征收率与排名": ("mtr_collection_rate",), "今日入账": ("mtr_today",), "对账": ("rec_summary", "rec_break"),
    "城乡居民两险": ("mtr_cube_resident_progress", "mtr_resident_season"), "城乡居民两险对账": ("rec_person_summary",),
}  # fmt: skip


def show(context: Context) -> None:
    """The page."""
    if context.user.scope.kind is ScopeKind.VILLAGE:
        _village(context)
        return
    if not context.period:
        frame.head("总览", context.user.scope.label, context)
        states.missing("征收数据")
        return
    path = context.path()
    here = path[-1]
    bureau_code = here.code if here.level == "bureau" else None
    mark = reconciled.of_bills(context, path)
    frame.head("社保费征收总览", f"{here.name} · {formats.period_name(context.period)}", context, badge=mark.badge)
    frame.breadcrumb(path)
    own = _own(context, here)
    below = _below(context, here)
    counts = findings.counts(
        context.user, _PURPOSE, context.as_of, bureau_code=bureau_code,
        town_code=here.code if here.level == "town" else None,
    )  # fmt: skip
    today = collection.today(context.user, _PURPOSE, here.level, here.code)
    _figures(context, own, today, counts, mark)
    _sentences(context, here, own, below, counts)
    _ranking(context, here, below, own)
    if here.level == "town":
        _villages(context, path)
    _residents(context, path)
    arrivals.show(context, _PANELS)
    wall.switch()


def _village(context: Context) -> None:
    """What there is for a village: the residents' insurances alone, employers' fees and findings are not kept by village."""
    path = context.path()
    frame.head("社保费征收总览", path[-1].name, context)
    frame.breadcrumb(path)
    if _resident_rate(context) is None:
        states.missing("城乡居民两险")
        return
    _residents(context, path)
    st.html(html.note("用人单位的费款和疑点只统计到街道乡镇，村社区只看城乡居民两险。"))


def _own(context: Context, here: Area) -> Standing | None:
    rows = collection.rates(context.user, _PURPOSE, context.period, here.level, area_code=here.code)
    if here.level == "town" and (bureau := address.get("bureau")) is not None:
        rows = [row for row in rows if row["parent_code"] == bureau] or rows
    found = ranking.standings(rows)
    return found[0] if found else None


def _below(context: Context, here: Area) -> list[Standing]:
    if here.level == "city":
        return ranking.standings(collection.rates(context.user, _PURPOSE, context.period, "bureau"))
    if here.level == "bureau":
        return ranking.standings(
            collection.rates(context.user, _PURPOSE, context.period, "town", parent_code=here.code)
        )
    return []


def _figures(
    context: Context, own: Standing | None, today: dict[str, Any], counts: dict[str, dict[str, Any]],
    mark: reconciled.Mark,
) -> None:  # fmt: skip
    due, collected = (own.due, own.collected) if own else (None, None)
    gap = own.gap if own else None
    items = [
        kpi.Kpi(
            "征收率（按金额）", formats.share(own.rate if own else None),
            below=f"较上月 {html.delta(own.moves.get('amount'))}　较去年 {html.delta(own.yearly.get('amount'))}"
            if own else "", main=True, mark=mark.badge,
        ),
        kpi.Kpi("已征收", *formats.money_parts(collected), below=f"应征 {formats.money(due)}", mark=mark.badge),
        kpi.Kpi("尚欠", *formats.money_parts(gap), below=_owing_words(own), mark=mark.badge),
    ]  # fmt: skip
    if today:
        items.append(
            kpi.Kpi(
                "今日入账",
                *formats.money_parts(today.get("today_amount")),
                below=f"{formats.count(today.get('today_bills'))} 张单据 · 本月累计 {formats.money(today.get('month_amount'))}",
                mark=html.badge("当日待核对", "mute") if context.user.sees_rows else "",
            )
        )
    opened = sum(int(row["open_count"] or 0) for row in counts.values())
    fresh = sum(int(row["new_count"] or 0) for row in counts.values())
    gone = sum(int(row["resolved_today"] or 0) for row in counts.values())
    came_and_went = f"今日新增 {formats.count(fresh)} · 消除 {formats.count(gone)}"
    items.append(kpi.Kpi("未结疑点", formats.count(opened), "条", below=came_and_went))
    kpi.show(kpi.marked(items, reconciled.outside("finding").badge))
    reconciled.below(context, [mark])


def _owing_words(own: Standing | None) -> str:
    if own is None or "bill" not in own.counts:
        return ""
    done, all_bills = own.counts["bill"]
    done_units, all_units = own.counts.get("employer", (0, 0))
    return f"{formats.count(all_bills - done)} 张单据 · {formats.count(all_units - done_units)} 户未缴清"


def _sentences(
    context: Context, here: Area, own: Standing | None, below: list[Standing], counts: dict[str, dict[str, Any]]
) -> None:
    said = [narrative.progress_sentence(here.name, context.period, context.as_of, own)]
    if below:
        at_city = here.level == "city"
        compared = ranking.compared(below, ranked=at_city)
        said.append(narrative.standing_sentence(compared, "主管局" if at_city else "街道乡镇"))
    rules = findings.rules(context.user)
    titles = {str(row["rule_id"]): str(row["title"]) for row in rules}
    opened = {rule: int(row["open_count"] or 0) for rule, row in counts.items()}
    top = max(opened, key=lambda rule: (opened[rule], rule), default="")
    state = (
        reconciliation.state(context.user, context.period, here.code if here.level == "bureau" else None)
        if context.user.sees_rows and here.level != "town"
        else None
    )
    facts = narrative.FindingFacts(
        open_count=sum(opened.values()),
        new_count=sum(int(row["new_count"] or 0) for row in counts.values()),
        resolved_today=sum(int(row["resolved_today"] or 0) for row in counts.values()),
        top_title=titles.get(top, top) if opened.get(top) else "",
        top_count=opened.get(top, 0),
        not_checked_rules=sum(1 for row in rules if str(row.get("status")) == "not_checked"),
    )
    said.append(
        narrative.finding_sentence(
            facts,
            None if state is None else int(state["break_count"] or 0),
            Decimal(0) if state is None else state["break_amount"],
            context.period,
        )
    )
    says.show(said)


def _ranking(context: Context, here: Area, below: list[Standing], own: Standing | None) -> None:
    with st.container(key="card_ranking"):
        left, right = st.columns([4, 1], vertical_alignment="center")
        with right:
            choose_period(context)
        headline = {"city": "主管局排名", "bureau": f"{here.name}各街道乡镇"}.get(here.level, f"{here.name}征收情况")
        hint = {"city": "点选一行查看该局各街道乡镇", "bureau": "点选一行查看该街道乡镇"}.get(here.level, "")
        with left:
            st.html(html.title(headline, arrivals.note(context, _PANELS["征收率与排名"], hint)))
        if here.level == "town":
            standing_table.show_single(own)
            return
        if not below:
            states.empty("本期没有应征数据", "换一个费款所属期，或返回上一级查看。")
            return
        level = "bureau" if here.level == "city" else "town"

        def go(code: str) -> None:
            address.put(**{level: code})

        marks = _marks(context, below) if level == "bureau" else None
        standing_table.pick("ranking", below, own, on_pick=go, ranked=here.level == "city", marks=marks)
        st.html(
            html.note(
                "较上月、较去年为百分点。按金额的征收率排名，同率并列；当期没有应征的不参加排名，显示“不适用”。已征收以上解为准；"
                "带“*”的单位户数较少，比率波动大，仅供参考。"
            )
        )


def _marks(context: Context, below: list[Standing]) -> dict[str, str]:
    if not context.user.sees_rows:
        return {}
    states_by_bureau = reconciliation.states(context.user, context.period)
    return {item.code: html.reconciled(states_by_bureau.get(item.code)) for item in below}


def _resident_rate(context: Context) -> dict[str, Any] | None:
    return metrics.by_id(context.user).get("resident_rate")


def _residents(context: Context, path: list[Area]) -> None:
    """The two insurances of residents: by the day of the season, and by the calendar day a year before."""
    metric = _resident_rate(context)
    if metric is None:
        return
    here = path[-1]
    found = []
    for insurance, name in season.INSURANCES.items():
        progress = residents.progress(context, _PURPOSE, metric, path, insurance)
        if progress.row is not None:
            found.append((insurance, name, progress))
    with st.container(key="card_residents"):
        st.html(html.title("城乡居民两险", arrivals.note(context, _PANELS["城乡居民两险"], "点选一行查看缴费季曲线")))
        if not found:
            states.empty("本缴费年度没有应缴的人")
            return

        def go(insurance: str) -> None:
            frame.go("progress", view="residents", item=insurance, **_place(path))

        table.pick(
            "overview_residents",
            [
                Column("险种", lambda one: f"<b>{html.text(one[1])}</b><br><small>{one[2].fee_year} 缴费年度</small>", "n"),
                Column("征缴率", lambda one: formats.share(one[2].row["rate"]) + html.bar(one[2].row["rate"]), "r"),
                Column("已缴（人）", lambda one: formats.count(one[2].row["numerator"]), "r hide-s"),
                Column("应缴（人）", lambda one: formats.count(one[2].row["denominator"]), "r hide-s"),
                Column("较上季同一天", lambda one: _season_words(one[2].people), "r"),
                Column("较去年同日", lambda one: html.delta(measures.rate_change(one[2].row, "prev_year")), "r hide-s"),
                Column("距目标", lambda one: measures.gap(metric, one[2].row), "r hide-s"),
                *([Column("对账", lambda one: residents.reconciled_badge(context, one[2], path, one[0]), "n")] if context.user.sees_rows else []),
            ],
            found, key_of=lambda one: one[0], on_pick=go,
        )  # fmt: skip
        st.html(
            html.note(
                f"{here.name}：较上季同一天为缴费季第几天对第几天的人数之差；较去年同日为日历同一天征缴率之差（百分点）。"
                f"{'对账为本缴费季各月与人社、医保逐笔比对不符的项数。' if context.user.sees_rows else ''}"
            )
        )


def _season_words(people: season.Comparison | None) -> str:
    if people is None or people.change is None:
        return formats.NONE
    part = "" if people.part is None else f"（{formats.points(people.part)}%）"
    return html.text(f"第 {people.today} 天 {people.change:+,} 人{part}")


def _place(path: list[Area]) -> dict[str, str]:
    return {area.level: area.code for area in path if area.level != "city"}


def _villages(context: Context, path: list[Area]) -> None:
    """The villages of a town by the residents' insurances: employers' fees are not kept by village."""
    metric = _resident_rate(context)
    if metric is None or "village" not in str(metric["levels"]).split(","):
        return
    fee_year = season.running(residents.figures(context, _PURPOSE, metric, None, path, None), context.as_of)
    rows = residents.below(context, _PURPOSE, metric, fee_year, path, "village", None)
    with st.container(key="card_villages"):
        st.html(
            html.title(
                "各村社区 · 城乡居民两险", arrivals.note(context, _PANELS["城乡居民两险"], "点选一行查看该村社区")
            )
        )
        if badge := reconciled.of_season(context, metric, fee_year, path, None).badge:
            st.html(badge)
        found = placing.places(metric, rows)
        if not found:
            states.empty("没有村社区一级的数据")
            return

        def go(key: str) -> None:
            frame.go("progress", view="residents", village=key.partition("|")[2], **_place(path))

        table.pick(
            "overview_villages",
            [
                Column("名次", lambda place: formats.NONE if place.rank is None else str(place.rank), "c"),
                Column("村社区", lambda place: f"<b>{html.text(place.name)}</b>{' *' if place.row['is_small'] else ''}", "n"),
                Column("征缴率", lambda place: formats.share(place.row["rate"]) + html.bar(place.row["rate"]), "r"),
                Column("较去年同日", lambda place: html.delta(measures.rate_change(place.row, "prev_year")), "r hide-s"),
                Column("应缴（人）", lambda place: formats.count(place.row["denominator"]), "r hide-s"),
                Column("已缴（人）", lambda place: formats.count(place.row["numerator"]), "r hide-s"),
                Column("距目标", lambda place: measures.gap(metric, place.row), "r"),
            ],
            found, key_of=lambda place: place.key, on_pick=go,
        )  # fmt: skip
        st.html(
            html.note(
                f"用人单位的费款只到街道乡镇；村社区看居民两险，两个险种合计，一人每险种计一次。"
                f"带“*”的应缴不足 {metric['small_denominator']} 人，名次仅供参考。"
            )
        )
