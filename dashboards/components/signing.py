"""Signing in and out on screen; the session itself is kept on the server."""

import json

import streamlit as st

from dashboards.access import accounts, sessions
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.demo import DEMO_ACCOUNTS
from dashboards.access.roles import User
from dashboards.components import html

TOKEN = "session_token"  # noqa: S105 - the key's name
_TICKET = "session_ticket"


def current() -> User | None:
    """The signed-in user, asked anew on every run: from this tab's session, else from the signed cookie."""
    user = sessions.user_of(st.session_state.get(TOKEN))
    if user is not None:
        return user
    st.session_state.pop(TOKEN, None)
    if st.session_state.get("signed_out"):
        return None
    token = sessions.unsign(_cookie())
    user = sessions.user_of(token)
    if user is not None:
        st.session_state[TOKEN] = token
    return user


def _cookie() -> str | None:
    try:
        value = st.context.cookies.get(sessions.COOKIE)
    except Exception:
        return None
    return value if isinstance(value, str) else None


def form() -> None:
    """The sign-in page."""
    with st.container(key="signin"):
        st.html(
            '<div class="sb-signin"><h1>社保费征管数据仓</h1><p>南宁市税务局 · 内部系统，仅限授权人员使用</p></div>'
        )
        with st.form("sign_in_form", enter_to_submit=True):
            login = st.text_input(
                "账号", key="login_name", max_chars=64, autocomplete="username", placeholder="请输入账号"
            )
            password = st.text_input(
                "口令", key="login_password", type="password", max_chars=128, autocomplete="current-password",
                placeholder="请输入口令",
            )  # fmt: skip
            sent = st.form_submit_button("登录", type="primary", width="stretch")
        if sent:
            outcome = accounts.sign_in(login or "", password or "")
            if outcome.user is None:
                st.html(f'<div class="sb-banner bad" role="alert">{html.text(outcome.message)}</div>')
            else:
                token, ticket = sessions.start(outcome.user)
                st.session_state[TOKEN], st.session_state[_TICKET] = token, ticket
                st.session_state.pop("signed_out", None)
                st.rerun()
        if accounts.is_demo_mode():
            rows = "".join(
                f"<tr><td class='n'><b>{html.text(demo.login)}</b></td><td class='n'>{html.text(demo.display_name)}</td>"
                f"<td>{html.text(demo.what)}</td></tr>"
                for demo in DEMO_ACCOUNTS
            )
            st.html(
                '<p class="sb-note">演示模式：以下账号口令均为 '
                f"<b>{DEMO_PASSWORD}</b>，数据由模拟器生成，不含真实个人信息。</p>"
                f'<div class="sb-scroll"><table class="sb-table">{rows}</table></div>'
            )


def hand_over_cookie() -> None:
    """Once after signing in: the browser exchanges a one-time ticket for the HttpOnly cookie."""
    ticket = st.session_state.pop(_TICKET, None)
    if ticket:
        st.html(
            "<script>fetch('/session/accept',{method:'POST',credentials:'same-origin',"
            f"headers:{{'X-Shebao-Ticket':{json.dumps(ticket)}}}}});</script>",
            unsafe_allow_javascript=True,
        )


def sign_out() -> None:
    """End the session on the server; the cookie is worth nothing from then on."""
    sessions.end(st.session_state.get(TOKEN))
    for key in list(st.session_state):
        del st.session_state[key]
    st.session_state["signed_out"] = True
