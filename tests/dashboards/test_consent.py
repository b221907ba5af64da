"""A cadre's consent: nothing but its page before it is signed, in the log when it is, and withdrawn by an administrator."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import accounts, administration, audit_search, sessions
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.administration import AdministrationError
from dashboards.access.audit_search import Search
from dashboards.access.roles import Role, Scope, ScopeKind
from dashboards.registry import PAGES
from dashboards.repositories.gate import RefusedError, gate
from dashboards.web import visitor
from tests.dashboards.conftest import go, sign_in, user, words_of

OpenPage = Callable[..., AppTest]
VILLAGE = Scope(ScopeKind.VILLAGE, ("450103004002",), "南湖街道 金湖社区居委会")


@pytest.fixture
def unsigned(own: None) -> None:
    accounts.save("villager", "某村", Role.CADRE, VILLAGE, DEMO_PASSWORD)


def _sign(app: AppTest, name: str) -> str:
    app.text_input(key="consent_name").input(name)
    next(button for button in app.button if button.label == "签署并同意").click().run()
    assert not app.exception
    return words_of(app)


def test_no_page_and_no_figure_before_the_consent(unsigned: None, open_page: OpenPage) -> None:
    app = open_page("villager")
    for page in PAGES:
        go(app, page.page_id)
        said = words_of(app.run())
        assert "个人信息保护告知同意书" in said
        assert "城乡居民两险" not in said
    with pytest.raises(RefusedError):
        gate.query(user("villager"), "测试", "snapshot_info")


def test_no_route_before_the_consent(unsigned: None) -> None:
    from starlette.requests import Request

    token = sessions.start(user("villager"))[0]
    cookie = f"{sessions.COOKIE}={sessions.sign(token)}".encode()
    request = Request({"type": "http", "path": "/export/x", "headers": [(b"cookie", cookie)]})
    assert visitor.user_of(request) is None
    accounts.give_consent(user("villager"))
    assert visitor.user_of(request) is not None
    administration.withdraw_consent(user("admin"), user("villager").account_id)
    assert visitor.user_of(request) is None


def test_a_signature_opens_the_pages_and_is_in_the_log(unsigned: None, open_page: OpenPage) -> None:
    app = open_page("villager")
    assert "本人姓名" in _sign(app, "别人")
    assert user("villager").must_consent
    assert "个人信息保护告知同意书" not in _sign(app, "某村")
    assert not user("villager").must_consent
    assert audit_search.count(Search(login="villager", actions=("consent_given",))) == 1


def test_a_withdrawn_consent_is_asked_for_again(unsigned: None, open_page: OpenPage) -> None:
    accounts.give_consent(user("villager"))
    token = sessions.start(user("villager"))[0]
    number = user("villager").account_id
    with pytest.raises(AdministrationError):
        administration.withdraw_consent(user("section"), number)
    administration.withdraw_consent(user("admin"), number)
    assert sessions.user_of(token) is None
    assert user("villager").must_consent
    assert audit_search.count(Search(subject="villager", actions=("consent_withdrawn",))) == 1
    assert not user("section").must_consent


def test_the_button_of_the_administrator_withdraws_it(unsigned: None, open_page: OpenPage) -> None:
    """Withdrawn, logged, and the cadre's open page and next sign-in ask for it again."""
    accounts.give_consent(user("villager"))
    cadre = open_page("villager", "progress")
    assert "金湖社区" in words_of(cadre)
    page = open_page("admin", "admin")
    page.session_state["admin_account"] = user("villager").account_id
    assert "同意书签署于" in words_of(page.run())
    said = words_of(page.button(key="withdraw_consent").click().run())
    assert not page.exception
    assert "已撤回；该账号的登录已全部结束" in said
    assert "未签同意书" in said
    assert not any(button.key == "withdraw_consent" for button in page.button)
    (event,) = audit_search.find(Search(subject="villager", actions=("consent_withdrawn",)))
    assert (event.login, event.role) == ("admin", "admin")
    said = words_of(cadre.run())
    assert "请输入口令" in said
    assert "金湖社区" not in said
    sign_in(cadre, "villager", DEMO_PASSWORD)
    said = words_of(cadre)
    assert "个人信息保护告知同意书" in said
    assert "金湖社区" not in said
    _sign(cadre, "某村")
    assert not user("villager").must_consent
