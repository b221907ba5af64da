"""自然人: payments against returned remittance and settlement and against the booking, split to HRSS and NHSA."""

import streamlit as st

from dashboards.components import arrivals, html, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import reconciled_sums
from dashboards.repositories.breaks import BreakFilter
from dashboards.services import formats, narrative_reconciliation, words


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    rows = reconciled_sums.person_pairs(context.user, context.period, bureau)
    says.show([narrative_reconciliation.pairs_sentence(context.period, rows)])
    pair = pieces.pair_table(
        context, "persons", "每笔缴款逐项比对，分发人社、医保", "rec_person_summary", rows, words.PERSON_PAIRS,
        "每笔的姓名、证件号码、人员编号、经办机构、险种、金额须全部一致；只说明哪一项不一致，不显示内容。"
        "到账反馈：已上解的缴款，部门登账并反馈税务，才算闭环。差额＝前者－后者，含在途。月份为上解月或入库月。",
    )  # fmt: skip
    name = words.pair_name(pair) if pair else "自然人"
    chosen = BreakFilter([pair] if pair else list(words.PERSON_PAIRS), None, context.period, bureau)
    pieces.break_list(context, "person_list", f"{name}：差异清单", chosen)
    _households(context, bureau)


def _households(context: Context, bureau: str | None) -> None:
    rows = reconciled_sums.households(context.user, bureau)
    with st.container(key="card_households"):
        st.html(html.title("虚拟户缴款与人员明细匹配（全部月份）", arrivals.brief(context, "rec_household_match")))
        if not rows:
            states.empty("没有虚拟户缴款")
            return
        table.show(
            [
                Column("结论", lambda row: f"<b>{html.text(row['match_name'])}</b>", ""),
                Column("缴款笔数", lambda row: formats.count(row["payment_count"]), "r"),
                Column("金额（元）", lambda row: formats.yuan(row["amount"]), "r"),
                Column("明细差额（元）", lambda row: pieces.signed(row["difference"]), "r hide-s"),
                Column("人数不符", lambda row: pieces.bold(row["count_differs"]), "r hide-s"),
            ],
            rows,
        )  # fmt: skip
        st.html(
            html.note("一张税票对多人：先按缴款序号，合计不符的再按金额唯一匹配；不能唯一匹配的由人工认定，系统不猜。")
        )
