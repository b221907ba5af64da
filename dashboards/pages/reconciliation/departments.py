"""部门对账: outcomes of tax against the two departments, where the sums differ, and each single break."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, export_button, html, kpi, list_tools, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import names, reconciliation
from dashboards.repositories.reconciliation import BreakFilter
from dashboards.services import export_breaks, formats, narrative_reconciliation, outcomes, words
from dashboards.services.outcomes import Comparison

_PAGE_SIZE = 20
_EMPLOYERS = 50
_SORTS = {"amount": "差额最大", "age": "时长最久"}
_ORDERS = {"amount": "差额从大到小", "age": "已过工作日从多到少"}


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    comparisons = outcomes.comparisons(
        reconciliation.outcomes(context.user, context.period, bureau),
        reconciliation.item_breaks(context.user, context.period, bureau),
    )
    if not comparisons:
        states.empty("本期没有对账结果", "换一个费款所属期查看。")
        return
    _figures(comparisons)
    chosen = _chosen(comparisons)
    totals = reconciliation.break_totals(context.user, chosen.pair, chosen.measure, context.period, bureau)
    says.show([
        narrative_reconciliation.departments_sentence(context.period, comparisons),
        narrative_reconciliation.causes_sentence(chosen.title, totals),
    ])  # fmt: skip
    _matrix(context, comparisons, chosen)
    _differences(context, chosen, bureau)
    _breaks(context, chosen, bureau, totals)


def _figures(comparisons: list[Comparison]) -> None:
    """One figure for each thing compared, both departments together: a bill is one department's. The table below has them apart."""
    kpi.show(
        [
            _figure(found, name)
            for measure, name in words.MEASURES.items()
            if (found := [one for one in comparisons if one.measure == measure])
        ]
    )


def _figure(found: list[Comparison], name: str) -> kpi.Kpi:
    count = sum(one.breaks for one in found)
    amount = sum((one.break_amount for one in found), Decimal(0))
    parts = " · ".join(f"{words.PAIR_AGENCY[one.pair]} {formats.count(one.breaks)}" for one in found)
    return kpi.Kpi(
        f"税务 ↔ 部门 · {name}", formats.count(count), "笔差异", mark=html.reconciled(count),
        below=f"{parts}<br>共 {formats.count(sum(one.total for one in found))} 笔，涉及 {formats.money(amount)}",
    )  # fmt: skip


def _chosen(comparisons: list[Comparison]) -> Comparison:
    wanted = (address.get("pair") or "tax_hrss", address.get("measure") or "bill")
    return next((item for item in comparisons if (item.pair, item.measure) == wanted), comparisons[0])


def _matrix(context: Context, comparisons: list[Comparison], chosen: Comparison) -> None:
    def go(key: str) -> None:
        pair, measure = key.split("|")
        address.put(pair=pair, measure=measure)
        address.drop("page", "outcome", "cause", "employers")

    def cell(code: int) -> Any:
        def show_count(item: Comparison) -> str:
            count = item.counts.get(code, 0)
            return (
                f"<b>{count:,}</b>"
                if count and code in words.BREAKS
                else (f"{count:,}" if count else '<span class="sb-flat">0</span>')
            )

        return show_count

    with st.container(key="card_matrix"):
        st.html(
            html.title("逐笔比对结果（笔）", arrivals.brief(context, ("rec_summary", "rec_break"), "点选一行查看差异"))
        )
        columns = [
            Column("比对", lambda item: f'<span class="go">{html.text(item.title)}</span>', "n"),
            *(Column(f"{code} {words.OUTCOMES[code]}", cell(code), "r t hide-s") for code in (1, 0, *words.BREAKS, 7)),
            Column(
                "仅险种不一致",
                lambda item: f"<b>{item.item_breaks:,}</b>" if item.item_breaks else '<span class="sb-flat">0</span>',
                "r t hide-s",
            ),
            Column(
                "差异笔数",
                lambda item: f"<b>{item.breaks:,}</b>" if item.breaks else '<span class="sb-flat">0</span>',
                "r t",
            ),
            Column("差额（元）", lambda item: formats.yuan(item.break_difference), "r"),
            Column(
                "结论",
                lambda item: html.badge("已对平", "good") if item.is_even else html.badge("未对平", "warn"),
                "c n",
            ),
        ]
        table.pick(
            "matrix", columns, comparisons, key_of=lambda item: f"{item.pair}|{item.measure}", on_pick=go,
            selected=f"{chosen.pair}|{chosen.measure}",
        )  # fmt: skip
        st.html(
            html.note(
                "按整张单据比对。差异指结果 2–6，以及合计一致但险种不一致的单据（计在结果 1 中，另列一栏）；约定时限内的单据（结果 0）不算差异。"
                "应征比对单据与金额，征收比对上解与对方登账，入库比对入库与对方已读取的入库结果。"
            )
        )


def _differences(context: Context, chosen: Comparison, bureau: str | None) -> None:
    with st.container(key="card_grid"):
        left, right = st.columns([1.4, 2], vertical_alignment="center")
        with right:
            by_names = {"insurance": "险种", "agency": "经办机构", "bureau": "主管局", "employer": "用人单位"}
            by = address.segments(
                "维度",
                "by",
                list(by_names),
                default="insurance",
                names=lambda code: by_names[code],
                resets=("employers",),
            )
        with left:
            st.html(
                html.title(
                    f"{chosen.title}：按{by_names[by]}",
                    arrivals.brief(context, "rec_employer_item" if by == "employer" else "rec_summary"),
                )
            )
        agency = words.PAIR_AGENCY[chosen.pair]
        if by == "employer":
            _employers(context, chosen, agency)
            return
        rows = reconciliation.by_dimension(context.user, by, chosen.pair, chosen.measure, context.period, bureau)
        if not rows:
            states.empty("没有比对结果")
            return
        known = {"insurance": names.insurance_items, "agency": names.agencies, "bureau": names.bureaus}[by](
            context.user
        )
        labels = {**words.ITEM_GAPS, **known}
        table.show(
            [
                Column(by_names[by], lambda row: f"<b>{html.text(labels.get(row['code'] or '', row['code'] or '未分配'))}</b>", "n"),
                Column("笔数" if by != "insurance" else "险种笔数", lambda row: formats.count(row["bill_count"]), "r hide-s"),
                Column("税务（万元）", lambda row: formats.wan(row["tax_amount"]), "r hide-s"),
                Column(f"{agency}（万元）", lambda row: formats.wan(row["agency_amount"]), "r hide-s"),
                Column("差额（元）", lambda row: formats.yuan(row["difference"]), "r"),
                Column("差异笔数", lambda row: formats.count(row["break_count"]), "r"),
                Column("结论", lambda row: html.badge("已对平", "good") if not row["break_count"] else html.badge("未对平", "warn"), "c n"),
            ],
            rows, height=460,
        )  # fmt: skip


def _employers(context: Context, chosen: Comparison, agency: str) -> None:
    total = reconciliation.employer_count(context.user, chosen.pair, context.period)
    if not total:
        states.empty("各单位均已对平")
        return
    items = names.insurance_items(context.user)
    slot = st.container()
    number = address.pager(total, _EMPLOYERS, "employers")
    rows = reconciliation.employers(context.user, chosen.pair, context.period, number=number, size=_EMPLOYERS)
    slot.html(table.markup(
        [
            Column("单位", lambda row: f"<b>{html.text(row.get('unit_name') or row['registration_key'])}</b>", "w"),
            Column("险种", lambda row: html.text(items.get(row["insurance_code"], row["insurance_code"])), "n"),
            Column("税务笔数", lambda row: formats.count(row["tax_bill_count"]), "r hide-s"),
            Column(f"{agency}笔数", lambda row: formats.count(row["agency_bill_count"]), "r hide-s"),
            Column("税务应征", lambda row: formats.yuan(row["tax_bill_amount"]), "r"),
            Column(f"{agency}应征", lambda row: formats.yuan(row["agency_bill_amount"]), "r"),
            Column("税务征收", lambda row: formats.yuan(row["tax_collected_amount"]), "r hide-s"),
            Column(f"{agency}到账", lambda row: formats.yuan(row["agency_collected_amount"]), "r hide-s"),
        ],
        rows, height=460,
    ))  # fmt: skip
    first = (number - 1) * _EMPLOYERS + 1
    st.html(
        html.note(f"单位：元。按应征差额从大到小，第 {first:,}–{first + len(rows) - 1:,} 行，共 {total:,} 行有差异。")
    )


def _breaks(context: Context, chosen: Comparison, bureau: str | None, totals: list[dict[str, Any]]) -> None:
    with st.container(key="card_breaks"):
        st.html(
            html.title(
                f"{chosen.title}：差异清单",
                arrivals.brief(context, "rec_break", "点选一行看依据和单据" if totals else ""),
            )
        )
        if not totals:
            states.empty("没有差异", "本期逐笔一致，或都在约定时限内。")
            return
        outcome, cause, sort, search = _choose(totals)
        counted = totals if search is None else reconciliation.break_totals(
            context.user, chosen.pair, chosen.measure, context.period, bureau, search
        )  # fmt: skip
        found = sum(
            int(row["break_count"]) for row in counted
            if (outcome is None or int(row["outcome_code"]) == outcome) and (cause is None or row["cause_code"] == cause)
        )  # fmt: skip
        if not found:
            states.empty(*(pieces.NOT_FOUND if search else ("没有符合条件的差异",)))
            return
        narrowed = BreakFilter(chosen.pair, chosen.measure, context.period, bureau, outcome, cause, search)
        offered = _columns(context, chosen)
        with list_tools.bar():
            shown = list_tools.columns(offered)
            export_button.show(
                context.user, export_button.Named(export_breaks.REGISTERED, f"{chosen.title}：差异清单"),
                {
                    "kind": "breaks", "list": "departments", "sort": sort, "cols": list_tools.chosen(offered),
                    **asdict(narrowed), "cause_name": _cause(totals, cause),
                },
                found, searched=search is not None,
            )  # fmt: skip
        slot = st.container()
        page = address.pager(found, _PAGE_SIZE)
        rows = reconciliation.break_page(context.user, narrowed, sort=sort, number=page, size=_PAGE_SIZE)
        with slot:
            table.pick(
                "breaks", shown, rows, key_of=lambda row: str(row["finding_id"]),
                on_pick=lambda key: address.put(finding=key),
            )  # fmt: skip
        st.html(html.note(f"共 {found:,} 笔，按{_ORDERS[sort]}。"))


def _columns(context: Context, chosen: Comparison) -> list[Column]:
    items = {**words.ITEM_GAPS, **names.insurance_items(context.user)}
    agency = words.PAIR_AGENCY[chosen.pair]
    return [
        Column("单位", lambda row: html.unit(row["unit_name"], row["bill_key"]), "w", "unit"),
        Column("险种", lambda row: html.text(items.get(row["insurance_code"], row["insurance_code"])), "n hide-s", "item"),
        Column("结果与原因", _result, "m", "cause"),
        *pieces.area_columns(context),
        Column("税务（元）", lambda row: formats.yuan(row["tax_amount"]), "r hide-s", "first"),
        Column(f"{agency}（元）", lambda row: formats.yuan(row["agency_amount"]), "r hide-s", "other"),
        Column("差额（元）", lambda row: formats.yuan(row["difference"]), "r", "difference"),
        Column("已过工作日", lambda row: formats.count(row["age_workdays"]), "r hide-s", "age"),
        Column("依据", lambda row: f"<small>{html.text(row['evidence'])}</small>", "e hide-s", "evidence"),
    ]  # fmt: skip


def _result(row: dict[str, Any]) -> str:
    return f"{html.text(export_breaks.outcome(row))}<br><small>{html.text(export_breaks.cause(row))}</small>"


def _cause(totals: list[dict[str, Any]], code: str | None) -> str | None:
    """A cause's name as the choice says it."""
    return next((export_breaks.cause(row) for row in totals if row["cause_code"] == code), None)


def _choose(totals: list[dict[str, Any]]) -> tuple[int | None, str | None, str, str | None]:
    by_outcome: dict[str, int] = {}
    by_cause: dict[str, int] = {}
    spoken = {str(row["cause_code"]): export_breaks.cause(row) for row in totals}
    for row in totals:
        by_outcome[str(row["outcome_code"])] = by_outcome.get(str(row["outcome_code"]), 0) + int(row["break_count"])
        by_cause[str(row["cause_code"])] = by_cause.get(str(row["cause_code"]), 0) + int(row["break_count"])
    every = sum(by_cause.values())
    first, second, third, fourth = st.columns([1, 1, 0.8, 1.1])
    with first:
        outcome = address.select(
            "结果", "outcome", ["", *sorted(by_outcome)], default="", resets=("page",),
            names=lambda code: f"{words.OUTCOMES[int(code)]}（{by_outcome[code]}）" if code else f"全部（{every}）",
        )  # fmt: skip
    with second:
        cause = address.select(
            "原因", "cause", ["", *sorted(by_cause, key=lambda code: -by_cause[code])], default="", resets=("page",),
            names=lambda code: f"{spoken[code]}（{by_cause[code]}）" if code else f"全部（{every}）",
        )  # fmt: skip
    with third:
        sort = list_tools.sort(_SORTS, default="amount")
    with fourth:
        search = list_tools.search("search_breaks", "单位名称、单据或依据")
    return (int(outcome) if outcome else None), (cause or None), sort, search
