"""Sessions that are signed in now; one can be ended."""

import streamlit as st

from dashboards.access import administration, sessions
from dashboards.access.roles import User
from dashboards.components import html, states, table
from dashboards.components.table import Column
from dashboards.services import formats

_CHOSEN = "admin_session"


def show(user: User) -> None:
    """The list; a picked row asks before it ends."""
    living = sessions.living()
    with st.container(key="card_sessions"):
        st.html(html.title(f"{len(living)} 个登录", "点选一行可以结束它"))
        table.pick(
            "sessions",
            [
                Column("账号", lambda row: f'<span class="go">{html.text(row.login)}</span>', "n"),
                Column("姓名", lambda row: html.text(row.display_name), "n"),
                Column("水印码", lambda row: html.text(row.code), "n"),
                Column("地址", lambda row: html.text(row.client), "n hide-s"),
                Column("登录于", lambda row: formats.moment_beijing(row.created_at), "n hide-s"),
                Column("最近使用", lambda row: formats.moment_beijing(row.last_seen_at), "n"),
            ],
            living, key_of=lambda row: str(row.session_id), selected=str(st.session_state.get(_CHOSEN)), height=430,
            on_pick=lambda key: st.session_state.update({_CHOSEN: int(key) if key.isdigit() else None}),
        )  # fmt: skip
        chosen = next((row for row in living if row.session_id == st.session_state.get(_CHOSEN)), None)
        if chosen is None:
            return
        if chosen.code == user.session_code:
            states.banner("这是您自己的登录；要结束它，请用左侧的“退出登录”。")
            return
        st.button(
            f"结束 {chosen.display_name}（{chosen.login}）的这次登录", key="end_session", on_click=administration.end_session,
            args=(user, chosen.session_id),
        )  # fmt: skip
