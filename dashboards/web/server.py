"""The ASGI application: Streamlit, the session cookie's two routes, and headers that keep browsers at home."""

from pathlib import Path

import streamlit as st  # noqa: TID251 - this is where Streamlit is hosted
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.access import sessions

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


class SafeHeaders:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self.app(scope, receive, send_safe if scope["type"] == "http" else send)


async def accept(request: Request) -> Response:
    """Exchange a one-time ticket for the cookie. The header makes it a request that other sites cannot forge."""
    token = sessions.exchange_ticket(request.headers.get("x-shebao-ticket", ""))
    answer = Response(status_code=204 if token else 403)
    if token:
        answer.set_cookie(
            sessions.COOKIE, sessions.sign(token), httponly=True, samesite="strict", path="/",
            secure=request.url.scheme == "https", max_age=int(sessions.LIFETIME.total_seconds()),
        )  # fmt: skip
    return answer


app = st.App(
    Path(__file__).parent / "script.py",
    routes=[Route("/session/accept", accept, methods=["POST"])],
    middleware=[Middleware(SafeHeaders)],
)
