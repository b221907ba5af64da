"""总览: what a leader sees first, and the ranking with its way down to the town."""

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.components import address, frame, html, kpi, standing_table, states
from dashboards.components.context import Area, Context, choose_period
from dashboards.repositories import collection, findings, reconciliation
from dashboards.services import formats, narrative, ranking
from dashboards.services.ranking import Standing

_PURPOSE = "总览"


def show(context: Context) -> None:
    """The page."""
    if not context.period:
        frame.head("总览", context.user.scope.label, context)
        states.missing("征收数据")
        return
    path = context.path()
    here = path[-1]
    bureau_code = here.code if here.level == "bureau" else None
    badge = frame.reconciled_badge(context, bureau_code) if here.level != "town" else ""
    frame.head("社保费征收总览", f"{here.name} · {formats.period_name(context.period)}", context, badge=badge)
    frame.breadcrumb(path)
    own = _own(context, here)
    below = _below(context, here)
    counts = findings.counts(
        context.user, _PURPOSE, context.as_of, bureau_code=bureau_code,
        town_code=here.code if here.level == "town" else None,
    )  # fmt: skip
    today = collection.today(context.user, _PURPOSE, here.level, here.code)
    _figures(context, own, today, counts)
    _sentences(context, here, own, below, counts)
    _ranking(context, here, below, own)


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


def _figures(context: Context, own: Standing | None, today: dict[str, Any], counts: dict[str, dict[str, Any]]) -> None:
    due, collected = (own.due, own.collected) if own else (None, None)
    gap = own.gap if own else None
    items = [
        kpi.Kpi(
            "征收率（按金额）", formats.share(own.rate if own else None),
            below=f"较上月 {html.delta(own.moves.get('amount'))}　较去年 {html.delta(own.yearly.get('amount'))}"
            if own else "", main=True,
        ),
        kpi.Kpi("已征收", *formats.money_parts(collected), below=f"应征 {formats.money(due)}"),
        kpi.Kpi("尚欠", *formats.money_parts(gap), below=_owing_words(own)),
    ]  # fmt: skip
    if today:
        items.append(
            kpi.Kpi(
                "今日入账",
                *formats.money_parts(today.get("today_amount")),
                below=f"{formats.count(today.get('today_bills'))} 张单据 · 本月累计 {formats.money(today.get('month_amount'))}",
            )
        )
    opened = sum(int(row["open_count"] or 0) for row in counts.values())
    fresh = sum(int(row["new_count"] or 0) for row in counts.values())
    gone = sum(int(row["resolved_today"] or 0) for row in counts.values())
    items.append(kpi.Kpi("未结疑点", formats.count(opened), "条", below=f"今日新增 {fresh} · 消除 {gone}"))
    kpi.show(items)


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
    st.html(f'<ul class="sb-says">{"".join(f"<li>{html.text(sentence)}</li>" for sentence in said)}</ul>')


def _ranking(context: Context, here: Area, below: list[Standing], own: Standing | None) -> None:
    with st.container(key="card_ranking"):
        left, right = st.columns([4, 1], vertical_alignment="center")
        with right:
            choose_period(context)
        headline = {"city": "主管局排名", "bureau": f"{here.name}各街道乡镇"}.get(here.level, f"{here.name}征收情况")
        hint = {"city": "点选一行查看该局各街道乡镇", "bureau": "点选一行查看该街道乡镇"}.get(here.level, "")
        with left:
            st.html(html.title(headline, frame.as_of_note(context, hint)))
        if here.level == "town":
            standing_table.show_single(own)
            return
        if not below:
            states.empty("本期没有应征数据", "换一个费款所属期，或返回上一级查看。")
            return
        level = "bureau" if here.level == "city" else "town"

        def go(code: str) -> None:
            address.put(**{level: code})

        standing_table.pick("ranking", below, own, on_pick=go, ranked=here.level == "city")
        st.html(
            html.note(
                "较上月、较去年为百分点。按金额的征收率排名，同率并列；当期没有应征的不参加排名，显示“不适用”。已征收以上解为准；"
                "带“*”的单位户数较少，比率波动大，仅供参考。"
            )
        )
