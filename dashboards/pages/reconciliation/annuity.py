"""职业年金: the four cases of the two-way reconciliation, the clearing centre, the month's income, and the list."""

from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, html, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import names, reconciled_sums
from dashboards.repositories.breaks import BreakFilter
from dashboards.services import formats, narrative_reconciliation, words
from dashboards.services.waterfall import total_of

_CUTS = {"month": "按月", "agency": "本月按经办机构"}
_INCOME = ("ticket_count", "employer_amount", "person_amount", "late_fee_amount", "interest_amount", "total_amount")


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    pairs = reconciled_sums.annuity_pairs(context.user, context.period, bureau)
    found = reconciled_sums.annuity_cases(context.user, context.period, bureau)
    says.show([
        narrative_reconciliation.classes_sentence(
            f"{formats.period_name(context.period)}职业年金转账与确认的差异", found, "case_name",
            compared=any(row["pair"] == "annuity_bank" for row in pairs),
        ),
        narrative_reconciliation.pairs_sentence(context.period, pairs),
    ])  # fmt: skip
    case = _cases(context, found)
    pieces.pair_table(
        context, "annuity", "单据、结算中心、银行转账流水", "rec_annuity_summary", pairs, words.ANNUITY_PAIRS,
        "只比本金，滞纳金和利息另有流水。职业年金不进国库。差额＝前者－后者。",
    )  # fmt: skip
    wanted = address.get("pair")
    pair = wanted if wanted in words.ANNUITY_PAIRS else "annuity_bank"
    name = words.ANNUITY_CASES[case] if case else "差异清单"
    chosen = BreakFilter([pair], None, context.period, bureau, case_code=case)
    if pair != "annuity_bank":
        # The statement explains the clearing centre's differences too; they count once, under the bank, and are listed here all the same.
        chosen = BreakFilter([pair], None, context.period, bureau, as_in_waterfall=True)
        name = "差异清单"
    pieces.break_list(context, "annuity_list", f"{words.pair_name(pair)}：{name}", chosen)
    _income(context, bureau)


def _cases(context: Context, found: list[dict[str, Any]]) -> int | None:
    by_case = {int(row["case_code"]): row for row in found if row["case_code"] is not None}
    nothing = {"break_count": 0, "tax_amount": None, "agency_amount": None, "amount": 0, "overdue_count": 0}
    rows: list[dict[str, Any]] = [
        {"code": str(code), "name": f"（{code}）{name}", **by_case.get(code, nothing)}
        for code, name in words.ANNUITY_CASES.items()
    ]
    others = [row for row in found if row["case_code"] is None]
    rows += [{**row, "code": "", "name": f"四种情形以外：{row['case_name']}"} for row in others]
    wanted = address.get("case")
    case = int(wanted) if wanted else None

    def go(code: str) -> None:
        if code:
            pieces.toggle("case", code, "pair")

    with st.container(key="card_cases"):
        st.html(
            html.title(
                "机关事业单位职业年金双向对账", arrivals.brief(context, "rec_annuity_break", "点选一种情形看清单")
            )
        )
        table.pick(
            "cases",
            [
                Column("情形", lambda row: f'<span class="{"go" if row["code"] else ""}">{html.text(row["name"])}</span>', ""),
                Column("笔数", lambda row: pieces.bold(row["break_count"]), "r"),
                Column("税务确认（元）", lambda row: formats.yuan(row["tax_amount"]), "r hide-s"),
                Column("银行转账（元）", lambda row: formats.yuan(row["agency_amount"]), "r hide-s"),
                Column("差额（元）", lambda row: formats.yuan(row["amount"]), "r"),
                Column("超期笔数", lambda row: pieces.bold(row["overdue_count"]), "r hide-s"),
            ],
            rows, key_of=lambda row: str(row["code"]), selected=wanted, on_pick=go,
        )  # fmt: skip
        st.html(html.note("按确认月份，没有确认的按转账月份。差额为各笔差额的绝对值之和。"))
    return case


def _income(context: Context, bureau: str | None) -> None:
    with st.container(key="card_income"):
        left, right = st.columns([1.4, 1.6], vertical_alignment="center")
        with right:
            by = address.segments("维度", "by", list(_CUTS), default="month", names=lambda code: _CUTS[code])
        by_agency = by == "agency"
        with left:
            st.html(html.title("职业年金收入数（元）", arrivals.brief(context, "rec_annuity_income")))
        rows = reconciled_sums.annuity_income(context.user, context.period, bureau, by_agency=by_agency)
        if not rows:
            states.empty("没有税务确认的职业年金")
            return
        agencies = names.agencies(context.user)
        months = reconciled_sums.annuity_income(context.user, context.period, bureau, by_agency=False)
        now = next((row for row in months if row["code"] == context.period), None)
        if now is not None:
            parts = {
                "employer_amount": "单位缴纳部分", "person_amount": "个人缴纳部分", "late_fee_amount": "滞纳金",
                "interest_amount": "利息", "total_amount": "本月收入合计",
            }  # fmt: skip
            st.html(html.facts([(name, formats.yuan(now[column])) for column, name in parts.items()]))

        def label(row: dict[str, Any]) -> str:
            if row.get("is_total"):
                return "合计"
            code = row["code"]
            return (
                f"<b>{html.text(agencies.get(code, code or '未分配') if by_agency else formats.period_name(code))}</b>"
            )

        table.show(
            [
                Column("经办机构" if by_agency else "确认月份", label, ""),
                Column("缴款书", lambda row: formats.count(row["ticket_count"]), "r hide-s"),
                Column("单位缴纳", lambda row: formats.yuan(row["employer_amount"]), "r hide-s"),
                Column("个人缴纳", lambda row: formats.yuan(row["person_amount"]), "r hide-s"),
                Column("滞纳金", lambda row: formats.yuan(row["late_fee_amount"]), "r hide-s"),
                Column("利息", lambda row: formats.yuan(row["interest_amount"]), "r hide-s"),
                Column("合计", lambda row: formats.yuan(row["total_amount"]), "r"),
            ],
            rows, sums=[{"is_total": True, **total_of(rows, _INCOME)}] if by_agency else [],
        )  # fmt: skip
        st.html(html.note("月份为税务确认月，供社保部门比对财务数据。"))
