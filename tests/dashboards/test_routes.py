"""Every route of the application: a stranger and a wrong role get nothing, and the log has it where docs/dashboard.md says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import audit_search, exports, sessions, uploads
from dashboards.access.audit_search import Search
from dashboards.registry import PAGES
from dashboards.web import server
from tests.dashboards.conftest import go, user, words_of
from tests.dashboards.faces import Sitting
from tests.dashboards.test_exports import FINDINGS


@dataclass(frozen=True)
class Closed:
    """How a route refuses: the action in the log for a stranger, the login of a wrong role, and the action for that one."""

    stranger: str
    wrong_login: str
    wrong_role: str
    path: Callable[[], str]
    headers: Callable[[], dict[str, str]] = dict


def _export_of_a_clerk() -> str:
    clerk = user("qingxiu")
    return f"/export/{exports.ticket(clerk, exports.request(clerk, 'A7.4', '部分缴纳', FINDINGS, 4, '逐户核实'))}"


def _list_of_a_clerk() -> dict[str, str]:
    return {"x-shebao-list": uploads.ticket(user("qingxiu"), "unit")}


ROUTES = {
    ("POST", "/session/accept"): Closed(
        "ticket_refused", "leader", "ticket_refused", lambda: "/session/accept", lambda: {"x-shebao-ticket": "guess"}
    ),
    ("GET", "/export/{ticket}"): Closed("ticket_refused", "cadre", "ticket_refused", _export_of_a_clerk),
    ("POST", "/list"): Closed("address_refused", "leader", "ticket_refused", lambda: "/list", _list_of_a_clerk),
    # For phones that are not signed in: a ticket opens them, and no cookie does.
    ("GET", "/consent/{ticket}"): Closed("ticket_refused", "admin", "ticket_refused", lambda: "/consent/guess"),
    ("POST", "/consent/{ticket}"): Closed("ticket_refused", "cadre", "ticket_refused", lambda: "/consent/guess"),
    # For strangers by nature: what is refused is a provider that does not hold, and an answer that nobody asked for.
    ("GET", "/oidc/start"): Closed("oidc_refused", "operator", "oidc_refused", lambda: "/oidc/start"),
    ("GET", "/oidc/back"): Closed("oidc_refused", "operator", "oidc_refused", lambda: "/oidc/back?state=x&code=y"),
}
# Streamlit's own addresses that the guards close to strangers.
CLOSED = ("/media/x.xlsx", "/_stcore/upload_file/a/b", "/app/static/x.txt")
# Their answer is the same page for everybody, without a figure; what it opens is asked of the script, below.
ENTRIES = {"/", *(f"/{page.url_path}" for page in PAGES)}


@pytest.fixture
def client(own: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The application's own routes and guards, without Streamlit behind them; a provider that is nowhere."""
    for name, value in (
        ("ISSUER", "http://127.0.0.1:9"),
        ("CLIENT_ID", "x"),
        ("CLIENT_SECRET", "x"),
        ("ADDRESS", "http://127.0.0.1"),
    ):
        monkeypatch.setenv(f"SHEBAO_OIDC_{name}", value)
    app = Starlette(routes=server.app._user_routes, middleware=server.app._user_middleware)
    with TestClient(app, follow_redirects=False) as made:
        yield made


def _refused(action: str) -> int:
    return audit_search.count(Search(actions=(action,)))


def _cookie(login: str) -> dict[str, str]:
    return {"cookie": f"{sessions.COOKIE}={sessions.sign(sessions.start(user(login))[0])}"}


def test_every_route_is_in_the_table() -> None:
    found = {(method, route.path) for route in server.app._user_routes for method in route.methods - {"HEAD"}}
    assert found == {*ROUTES, *(("GET", path) for path in ENTRIES)}
    assert {server._CLOSED_STATIC, *server._CLOSED} == {
        path[: path.index(part) + len(part)] for path in CLOSED for part in (*server._CLOSED, server._CLOSED_STATIC) if part in path
    }  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[1])
def test_a_stranger_and_a_wrong_role_are_refused_and_logged(client: TestClient, route: tuple[str, str]) -> None:
    closed = ROUTES[route]
    for action, headers in ((closed.stranger, {}), (closed.wrong_role, _cookie(closed.wrong_login))):
        path, more = closed.path(), closed.headers()
        before = _refused(action)
        answer = client.request(route[0], path, headers={**more, **headers})
        assert answer.status_code == 403
        assert sessions.COOKIE not in answer.headers.get("set-cookie", "")
        assert "PK" not in answer.text
        assert _refused(action) == before + 1, action


@pytest.mark.parametrize("path", CLOSED)
def test_closed_addresses_are_closed_to_strangers(client: TestClient, path: str) -> None:
    before = _refused("address_refused")
    assert client.get(path).status_code == 403
    assert _refused("address_refused") == before + 1
    assert client.get(path, headers=_cookie("cadre")).status_code == 404, (
        "Streamlit's, which is not behind the guards here"
    )


def test_an_entry_is_the_same_for_everybody(client: TestClient) -> None:
    said = {client.get(path, headers=headers).text for path in ENTRIES for headers in ({}, _cookie("leader"))}
    assert len(said) == 1
    assert "测试有限公司" not in said.pop()


def test_each_page_refuses_a_stranger_and_a_wrong_role(own: None) -> None:
    """The script behind the entries: the sign-in form for strangers; a refusal, which is logged, for whoever has not the page."""
    stranger = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60).run()
    others = {login: Sitting(user(login)) for login in ("admin", "cadre")}
    for page in PAGES:
        go(stranger, page.page_id)
        said = words_of(stranger.run())
        assert "请输入口令" in said
        assert "<h1>社保费征管数据仓" in said
        assert "sb-asof" not in said.replace(".sb-asof", "")
        sitting = others["cadre" if page.page_id == "admin" else "admin"]
        before = _refused("refused")
        said = words_of(sitting.open(page.page_id, {}))
        assert f"您的岗位无权查看“{page.title}”" in said
        assert "sb-asof" not in said.replace(".sb-asof", "")
        assert _refused("refused") == before + 1, page.page_id
