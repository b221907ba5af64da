"""The way through an identity provider: off to it, and back into a session of ours. Accounts, roles and scope stay ours; nobody is made here."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboards.access import accounts, audit, oidc, sessions
from dashboards.access.oidc import OidcError
from dashboards.web import entry
from dashboards.web.visitor import client_of, give_session

_COOKIE = "shebao_oidc"
_REFUSED = "没有登录成功，请重新登录；仍不成功请联系系统管理员。"
_NO_ACCOUNT = "身份认证已通过，但没有与之对应的账号，或账号已停用；请联系系统管理员。"
_BACK = "回到登录页"


async def start(request: Request) -> Response:
    """Send the browser to the provider."""
    try:
        to = oidc.provider()
        if to is None:
            return _said("没有配置统一身份认证。", 404)
        address, browser = await run_in_threadpool(oidc.begin, to, client_of(request.scope))
    except OidcError as error:
        return await _refused(request, error.reason)
    answer = RedirectResponse(address, status_code=302, headers={"cache-control": "no-store"})
    # Lax, not strict: the provider's answer comes as a navigation from another site.
    answer.set_cookie(
        _COOKIE, browser, httponly=True, samesite="lax", path="/oidc", secure=to.address.startswith("https:"),
        max_age=int(oidc.PENDING_SECONDS),
    )  # fmt: skip
    return answer


async def back(request: Request) -> Response:
    """Take the provider's answer: a session of ours begins, or nothing does."""
    asked = request.query_params
    try:
        to = oidc.provider()
        if to is None:
            return _said("没有配置统一身份认证。", 404)
        identity = await run_in_threadpool(
            oidc.finish, to, request.cookies.get(_COOKIE, ""), asked.get("state", ""), asked.get("code", "")
        )
    except OidcError as error:
        return await _refused(request, error.reason)
    return await run_in_threadpool(_begin, request, identity, to.address.startswith("https:"))


def _begin(request: Request, identity: str, secure: bool) -> Response:
    client = client_of(request.scope)
    user = accounts.of_outside(identity)
    if user is None:
        audit.record_stranger("oidc_refused", "no account", client)
        return _said(_NO_ACCOUNT, 403)
    # As with a password: whatever session this browser brought along ends, and the token is a new one.
    sessions.end(sessions.unsign(request.cookies.get(sessions.COOKIE)))
    token = sessions.start(user, client, outside=True)[0]
    audit.record_sign_in(user.login, "sign_in_outside", client=client)
    # A page, because an answer to another site's link brings no cookie along: the next request does.
    answer = entry.told("登录成功，正在打开……", _BACK, 200, '<meta http-equiv="refresh" content="0;url=/">')
    give_session(answer, token, secure=secure)
    answer.delete_cookie(_COOKIE, path="/oidc")
    return answer


async def _refused(request: Request, reason: str) -> Response:
    await run_in_threadpool(audit.record_stranger, "oidc_refused", reason, client_of(request.scope))
    return _said(_REFUSED, 403)


def _said(words: str, status: int) -> HTMLResponse:
    answer = entry.told(words, _BACK, status)
    answer.delete_cookie(_COOKIE, path="/oidc")
    return answer


ROUTES = [Route("/oidc/start", start, methods=["GET"]), Route("/oidc/back", back, methods=["GET"])]
