"""Requests that no browser of ours would send: forged and replayed cookies and tickets, media and static addresses, paths that climb."""

import base64
import json

import pytest

from dashboards.access import accounts, audit_search, exports, sessions
from dashboards.access.audit_search import Search
from tests.attacks.conftest import Server
from tests.dashboards.test_exports import FINDINGS


def logged(action: str) -> int:
    return audit_search.count(Search(actions=(action,)))


def test_media_and_uploads_are_closed_to_strangers(server: Server) -> None:
    before = logged("address_refused")
    paths = (
        ("GET", "/media/0123abcd.xlsx"), ("HEAD", "/media/0123abcd.png"), ("GET", "/media/%2e%2e/state/state.sqlite"),
        ("PUT", "/_stcore/upload_file/session/file"), ("DELETE", "/_stcore/upload_file/session/file"), ("GET", "/app/static/x.txt"),
    )  # fmt: skip
    for method, path in paths:
        status, _, body = server.ask(method, path)
        assert status == 403, path
        assert b"SQLite" not in body
    assert logged("address_refused") == before + len(paths)
    status, _, _ = server.ask("GET", "/media/0123abcd.xlsx", Cookie=server.cookie_of("section"))
    assert status == 404, "open to people who are signed in, and not there"


@pytest.mark.parametrize(
    ("path", "closed"),
    [
        ("/media/x", True), ("/base/media/x", True), ("/media/x/static/media/y", True), ("/_stcore/upload_file/a/b", True), ("/app/static/x", True),
        ("/base/app/static/x", True), ("/static/media/font.woff2", False), ("/static/js/x.js", False), ("/_stcore/health", False), ("/", False),
    ],
)  # fmt: skip
def test_what_is_closed_and_what_the_sign_in_page_needs(path: str, closed: bool) -> None:
    from dashboards.web.server import _is_closed

    assert _is_closed(path) == closed


FORGED = {
    "no signature": "token",
    "empty": ".",
    "zero signature": "token." + "0" * 64,
    "other key": "dG9rZW4.5b1c0e6d0a3c1a5f6f4c6c5c9f7e8d2b1a0f3e4d5c6b7a8990a1b2c3d4e5f607",
    "none algorithm": base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode()
    + ".eyJzdWIiOiJhZG1pbiJ9.",
    "script": "<script>alert(1)</script>.x",
    "long": "A" * 4000 + "." + "f" * 64,
}


@pytest.mark.parametrize("what", FORGED)
def test_forged_cookies_open_nothing_and_are_logged(server: Server, what: str) -> None:
    before = logged("cookie_refused")
    assert server.ask("GET", "/media/x.png", Cookie=f"{sessions.COOKIE}={FORGED[what]}")[0] == 403
    assert server.ask("GET", "/export/x", Cookie=f"{sessions.COOKIE}={FORGED[what]}")[0] == 403
    assert logged("cookie_refused") == before + 2


def test_a_cookie_of_an_ended_session_is_worth_nothing(server: Server) -> None:
    cookie = server.cookie_of("qingxiu")
    assert server.ask("GET", "/media/x.png", Cookie=cookie)[0] == 404
    sessions.end(sessions.unsign(cookie.split("=", 1)[1]))
    before = {action: logged(action) for action in ("session_refused", "cookie_refused", "address_refused")}
    for _ in range(2):
        assert server.ask("GET", "/media/x.png", Cookie=cookie)[0] == 403
    assert server.ask("GET", "/media/x.png", Cookie=cookie + "x")[0] == 403
    assert {action: logged(action) - number for action, number in before.items()} == {
        "session_refused": 1, "cookie_refused": 1, "address_refused": 3,
    }  # fmt: skip
    (event, *_) = audit_search.find(Search(actions=("session_refused",)))
    assert (event.login, event.client, event.query_name) == ("qingxiu", "127.0.0.1", "登录已结束")


def test_sign_in_tickets_are_not_guessed_nor_used_from_elsewhere(server: Server) -> None:
    before = logged("ticket_refused")
    user = accounts.find("section")
    assert user is not None
    # A ticket made in this process is unknown to the server's: there is no way to plant one through the store.
    for ticket in ("", "guess", sessions.start(user)[1], "../x", "' or 1=1 --"):
        status, headers, _ = server.ask("POST", "/session/accept", X_Shebao_Ticket=ticket)
        assert status == 403
        assert "set-cookie" not in headers
    assert "set-cookie" not in server.ask("GET", "/session/accept", X_Shebao_Ticket="guess")[1]
    assert logged("ticket_refused") == before + 5


def test_export_tickets_serve_once_and_their_owner_only(server: Server) -> None:
    clerk = accounts.find("qingxiu")
    assert clerk is not None
    ticket = exports.ticket(clerk, exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实"))
    before = logged("ticket_refused")
    for login in ("section", "leader", "cadre", "operator", "analyst", "admin"):
        assert server.ask("GET", f"/export/{ticket}", Cookie=server.cookie_of(login))[0] == 403, login
    assert server.ask("GET", f"/export/{ticket}")[0] == 403
    assert logged("ticket_refused") == before + 7
    cookie = server.cookie_of("qingxiu")
    status, headers, body = server.ask("GET", f"/export/{ticket}", Cookie=cookie)
    assert status == 200
    assert headers["content-disposition"].startswith("attachment")
    assert body[:2] == b"PK"
    assert exports.register(clerk)[0].byte_count == len(body)
    for _ in range(2):
        status, _, body = server.ask("GET", f"/export/{ticket}", Cookie=cookie)
        assert status == 403
        assert b"PK" not in body
    assert logged("exported") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/static/../../../../../etc/passwd", "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/component/x/../../../../etc/passwd", "/_stcore/bidi-components/x/..%2f..%2f..%2fetc/passwd", "/app/static/../../state/state.sqlite",
        "//etc/passwd", "/\\etc\\passwd", "/export/../../state/state.sqlite", "/export/%2e%2e%2fstate.sqlite", "/.streamlit/secrets.toml",
        "/var/state/state.sqlite", "/media/../var/secrets/session_key", "/state/state.sqlite-wal", "/_stcore/../secrets/audit_key",
    ],
)  # fmt: skip
def test_no_file_of_the_machine_is_served(server: Server, path: str) -> None:
    before = logged("address_refused")
    status, _, body = server.ask("GET", path)
    assert status in (403, 404)
    assert b"root:x:" not in body
    assert b"SQLite format" not in body
    assert b"session_key" not in body
    assert logged("address_refused") == before + 1


def test_who_reaches_for_files_is_known_when_signed_in_and_nothing_personal_is_kept(server: Server) -> None:
    number = "450103197501011235"
    before = logged("refused")
    assert server.ask("GET", f"/static/../{number}", Cookie=server.cookie_of("qingxiu"))[0] == 404
    assert server.ask("GET", f"/media/{number}")[0] == 403
    assert logged("refused") == before + 1
    (event, *_) = audit_search.find(Search(actions=("refused",)))
    assert (event.login, event.purpose) == ("qingxiu", "地址")
    for event in audit_search.find(Search(actions=("refused", "address_refused"))):
        assert number not in event.query_name


@pytest.mark.parametrize(
    ("path", "reaches"),
    [
        ("/findings", False), ("/", False), ("/static/js/index.B2x-y_z.js", False), ("/favicon.ico", False), ("/robots.txt", False),
        ("/.well-known/appspecific/com.chrome.devtools.json", False), ("/_stcore/health", False), ("/findings/", False), ("/a..b", False),
        ("/component/x/index.html", False), ("/..", True), ("/a/../b", True), ("/%2e%2e/b", True), ("/a/..%2fb", True), ("/.env", True),
        ("/.well-known/../x", True), ("/.well-knownx", True), ("//x", True), ("/a\\b", True), ("/a/state.sqlite-wal", True), ("/x\0", True),
    ],
)  # fmt: skip
def test_what_no_browser_asks_for(path: str, reaches: bool) -> None:
    """What browsers ask for by themselves is not taken for an attack."""
    from dashboards.web.server import _is_reaching

    assert _is_reaching(path) == reaches


def test_every_answer_keeps_browsers_at_home(server: Server) -> None:
    for path in ("/", "/admin", "/media/x", "/export/x", "/_stcore/health", "/_stcore/host-config"):
        _, headers, _ = server.ask("GET", path)
        assert headers["x-frame-options"] == "DENY", path
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_each_address_answers_in_chinese(server: Server) -> None:
    """A page's address with Streamlit's index.html in our words, any other with a 404 of ours; none with Streamlit's English."""
    for path in ("/", "/overview", "/findings?rule=A7.4", "/admin"):
        status, headers, body = server.ask("GET", path)
        words = body.decode()
        assert (status, headers["cache-control"]) == (200, "no-cache"), path
        assert '<html lang="zh-CN">' in words
        assert "<title>社保费征管数据仓</title>" in words
        assert "JavaScript。</p></noscript>" in words
        assert 'id="root"' in words, "Streamlit's front end still begins"
        assert "You need to enable" not in words
    for path in (
        "/nothing",
        "/start",
        "/findings/nothing",
        "/index.html",
        "/static/js/nothing.js",
        "/%E6%80%BB%E8%A7%88",
    ):
        status, headers, body = server.ask("GET", path)
        assert status == 404, path
        assert "没有这个页面" in body.decode(), path
        assert headers["x-frame-options"] == "DENY"
    assert server.ask("GET", "/findings/")[0] == 301
    assert server.ask("GET", "/_stcore/health")[2] == b"ok"


def test_another_index_of_streamlits_is_noticed() -> None:
    from dashboards.web import entry

    with pytest.raises(ValueError, match="lang"):
        entry.spoken("<html lang='de'><head></head></html>")


def test_the_address_in_the_log_is_not_what_the_browser_says(server: Server) -> None:
    server.ask("GET", "/media/spoof", X_Shebao_Client="203.0.113.9")
    (event, *_) = audit_search.find(Search(actions=("address_refused",)))
    assert event.client == "127.0.0.1"


def test_metrics_and_debugging_addresses_say_nothing_of_people(server: Server) -> None:
    for path in ("/_stcore/metrics", "/_stcore/host-config", "/_stcore/health", "/docs", "/openapi.json", "/debug"):
        _, _, body = server.ask("GET", path)
        for words in ("section", "qingxiu", "token_hash", "argon2"):
            assert words.encode() not in body, path


def test_the_log_still_holds(server: Server) -> None:
    verdict = audit_search.verify()
    assert verdict.holds, verdict
