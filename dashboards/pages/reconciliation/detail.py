"""One break: why, what each side holds, every break of its bill, the bill's way through the stages, what happened to it."""

from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, frame, html, outside, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import breaks, findings, names
from dashboards.services import formats, values, words

# A bill's stages in the order in which it passes them: name, column of the time, column of the amount.
_STAGES = (
    ("部门传出", "sent_at", "amount"), ("税务接收", "support_received_at", "tax_amount"), ("进入管理子系统", "front_processed_at", None),
    ("申报", "declared_at", "declared_amount"), ("开票", "first_invoiced_at", "invoiced_amount"),
    ("上解", "last_collected_date", "collected_amount"), ("国库入库", "last_settled_date", "settled_amount"),
    ("回盘", "last_returned_at", "returned_amount"), ("部门登账", "last_posted_date", "posted_amount"),
)  # fmt: skip


def show(context: Context, finding_id: str, view: str) -> None:
    """The break."""
    row = breaks.one(context.user, finding_id)
    if not row:
        frame.head("对账差异", view, context)
        _crumb(view, "差异明细")
        outside.asked(context.user, "对账：明细", f"break:{finding_id}")
        states.empty("没有找到这笔差异", "它不在您的数据范围内，或双方已经一致。")
        return
    name = str(row["unit_name"] or row["insurance_name"] or "对账差异")
    badge = html.badge("超期", "bad") if row["is_overdue"] else html.badge("未结", "warn")
    frame.head(name, f"{words.pair_name(row['pair'], row['measure'])} · {row['cause']}", context, badge=badge)
    _crumb(view, name)
    with st.container(key="card_evidence"):
        st.html(html.title("为什么不一致", arrivals.brief(context, "rec_all_break")))
        st.html(f'<div class="sb-evidence">{html.text(row["evidence"])}</div>')
    left, right = st.columns([1.7, 1])
    with left:
        _facts(context, row)
        if row["bill_key"]:
            _bill(context, str(row["bill_key"]))
            _others(context, str(row["bill_key"]), finding_id)
    with right:
        _history(context, row)


def _crumb(view: str, last: str) -> None:
    table.clickable(
        "break_crumb",
        f'<div class="sb-crumb"><a data-key="back" tabindex="0" role="link">对账 · {html.text(view)}</a>{html.STEP}<b>{html.text(last)}</b></div>',
        lambda _: address.drop("finding"),
    )


def _facts(context: Context, row: dict[str, Any]) -> None:
    first, other = words.SIDES.get(row["pair"], ("前者", "后者"))
    bureaus, agencies = names.bureaus(context.user), names.agencies(context.user)

    def side(state: str, amount: str) -> str:
        word = words.SIDE_STATES.get(row[state] or "", str(row[state] or ""))
        return f"{word} {formats.yuan(row[amount])} 元" if row[amount] is not None else word

    with st.container(key="card_facts"):
        st.html(html.title("比对的数据"))
        st.html(html.facts([
            (first, side("tax_state", "tax_amount")), (other, side("agency_state", "agency_amount")),
            ("差额（元）", formats.yuan(row["difference"])), ("对账结果", row["outcome"]), ("原因", row["cause"]),
            ("险种", row["insurance_name"]), ("费款所属期", formats.period_name(row["period"])),
            ("主管局", bureaus.get(row["bureau_code"] or "", row["bureau_code"] or "未分配")),
            ("经办机构", agencies.get(row["agency_code"] or "", row["agency_code"])),
            ("起始日", formats.day(row["since_date"])), ("已过工作日", formats.count(row["age_workdays"])),
            ("预计消除日", formats.day(row["expected_clear_date"])), ("单据键", row["bill_key"]), ("户籍键", row["registration_key"]),
            ("电子税票号码", row["ticket_no"]),
        ]))  # fmt: skip


def _bill(context: Context, bill_key: str) -> None:
    bill = breaks.bill(context.user, bill_key)
    with st.container(key="card_bill"):
        st.html(html.title("征集单的经过", arrivals.brief(context, "fct_bill")))
        if not bill:
            states.empty("没有这张征集单", "税务与部门都没有留下单据，或它不在您的数据范围内。")
            return
        marks = [
            word
            for column, word in (
                ("is_withdrawn", "部门已撤销发送"),
                ("is_agency_voided", "部门已作废"),
                ("is_tax_voided", "税务已作废"),
            )
            if bill.get(column)
        ]
        if marks:
            st.html(html.badge("、".join(marks), "warn"))
        codes = names.codes(context.user)
        stage = values.spoken("stage_code", bill.get("stage_code"), values.Names(codes, names.bureaus(context.user)))
        rows = [(name, bill.get(when), bill.get(amount) if amount else None) for name, when, amount in _STAGES]
        table.show(
            [
                Column("环节", lambda row: f"<b>{html.text(row[0])}</b>", "n"),
                Column("时间", lambda row: formats.moment(row[1]).removesuffix(" 00:00") if row[1] is not None else '<span class="sb-flat">没有</span>', "n"),
                Column("金额（元）", lambda row: formats.yuan(row[2]), "r"),
            ],
            rows,
        )  # fmt: skip
        st.html(html.note(f"当前环节：{stage}。时间为该环节最近一次。"))


def _others(context: Context, bill_key: str, finding_id: str) -> None:
    rows = breaks.of_bill(context.user, bill_key)
    with st.container(key="card_bill_breaks"):
        st.html(html.title(f"这张征集单的全部差异（{len(rows)}）", arrivals.brief(context, "rec_all_break")))
        table.pick(
            "bill_breaks",
            [
                Column("前者 ↔ 后者", _which, ""),
                Column("原因", lambda row: html.text(row["cause"]), ""),
                Column("差额（元）", lambda row: formats.yuan(row["difference"]), "r"),
            ],
            rows, key_of=lambda row: str(row["finding_id"]), selected=finding_id,
            on_pick=lambda key: address.put(finding=key),
        )  # fmt: skip


def _which(row: dict[str, Any]) -> str:
    pair = words.pair_name(row["pair"], row["measure"])
    return f'<span class="go">{html.text(pair)}</span><br><small>{html.text(row["insurance_name"])}</small>'


def _history(context: Context, row: dict[str, Any]) -> None:
    events = findings.history(context.user, str(row["rule_id"]), str(row["subject_key"]))
    with st.container(key="card_history"):
        st.html(html.title("经过"))
        if events:
            st.html(html.history(
                (formats.day(event["as_of"]), words.EVENTS.get(event["event"], str(event["event"])), str(event["detail"] or "")) for event in events
            ))  # fmt: skip
        else:
            st.html(html.note("这一行是整单差异的险种明细，或已由他日流水说明，不单独记录经过。"))
