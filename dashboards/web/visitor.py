"""Who sends a request: the address as the server saw it, and the user of a cookie whose signature holds; and that cookie."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from dashboards.access import audit, sessions
from dashboards.access.roles import User
from dashboards.components.signing import CLIENT_HEADER

__all__ = ["CLIENT_HEADER", "client_of", "give_session", "user_of"]


def client_of(scope: Scope) -> str:
    """The other end's address."""
    client = scope.get("client")
    return str(client[0])[:64] if client else ""


def user_of(request: Request) -> User | None:
    """The signed-in user of a request; a cookie that nobody here signed is logged, and so is one of a dead session."""
    value = request.cookies.get(sessions.COOKIE)
    token = sessions.unsign(value)
    if value and token is None:
        audit.record_stranger("cookie_refused", request.url.path, client_of(request.scope))
    user = sessions.user_of(token, client_of(request.scope))
    return None if user is None or user.must_wait else user


def give_session(answer: Response, token: str, *, secure: bool) -> None:
    """Let the browser keep a session: no script reads the cookie, and no other site's request brings it along."""
    answer.set_cookie(
        sessions.COOKIE, sessions.sign(token), httponly=True, samesite="strict", path="/", secure=secure,
        max_age=int(sessions.lifetime().total_seconds()),
    )  # fmt: skip
