"""The ASGI application: Streamlit, the session cookie's route, the ways of exports, uploaded lists and signatures, and guards around all of it."""

import logging
import re
from pathlib import Path
from urllib.parse import unquote

import streamlit as st  # noqa: TID251 - this is where Streamlit is hosted
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.access import audit, sessions
from dashboards.access.masking import masked
from dashboards.components import incident
from dashboards.web import consent, entry, lists, oidc
from dashboards.web.exports import download
from dashboards.web.visitor import CLIENT_HEADER, client_of, give_session, user_of

# Streamlit's own front end needs inline styles, inline scripts and eval; nothing may be fetched from elsewhere.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: blob: data:; worker-src 'self' blob:;"
    " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
# Streamlit serves what these hold to anybody who knows the address; here only to people who are signed in.
_CLOSED = ("/media/", "/_stcore/upload_file/")
_CLOSED_STATIC = "/app/static/"
# Paths that reach for files of the machine. No browser sends one by itself: it tidies an address first, and asks for /.well-known at most.
_REACHING = re.compile(r"(^|/)\.(?!well-known(/|$))|^//|[\\\0]|\.(sqlite|duckdb|toml)\b")


class Guards:
    """Adds the headers to every answer, names the visitor's address to the pages, closes addresses to strangers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        if scope["type"] in ("http", "websocket"):
            # What the browser says of its own address is thrown away.
            kept = [header for header in scope["headers"] if header[0].lower() != CLIENT_HEADER.encode()]
            scope = {**scope, "headers": [*kept, (CLIENT_HEADER.encode(), client_of(scope).encode())]}
        if scope["type"] == "http":
            if _is_closed(scope["path"]) and not await _may_pass(scope):
                await PlainTextResponse("请先登录", status_code=403)(scope, receive, send_safe)
                return
            if _is_reaching(scope["path"]):
                await run_in_threadpool(_log_reaching, scope)
                await PlainTextResponse("没有这个地址", status_code=404)(scope, receive, send_safe)
                return
            await self.app(scope, receive, send_safe)
            return
        await self.app(scope, receive, send)


def _is_closed(path: str) -> bool:
    """Whether an address is for people who are signed in. Streamlit's own /static/media holds its fonts and is for all."""
    head = f"{path.split('/static/', 1)[0]}/"
    return _CLOSED_STATIC in path or any(part in head for part in _CLOSED)


def _is_reaching(path: str) -> bool:
    """Whether an address climbs, hides behind a dot or names what the program keeps. The server decoded it once, a second layer is looked under."""
    return _REACHING.search(path) is not None or _REACHING.search(unquote(path)) is not None


def _log_reaching(scope: Scope) -> None:
    user, what = user_of(Request(scope)), masked(scope["path"])
    if user is None:
        audit.record_stranger("address_refused", what, client_of(scope))
    else:
        audit.record_refusal(user, "地址", what)


async def _may_pass(scope: Scope) -> bool:
    request = Request(scope)
    if await run_in_threadpool(user_of, request) is not None:
        return True
    await run_in_threadpool(audit.record_stranger, "address_refused", masked(scope["path"]), client_of(scope))
    return False


async def accept(request: Request) -> Response:
    """Exchange a one-time ticket for the cookie. The header makes it a request that other sites cannot forge."""
    token = sessions.exchange_ticket(request.headers.get("x-shebao-ticket", ""))
    answer = Response(status_code=204 if token else 403)
    if token:
        give_session(answer, token, secure=request.url.scheme == "https")
    else:
        await run_in_threadpool(audit.record_stranger, "ticket_refused", request.url.path, client_of(request.scope))
    return answer


# Streamlit logs an error of the script before it asks anybody, with all its words.
logging.getLogger("streamlit.error_util").addFilter(incident.Wordless())

app = st.App(
    Path(__file__).parent / "script.py",
    routes=[
        Route("/session/accept", accept, methods=["POST"]),
        Route("/export/{ticket}", download, methods=["GET"]),
        Route("/list", lists.receive, methods=["POST"]),
        *consent.ROUTES,
        *oidc.ROUTES,
        *entry.ROUTES,
    ],
    middleware=[Middleware(Guards), Middleware(entry.NoPage)],
    on_script_error=incident.caught,
)
