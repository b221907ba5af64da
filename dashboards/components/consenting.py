"""The page of the consent: its text, the square code that a phone signs with, and the signature that came back, to be submitted."""

from functools import partial
from urllib.parse import urlsplit

import segno
import streamlit as st

from dashboards.access import consent, promises
from dashboards.access.roles import User
from dashboards.access.signature import Signature
from dashboards.components import html, signing

_TICKET, _SIGNED = "consent_ticket", "consent_signature"
# A phone cannot reach a page by these names: they mean the phone itself.
_HERE = ("localhost", "127.0.0.1", "::1")
_POLL_SECONDS = 2


def form(user: User) -> None:
    """What stands before all pages until the consent is signed by hand and submitted."""
    with st.container(key="signin"):
        st.html(
            f'<div class="sb-signin"><h1>{html.text(promises.TITLE)}</h1>'
            f"<p>{html.text(promises.VERSION)} · 手写签字并提交后方可使用本系统</p></div>"
        )
        st.html(f"<p>本人承诺：</p><ol>{''.join(f'<li>{html.text(line)}</li>' for line in promises.PROMISES)}</ol>")
        if _SIGNED in st.session_state:
            _submit(user)
        else:
            _ask(user)
        st.button("退出登录", key="sign_out", on_click=signing.sign_out, width="stretch")


def _ask(user: User) -> None:
    """The square code, looked behind every other second until something was signed with it."""
    if _TICKET not in st.session_state:
        st.session_state[_TICKET] = consent.ticket(user)
    ticket = st.session_state[_TICKET]
    st.fragment(partial(_wait, user, ticket), run_every=_POLL_SECONDS if consent.is_open(user, ticket) else None)()


def _wait(user: User, ticket: str) -> None:
    signed = consent.collect(user, ticket)
    if signed is not None:
        st.session_state[_SIGNED] = signed
        st.session_state.pop(_TICKET, None)
        st.rerun()
    if not consent.is_open(user, ticket):
        st.html(html.note("二维码已过期。"))
        st.button(
            "换一个二维码", key="consent_anew", width="stretch", on_click=lambda: st.session_state.pop(_TICKET, None)
        )
        return
    path, origin = f"/consent/{ticket}", _origin()
    host = urlsplit(origin).hostname or ""
    if origin:
        st.html(f'<div class="sb-scan"><img src="{square_code(origin + path)}" alt="签字二维码"></div>')
    words = f"请用手机扫描二维码，在手机上手写本人姓名。二维码 {consent.TICKET_SECONDS // 60} 分钟内有效，只能用一次。"
    if host in _HERE or not origin:
        words = "本页是用本机地址打开的，手机连不到；请改用服务器地址打开后扫描二维码，或者直接在本机签字。"
    st.html(html.note(words))
    st.html(f'<a class="sb-download" href="{path}" target="_blank" rel="noopener">在本机签字（触屏、手写板或鼠标）</a>')


def _submit(user: User) -> None:
    signed = st.session_state[_SIGNED]
    show_signature(signed, user.display_name)
    st.html(html.note(f"签字已传回。请核对是否为本人姓名“{html.text(user.display_name)}”，无误后提交。"))
    st.button("提交同意书", key="consent_submit", type="primary", width="stretch", on_click=_give, args=(user,))
    st.button("重新签字", key="consent_again", width="stretch", on_click=lambda: st.session_state.pop(_SIGNED, None))


def _give(user: User) -> None:
    # Asked anew: the session may have ended while the page stood.
    if signing.current() is not None:
        consent.give(user, st.session_state.pop(_SIGNED), signing.client())


def show_signature(signed: Signature, name: str) -> None:
    """A signature as it was drawn; `name` is whose it is."""
    st.html(f'<div class="sb-signed"><img src="{signed.picture()}" alt="{html.text(name)}的手写签字"></div>')


def square_code(words: str) -> str:
    """A square code as the address of a picture."""
    return str(segno.make(words, micro=False, error="m").svg_data_uri(scale=4, border=4, encode_minimal=False))


def _origin() -> str:
    """The dashboard's address as this browser sees it, without a path; empty where it is not known."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
