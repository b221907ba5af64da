"""The face of 户籍体检 for one natural person: registrations and payments as every system holds them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from dashboards.access.roles import ROLE_NAMES, Role
from dashboards.components import arrivals, html, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column, Heading
from dashboards.pages.findings import pieces
from dashboards.pages.subject import shared
from dashboards.repositories import person as records
from dashboards.repositories import vault
from dashboards.repositories.person import Person
from dashboards.services import formats
from dashboards.services import person as spoken
from dashboards.services.person import Cell
from dashboards.services.values import Names

Row = dict[str, Any]
_ASKED, _FOUND, _CHOSEN, _PURPOSE = "subject_asked", "subject_found", "subject_chosen", "subject_purpose_of"
# Why one looks at a person: a closed list, so that nothing personal is written into the log.
PURPOSES = ("村干反映个例", "缴费人来访来电", "部门来函核实", "疑点核查", "批扣前核对")
# A clear value is on screen this long.
SHOWN_SECONDS = 60
_REVEALED, _LOOKED = "subject_revealed", "subject_looked"
_ACTS = {"look": "查看", "reveal": "看明文", "refused": "被拒"}
# Said of the person in place of a name that no system has.
_NAMELESS = "姓名不详"


@dataclass(frozen=True)
class _Revealed:
    """Clear values that are on screen for a short time."""

    name: str
    until: float
    values: list[str] = field(repr=False)


def show(context: Context) -> None:
    """The form, and the person who was found."""
    _form(context)
    found: list[Person] | None = st.session_state.get(_FOUND)
    if found is None:
        with st.container(key="card_subject"):
            states.empty(
                "请输入一个人的证件号码或人员编号",
                "查询记入日志；姓名、证件号码、电话默认脱敏；输入的号码不保存，也不进入网址。",
            )
        return
    if not found:
        with st.container(key="card_subject"):
            states.empty("没有找到这个人", "号码有误，或者此人的参保登记不在您的数据范围内。")
        return
    if len(found) > 1 and st.session_state.get(_CHOSEN) is None:
        _choose(context, found)
        return
    chosen = found[st.session_state.get(_CHOSEN) or 0]
    _person(context, chosen, str(st.session_state.get(_PURPOSE) or PURPOSES[0]), several=len(found) > 1)


def _form(context: Context) -> None:
    with (
        st.container(key="filters_subject"),
        st.form("subject_form", enter_to_submit=True, border=False),
    ):
        slots = st.columns([2.2, 1.3, 0.7, 1.6], vertical_alignment="bottom")
        with slots[0]:
            st.text_input(
                "证件号码或人员编号", key="subject_typed", max_chars=records.LONGEST, autocomplete="off",
                placeholder="15 位或 18 位证件号码，新旧人员编号均可",
            )  # fmt: skip
        with slots[1]:
            st.selectbox("查询事由", PURPOSES, key="subject_purpose")
        with slots[2]:
            st.form_submit_button("查询", type="primary", width="stretch", on_click=_asked)
    typed = st.session_state.pop(_ASKED, None)
    if typed is not None:
        st.session_state[_FOUND] = records.find(context.user, _logged(str(st.session_state[_PURPOSE])), typed)


def _asked() -> None:
    """What was typed is taken out of the form before the page runs, and is gone when it has run."""
    forget()
    st.session_state[_ASKED] = st.session_state["subject_typed"] or ""
    st.session_state[_PURPOSE] = st.session_state["subject_purpose"]
    st.session_state["subject_typed"] = ""


def forget() -> None:
    """Let go of the person who is shown."""
    for key in (_ASKED, _FOUND, _CHOSEN, _PURPOSE, _REVEALED, _LOOKED):
        st.session_state.pop(key, None)


def _logged(purpose: str) -> str:
    return f"户籍体检：{purpose}"


def _choose(context: Context, found: Sequence[Person]) -> None:
    """A number may be one person's at HRSS and another's at NHSA."""
    purpose = _logged(str(st.session_state.get(_PURPOSE)))
    listed = [(str(place), records.registrations(context.user, purpose, one)[0]) for place, one in enumerate(found)]

    def pick(key: str) -> None:
        st.session_state[_CHOSEN] = int(key)

    with st.container(key="card_subject"):
        st.html(html.title("这个号码找到多人", "点选一人"))
        table.pick(
            "subject_choice",
            [
                Column("姓名", lambda item: f'<span class="go">{html.text(item[1]["person_name"] or _NAMELESS)}</span>', "n"),
                Column("证件号码", lambda item: html.text(item[1]["person_id_number"]), "n"),
                Column("部门", lambda item: html.text(spoken.agency(item[1])), "n"),
                Column("人员编号", lambda item: html.text(item[1]["person_no"]), "n"),
                Column("主管局", lambda item: html.text(context.bureaus.get(item[1]["bureau_code"] or "", "未分配")), "n hide-s"),
            ],
            listed, key_of=lambda item: item[0], on_pick=pick,
        )  # fmt: skip


def _person(context: Context, person: Person, purpose: str, *, several: bool) -> None:
    user, why = context.user, _logged(purpose)
    registrations = records.registrations(user, why, person)
    if not registrations:
        with st.container(key="card_subject"):
            states.empty("当前数据中已没有这个人", "数据更新后，此人的参保登记不在您的数据范围内。请重新查询。")
        return
    payments = records.payments(user, why, person)
    agreements = records.agreements(user, why, person)
    deductions = records.deductions(user, why, person)
    specials = records.special_dues(user, why, person)
    if st.session_state.get(_LOOKED) != person.subject:
        st.session_state[_LOOKED] = person.subject
        records.record_look(user, why, person)
    known = pieces.known(context)
    _head(context, known, registrations, purpose, several=several)
    _reveal(context, person)
    _sayings(context, known, registrations, payments, specials)
    _registrations(context, known, registrations, payments, agreements, deductions)
    _payments(context, known, payments)
    left, right = st.columns(2)
    with left:
        _agreements(context, known, agreements)
    with right:
        _deductions(context, known, deductions)
    keys = spoken.record_keys(
        (registrations, ("insured_key", "fee_registration_no", "person_message_key")), (payments, ("payment_key",)),
        (agreements, ("agreement_key",)), (deductions, ("item_no",)), (specials, ("special_due_key",)),
    )  # fmt: skip
    shared.findings(context, known, records.findings(user, why, person, keys))
    _looks(person)


def _head(context: Context, known: Names, rows: Sequence[Row], purpose: str, *, several: bool) -> None:
    numbers = [
        f"{spoken.agency(row)} {row['person_no']}"
        + (f"（旧编号 {row['old_person_no']}）" if row["old_person_no"] else "")
        + (f"（已并入 {row['kept_person_no']}）" if row["kept_person_no"] else "")
        for row in rows
        if row["person_no"]
    ]
    with st.container(key="card_person"):
        slots = st.columns([4.2, 1], vertical_alignment="center")
        with slots[0]:
            st.html(
                html.title(
                    shared.words_of([row["person_name"] for row in rows]).replace(formats.NONE, _NAMELESS),
                    f"查询事由：{purpose}",
                )
            )
        with slots[1]:
            st.button(
                "换一人" if several else "清除",
                key="subject_clear",
                on_click=_again if several else forget,
                width="stretch",
            )
        st.html(html.facts([
            ("证件号码", shared.words_of([row["person_id_number"] for row in rows])),
            ("联系电话", shared.words_of([row["mobile"] for row in rows])),
            ("人员编号", shared.words_of(numbers)),
            ("主管局", shared.words_of([known.bureaus.get(row["bureau_code"] or "", row["bureau_code"] or "未分配") for row in rows])),
            ("经办机构", shared.words_of([known.agencies.get(row["agency_code"] or "", row["agency_code"]) for row in rows])),
        ]))  # fmt: skip


def _again() -> None:
    for key in (_CHOSEN, _REVEALED, _LOOKED):
        st.session_state.pop(key, None)


def _reveal(context: Context, person: Person) -> None:
    """One field in clear, for a reason, for a short time."""
    with st.container(key="card_reveal"):
        with st.form("subject_reveal", clear_on_submit=True, enter_to_submit=False, border=False):
            slots = st.columns([1, 2.6, 0.8, 1.6], vertical_alignment="bottom")
            with slots[0]:
                wanted = st.selectbox(
                    "查看明文", list(vault.FIELDS), format_func=lambda code: vault.FIELDS[code], key="reveal_field"
                )
            with slots[1]:
                reason = st.text_input(
                    "查看明文的事由", key="reveal_reason", max_chars=vault.LONGEST_REASON, autocomplete="off",
                    placeholder=f"写明为什么必须看，至少 {vault.SHORTEST_REASON} 个字",
                )  # fmt: skip
            with slots[2]:
                sent = st.form_submit_button("查看", width="stretch")
        if sent:
            st.session_state.pop(_REVEALED, None)
            try:
                values = vault.reveal(context.user, person, str(wanted), reason or "")
            except vault.NotRevealedError as why:
                states.banner(str(why))
            else:
                st.session_state[_REVEALED] = _Revealed(
                    vault.FIELDS[str(wanted)], time.monotonic() + SHOWN_SECONDS, values
                )
        if _REVEALED in st.session_state:
            st.fragment(_shown, run_every=2)()
        else:
            st.html(
                html.note(
                    f"一次一项，{SHOWN_SECONDS} 秒后自动隐藏；每次查看的账号、时间、事由记入日志，并列在本页下方。"
                )
            )


def _shown() -> None:
    kept: _Revealed | None = st.session_state.get(_REVEALED)
    left = kept.until - time.monotonic() if kept is not None else 0
    if kept is None or left <= 0:
        st.session_state.pop(_REVEALED, None)
        st.html(html.note("明文已自动隐藏。"))
        return
    clear = html.text("、".join(kept.values) or "各系统都没有登记")
    st.html(
        f'<div class="sb-reveal" role="status">{html.text(kept.name)}　<b>{clear}</b><small>{int(left) + 1} 秒后隐藏</small></div>'
    )


def _looks(person: Person) -> None:
    events = records.looks(person)
    with st.container(key="card_looks"):
        st.html(html.title("谁看过此人", "最近 12 次"))
        table.show(
            [
                Column("时间", lambda event: formats.moment_beijing(event.at), "n"),
                Column("账号", lambda event: html.text(event.login), "n"),
                Column("岗位", lambda event: html.text(ROLE_NAMES.get(Role(event.role), event.role) if event.role else "—"), "n"),
                Column("做了什么", lambda event: html.text(_act(event.action, event.query_name)), "n"),
                Column("事由", lambda event: html.text(event.purpose.removeprefix("户籍体检：")), "m"),
            ],
            events,
        )  # fmt: skip


def _act(action: str, what: str) -> str:
    return f"{_ACTS.get(action, action)}{what if action != 'look' else ''}"


def _sayings(
    context: Context, known: Names, registrations: Sequence[Row], payments: Sequence[Row], specials: Sequence[Row]
) -> None:
    def insurance(code: Any) -> str:
        return shared.insurance(known, code)

    said = [spoken.summary(registrations, payments, str(context.as_of.year), insurance)]
    shared.sayings(said + spoken.sayings(registrations, payments, specials, insurance))


def _registrations(
    context: Context, known: Names, rows: Sequence[Row], payments: Sequence[Row], agreements: Sequence[Row], deductions: Sequence[Row],
) -> None:  # fmt: skip
    year = str(context.as_of.year)

    def reason(code: Any) -> str:
        return known.codes.get(("bank_reason", str(code)), "原因不明")

    def name(row: Row) -> str:
        number = f"{spoken.agency(row)} {row['person_no'] or '—'}"
        return (
            f"<b>{html.text(shared.insurance(known, row['insurance_code']))}</b><br><small>{html.text(number)}</small>"
        )

    with st.container(key="card_registrations"):
        st.html(
            html.title(
                "参保：各系统所载",
                arrivals.brief(context, "fct_person_registration", "✓ 一致　✗ 不一致　… 未完成　— 无"),
            )
        )
        table.show(
            [
                Column("险种与编号", name, "n"),
                Column("部门与税务", lambda row: shared.cell(spoken.conclusion(row)), "n"),
                Column("人社／医保", lambda row: shared.cell(spoken.at_agency(row)), "n"),
                Column("数据共享平台", lambda row: shared.cell(spoken.at_sharing(row)), "n"),
                Column("管理子系统", lambda row: shared.cell(spoken.at_management(row)), "n"),
                Column("征收子系统", lambda row: shared.cell(spoken.at_collection(row, payments, year)), "n"),
                Column("税库银子系统", lambda row: shared.cell(spoken.at_bank(row, agreements, deductions, reason)), "n"),
            ],
            rows,
        )  # fmt: skip


def _payments(context: Context, known: Names, payments: Sequence[Row]) -> None:
    with st.container(key="card_payments"):
        st.html(
            html.title(
                f"缴费：{len(payments)} 笔", arrivals.brief(context, "fct_person_payment", "每笔在各系统走到哪一步")
            )
        )
        if not payments:
            states.empty("没有缴费记录", "征收子系统没有此人的缴款，部门也没有对应的回盘。")
            return
        rows: list[Any] = []
        for year, mine in spoken.by_year(payments):
            label = f"{year}年度" if year.isdigit() else year
            rows += [Heading(label, f"{len(mine)} 笔，净缴 {formats.yuan(spoken.year_total(mine))} 元"), *mine]
        table.show(
            [
                Column("险种与所属期", lambda row: f"<b>{html.text(shared.insurance(known, row['insurance_code']))}</b><br><small>{_period(row)}</small>", "n"),
                Column("金额（元）", lambda row: formats.yuan(row["amount"] if row["amount"] is not None else row["returned_amount"]), "r"),
                Column("渠道", lambda row: html.text(_channel(known, row)), "n hide-s"),
                *[Column(label, partial(_step, step), "n") for label, step in spoken.PAYMENT_STEPS],
            ],
            rows,
        )  # fmt: skip


def _step(step: Callable[[Row], Cell], row: Row) -> str:
    return shared.cell(step(row))


def _period(row: Row) -> str:
    if row["period_begin_date"] is None:
        return "没有对应的缴款"
    special = " 特殊缴费" if row["is_special"] else ""
    return (
        f"{row['period_begin_date']:%Y%m}–{row['period_end_date']:%Y%m}{special}" if row["period_end_date"] else special
    )


def _channel(known: Names, row: Row) -> str:
    if row["household_no"]:
        return f"虚拟户 {row['household_no']}"
    return known.codes.get(("person_channel", str(row["channel_code"])), str(row["channel_code"] or "—"))


def _agreements(context: Context, known: Names, rows: Sequence[Row]) -> None:
    def state(row: Row) -> str:
        if not row["is_in_force"]:
            return html.badge(f"— 已终止 {formats.day(row['ended_date'])}", "mute")
        return html.badge("✓ 有效", "good") if row["is_verified"] else html.badge("… 未验证", "warn")

    with st.container(key="card_agreements"):
        st.html(html.title(f"批扣协议：{len(rows)} 份", arrivals.brief(context, "fct_person_agreement")))
        if not rows:
            states.empty("没有签过批扣协议")
            return
        table.show(
            [
                Column("协议", lambda row: f"<b>{html.text(spoken.AGREEMENT_TYPES.get(str(row['agreement_type_code']), '协议'))}</b>", "n"),
                Column("险种", lambda row: html.text(shared.insurance(known, row["insurance_code"])), "n"),
                Column("签约日期", lambda row: formats.day(row["signed_date"]), "n"),
                Column("状态", state, "n"),
            ],
            rows,
        )  # fmt: skip


def _deductions(context: Context, known: Names, rows: Sequence[Row]) -> None:
    def state(row: Row) -> str:
        if row["is_voided"]:
            return html.badge("— 已作废", "mute")
        if row["returned_date"] is None:
            return html.badge("… 待返回" if row["submitted_date"] else "… 待提交", "warn")
        return shared.bank_answer(known, row)

    with st.container(key="card_deductions"):
        st.html(html.title(f"批量扣款：{len(rows)} 次", arrivals.brief(context, "fct_person_deduction")))
        if not rows:
            states.empty("没有列入过待批扣清册")
            return
        table.show(
            [
                Column("生成日期", lambda row: formats.day(row["generated_date"]), "n"),
                Column("险种", lambda row: html.text(shared.insurance(known, row["insurance_code"])), "n"),
                Column("金额（元）", lambda row: formats.yuan(row["amount"]), "r"),
                Column("银行返回", state, "n"),
            ],
            rows[:24],
        )  # fmt: skip
        if len(rows) > 24:
            st.html(html.note(f"只列最近 24 次，另有 {len(rows) - 24} 次更早的。"))
