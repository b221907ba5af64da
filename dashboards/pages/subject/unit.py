"""The face of 户籍体检 for one employer: registrations at both departments and at tax, bills, deductions, agreements, findings, differences."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, html, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.findings import pieces
from dashboards.pages.subject import shared
from dashboards.repositories import unit as records
from dashboards.services import formats, words
from dashboards.services import unit as spoken
from dashboards.services.values import Names

Row = dict[str, Any]
MONTHS = 12
_SEARCH = "unit_search"


def show(context: Context) -> None:
    """Search box, and the employer in the address."""
    with st.container(key="filters_unit"):
        typed = st.text_input(
            "单位名称、单位编号、统一社会信用代码或纳税人识别号", key=_SEARCH, max_chars=40, autocomplete="off",
            placeholder="名称可只输入一部分", on_change=lambda: address.drop("unit"),
        )  # fmt: skip
    chosen = address.get("unit")
    if chosen is not None:
        _unit(context, chosen)
    elif len((typed or "").strip()) < 2:
        with st.container(key="card_subject"):
            states.empty("请输入单位名称或编号", "至少两个字。两部门的户籍按统一社会信用代码归为一个单位。")
    else:
        _choose(context, records.search(context.user, typed or ""))


def _choose(context: Context, rows: Sequence[Row]) -> None:
    def pick(key: str) -> None:
        address.put(unit=key)

    with st.container(key="card_subject"):
        st.html(html.title(f"找到 {len(rows)} 个户籍" + ("，只列前 30 个" if len(rows) == 30 else ""), "点选一个"))
        if not rows:
            states.empty("没有找到这个单位", "名称或编号有误，或者不在您的数据范围内。")
            return
        table.pick(
            "unit_choice",
            [
                Column("单位名称", lambda row: f'<span class="go">{html.text(row["unit_name"] or "（名称未知）")}</span>', "w"),
                Column("部门", lambda row: html.text(words.DEPARTMENTS.get(row["department_code"], "")), "n"),
                Column("单位编号", lambda row: html.text(row["unit_no"]), "n"),
                Column("主管局", lambda row: html.text(context.bureaus.get(row["bureau_code"] or "", "未分配")), "n hide-s"),
                Column("户籍", lambda row: html.badge("有效", "good") if row["is_valid"] else html.badge("无效", "mute"), "n"),
            ],
            rows, key_of=lambda row: str(row["registration_key"]), on_pick=pick,
        )  # fmt: skip


def _unit(context: Context, registration_key: str) -> None:
    user = context.user
    rows = records.registrations(user, registration_key)
    if not rows:
        with st.container(key="card_subject"):
            states.empty("没有找到这个单位", "它不在您的数据范围内，或已不在当前数据中。")
        return
    known = pieces.known(context)
    keys = [str(row["registration_key"]) for row in rows]
    taxpayers = sorted({str(row["taxpayer_key"]) for row in rows if row["taxpayer_key"]})
    bills = records.bills(user, keys, formats.shift_period(f"{context.as_of:%Y%m}", 1 - MONTHS))
    agreements = records.agreements(user, taxpayers)
    breaks = records.breaks(user, keys)
    _head(known, rows)
    said = spoken.sayings(rows, bills, breaks, agreements, lambda code: known.bureaus.get(str(code), str(code)))
    shared.sayings(said, wrong="待处理", right="正常")
    _registrations(context, known, rows)
    _bills(context, known, bills)
    left, right = st.columns(2)
    with left:
        _agreements(context, known, agreements)
    with right:
        _deductions(context, known, records.deductions(user, keys))
    _breaks(context, breaks)
    shared.findings(context, known, records.findings(user, keys, taxpayers))


def _head(known: Names, rows: Sequence[Row]) -> None:
    first = rows[0]
    with st.container(key="card_unit"):
        slots = st.columns([4.2, 1], vertical_alignment="center")
        with slots[0]:
            st.html(html.title(str(first["unit_name"] or first["taxpayer_name"] or "（名称未知）")))
        with slots[1]:
            st.button("换一个", key="unit_clear", on_click=lambda: address.drop("unit"), width="stretch")
        st.html(html.facts([
            ("统一社会信用代码", shared.words_of([row["uscc"] for row in rows])),
            ("纳税人识别号", shared.words_of([row["taxpayer_no"] for row in rows])),
            ("单位编号", shared.words_of([f"{words.DEPARTMENTS.get(row['department_code'], '')} {row['unit_no']}" for row in rows])),
            ("主管局", shared.words_of([known.bureaus.get(row["bureau_code"] or "", row["bureau_code"]) for row in rows])),
            ("单位类型", shared.words_of([known.codes.get(("unit_type", str(row["unit_type_code"])), row["unit_type_code"]) for row in rows])),
        ]))  # fmt: skip


def _registrations(context: Context, known: Names, rows: Sequence[Row]) -> None:
    def name(row: Row) -> str:
        return f"<b>{html.text(words.DEPARTMENTS.get(row['department_code'], ''))}</b><br><small>{html.text(row['unit_no'])}</small>"

    def state(row: Row) -> str:
        if row["is_valid"]:
            return html.badge("✓ 有效", "good")
        return html.badge("— 已撤销" if row["is_withdrawn"] else "— 已终止" if row["is_ended"] else "— 无效", "mute")

    def sent(row: Row) -> str:
        gaps = [name for name, has in (("基础信息", row["has_base"]), ("参保险种", row["has_enrolment"])) if not has]
        return html.badge(f"✗ 缺{'、'.join(gaps)}", "bad") if gaps else html.badge("✓ 齐全", "good")

    def tied(row: Row) -> str:
        if not row["is_associated"]:
            return html.badge("✗ 未关联" if row["is_valid"] else "— 未关联", "bad" if row["is_valid"] else "mute")
        return f"{html.badge('✓ 已关联', 'good')}<br><small>{formats.day(row['associated_at'])}</small>"

    with st.container(key="card_registrations"):
        st.html(html.title("户籍：各处所载", arrivals.brief(context, "dim_registration", "✓ 一致　✗ 不一致　— 无")))
        table.show(
            [
                Column("户籍", name, "n"),
                Column("名称", lambda row: html.text(row["unit_name"]), "w"),
                Column("部门状态", state, "n"),
                Column("已传数据", sent, "n"),
                Column("税务关联", tied, "n"),
                Column("税务名称", lambda row: html.text(row["taxpayer_name"]), "w hide-s"),
                Column("税务状态", lambda row: html.text(known.codes.get(("taxpayer_status", str(row["taxpayer_status_code"])), "—")), "n"),
                Column("税务主管局", lambda row: html.text(known.bureaus.get(row["fee_bureau_code"] or "", "—")), "n hide-s"),
            ],
            rows,
        )  # fmt: skip


def _bills(context: Context, known: Names, rows: Sequence[Row]) -> None:
    def left(row: Row) -> str:
        rest = (row["amount"] or 0) - (row["collected_amount"] or 0)
        if not row["is_valid"]:
            return html.badge("— 作废", "mute")
        return html.badge(f"✗ 欠 {formats.yuan(rest)}", "bad") if rest > 0 else html.badge("✓ 缴清", "good")

    with st.container(key="card_bills"):
        st.html(html.title(f"征集单：近 {MONTHS} 个月 {len(rows)} 张", arrivals.brief(context, "fct_bill")))
        if not rows:
            states.empty("近 12 个月没有征集单")
            return
        table.show(
            [
                Column("所属期", lambda row: formats.period_name(row["period"]), "n"),
                Column("部门", lambda row: html.text(words.DEPARTMENTS.get(row["department_code"], "")), "n"),
                Column("来源", lambda row: html.text(known.codes.get(("bill_origin", str(row["origin_code"])), "—")), "n hide-s"),
                Column("应缴（元）", lambda row: formats.yuan(row["amount"]), "r"),
                Column("已缴（元）", lambda row: formats.yuan(row["collected_amount"]), "r"),
                Column("登账（元）", lambda row: formats.yuan(row["posted_amount"]), "r hide-s"),
                Column("环节", lambda row: html.text(known.codes.get(("bill_stage", str(row["stage_code"])), row["stage_code"])), "n hide-s"),
                Column("缴清", left, "n"),
                Column("流水号", lambda row: f"<small>{html.text(row['notice_serial'])}</small>", "n hide-s"),
            ],
            rows, height=460,
        )  # fmt: skip


def _agreements(context: Context, known: Names, rows: Sequence[Row]) -> None:
    def state(row: Row) -> str:
        if not row["is_valid"]:
            return html.badge(f"— 已终止 {formats.day(row['ended_date'])}", "mute")
        return (
            html.badge("✓ 验证通过", "good")
            if row["verify_code"] == "1"
            else html.badge(f"… {spoken.VERIFY.get(row['verify_code'] or '', '未验证')}", "warn")
        )

    with st.container(key="card_agreements"):
        st.html(html.title(f"三方协议：{len(rows)} 份", arrivals.brief(context, "fct_agreement")))
        if not rows:
            states.empty("没有签过三方协议")
            return
        table.show(
            [
                Column("签约日期", lambda row: formats.day(row["signed_date"]), "n"),
                Column("银行行别", lambda row: html.text(known.bank(row["bank_code"])), "n hide-s"),
                Column("批扣", lambda row: "是" if row["is_batch"] else "否", "c"),
                Column("税务机关", lambda row: html.text(known.bureaus.get(row["bureau_code"] or "", row["bureau_code"])), "n"),
                Column("状态", state, "n"),
            ],
            rows,
        )  # fmt: skip


def _deductions(context: Context, known: Names, rows: Sequence[Row]) -> None:
    def state(row: Row) -> str:
        if not row["is_returned"]:
            return html.badge("… 待返回", "warn")
        return shared.bank_answer(known, row)

    with st.container(key="card_deductions"):
        title = f"批量扣款：{len(rows)} 次" if len(rows) < 100 else "批量扣款：最近 100 次"
        st.html(html.title(title, arrivals.brief(context, "fct_deduction")))
        if not rows:
            states.empty("没有批量扣款")
            return
        table.show(
            [
                Column("发送日期", lambda row: formats.day(row["sent_date"]), "n"),
                Column("金额（元）", lambda row: formats.yuan(row["amount"]), "r"),
                Column("银行返回", state, "n"),
            ],
            rows, height=360,
        )  # fmt: skip


def _breaks(context: Context, rows: Sequence[Row]) -> None:
    with st.container(key="card_breaks"):
        st.html(html.title(f"对账差异：{len(rows)} 笔", arrivals.brief(context, "rec_break", "按整单")))
        if not rows:
            states.empty("税务与人社、医保没有差异")
            return
        table.show(
            [
                Column("双方", lambda row: html.text(words.pair_name(row["pair"], row["measure"])), "n"),
                Column("所属期", lambda row: formats.period_name(row["period"]), "n"),
                Column("差额（元）", lambda row: formats.yuan(row["difference"]), "r"),
                Column("结果", lambda row: html.text(words.OUTCOMES.get(row["outcome_code"], "")), "n hide-s"),
                Column("为什么", lambda row: html.text(row["evidence"]), "e"),
            ],
            rows,
        )  # fmt: skip
