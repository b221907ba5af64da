"""Signing in and out and changing the password on screen; the session itself is kept on the server."""

import json

import streamlit as st

from dashboards.access import accounts, audit, oidc, passwords, sessions
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.demo import DEMO_ACCOUNTS
from dashboards.access.roles import User
from dashboards.components import html, states

TOKEN = "session_token"  # noqa: S105 - the key's name
CHANGING = "changing_password"
_CHANGED = "changed_password"
CLIENT_HEADER = "x-shebao-client"
_TICKET = "session_ticket"


def current() -> User | None:
    """The signed-in user, asked anew on every run: from this tab's session, else from the signed cookie."""
    user = sessions.user_of(st.session_state.get(TOKEN))
    if user is not None:
        return user
    st.session_state.pop(TOKEN, None)
    if st.session_state.get("signed_out"):
        return None
    token = _cookie_token()
    user = sessions.user_of(token)
    if user is not None:
        st.session_state[TOKEN] = token
    return user


def client() -> str:
    """The visitor's address as the server saw it; the header is set by our own middleware, never by the browser."""
    try:
        return str(st.context.headers.get(CLIENT_HEADER) or "")
    except Exception:
        return ""


def _cookie_token() -> str | None:
    value = _cookie()
    token = sessions.unsign(value)
    if value and token is None and not st.session_state.get("forged_cookie"):
        st.session_state["forged_cookie"] = True
        audit.record_stranger("cookie_refused", "页面", client())
    return token


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
            outcome = accounts.sign_in(login or "", password or "", client())
            if outcome.user is None:
                _complaint(outcome.message)
            else:
                # Whatever session this browser brought along ends here: nobody works on in one that was planted.
                sessions.end(sessions.unsign(_cookie()))
                _begin(outcome.user)
                st.rerun()
        _outside()
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


def _outside() -> None:
    """The way through an identity provider, where one is configured."""
    try:
        to = oidc.provider()
    except oidc.OidcError:
        # Somebody has to read the log and mend the configuration; local accounts go on.
        st.html(html.note("统一身份认证配置有误，请联系系统管理员；可用本地账号登录。"))
        return
    if to is not None:
        st.html(f'<a class="sb-download" href="/oidc/start" target="_self">用{html.text(to.name)}登录</a>')


def _begin(user: User) -> None:
    token, ticket = sessions.start(user, client())
    st.session_state[TOKEN], st.session_state[_TICKET] = token, ticket
    st.session_state.pop("signed_out", None)


def _complaint(words: str) -> None:
    st.html(f'<div class="sb-banner bad" role="alert">{html.text(words)}</div>')


def change_form(user: User) -> None:
    """Change the own password: forced after the first sign-in, otherwise when asked for."""
    forced = user.must_change
    with st.container(key="signin"):
        why = "首次登录或口令重置后，须先改成只有本人知道的口令。" if forced else "改好后，本账号在别处的登录全部结束。"
        st.html(f'<div class="sb-signin"><h1>修改口令</h1><p>{why}</p></div>')
        with st.form("change_form", enter_to_submit=True, clear_on_submit=True):
            fields = (
                ("原口令", "old_password", "current-password"),
                ("新口令", "new_password", "new-password"),
                ("再输一次新口令", "new_again", "new-password"),
            )
            old, new, again = (
                st.text_input(label, key=key, type="password", max_chars=128, autocomplete=kind, placeholder="请输入")
                for label, key, kind in fields
            )
            sent = st.form_submit_button("确定", type="primary", width="stretch")
        st.html(html.note(
            f"至少 {passwords.MIN_LENGTH} 个字符，含大写字母、小写字母、数字、符号中的三类；不含账号、姓名和常见的词。"
        ))  # fmt: skip
        if sent:
            message = (
                "两次输入的新口令不一致。" if new != again else accounts.change_password(user, old or "", new or "")
            )
            if message:
                _complaint(message)
            else:
                # A new token for this tab too: the one that was known before the change is worth nothing.
                sessions.end_all(user.account_id)
                _begin(user)
                st.session_state.pop(CHANGING, None)
                st.session_state[_CHANGED] = True
                st.rerun()
        if forced:
            st.button("退出登录", key="sign_out", on_click=sign_out, width="stretch")
        else:
            st.button(
                "取消", key="cancel_change", on_click=lambda: st.session_state.pop(CHANGING, None), width="stretch"
            )


def say_changed() -> None:
    """Once after the password was changed: that it was."""
    if st.session_state.pop(_CHANGED, False):
        states.banner("口令已修改，本账号在别处的登录已全部结束。", tone="good")


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
