"""国库与到账: settled by agency, item and sub-item; income against arrivals by day; settlements against the treasury's statement."""

from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, html, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import reconciled_sums
from dashboards.repositories.breaks import BreakFilter
from dashboards.services import formats, narrative_reconciliation, words
from dashboards.services.waterfall import total_of

_SUMS = ("employer_count", "employer_amount", "person_count", "person_amount", "settled_amount", "refund_count", "refund_amount", "net_amount")  # fmt: skip
_FIRST_PAIR = "tax_hrss"
_ARRIVAL = (
    "income_amount", "arrival_amount", "difference", "amount_difference", "crosses_day_amount", "crosses_month_amount",
    "not_returned_amount", "not_read_amount", "without_income_amount",
)  # fmt: skip


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    rows = reconciled_sums.treasury_agencies(context.user, context.period, bureau)
    pair = address.get("pair")
    pair = pair if pair in words.PAIRS else _FIRST_PAIR
    days = reconciled_sums.arrival_days(context.user, pair, context.period)
    says.show([
        narrative_reconciliation.treasury_sentence(context.period, rows, [_name(row) for row in rows]),
        narrative_reconciliation.arrival_sentence(words.PAIR_AGENCY[pair], days or []),
    ])  # fmt: skip
    _agencies(context, bureau, rows)
    _arrivals(context, days)
    chosen = BreakFilter(["levy_treasury"], None, context.period, bureau, as_in_waterfall=True)
    pieces.break_list(
        context, "treasury_list", "入库与国库流水：差异清单", chosen,
        more="由他日流水补足的属跨日、跨月，列出说明，不计入未结差异。",
    )  # fmt: skip


def _settled(first: Column) -> list[Column]:
    def counted(amount: str, count: str) -> Any:
        return lambda row: f"{formats.yuan(row[amount])}<br><small>{formats.count(row[count])} 笔</small>"

    return [
        first,
        Column("用人单位", counted("employer_amount", "employer_count"), "r hide-s"),
        Column("自然人", counted("person_amount", "person_count"), "r hide-s"),
        Column("入库", lambda row: formats.yuan(row["settled_amount"]), "r"),
        Column("退库", counted("refund_amount", "refund_count"), "r hide-s"),
        Column("净额", lambda row: formats.yuan(row["net_amount"]), "r hide-s"),
    ]


def _agencies(context: Context, bureau: str | None, rows: list[dict[str, Any]]) -> None:
    wanted = address.get("agency")
    agency = wanted if any(row["agency_code"] == wanted for row in rows) else None
    with st.container(key="card_agencies"):
        st.html(
            html.title(
                "按社保经办机构统计国库入库（元）",
                arrivals.brief(context, "rec_treasury_agency", "点选一个经办机构看项目、品目"),
            )
        )
        if not rows:
            states.empty("本月没有国库入库", "换一个月份查看。")
            return
        table.pick(
            "agencies",
            _settled(Column("经办机构", lambda row: f'<span class="go">{html.text(_name(row))}</span>' if not row.get("is_total") else "合计", "")),
            rows, key_of=lambda row: str(row["agency_code"] or ""), selected=agency, height=420,
            sums=[{"is_total": True, **total_of(rows, _SUMS)}], on_pick=lambda code: pieces.toggle("agency", code) if code else None,
        )  # fmt: skip
        st.html(html.note(
            "税务按税款所属机关入库，人社、医保按经办机构核定，此表按核定的经办机构统计，含用人单位与自然人。入库为毛额，退库列在退库当月，不冲减入库；净额＝入库－退库。"
        ))  # fmt: skip
    items = reconciled_sums.treasury_items(context.user, context.period, bureau, agency)
    place = _name(next(row for row in rows if row["agency_code"] == agency)) if agency else "全部经办机构"
    with st.container(key="card_items"):
        st.html(html.title(f"{place}：按征收项目、品目（元）", arrivals.brief(context, "rec_treasury_agency")))
        table.show(
            _settled(
                Column(
                    "征收品目",
                    lambda row: (
                        "合计"
                        if row.get("is_total")
                        else f"<b>{html.text(row['insurance_name'])}</b><br>"
                        f"<small>项目 {html.text(row['levy_item_code'])}　品目 {html.text(row['levy_subitem_code'])}</small>"
                    ),
                    "",
                )
            ),
            items, sums=[{"is_total": True, **total_of(items, _SUMS)}],
        )  # fmt: skip


def _name(row: dict[str, Any]) -> str:
    return str(row["agency_name"] or row["agency_code"] or "未注明经办机构")


def _arrivals(context: Context, rows: list[dict[str, Any]] | None) -> None:
    pairs = {pair: f"税务入库 ↔ {words.PAIR_AGENCY[pair]}到账" for pair in words.PAIRS}
    with st.container(key="card_arrivals"):
        left, right = st.columns([1.2, 1.6], vertical_alignment="center")
        with left:
            st.html(html.title("业务到账与财务收入差异日报（元）", arrivals.brief(context, "rec_arrival_day")))
        with right:
            address.segments("部门", "pair", list(pairs), default=_FIRST_PAIR, names=lambda code: pairs[code])
        if rows is None:
            states.empty("日报不分主管局", "业务到账按经办机构记录，日报由市局查看；本局单据的差异见“部门对账”的入库。")
            return
        if not rows:
            states.empty("本月没有入库，也没有到账")
            return
        table.show(
            [
                Column("日期", lambda row: "合计" if row.get("is_total") else f"<b>{formats.day(row['day'])}</b>", "n"),
                Column("财务收入", lambda row: formats.yuan(row["income_amount"]), "r hide-s"),
                Column("业务到账", lambda row: formats.yuan(row["arrival_amount"]), "r hide-s"),
                Column("差异", lambda row: pieces.signed(row["difference"]), "r"),
                Column("跨日", lambda row: pieces.signed(row["crosses_day_amount"]), "r"),
                Column("跨月", lambda row: pieces.signed(row["crosses_month_amount"]), "r hide-s"),
                Column("入库未回盘", lambda row: pieces.signed(row["not_returned_amount"]), "r hide-s"),
                Column("入库未读取", lambda row: pieces.signed(row["not_read_amount"]), "r hide-s"),
                Column("金额不同", lambda row: pieces.signed(row["amount_difference"]), "r hide-s"),
                Column("无收入", lambda row: pieces.signed(row["without_income_amount"]), "r hide-s"),
            ],
            rows, sums=[{"is_total": True, **total_of(rows, _ARRIVAL)}], height=420,
        )  # fmt: skip
        st.html(
            html.note(
                "财务收入为当日国库入库，业务到账为部门当日读取的入库；各原因之和等于差异。跨日、跨月的在到账那天相抵。"
            )
        )
