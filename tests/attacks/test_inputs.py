"""What a signed-in person could type or write into an address: other bureaus' ids, SQL, HTML. None gets through; what is out of scope is logged."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf import text_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import accounts, audit_search, exports, unusual
from dashboards.access.audit_search import Search
from dashboards.access.models import AccessEvent
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.registry import PAGES
from dashboards.repositories import findings
from dashboards.repositories.findings import Filter, ListFilter
from dashboards.repositories.gate import RefusedError, gate
from dashboards.services import catalogue, links
from tests.dashboards import fixture_snapshot
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
HTML = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
PAYLOADS = (HTML, "'; drop table finding; --", "' or '1'='1", "%", "../../etc/passwd", "\u202e\u0000x")
FACES: dict[str, tuple[dict[str, str], ...]] = {
    "client": ({}, {"view": "cadre"}),
    "findings": ({}, {"rule": "A1.10", "state": "all"}, {"rule": "A8.1"}, {"rule": "A7.1"}),
    "admin": ({"view": "users"}, {"view": "log"}, {"view": "unusual"}),
}


def city() -> User:
    found = accounts.find("section")
    assert found is not None
    return found


def since(newest: int) -> list[AccessEvent]:
    """What was logged after an event."""
    return [event for event in audit_search.find(Search(), limit=100_000) if event.id > newest]


def said_in(event: AccessEvent) -> str:
    """All that an event says, but for its hashes."""
    return " ".join(
        str(getattr(event, column.name)) for column in event.__table__.columns if not column.name.endswith("hash")
    )


def others(table: str, column: str, condition: str = "true") -> list[str]:
    """Keys of rows that the clerk of 青秀 may not see."""
    sql = f"select distinct {column} as k from {table} where bureau_code <> '14501030000' and {condition} order by 1 limit 5"
    return [str(row["k"]) for row in gate.query_text(city(), "测试", "others", sql, {}).rows]


def test_ids_of_another_bureau_in_the_address_show_nothing_and_are_logged(open_page: OpenPage) -> None:
    before = audit_search.count(Search(login="qingxiu", actions=("refused",)))
    asked = 0
    for finding_id in others("finding", "finding_id", "rule_id = 'A7.4'")[:3]:
        said = words_of(open_page("qingxiu", "findings", rule="A7.4", finding=finding_id))
        assert "没有找到这条疑点" in said
        assert "测试有限公司" not in said
        asked += 1
    for bureau in ("14501080000", "14501000000", "14501020000"):
        for page in (
            "overview", "progress", "findings", "reconciliation", "deduction", "batch", "annuity", "agreement", "client", "score",
        ):  # fmt: skip
            said = words_of(open_page("qingxiu", page, bureau=bureau))
            for other in ("良庆局", "兴宁局", "横州局"):
                assert other not in said, (page, bureau)
            asked += 1
    for town in ("450108001", "450102001"):
        assert "青秀区南湖街道" in words_of(open_page("cadre", "overview", town=town))
    assert audit_search.count(Search(login="qingxiu", actions=("refused",))) == before + asked
    assert audit_search.count(Search(login="cadre", actions=("refused",), subject="town:450108001")) >= 1


def test_pages_of_other_roles_refuse_and_log(open_page: OpenPage) -> None:
    for login, page in (
        ("cadre", "findings"),
        ("operator", "overview"),
        ("analyst", "exports"),
        ("section", "admin"),
        ("admin", "findings"),
    ):
        before = audit_search.count(Search(login=login, actions=("refused",)))
        assert "您的岗位无权查看" in words_of(open_page(login, page))
        assert audit_search.count(Search(login=login, actions=("refused",))) > before, (login, page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_parameter_of_the_address_lets_anything_in(open_page: OpenPage, payload: str) -> None:
    newest = audit_search.newest_id()
    app = open_page("qingxiu", "findings", **dict.fromkeys(links.PATTERNS, payload))
    assert not app.exception
    assert "疑点数据" in words_of(app)
    assert not _raw(app, payload)
    events = since(newest)
    noted = [event for event in events if event.action == "value_refused"]
    assert {event.login for event in noted} == {"qingxiu"}
    assert sorted(event.query_name for event in noted) == sorted(links.PATTERNS), "each name once, read here or not"
    for event in events:
        assert len(payload) < 3 or payload not in said_in(event)
    app.run()
    assert [event.action for event in since(newest)].count("value_refused") == len(noted)


def test_a_refused_value_is_logged_once_a_session_and_name(own: None, open_page: OpenPage) -> None:
    """In a new tab of the same session too; in another session again."""
    app = open_page("qingxiu", "findings", rule=HTML)
    again = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60)
    again.session_state["session_token"] = app.session_state["session_token"]
    again.query_params["rule"] = "' or 1=1 --"
    again.query_params["bureau"] = HTML
    again.run()
    events = audit_search.find(Search(actions=("value_refused",)))
    assert sorted(event.query_name for event in events) == ["bureau", "rule"]
    open_page("qingxiu", "findings", rule=HTML)
    assert audit_search.count(Search(actions=("value_refused",))) == 3


def test_old_bookmarks_are_no_refusal_and_broken_links_are_not_unusual(own: None, open_page: OpenPage) -> None:
    """What was valid once is not logged; a link cut off by a chat is, and is found unusual by no rule."""
    open_page("section", "overview", period="199901", bureau="", town="")
    open_page("section", "findings", rule="A99.9", finding="0" * 16, sort="new", utm_source="chat")
    assert audit_search.count(Search(actions=("value_refused",))) == 0
    for _ in range(7):
        open_page("section", "findings", rule="A7.4…", period="2026-0")
    assert audit_search.count(Search(login="section", actions=("value_refused",))) == 14
    unusual.scan()
    assert not [row for row in unusual.findings() if row.kind in ("odd_addresses", "outside_scope")]


def test_whoever_tries_every_name_is_found(own: None, open_page: OpenPage) -> None:
    open_page("section", "findings", **dict.fromkeys(links.PATTERNS, HTML))
    unusual.scan()
    assert [row.who for row in unusual.findings() if row.kind == "odd_addresses"] == ["section"]


@pytest.mark.parametrize("login", ["section", "analyst", "admin"])
def test_no_field_lets_anything_in(open_page: OpenPage, login: str) -> None:
    user = accounts.find(login)
    assert user is not None
    tried = 0
    for page in PAGES:
        for face in FACES.get(page.page_id, ({},)) if user.role in page.roles else ():
            app = open_page(login, page.page_id, **face)
            for key in [field.key for field in app.text_input]:
                for payload in PAYLOADS:
                    # A field may be gone: a search that finds nothing takes the button 导出 away.
                    if not any(field.key == key for field in app.text_input):
                        break
                    app.text_input(key=key).input(payload).run()
                    tried += 1
                    assert not app.exception, (page.page_id, key, payload)
                    assert not _raw(app, payload), (page.page_id, key)
                    assert len(payload) < 3 or payload not in str(dict(app.query_params.items())), (page.page_id, key)
    assert tried >= len(PAYLOADS)
    assert gate.query_text(city(), "测试", "x", "select count(*) as n from finding", {}).one()["n"] > 100


@pytest.mark.parametrize("login", ["section", "qingxiu", "admin"])
def test_an_id_number_typed_anywhere_stays_out_of_log_and_address(open_page: OpenPage, login: str) -> None:
    """Into the name, the search, the purpose: people type what they have before them."""
    user = accounts.find(login)
    assert user is not None
    number, phone = "450103197501011235", "13877138000"
    newest = audit_search.newest_id()
    for page in PAGES:
        for face in FACES.get(page.page_id, ({},)) if user.role in page.roles else ():
            app = open_page(login, page.page_id, **face)
            for key in [field.key for field in app.text_input]:
                if any(field.key == key for field in app.text_input):
                    app.text_input(key=key).input(f"{number} {phone}").run()
                    assert not app.exception, (page.page_id, key)
                    assert number not in str(app.query_params), (page.page_id, key)
                for asked in ("export_ask", "create_account", "close_use"):
                    if any(button.key == asked and not button.disabled for button in app.button):
                        app.button(key=asked).click().run()
    accounts.sign_in(number, phone)
    events = [event for event in audit_search.find(Search(), limit=100_000) if event.id > newest]
    assert events
    for event in events:
        said = " ".join(
            str(getattr(event, column.name)) for column in event.__table__.columns if not column.name.endswith("hash")
        )
        assert number not in said, said
        assert phone not in said, said
    assert not any(number in row.purpose or phone in row.purpose for row in exports.register(user))
    assert number not in repr(gate._cache)


def test_sql_in_the_search_finds_nothing_more(open_page: OpenPage) -> None:
    app = open_page("section", "findings", rule="A1.10", state="all")
    for payload in ("' or '1'='1", "%", "x' or 1=1 --", "_"):
        newest = audit_search.newest_id()
        app.text_input(key="finding_search").input(payload).run()
        assert "共 54 条" not in words_of(app), payload
        asked = since(newest)
        assert ("section", "finding_total") in {(event.login, event.query_name) for event in asked}
        assert not any(len(payload) > 3 and payload in said_in(event) for event in asked), "never what was searched for"


def test_html_in_a_name_stays_a_name(open_page: OpenPage) -> None:
    accounts.save("html", HTML[:60], Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501030000",), HTML[:60]), "x-password")
    app = open_page("html")
    assert not app.exception
    assert not _raw(app, HTML[:60])
    assert "<script>" not in _markup(app)


def _raw(app: AppTest, payload: str) -> bool:
    """Whether the payload reached the browser as markup."""
    return "<" in payload and payload in _markup(app)


def _markup(app: AppTest) -> str:
    return "\n".join(_bodies(app._tree))


def _bodies(node: Any) -> Iterator[str]:
    """Whatever the browser takes as markup: HTML bodies, and what our table component puts into the page."""
    proto = getattr(node, "proto", None)
    kind = getattr(node, "type", "")
    if proto is not None and kind in ("html", "markdown"):
        yield str(getattr(proto, "body", ""))
    elif proto is not None and kind not in ("text_input", "text_area", "selectbox", "multiselect"):
        for field in ("json", "mixed", "arrow_data"):
            payload = getattr(proto, field, "")
            if isinstance(payload, str) and payload.startswith("{"):
                yield "\n".join(str(value) for value in json.loads(payload).values())
        if kind not in ("button", "form", ""):
            yield text_format.MessageToString(proto, as_utf8=True)
    for child in getattr(node, "children", {}).values():
        yield from _bodies(child)


BUREAUS = [row["bureau_code"] for row in fixture_snapshot.seed("ref_bureau") if row["is_ranked"] == "true"]
RULES = ("A7.4", "A1.10", "A8.1", "A7.1", "A3.04")
users = st.builds(
    lambda role, codes: User(
        1, "random", "随机", role,
        {
            Role.BUREAU: Scope(ScopeKind.BUREAU, tuple(codes)), Role.CADRE: Scope(ScopeKind.TOWN, ("450103004",)),
            Role.LEADER: Scope(ScopeKind.CITY), Role.SECTION: Scope(ScopeKind.CITY),
        }.get(role, Scope(ScopeKind.NONE)),
    ),
    st.sampled_from(Role), st.lists(st.sampled_from(BUREAUS), min_size=1, max_size=3, unique=True),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(user=users, rule_id=st.sampled_from(RULES), asked=st.sampled_from([None, *BUREAUS]))
def test_no_row_out_of_scope_leaves_in_a_file(var, user: User, rule_id: str, asked: str | None) -> None:  # type: ignore[no-untyped-def]
    """What an export reads, whatever bureau its filter names, whoever the user is."""
    rule = next(rule for rule in catalogue.rules(findings.rules(city())) if rule.rule_id == rule_id)
    try:
        rows = [*findings.stream(user, "测试", Filter(rule_id, None, asked), sort="age", limit=5000)]
        # The fixture has findings of every kind, but not every rule's own table.
        if gate.has(city(), rule.model_name):
            rows += findings.list_stream(user, "测试", rule.model_name, ListFilter(asked), limit=5000)
    except RefusedError:
        assert not user.sees_rows
        return
    assert user.sees_rows
    for row in rows:
        assert not any(name.endswith("_token") for name in row)
        assert user.scope.kind is ScopeKind.CITY or row["bureau_code"] in user.scope.codes
        assert asked is None or row["bureau_code"] == asked


def test_an_export_cannot_widen_its_own_filter(var) -> None:  # type: ignore[no-untyped-def]
    """A filter that names another bureau gives an empty file, and one with SQL gives none."""
    clerk = accounts.find("qingxiu")
    assert clerk is not None
    newest = audit_search.newest_id()
    for bureau in ("14501080000", "' or 1=1 --"):
        rows = list(findings.stream(clerk, "测试", Filter("A7.4", "open", bureau), sort="age' --", limit=10))
        assert rows == []
    with pytest.raises(RefusedError):
        findings.list_stream(clerk, "测试", "finding; drop table finding", ListFilter(), limit=10)
    assert exports.register(clerk) is not None
    asked = [event for event in since(newest) if event.login == clerk.login]
    assert [(event.action, event.row_count) for event in asked] == [("query", 0), ("query", 0)]
    assert not any("or 1=1" in said_in(event) or "drop table" in said_in(event) for event in asked)


def test_no_widget_of_streamlit_offers_a_table_for_download() -> None:
    """The table's own menu is a way out as well: our tables are plain HTML, and nothing uses Streamlit's."""
    for file in (paths.root() / "dashboards").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        for name in ("dataframe", "data_editor", "download_button", "table"):
            assert f"st.{name}(" not in source, (file, name)
