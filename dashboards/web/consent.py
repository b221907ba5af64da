"""The page that a phone opens by the square code of a consent, and the way its signature comes back: by ticket, without signing in."""

from html import escape
from pathlib import Path
from string import Template

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboards.access import audit, consent, promises, signature
from dashboards.access.signature import SignatureError
from dashboards.web import bodies
from dashboards.web.entry import told
from dashboards.web.visitor import client_of

_PAGE = Template((Path(__file__).parent / "consent.html").read_text(encoding="utf-8"))
_GONE = "二维码已失效或已用过，请在电脑上换一个二维码再扫。"
_NO_STORE = {"cache-control": "no-store"}


async def _form(request: Request) -> Response:
    """What is promised, who signs, and the field to sign in."""
    user = consent.signer_of(request.path_params["ticket"])
    if user is None:
        await _refuse(request)
        return told(_GONE, "登录", 403)
    page = _PAGE.substitute(
        title=escape(promises.TITLE), version=escape(promises.VERSION), name=escape(user.display_name), login=escape(user.login),
        promises="".join(f"<li>{escape(line)}</li>" for line in promises.PROMISES), wide=signature.WIDTH, high=signature.HEIGHT,
    )  # fmt: skip
    return HTMLResponse(page, headers=_NO_STORE)


async def _receive(request: Request) -> Response:
    """Take a signature; one that is none leaves the ticket open, so that the phone can be signed on again."""
    ticket = request.path_params["ticket"]
    if consent.signer_of(ticket) is None:
        await _refuse(request)
        return PlainTextResponse(_GONE, status_code=403)
    try:
        content = await bodies.within(request, signature.MOST_BYTES)
    except ClientDisconnect:
        return Response(status_code=400)
    if content is None:
        return PlainTextResponse("签字数据过大，请重写。", status_code=413)
    try:
        signed = await run_in_threadpool(signature.read, content)
    except SignatureError as error:
        return PlainTextResponse(str(error), status_code=422)
    if not consent.hand_in(ticket, signed):
        await _refuse(request)
        return PlainTextResponse(_GONE, status_code=403)
    return Response(status_code=204, headers=_NO_STORE)


async def _refuse(request: Request) -> None:
    await run_in_threadpool(audit.record_stranger, "ticket_refused", "同意书签字", client_of(request.scope))


ROUTES = [Route("/consent/{ticket}", _form, methods=["GET"]), Route("/consent/{ticket}", _receive, methods=["POST"])]
