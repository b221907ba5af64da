"""差额去向: every pair's totals with what lies between them, one pair as a waterfall, and the records behind a step."""

from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, charts, html, kpi, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import names, reconciled_sums
from dashboards.repositories.breaks import BreakFilter
from dashboards.services import formats, narrative_reconciliation, waterfall, words
from dashboards.services.waterfall import Step, Way

_DIMENSIONS = {"insurance": "险种", "agency": "经办机构", "bureau": "主管局"}
_MONEY = ("first_amount", "in_transit_amount", "cause_amount", "other_amount", "remainder")


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    rows = reconciled_sums.waterfall_totals(context.user, context.period, bureau)
    if not rows:
        states.empty("本月没有对账结果", "换一个月份查看。")
        return
    order, measures = list(words.SIDES), list(words.MEASURES)
    rows.sort(key=lambda row: (
        order.index(row["pair"]) if row["pair"] in order else len(order),
        measures.index(row["measure"]) if row["measure"] in measures else 0,
    ))  # fmt: skip
    _figures(rows)
    wanted = (address.get("pair"), address.get("measure"))
    chosen = next((row for row in rows if (row["pair"], row["measure"]) == wanted), rows[0])
    pair, measure = str(chosen["pair"]), str(chosen["measure"])
    first, other = words.SIDES.get(pair, ("前者", "后者"))
    way = waterfall.way(
        reconciled_sums.waterfall_steps(context.user, pair, measure, context.period, bureau), first, other
    )
    title = words.pair_name(pair, measure)
    says.show([
        narrative_reconciliation.groups_sentence(rows),
        narrative_reconciliation.way_sentence(title, way, first, other),
    ])  # fmt: skip
    left, right = st.columns([1.55, 1])
    with left:
        cause = _steps(context, way, title)
    with right:
        _all_pairs(context, rows, f"{pair}|{measure}")
    _records(context, way, pair, measure, bureau, cause, title)
    _by_dimension(context, pair, measure, bureau, (first, other))


def _figures(rows: list[dict[str, Any]]) -> None:
    even = sum(not row["cause_count"] for row in rows)
    left = [row for row in rows if row["remainder"]]
    largest = max(rows, key=lambda row: abs(row["cause_amount"]))
    closed = html.badge("余额均为 0.00 元", "good") if not left else html.badge(f"{len(left)} 组余额不为零", "bad")
    where = words.pair_name(largest["pair"], largest["measure"]) if largest["cause_amount"] else "各组都没有差异"
    broken = html.reconciled(len(rows) - even, "组")
    kpi.show(kpi.marked([
        kpi.Kpi("对账组数", formats.count(len(rows)), "组", below=closed),
        kpi.Kpi("没有差异", formats.count(even), "组", below=f"其余 {len(rows) - even} 组有差异"),
        kpi.Kpi("已查明原因的差异", formats.count(sum(int(row["cause_count"] or 0) for row in rows)), "笔", below="各组相加，同一单据可在几组中"),
        kpi.Kpi("差额最大的一组", *formats.money_parts(abs(largest["cause_amount"])), below=html.text(where)),
    ], broken))  # fmt: skip


def _steps(context: Context, way: Way, title: str) -> str | None:
    codes = [step.code for step in way.moves if step.has_list]
    wanted = address.get("cause")
    cause = wanted if wanted in codes else None
    remainder = (
        html.badge("余额 0.00 元", "good") if way.remainder == 0 else html.badge(f"余额 {way.remainder:,.2f} 元", "bad")
    )
    with st.container(key="card_waterfall"):
        st.html(
            html.title(
                f"{title}：差额去向", arrivals.brief(context, "rec_waterfall", "点选一个原因看单据" if codes else "")
            )
        )
        if not way.moves and way.remainder == 0:
            states.empty("两边合计相等", f"均为 {formats.yuan(way.first)} 元，没有在途，没有差异，余额 0.00 元。")
            return cause
        says = "；".join(f"{step.name} {step.amount:,.2f} 元" for step in way.steps)
        charts.waterfall("waterfall", way, alt=f"{title}差额去向：{says}；余额 {way.remainder:,.2f} 元")
        if way.axis()[2]:
            st.html(html.note("横轴不从零起，以便看清各项差额；合计条的长短不可比，以所标金额为准。"))
        table.pick(
            "steps",
            [
                Column("去向", _step_name, ""),
                Column("笔数", lambda step: formats.count(step.count), "r hide-s"),
                Column("金额（元）", lambda step: formats.yuan(step.amount) if step.is_total else pieces.signed(step.amount), "r"),
                Column("累计（元）", lambda step: formats.yuan(step.end), "r hide-s"),
            ],
            list(way.steps), key_of=lambda step: step.code, selected=cause,
            on_pick=lambda code: pieces.toggle("cause", code) if code in codes else None,
        )  # fmt: skip
        st.html(f'<p class="sb-note">每一分钱归入一个原因：{remainder}　在途的还在约定时限内，不算差异，不列清单。</p>')
    return cause


def _step_name(step: Step) -> str:
    kind = "go" if step.has_list else ""
    return f'<span class="{kind}">{html.text(step.name)}</span>' if kind else f"<b>{html.text(step.name)}</b>"


def _by_dimension(context: Context, pair: str, measure: str, bureau: str | None, sides: tuple[str, str]) -> None:
    with st.container(key="card_ways"):
        left, right = st.columns([1.4, 1.6], vertical_alignment="center")
        with right:
            by = address.segments(
                "维度", "by", list(_DIMENSIONS), default="insurance", names=lambda code: _DIMENSIONS[code]
            )
        by = by if by in _DIMENSIONS else "insurance"
        with left:
            st.html(html.title(f"按{_DIMENSIONS[by]}", arrivals.brief(context, "rec_waterfall")))
        rows = reconciled_sums.waterfall_by(context.user, by, pair, measure, context.period, bureau)
        known = {"insurance": names.fee_items, "agency": names.agencies, "bureau": names.bureaus}[by](context.user)
        labels = {**words.ITEM_GAPS, **known}
        total = {"code": None, "is_total": True, **waterfall.total_of(rows, (*_MONEY, "cause_count"))}
        first, other = sides

        def label(row: dict[str, Any]) -> str:
            if row.get("is_total"):
                return "合计"
            return f"<b>{html.text(labels.get(row['code'] or '', row['code'] or '未分配'))}</b>"

        table.show(
            [
                Column(_DIMENSIONS[by], label, ""),
                Column(f"{first}（元）", lambda row: formats.yuan(row["first_amount"]), "r hide-s"),
                Column("在途（元）", lambda row: pieces.signed(row["in_transit_amount"]), "r hide-s"),
                Column("差异（元）", lambda row: pieces.signed(row["cause_amount"]), "r"),
                Column("差异笔数", lambda row: pieces.bold(row["cause_count"]), "r hide-s"),
                Column(f"{other}（元）", lambda row: formats.yuan(row["other_amount"]), "r hide-s"),
                Column("余额（元）", lambda row: pieces.signed(row["remainder"]), "r"),
            ],
            rows, sums=[total], height=420,
        )  # fmt: skip


def _all_pairs(context: Context, rows: list[dict[str, Any]], chosen: str) -> None:
    def go(key: str) -> None:
        pair, measure = key.split("|")
        address.put(pair=pair, measure=measure)
        address.drop("cause", "page")

    with st.container(key="card_pairs"):
        st.html(html.title("全部对账组", arrivals.brief(context, "rec_waterfall", "点选一组看它的差额去向")))
        table.pick(
            "pairs",
            [
                Column("前者 ↔ 后者", lambda row: f'<span class="go">{html.text(words.pair_name(row["pair"], row["measure"]))}</span>', ""),
                Column("差异（元）", lambda row: pieces.signed(row["cause_amount"]), "r"),
                Column("差异笔数", lambda row: pieces.bold(row["cause_count"]), "r hide-s"),
                Column("余额（元）", lambda row: pieces.signed(row["remainder"]), "r"),
            ],
            rows, key_of=lambda row: f"{row['pair']}|{row['measure']}", on_pick=go, selected=chosen, height=720,
        )  # fmt: skip
        st.html(html.note(
            "税务与人社、医保按单据的险种行比对；税务内部各环节按整单或税票。年金、自然人、国库流水按发生月份，其余按费款所属期。"
            "差异为正，表示后者比前者多；为负，表示后者比前者少。"
        ))  # fmt: skip


def _records(
    context: Context, way: Way, pair: str, measure: str, bureau: str | None, cause: str | None, title: str
) -> None:
    spoken = {step.code: step.name for step in way.moves}
    name = f"{title}：{spoken[cause]}" if cause else f"{title}：全部差异"
    chosen = BreakFilter([pair], measure, context.period, bureau, cause, as_in_waterfall=True)
    pieces.break_list(context, "records", name, chosen, more="差额为前者减后者，合计与上面的差异相抵。")
