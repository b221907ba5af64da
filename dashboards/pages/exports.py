"""导出登记: what was asked for and what left the system; agreeing to a request, and fetching what was agreed to."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.access import exports
from dashboards.access.exports import ExportRefusedError
from dashboards.access.roles import ROLE_NAMES, User
from dashboards.components import export_button, frame, html, states, table
from dashboards.components.table import Column
from dashboards.services import formats

_CHOSEN, _LINK = "export_chosen", "register_link"
_STATES = {
    "requested": ("待审批", "warn"), "approved": ("可下载", "good"), "rejected": ("未同意", "bad"), "making": ("生成中", "mute"),
    "made": ("已导出", "mute"), "failed": ("未生成", "bad"), "expired": ("已过期", "mute"),
}  # fmt: skip


def show(user: User) -> None:
    """The register, and the chosen entry below it."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    whole = user.approves_exports
    subtitle = "全市的清单导出与审批" if whole else "本人的清单导出"
    frame.plain_head("导出登记", subtitle, f"截至 {now:%Y-%m-%d %H:%M}")
    rows = exports.register(user)
    with st.container(key="card_exports"):
        waiting = sum(1 for row in rows if exports.state_of(row) == "requested")
        st.html(html.title(f"共 {len(rows)} 条", f"待审批 {waiting} 条 · 点选一行办理" if waiting else "点选一行查看"))
        if not rows:
            states.empty(
                "还没有导出", "在疑点数据的清单上用“导出”申请。" if not whole else "各单位申请导出后在这里审批。"
            )
            return
        table.pick(
            "exports",
            [
                Column("申请时间", lambda row: formats.moment_beijing(row.requested_at), "n hide-s"),
                Column("申请人", _who, "n"),
                Column("清单", lambda row: f'<span class="go">{html.text(row.rule_id)}　{html.text(row.title)}</span>', "w"),
                Column("用途", lambda row: html.text(row.purpose), "w hide-s"),
                Column("行数", _rows, "r"),
                Column("状态", _state, "c n"),
                Column("审批", lambda row: html.text(row.decided_by), "n hide-s"),
                Column("导出码", lambda row: html.text(row.code), "n hide-s"),
            ],
            rows, key_of=lambda row: str(row.id), selected=str(st.session_state.get(_CHOSEN)), height=480,
            on_pick=lambda key: st.session_state.update({_CHOSEN: int(key) if key.isdigit() else None, _LINK: None}),
        )  # fmt: skip
    chosen = next((row for row in rows if row.id == st.session_state.get(_CHOSEN)), None)
    if chosen is not None:
        _one(user, chosen)


def _who(row: Any) -> str:
    role = ROLE_NAMES.get(row.role, row.role)
    return f"<b>{html.text(row.display_name)}</b><br><small>{html.text(row.login)} {html.text(role)}</small>"


def _rows(row: Any) -> str:
    return formats.count(row.expected_rows if row.row_count is None else row.row_count)


def _state(row: Any) -> str:
    name, tone = _STATES[exports.state_of(row)]
    return html.badge(name, tone)


def _one(user: User, row: Any) -> None:
    state = exports.state_of(row)
    with st.container(key="card_export"):
        st.html(html.title(f"{row.rule_id}　{row.title}", _STATES[state][0]))
        st.html(html.facts([
            ("申请人", f"{row.display_name}（{row.login}）"), ("用途", row.purpose), ("行数", _rows(row)),
            ("审批", f"{row.decided_by} {formats.moment_beijing(row.decided_at)}" if row.decided_at else "—"),
            ("导出于", formats.moment_beijing(row.made_at)), ("数据快照", row.snapshot or "—"), ("导出码", row.code),
            ("文件散列 SHA-256", row.sha256 or "—"),
        ]))  # fmt: skip
        if state == "requested" and user.approves_exports and row.account_id != user.account_id:
            slots = st.columns([1, 1, 4])
            with slots[0]:
                st.button(
                    "同意",
                    key="agree",
                    type="primary",
                    width="stretch",
                    on_click=exports.decide,
                    args=(user, row.id),
                    kwargs={"agreed": True},
                )
            with slots[1]:
                st.button(
                    "不同意",
                    key="disagree",
                    width="stretch",
                    on_click=exports.decide,
                    args=(user, row.id),
                    kwargs={"agreed": False},
                )
        if state == "approved" and row.account_id == user.account_id and row.rule_id == exports.BATCH:
            st.html(html.note("名单不保存：在“批量查询”重新上传同一份名单并按同样的内容查询后，在那里下载。"))
        elif state == "approved" and row.account_id == user.account_id:
            st.button("生成下载链接", key="fetch", type="primary", on_click=_fetch, args=(user, row.id))
            made = st.session_state.get(_LINK)
            if made and made[0] == row.id:
                export_button.link(made[1])


def _fetch(user: User, number: int) -> None:
    try:
        st.session_state[_LINK] = (number, exports.ticket(user, number))
    except ExportRefusedError:
        st.session_state[_LINK] = None
