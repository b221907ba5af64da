"""The access log: search by account, subject, purpose, code and action; whether its chain holds."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from dashboards.access import audit, audit_search, exports, store
from dashboards.access.audit_search import Search
from dashboards.access.masking import is_id_number, masked
from dashboards.access.roles import User
from dashboards.components import address, html, states, table
from dashboards.components.table import Column
from dashboards.repositories import person
from dashboards.services import formats, log_words

PAGE_SIZE = 50
# A longer log is checked by the command line: nobody waits for a page that long.
VERIFIED_HERE = 300_000
_DAYS = {"1": "近 1 天", "7": "近 7 天", "31": "近 31 天", "366": "近一年", "0": "全部"}


def show(user: User) -> None:
    """Fields, then the events, newest first."""
    search, asked = _fields()
    _log_search(user, asked)
    found = audit_search.count(search)
    with st.container(key="card_log"):
        st.html(html.title(f"共 {found:,} 条", "新的在前 · 时间为北京时间"))
        if search.code:
            _resolve(search.code)
        if not found:
            states.empty("没有符合条件的记录", "可以放宽时间或去掉一个条件后再看。")
        else:
            slot = st.container()
            page = address.pager(found, PAGE_SIZE)
            with slot:
                _table(audit_search.find(search, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE))
    _chain(user)


def _table(rows: Sequence[Any]) -> None:
    table.show(
        [
            Column("编号", lambda row: html.text(row.id), "r hide-s"),
            Column("时间", lambda row: f"{formats.moment_beijing(row.at)}:{row.at:%S}", "n"),
            Column("账号", lambda row: f"<b>{html.text(row.login)}</b>", "n"),
            Column("事项", lambda row: html.badge(log_words.action(row.action), "bad" if row.action in log_words.BAD else "mute"), "c n"),
            Column("用途", lambda row: html.text(row.purpose), "w"),
            Column("内容", lambda row: html.text(log_words.detail(row)), "w hide-s"),
            Column("对象", lambda row: html.text(row.subject), "hide-s"),
            Column("水印码", lambda row: html.text(row.session_code), "n hide-s"),
            Column("地址", lambda row: html.text(row.client), "n hide-s"),
        ],
        rows,
    )  # fmt: skip


def _fields() -> tuple[Search, tuple[str, ...]]:
    with st.container(key="filters_log"):
        slots = st.columns([1, 1, 1.2, 1, 1.1, 0.9], vertical_alignment="bottom")
        typed = []
        # What is searched for names people: it stays in the session and never enters the address.
        for slot, (label, key, hint) in zip(slots[:4], (
            ("账号", "log_login", "登录名"), ("对象", "log_subject", "编号或证件号"), ("用途", "log_purpose", "其中的词"),
            ("水印码", "log_code", "8 位"),
        ), strict=True):  # fmt: skip
            with slot:
                value = st.text_input(
                    label,
                    key=key,
                    max_chars=120,
                    autocomplete="off",
                    placeholder=hint,
                    on_change=lambda: address.drop("page"),
                )
                typed.append((value or "").strip())
        with slots[4]:
            action = address.select(
                "事项", "action", ["", *log_words.ACTIONS], default="", names=lambda code: log_words.action(code) or "全部",
                resets=("page",),
            )  # fmt: skip
        with slots[5]:
            days = st.selectbox("时间", list(_DAYS), index=1, format_func=lambda code: _DAYS[code], key="log_days")
    since = None if days == "0" else store.now() - timedelta(days=int(days or 7))
    login, subject, purpose, code = typed
    # The log knows a person by a digest only; an id number leads to it and goes no further.
    subject = person.subject_of(subject) if is_id_number(subject) else subject
    actions = (action,) if action else ()
    return Search(login, subject, purpose, code, actions, since), (login, subject, purpose, code, action, str(days))


def _log_search(user: User, asked: tuple[str, ...]) -> None:
    """Searching the log is logged too, once for each question."""
    if st.session_state.get("log_asked") != asked:
        st.session_state["log_asked"] = asked
        login, subject, purpose, code, action, days = asked
        what = " ".join(
            f"{name}={value}"
            for name, value in (("login", login), ("code", code), ("action", action), ("days", days))
            if value
        )
        # Who typed an id number into another field by mistake leaves none in the log.
        audit.record_act(user, "audit_search", masked(subject), purpose=purpose, what=masked(what))


def _resolve(code: str) -> None:
    found, sheet = audit_search.session_of(code), exports.of_code(code)
    if sheet is not None:
        states.banner(
            f"导出码 {sheet.code}：账号 {sheet.login}，{formats.moment_beijing(sheet.requested_at)} 申请导出 {sheet.rule_id} {sheet.title}，"
            f"用途“{sheet.purpose}”，{formats.count(sheet.row_count)} 行。"
        )
        return
    if found is None:
        states.banner("这个码不属于任何一次登录或导出。")
        return
    login, began, client = found
    states.banner(
        f"水印码 {code.upper()}：账号 {login}，{formats.moment_beijing(began)} 登录，地址 {client or '未知'}。"
    )


def _chain(user: User) -> None:
    with st.container(key="card_chain"):
        st.html(html.title("日志是否完整", "每一行都带有前一行的散列；改、删、插、截都能查出"))
        if audit_search.newest_id() > VERIFIED_HERE:
            st.html(html.note("日志已很长，请由运维在命令行校验：python -m dashboards audit-verify。"))
        elif st.button("校验全部日志", key="verify_log"):
            verdict = audit_search.verify()
            audit.record_act(user, "audit_verified", "", what=f"broken={verdict.broken_id}", rows=verdict.rows)
            if verdict.holds:
                states.banner(
                    f"完整：共 {verdict.rows:,} 行，末行 {verdict.newest_id}，散列 {verdict.newest_hash[:16]}…",
                    tone="good",
                )
            else:
                states.banner(f"从第 {verdict.broken_id} 行起不再可信：{verdict.why}。", tone="bad")
        st.html(html.note("日志只增不改，至少保存三年，本系统没有删除日志的功能。"))
