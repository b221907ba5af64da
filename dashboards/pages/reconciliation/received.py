"""全量接收: the three buckets, 全量接收数据按险种 in the layout of the users' text, one item in full, the exceptions table."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, html, kpi, reconciled, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column, Heading
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import names, reconciled_sums
from dashboards.repositories.breaks import BreakFilter
from dashboards.repositories.reconciled_sums import ReceivedFilter
from dashboards.services import formats, narrative_reconciliation, words
from dashboards.services.waterfall import total_of

_CLOCKS = {"flow": "按发生月", "period": "按费款所属期"}
_SUMS = (
    "received_count", "received_amount", "voided_count", "voided_amount", "due_count", "due_amount", "collected_amount",
    "settled_same_month", "settled_later_month", "settled_from_earlier", "not_settled_amount", "agency_bill_count",
    "agency_bill_amount", "posted_amount", "bill_amount_difference", "collected_amount_difference",
)  # fmt: skip
_WAN = Decimal(10_000)
# From ten million yuan on the table's thirteen columns have no room for the cents.
_IN_WAN_FROM = Decimal(10_000_000)
_BASES_SAY = {
    "flow": "按发生月：接收、上解、入库、登账各计入其发生的月份。",
    "period": "按费款所属期：所属月单据的全部接收、征收、入库、登账，不论何时发生；往月征收不适用，计为 0。",
}
_GROUPS = {"HRSS": "社保（人社）", "NHSA": "医保"}


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    chosen = _filters(context, bureau)
    found = reconciled_sums.exceptions(context.user, context.period, bureau)
    _buckets(context, bureau, chosen.agency_code, found)
    item = _by_item(context, chosen)
    if item is not None:
        _one_item(context, chosen, item)
    _exceptions(context, bureau, found)


def _filters(context: Context, bureau: str | None) -> ReceivedFilter:
    with st.container(key="filters_received"):
        slots = st.columns([1.3, 1, 1, 1.4], vertical_alignment="bottom")
        with slots[0]:
            basis = address.select("时间口径", "clock", list(_CLOCKS), default="flow", names=lambda code: _CLOCKS[code])
        found: dict[str, dict[str, str]] = {"unit_type": {}, "household": {}, "agency": {}}
        for row in reconciled_sums.received_choices(context.user, basis, context.period):
            found[row["kind"]][str(row["code"])] = str(row["name"])
        found["agency"] = {code: names.agencies(context.user).get(code, code) for code in found["agency"]}
        picked = {}
        for slot, (name, label) in zip(
            slots[1:], (("unit_type", "单位类别"), ("household", "管户分类"), ("agency", "经办机构")), strict=True
        ):
            options = found[name]
            with slot:
                picked[name] = address.select(
                    label, name, ["", *options], default="",
                    names=lambda code, options=options: options.get(code, code) if code else "全部",  # type: ignore[misc]
                )  # fmt: skip
    return ReceivedFilter(
        basis,
        context.period,
        bureau,
        picked["agency"] or None,
        picked["unit_type"] or None,
        picked["household"] or None,
    )


def _buckets(context: Context, bureau: str | None, agency: str | None, exceptions: list[dict[str, Any]]) -> None:
    rows = reconciled_sums.buckets(context.user, context.period, bureau, agency)
    now = next((row for row in rows if row["month"] == context.period), None)
    said = narrative_reconciliation.classes_sentence(
        f"{formats.period_name(context.period)}费款的异常数据", exceptions, "exception_name", compared=False
    )
    if now is None:
        says.show([said])
        return
    mark = reconciled.outside("bucket")
    kpi.show(kpi.marked([
        kpi.Kpi("本月征收本月入库", *formats.money_parts(now["settled_same_month"]), below="上解、入库都在本月"),
        kpi.Kpi("本月征收次月入库", *formats.money_parts(now["settled_later_month"]), below="本月上解，以后月份入库"),
        kpi.Kpi("往月征收本月入库", *formats.money_parts(now["settled_from_earlier"]), below="以前月份上解，本月入库"),
        kpi.Kpi("本月征收尚未入库", *formats.money_parts(now["not_settled_amount"]), below="已上解，国库还没有入库"),
    ], mark.badge))  # fmt: skip
    reconciled.below(context, [mark])
    says.show([narrative_reconciliation.bucket_sentence(now), said])
    with st.container(key="card_buckets"):
        st.html(html.title("三个入库口径，近六个月（元）", arrivals.brief(context, "rec_bucket")))
        table.show(
            [
                Column("月份", lambda row: f"<b>{html.text(formats.period_name(row['month']))}</b>", "n"),
                Column("征收", lambda row: formats.yuan(row["collected_amount"]), "r"),
                Column("本月征收 本月入库", lambda row: formats.yuan(row["settled_same_month"]), "r t hide-s"),
                Column("本月征收 次月入库", lambda row: formats.yuan(row["settled_later_month"]), "r t hide-s"),
                Column("尚未入库", lambda row: formats.yuan(row["not_settled_amount"]), "r t hide-s"),
                Column("往月征收 本月入库", lambda row: formats.yuan(row["settled_from_earlier"]), "r t hide-s"),
                Column("入库", lambda row: formats.yuan(row["settled_amount"]), "r"),
            ],
            rows,
        )  # fmt: skip
        st.html(html.note(
            "征收＝本月征收本月入库＋本月征收次月入库＋尚未入库；入库＝本月征收本月入库＋往月征收本月入库。征收以上解日期为准，入库以国库入库日期为准；"
            "职业年金不入国库，不在此表。单位类别、管户分类只用于下表。"
        ))  # fmt: skip


def _money(name: str) -> Any:
    return lambda row: pieces.money(row[name])


def _columns(in_wan: bool) -> list[Column]:
    """The columns of the users' table; a big city's month is shown in 万元, its single items to the cent below."""

    def money(name: str, *, sign: bool = False) -> Any:
        def cell(row: Any) -> str:
            value = row[name] / _WAN if in_wan else row[name]
            return pieces.signed(round(value, 2)) if sign else pieces.money(value)

        return cell

    def counted(amount: str, count: str) -> Any:
        return lambda row: f"{money(amount)(row)}<br><small>{formats.count(row[count])} 笔</small>"

    return [
        Column("接收", counted("received_amount", "received_count"), "r t hide-s"),
        Column("作废", counted("voided_amount", "voided_count"), "r t hide-s"),
        Column("应征", counted("due_amount", "due_count"), "r t"),
        Column("征收", money("collected_amount"), "r t"),
        Column("本月征收 本月入库", money("settled_same_month"), "r t hide-s"),
        Column("本月征收 次月入库", money("settled_later_month"), "r t hide-s"),
        Column("往月征收 本月入库", money("settled_from_earlier"), "r t hide-s"),
        Column("尚未 入库", money("not_settled_amount"), "r t hide-s"),
        Column("部门 单据", counted("agency_bill_amount", "agency_bill_count"), "r t hide-s"),
        Column("部门 登账", money("posted_amount"), "r t hide-s"),
        Column("应征 差额", money("bill_amount_difference", sign=True), "r t hide-s"),
        Column("征收 差额", money("collected_amount_difference", sign=True), "r t"),
    ]


def _by_item(context: Context, chosen: ReceivedFilter) -> str | None:
    rows = reconciled_sums.received(context.user, chosen)
    total: dict[str, Any] = {"insurance_name": None, **total_of(rows, _SUMS)}
    in_wan = max(total["received_amount"], total["agency_bill_amount"]) >= _IN_WAN_FROM
    columns, unit = _columns(in_wan), "万元" if in_wan else "元"
    with st.container(key="card_received"):
        st.html(
            html.title(
                f"南宁社保、医保用人单位社保费全量接收数据按险种（{unit}）",
                arrivals.brief(context, "rec_received_by_item", "点选一行看该险种"),
            )
        )
        if not rows:
            states.empty("没有接收数据", "放宽单位类别、管户分类、经办机构，或换一个月份。")
            return None
        order = list(names.insurance_items(context.user))
        rows.sort(key=lambda row: order.index(row["insurance_code"]) if row["insurance_code"] in order else len(order))
        lines: list[Any] = []
        for department in sorted({row["department_code"] for row in rows}, key=str):
            of_it = [row for row in rows if row["department_code"] == department]
            totals = total_of(of_it, _SUMS)
            cells = {column.label: f"<b>{column.cell(totals)}</b>" for column in columns}
            lines += [Heading(_GROUPS.get(department or "", "部门未知"), cells=cells), *of_it]
        wanted = address.get("item")
        item = wanted if any(row["insurance_code"] == wanted for row in rows) else None
        with st.container(key="dense_received"):
            table.pick(
                "received",
                [Column("险种", lambda row: f'<span class="go">{html.text(row["insurance_name"])}</span>' if row["insurance_name"] else "合计", ""), *columns],
                lines, key_of=lambda row: str(row["insurance_code"]), sums=[total], selected=item,
                on_pick=lambda code: address.put(item=None if code == item else code),
            )  # fmt: skip
        st.html(html.note(
            f"{_BASES_SAY[chosen.basis]}应征＝接收－作废；应征差额＝应征－部门单据；征收差额＝征收－部门登账。"
            "单位类别以人社、医保登记的为准；管户分类以税务登记为准。"
        ))  # fmt: skip
    return item


def _one_item(context: Context, chosen: ReceivedFilter, item: str) -> None:
    rows = reconciled_sums.received_cut(context.user, chosen, item)
    name = names.insurance_items(context.user).get(item, words.ITEM_GAPS.get(item, item))
    totals = total_of(rows, _SUMS)
    labels: Mapping[str, str] = {
        "received_amount": "接收", "voided_amount": "作废", "due_amount": "应征", "collected_amount": "征收",
        "settled_same_month": "本月征收本月入库", "settled_later_month": "本月征收次月入库",
        "settled_from_earlier": "往月征收本月入库", "not_settled_amount": "尚未入库", "agency_bill_amount": "部门单据",
        "posted_amount": "部门登账", "bill_amount_difference": "应征差额", "collected_amount_difference": "征收差额",
    }  # fmt: skip
    with st.container(key="card_item"):
        st.html(html.title(f"{name}（元）：按单位类别、管户分类", arrivals.brief(context, "rec_received_by_item")))
        st.html(html.facts([(label, formats.yuan(totals[column])) for column, label in labels.items()]))
        table.show(
            [
                Column("单位类别", lambda row: f"<b>{html.text(row['unit_type_name'])}</b>", "n"),
                Column("管户分类", lambda row: html.text(row["household_class_name"]), ""),
                Column("应征笔数", lambda row: formats.count(row["due_count"]), "r hide-s"),
                Column("应征", _money("due_amount"), "r"),
                Column("征收", _money("collected_amount"), "r hide-s"),
                Column("部门单据", _money("agency_bill_amount"), "r hide-s"),
                Column("部门登账", _money("posted_amount"), "r hide-s"),
                Column("应征差额", lambda row: pieces.signed(row["bill_amount_difference"]), "r hide-s"),
                Column("征收差额", lambda row: pieces.signed(row["collected_amount_difference"]), "r"),
            ],
            rows,
        )  # fmt: skip


def _exceptions(context: Context, bureau: str | None, exceptions: list[dict[str, Any]]) -> None:
    found = {row["exception_code"]: row for row in exceptions}
    nothing = {"break_count": 0, "amount": 0, "overdue_count": 0}
    rows = [{"code": code, "name": name, **found.get(code, nothing)} for code, name in words.EXCEPTIONS.items()]
    wanted = address.get("exception")
    with st.container(key="card_exceptions"):
        st.html(
            html.title(
                "异常数据子表",
                arrivals.brief(
                    context, "rec_internal_break", f"费款所属期 {formats.period_name(context.period)} · 点选一类"
                ),
            )
        )
        table.pick(
            "exceptions",
            [
                Column("类别", lambda row: f'<span class="go">{html.text(row["name"])}</span>', "n"),
                Column("笔数", lambda row: pieces.bold(row["break_count"]), "r"),
                Column("差额（元）", lambda row: formats.yuan(row["amount"]), "r"),
                Column("超期笔数", lambda row: pieces.bold(row["overdue_count"]), "r"),
            ],
            rows, key_of=lambda row: str(row["code"]), selected=wanted,
            on_pick=lambda code: pieces.toggle("exception", code),
        )  # fmt: skip
    name = words.EXCEPTIONS.get(wanted or "", "全部异常")
    chosen = BreakFilter(list(words.INTERNAL_PAIRS), None, context.period, bureau, exception_code=wanted or "any")
    pieces.break_list(context, "exception_list", f"异常数据子表：{name}", chosen)
