"""The way of exports: a ticket of the own session is exchanged once for an Excel file, which is made, noted and deleted."""

import json
import secrets
import time
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from common import paths
from dashboards.access import audit, exports, uploads
from dashboards.access.exports import ExportRefusedError
from dashboards.web import workshop
from dashboards.web.export_files import BATCH
from dashboards.web.visitor import client_of, user_of

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def download(request: Request) -> Response:
    """Answer with the file, or say no and log it."""
    return await run_in_threadpool(_answer, request)


def _answer(request: Request) -> Response:
    client = client_of(request.scope)
    user = user_of(request)
    if user is None:
        audit.record_stranger("ticket_refused", "导出：未登录", client)
        return PlainTextResponse("请先登录", status_code=403)
    try:
        row = exports.redeem(user, request.path_params["ticket"])
    except ExportRefusedError as error:
        audit.record_stranger("ticket_refused", f"导出：{user.login}", client)
        return PlainTextResponse(str(error), status_code=403)
    folder = paths.var_dir() / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    file = folder / f"{secrets.token_hex(12)}.xlsx"
    asked = uploads.held(user, row.id) if json.loads(row.filters).get("kind") == BATCH else None
    made = workshop.make(user, row, file, asked)
    if made.trouble:
        return PlainTextResponse(
            f"文件没有生成，出错编号 {made.trouble}。请回到原来的页面重新申请导出；仍然不行的，把编号告诉运维人员，编号可在日志中查到原因。",
            status_code=500,
        )
    return FileResponse(
        file, media_type=_TYPE, filename=made.name, headers={"cache-control": "no-store"},
        background=BackgroundTask(file.unlink, missing_ok=True),
    )  # fmt: skip


def _sweep(folder: Path) -> None:
    """Files are deleted when they are sent; what a broken connection left behind goes an hour later."""
    for old in folder.glob("*.xlsx"):
        if time.time() - old.stat().st_mtime > 3600:
            old.unlink(missing_ok=True)
