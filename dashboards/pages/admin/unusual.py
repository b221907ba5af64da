"""Unusual use: findings of their own, closed with a note."""

import streamlit as st

from dashboards.access import unusual
from dashboards.access.roles import User
from dashboards.components import html, states, table
from dashboards.components.table import Column
from dashboards.services import formats

_CHOSEN = "admin_use"


def show(user: User) -> None:
    """The list; a picked row is closed with what was found out."""
    unusual.scan()
    every = st.toggle("含已办结", key="use_all")
    found = unusual.findings(open_only=not every)
    with st.container(key="card_use"):
        st.html(html.title(f"{len(found)} 条异常使用", "每天每人每类一条 · 点选一行办结"))
        if not found:
            states.empty("没有未办结的异常使用", _rules())
            return
        table.pick(
            "use",
            [
                Column("日期", lambda row: formats.day(row.day), "n"),
                Column("账号或地址", lambda row: f'<span class="go">{html.text(row.who)}</span>', "n"),
                Column("异常", lambda row: html.text(unusual.TITLES.get(row.kind, row.kind)), "w"),
                Column("次数或行数", lambda row: f"<b>{row.count:,}</b>", "r"),
                Column("日志编号", lambda row: f"{row.first_event_id}–{row.last_event_id}", "n hide-s"),
                Column("状态", lambda row: html.badge("已办结", "good") if row.handled_at else html.badge("待核实", "warn"), "c n"),
                Column("办结说明", lambda row: html.text(f"{row.handled_by}：{row.note}" if row.note else ""), "hide-s"),
            ],
            found, key_of=lambda row: str(row.id), selected=str(st.session_state.get(_CHOSEN)), height=430,
            on_pick=lambda key: st.session_state.update({_CHOSEN: int(key) if key.isdigit() else None}),
        )  # fmt: skip
        chosen = next((row for row in found if row.id == st.session_state.get(_CHOSEN) and not row.handled_at), None)
        if chosen is not None:
            note = st.text_input(
                "核实情况", key="use_note", max_chars=200, autocomplete="off", placeholder="核实到什么、如何处理"
            )

            def close() -> None:
                if (note or "").strip():
                    unusual.handle(user, chosen.id, str(note))
                    st.session_state.pop("use_note", None)

            st.button("办结", key="close_use", on_click=close, disabled=not (note or "").strip())
        st.html(html.note(_rules()))


def _rules() -> str:
    return (
        "；".join(f"{kind.title}：{kind.least:,} {'行' if kind.counts_rows else '次'}起" for kind in unusual.KINDS)
        + "。"
    )
