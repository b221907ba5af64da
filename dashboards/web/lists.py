"""The way of uploaded lists: a ticket of the own session takes one file, which is read within limits and forgotten; only its numbers remain."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from dashboards.access import audit, uploads
from dashboards.access.roles import User
from dashboards.access.uploads import UploadRefusedError
from dashboards.services import uploaded
from dashboards.services.uploaded import ListError
from dashboards.web import bodies
from dashboards.web.visitor import client_of, user_of

TICKET_HEADER = "x-shebao-list"


async def receive(request: Request) -> Response:
    """Take a list, or say why not. The header makes it a request that other sites cannot forge."""
    user = await run_in_threadpool(user_of, request)
    if user is None:
        await run_in_threadpool(audit.record_stranger, "address_refused", "名单：未登录", client_of(request.scope))
        return PlainTextResponse("请先登录", status_code=403)
    ticket = request.headers.get(TICKET_HEADER, "")
    try:
        kind = uploads.redeem(user, ticket)
    except UploadRefusedError as error:
        await run_in_threadpool(
            audit.record_stranger, "ticket_refused", f"名单：{user.login}", client_of(request.scope)
        )
        return PlainTextResponse(str(error), status_code=403)
    try:
        content = await bodies.within(request, uploaded.MOST_BYTES)
    except ClientDisconnect:
        # Nobody waits for an answer; the ticket is used up, and the page makes another.
        return Response(status_code=400)
    if content is None:
        return await run_in_threadpool(_refuse, user, ticket, kind, uploaded.too_large(), 413)
    return await run_in_threadpool(_read, user, ticket, kind, content)


def _read(user: User, ticket: str, kind: str, content: bytes) -> Response:
    try:
        found = uploaded.read(content, kind)
    except ListError as error:
        return _refuse(user, ticket, kind, str(error), 422)
    uploads.leave(user, ticket, found)
    return Response(status_code=204, headers={"cache-control": "no-store"})


def _refuse(user: User, ticket: str, kind: str, why: str, status: int) -> Response:
    """Tell the page and the log why; neither hears a value of the file."""
    uploads.leave(user, ticket, why)
    audit.record_act(user, "upload_refused", f"list:{kind}", purpose="批量查询", what=why)
    return PlainTextResponse(why, status_code=status)
