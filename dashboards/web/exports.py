"""The way of exports: a ticket of the own session is exchanged once for an Excel file, which is made, noted and deleted."""

import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from common import paths
from dashboards.access import audit, exports
from dashboards.access.exports import ExportRefusedError
from dashboards.access.models import Export
from dashboards.access.roles import User
from dashboards.components.watermark import WORDS
from dashboards.repositories import findings, names
from dashboards.repositories.findings import Filter, ListFilter
from dashboards.services import catalogue, export_lists, formats, values, workbook
from dashboards.services.catalogue import Rule
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
    try:
        name = _make(user, row, file)
    except Exception as error:
        file.unlink(missing_ok=True)
        exports.fail(user, row, type(error).__name__)
        return PlainTextResponse("文件未能生成，请重新申请", status_code=500)
    return FileResponse(
        file, media_type=_TYPE, filename=name, headers={"cache-control": "no-store"},
        background=BackgroundTask(file.unlink, missing_ok=True),
    )  # fmt: skip


def _sweep(folder: Path) -> None:
    """Files are deleted when they are sent; what a broken connection left behind goes an hour later."""
    for old in folder.glob("*.xlsx"):
        if time.time() - old.stat().st_mtime > 3600:
            old.unlink(missing_ok=True)


def _make(user: User, row: Export, file: Path) -> str:
    """Write the file of an agreed export and note its rows and hash; returns its name."""
    filters: dict[str, Any] = json.loads(row.filters)
    rule = next(rule for rule in catalogue.rules(findings.rules(user)) if rule.rule_id == row.rule_id)
    info = names.published(user)
    as_of = date.fromisoformat(str(info["as_of"])[:10])
    known = values.Names(names.codes(user), names.bureaus(user), names.insurance_items(user), names.agencies(user))
    fields, rows = _content(user, rule, filters, f"导出：{row.purpose}", known)
    written = workbook.write(file, _about(user, row, rule, filters, as_of, known), fields, rows)
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(1 << 20):
            digest.update(part)
    exports.finish(
        user,
        row,
        rows=written,
        size=file.stat().st_size,
        sha256=digest.hexdigest(),
        snapshot=str(info.get("snapshot_id", "")),
    )
    return export_lists.file_name(rule, as_of, row.code)


def _content(
    user: User, rule: Rule, filters: dict[str, Any], purpose: str, known: values.Names
) -> tuple[list[workbook.Field], Iterator[dict[str, Any]]]:
    limit = exports.max_rows()
    if filters["kind"] == "findings":
        chosen = Filter(
            rule.rule_id,
            filters["state"],
            filters["bureau_code"],
            filters["reason_code"],
            filters["min_age"],
            filters["max_age"],
        )
        return export_lists.finding_fields(rule, known), findings.stream(
            user, purpose, chosen, sort=filters["sort"], limit=limit
        )
    chosen_list = ListFilter(filters["bureau_code"], filters["period"], filters["reason_code"])
    rows = findings.list_stream(user, purpose, rule.model_name, chosen_list, limit=limit)
    first = next(rows, None)
    if first is None:
        return [workbook.Field("没有记录", lambda row: None)], iter(())
    return export_lists.table_fields(rule, first, known), chain([first], rows)


def _about(
    user: User, row: Export, rule: Rule, filters: dict[str, Any], as_of: date, known: values.Names
) -> workbook.About:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    who = f"{WORDS}　{user.display_name} {user.login} {now:%Y-%m-%d %H:%M} {row.code}"
    return workbook.About(
        f"{rule.rule_id} {rule.title}",
        (
            ("数据截至", formats.day(as_of)),
            ("数据范围", f"{user.scope.label}（按登录账号的范围取数，已脱敏）"),
            ("筛选", export_lists.filter_words(rule, filters, known.bureaus)),
            ("口径", rule.description),
            ("用途", row.purpose),
            ("导出", f"{user.display_name}（{user.login}） {now:%Y-%m-%d %H:%M}　导出码 {row.code}"),
        ),
        who, row.code,
    )  # fmt: skip
