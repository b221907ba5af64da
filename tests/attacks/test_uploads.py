"""Uploaded lists as weapons: too large, packed too tightly, something else under a list's name, from strangers, twice. None is read, each is logged."""

import asyncio
import contextlib
import http.client
import io
import re
import struct
import zipfile
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access import accounts, audit_search, sessions, uploads
from dashboards.access.audit_search import Search
from dashboards.access.roles import User
from dashboards.services import uploaded
from dashboards.services.uploaded import ListError
from dashboards.web import bodies, lists
from tests.attacks.conftest import Server
from tests.dashboards.test_bulk import sheet


def package(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip that claims to be Excel's."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as book:
        for name, body in {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", **parts}.items():
            book.writestr(name, body)
    return out.getvalue()


def lying(content: bytes, part: str, claimed: int) -> bytes:
    """The same package, whose directory and header claim another size for a part."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        info = book.getinfo(part)
    struct.pack_into("<I", changed, info.header_offset + 22, claimed)
    name = part.encode()
    at = content.rindex(name) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", changed, at + 24, claimed)
    return bytes(changed)


BOMB = package({"xl/worksheets/sheet1.xml": b"0" * (9 * 1024 * 1024)})
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
FORGED = {
    "a bomb of one part": (BOMB, "压缩比"),
    "a bomb over the whole": (
        package({f"xl/worksheets/sheet{n}.xml": b"0" * (3 * 1024 * 1024) for n in range(5)}), "解压后超过",
    ),
    "many parts": (package({f"xl/x{n}.xml": b"x" for n in range(300)}), "内部结构"),
    "a directory that lies small": (lying(BOMB, "xl/worksheets/sheet1.xml", 1000), "损坏|打不开"),
    "a bomb in a bomb": (package({"xl/media/inner.zip": BOMB}), "打不开"),
    "entities": (package({"xl/worksheets/sheet1.xml": ENTITIES}), "不允许的声明"),
    "entities in utf-16": (package({"xl/worksheets/sheet1.xml": ENTITIES.decode().encode("utf-16")}), "不允许的声明"),
    "entities under another name": (package({"xl/worksheets/sheet1.bin": ENTITIES}), "不允许的声明"),
    "another way of packing": (package({"xl/x.xml": b"x"}, method=zipfile.ZIP_LZMA), "压缩方式"),
    "macros": (package({"xl/vbaProject.bin": b"x"}), "带宏"),
    "a document of Word": (package({"word/document.xml": b"x"}).replace(b"xl/workbook.xml", b"xl/workbooq.xml"), "不是 Excel"),
    "torn": (BOMB[:200], "损坏"),
    "old or locked Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "旧版 Excel"),
    "a PDF": (b"%PDF-1.7\n", "PDF"),
    "a program": (b"MZ\x90\0", "不是表格"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "图片"),
    "binary": (b"900001\n\0\1\2", "不是表格"),
    "nothing but line ends": (b"900001\n" + b"\n" * 900_000 + b"900002\n", "空行太多"),
    "too large": (b"900001\n" * 200_000, "超过 1024 KB"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_what_is_no_list_is_not_read(what: str) -> None:
    content, words = FORGED[what]
    with pytest.raises(ListError, match=words):
        uploaded.read(content, "unit")


def signed_in(login: str) -> tuple[User, str]:
    """Somebody with a session, and its token."""
    found = accounts.find(login)
    assert found is not None
    token = sessions.start(found)[0]
    mine = sessions.user_of(token)
    assert mine is not None
    return mine, token


async def upload(token: str, ticket: str, content: bytes) -> Response:
    """One upload through our own route, as the component sends it."""
    parts = [content[at : at + 65536] for at in range(0, len(content), 65536)]
    told = iter(
        [
            {"type": "http.request", "body": part, "more_body": place < len(parts) - 1}
            for place, part in enumerate(parts)
        ]
    )

    async def receive() -> dict[str, Any]:
        return next(told)

    cookie = f"{sessions.COOKIE}={sessions.sign(token)}".encode()
    headers = [(b"cookie", cookie), (lists.TICKET_HEADER.encode(), ticket.encode())]
    scope = {"type": "http", "method": "POST", "path": "/list", "headers": headers, "client": ("127.0.0.5", 1)}
    return await lists.receive(Request(scope, receive))


@pytest.mark.parametrize("what", FORGED)
def test_what_is_no_list_is_refused_and_logged_on_its_way_in(own: None, what: str) -> None:
    """With a valid ticket: the answer, the page and the log say why, and none of them what was in it."""
    content, words = FORGED[what]
    mine, token = signed_in("qingxiu")
    ticket = uploads.ticket(mine, "unit")
    answer = asyncio.run(upload(token, ticket, content))
    assert answer.status_code == (413 if what == "too large" else 422)
    (event,) = audit_search.find(Search(actions=("upload_refused",)))
    assert (event.login, event.subject, event.purpose) == ("qingxiu", "list:unit", "批量查询")
    for said in (bytes(answer.body).decode(), str(uploads.collect(mine, ticket)), event.query_name):
        assert re.search(words, said), said
        assert "900001" not in said
    assert asyncio.run(upload(token, ticket, b"900001")).status_code == 403
    assert audit_search.count(Search(actions=("ticket_refused",))) == 1, "the ticket is used up"


def test_a_good_list_comes_through_the_same_way(own: None) -> None:
    mine, token = signed_in("qingxiu")
    ticket = uploads.ticket(mine, "unit")
    assert asyncio.run(upload(token, ticket, "单位编号\n900001\n".encode())).status_code == 204
    assert len(uploads.collect(mine, ticket).usable) == 1
    assert audit_search.count(Search(actions=("upload_refused", "ticket_refused"))) == 0


def test_a_role_without_persons_gets_no_ticket_and_that_is_logged(own: None) -> None:
    for login in ("leader", "cadre", "operator", "analyst", "admin"):
        mine, token = signed_in(login)
        with pytest.raises(uploads.UploadRefusedError):
            uploads.ticket(mine, "unit")
        assert audit_search.count(Search(login=login, actions=("refused",))) == 1
        assert asyncio.run(upload(token, "guess", b"900001")).status_code == 403
    assert audit_search.count(Search(actions=("ticket_refused",))) == 5


def test_reading_a_bomb_costs_nothing() -> None:
    import tracemalloc

    tracemalloc.start()
    with pytest.raises(ListError):
        uploaded.read(BOMB, "unit")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1024 * 1024


def test_a_sheet_whose_last_cell_is_far_away_is_not_walked_to_the_end() -> None:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "单位编号")
        page.write_string(1_048_575, 0, "900001")
    with pytest.raises(ListError, match="空行太多"):
        uploaded.read(out.getvalue(), "unit")


def test_no_sentence_holds_what_was_in_the_file() -> None:
    number = "450103197501011235"
    for content in (
        f'证件号码\n"{number}'.encode(),
        f"甲,乙\n{number},x\n".encode(),
        f"证件号码\n={number}\n".encode(),
    ):
        with pytest.raises(ListError) as told:
            uploaded.read(content, "person")
        assert number not in str(told.value)


def send(server: Server, cookie: str, ticket: str, content: bytes) -> tuple[int, str]:
    """One upload, as the component sends it."""
    connection = http.client.HTTPConnection(server.host, timeout=30)
    try:
        connection.putrequest("POST", "/list")
        for name, value in (
            ("Cookie", cookie),
            ("X-Shebao-List", ticket),
            ("Content-Length", str(len(content))),
        ):
            connection.putheader(name, value)
        connection.endheaders()
        with contextlib.suppress(OSError):  # The server may have hung up already.
            connection.send(content)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_strangers_and_guessed_tickets_upload_nothing(server: Server) -> None:
    before, strangers = (audit_search.count(Search(actions=(each,))) for each in ("ticket_refused", "address_refused"))
    assert send(server, "", "guess", b"900001")[0] == 403
    assert audit_search.count(Search(actions=("address_refused",))) == strangers + 1
    clerk = accounts.find("qingxiu")
    assert clerk is not None
    # A ticket made in this process is unknown to the server's, as the sign-in's is.
    user = sessions.user_of(sessions.start(clerk)[0])
    assert user is not None
    for ticket in ("", "guess", uploads.ticket(user, "unit"), "' or 1=1 --"):
        assert send(server, server.cookie_of("qingxiu"), ticket, b"900001")[0] == 403
    assert audit_search.count(Search(actions=("ticket_refused",))) == before + 4
    status, _, body = server.ask("GET", "/list")
    assert status >= 400 or b"<!doctype html" in body.lower(), "at most the empty application"


@pytest.mark.parametrize("login", ["section", "qingxiu"])
def test_a_ticket_is_its_sessions_and_works_once(server: Server, login: str) -> None:
    found = accounts.find(login)
    assert found is not None
    mine, other = (sessions.user_of(sessions.start(found)[0]) for _ in range(2))
    assert mine is not None
    assert other is not None
    ticket = uploads.ticket(mine, "person")
    with pytest.raises(uploads.UploadRefusedError):
        uploads.redeem(other, ticket)
    with pytest.raises(uploads.UploadRefusedError):
        uploads.redeem(mine, ticket)
    ticket = uploads.ticket(mine, "person")
    assert uploads.redeem(mine, ticket) == "person"
    with pytest.raises(uploads.UploadRefusedError):
        uploads.redeem(mine, ticket)
    uploads.leave(mine, ticket, uploaded.read(b"900001", "person"))
    assert uploads.collect(other, ticket) is None
    assert uploads.collect(mine, ticket) is None, "asking uses it up, whoever asks"


def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    """Neither when it says so, nor when it lies or says nothing of its length."""
    taken = 0

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"9" * 65536, "more_body": True}

    for headers in ([], [(b"content-length", b"10")], [(b"content-length", b"99999999")]):
        taken = 0
        request = Request({"type": "http", "method": "POST", "path": "/list", "headers": headers}, receive)
        assert asyncio.run(bodies.within(request, uploaded.MOST_BYTES)) is None
        assert taken <= uploaded.MOST_BYTES // 65536 + 1


def test_whoever_hangs_up_leaves_nothing(own: None) -> None:
    mine, token = signed_in("qingxiu")
    ticket = uploads.ticket(mine, "unit")
    parts = iter([{"type": "http.request", "body": b"9000", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> dict[str, object]:
        return next(parts)

    cookie = f"{sessions.COOKIE}={sessions.sign(token)}".encode()
    headers = [(b"cookie", cookie), (lists.TICKET_HEADER.encode(), ticket.encode())]
    request = Request({"type": "http", "method": "POST", "path": "/list", "headers": headers}, receive)
    assert asyncio.run(lists.receive(request)).status_code == 400
    assert uploads.collect(mine, ticket) is None


def test_a_good_list_still_comes_through() -> None:
    assert len(uploaded.read(sheet([["单位编号"], ["900001"]]), "unit").usable) == 1
