"""A cadre's consent: nothing but its page before it is signed by hand, how the signature comes from the phone, what is kept, seen and withdrawn."""

import base64
import json
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboards.access import accounts, administration, audit_search, consent, promises, sessions, signature, store
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.administration import AdministrationError
from dashboards.access.audit_search import Search
from dashboards.access.models import Account, Consent
from dashboards.access.roles import Role, Scope, ScopeKind
from dashboards.access.signature import SignatureError
from dashboards.components import consenting
from dashboards.registry import PAGES
from dashboards.repositories.gate import RefusedError, gate
from dashboards.web import server, visitor
from tests.dashboards.conftest import SIGNATURE, consented, go, sign_in, user
from tests.dashboards.conftest import words_of as quoted

OpenPage = Callable[..., AppTest]
VILLAGE = Scope(ScopeKind.VILLAGE, ("450103004002",), "南湖街道 金湖社区居委会")
# The digest of each text that was ever signed: a changed text needs a new version.
TEXTS = {"2026年第1版": "1c152d5dd320f7036442229e1e11d7278b7d4abd5962b09a821ee6e31f9ae838"}
NAME = SIGNATURE.dumps()


@pytest.fixture
def unsigned(own: None) -> None:
    accounts.save("villager", "某村", Role.CADRE, VILLAGE, DEMO_PASSWORD)


@pytest.fixture
def phone(own: None) -> Iterator[TestClient]:
    """A browser without any cookie: the application's own routes and guards."""
    app = Starlette(routes=server.app._user_routes, middleware=server.app._user_middleware)
    with TestClient(app, follow_redirects=False) as made:
        yield made


def words_of(app: AppTest) -> str:
    """What is on the page, with the quotes of HTML as they are written."""
    return quoted(app).replace('\\"', '"')


def _link(app: AppTest) -> str:
    found = re.search(r'href="(/consent/[^"]+)"', words_of(app))
    assert found is not None
    return found[1]


def _sign(app: AppTest, phone: TestClient) -> str:
    """Sign on the phone, look at it on the page and submit it there."""
    assert phone.post(_link(app), content=NAME).status_code == 204
    assert "签字已传回" in words_of(app.run())
    return words_of(app.button(key="consent_submit").click().run())


def test_no_page_and_no_figure_before_the_consent(unsigned: None, open_page: OpenPage) -> None:
    app = open_page("villager")
    for page in PAGES:
        go(app, page.page_id)
        said = words_of(app.run())
        assert promises.TITLE in said
        assert all(line in said for line in promises.PROMISES)
        assert "城乡居民两险" not in said
    with pytest.raises(RefusedError):
        gate.query(user("villager"), "测试", "snapshot_info")


def test_no_route_before_the_consent(unsigned: None) -> None:
    token = sessions.start(user("villager"))[0]
    cookie = f"{sessions.COOKIE}={sessions.sign(token)}".encode()
    request = Request({"type": "http", "path": "/export/x", "headers": [(b"cookie", cookie)]})
    assert visitor.user_of(request) is None
    consented("villager")
    assert visitor.user_of(request) is not None
    administration.withdraw_consent(user("admin"), user("villager").account_id)
    assert visitor.user_of(request) is None


def test_a_signature_from_the_phone_opens_the_pages_once_it_is_submitted(
    unsigned: None, open_page: OpenPage, phone: TestClient
) -> None:
    app = open_page("villager")
    link = _link(app)
    shown = phone.get(link)
    assert shown.status_code == 200
    assert all(
        line in shown.text for line in (promises.TITLE, promises.VERSION, *promises.PROMISES, "某村", "villager")
    )
    assert shown.headers["cache-control"] == "no-store"
    assert "set-cookie" not in shown.headers, "the phone is not signed in"
    assert phone.post(link, content=NAME).status_code == 204
    assert user("villager").must_consent, "a signature alone opens nothing: it is submitted where one is signed in"
    said = words_of(app.run())
    assert "签字已传回" in said
    assert SIGNATURE.picture() in said
    assert "某村的手写签字" in said
    assert promises.TITLE not in words_of(app.button(key="consent_submit").click().run())
    assert not user("villager").must_consent
    (event,) = audit_search.find(Search(login="villager", actions=("consent_given",)))
    assert promises.VERSION in event.purpose
    assert consent.show(user("admin"), user("villager").account_id) == SIGNATURE


def test_a_signature_can_be_done_again(unsigned: None, open_page: OpenPage, phone: TestClient) -> None:
    app = open_page("villager")
    first = _link(app)
    phone.post(first, content=NAME)
    app.run()
    app.button(key="consent_again").click().run()
    assert _link(app) != first
    assert user("villager").must_consent
    assert promises.TITLE not in _sign(app, phone)


def test_nothing_is_submitted_by_a_session_that_has_ended(
    unsigned: None, open_page: OpenPage, phone: TestClient
) -> None:
    app = open_page("villager")
    phone.post(_link(app), content=NAME)
    app.run()
    sessions.end_all(user("villager").account_id)
    assert "请输入口令" in words_of(app.button(key="consent_submit").click().run())
    assert user("villager").must_consent


def test_a_ticket_signs_once_and_for_its_own_session(unsigned: None, phone: TestClient) -> None:
    token = sessions.start(user("villager"))[0]
    mine = sessions.user_of(token)
    other = sessions.user_of(sessions.start(user("villager"))[0])
    assert mine is not None
    assert other is not None
    ticket = consent.ticket(mine)
    assert not consent.is_open(other, ticket)
    assert phone.post(f"/consent/{ticket}", content=NAME).status_code == 204
    assert consent.collect(other, ticket) is None
    before = audit_search.count(Search(actions=("ticket_refused",)))
    assert phone.post(f"/consent/{ticket}", content=NAME).status_code == 403
    assert phone.get(f"/consent/{ticket}").status_code == 403
    assert audit_search.count(Search(actions=("ticket_refused",))) == before + 2


def test_a_square_code_grows_old(
    unsigned: None, open_page: OpenPage, phone: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(consent, "TICKET_SECONDS", 0)
        app = open_page("villager")
        assert "二维码已过期" in words_of(app)
    app.button(key="consent_anew").click().run()
    assert phone.get(_link(app)).status_code == 200


@pytest.mark.parametrize(
    ("origin", "said"),
    [("https://sb.example", "请用手机扫描"), ("http://127.0.0.1:8501", "手机连不到"), ("http://localhost:8501", "手机连不到"), ("", "手机连不到")],
)  # fmt: skip
def test_the_square_code_leads_to_the_page_for_the_phone(
    unsigned: None, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, origin: str, said: str
) -> None:
    monkeypatch.setattr(consenting, "_origin", lambda: origin)
    app = open_page("villager")
    assert (consenting.square_code(origin + _link(app)) in words_of(app)) is bool(origin)
    assert said in words_of(app)


REFUSED = {
    "nothing": (b"", 422), "no list": (b"{}", 422), "no line": (b"[]", 422), "an empty line": (b"[[]]", 422), "half": (NAME[:-3], 422),
    "deep": (b"[" * 30000, 422), "not a number": (NAME.replace(b"[100,120]", b'["100",120]'), 422), "true": (NAME.replace(b"[100,120]", b"[true,120]"), 422),
    "a fraction": (NAME.replace(b"[100,120]", b"[100.5,120]"), 422), "NaN": (NAME.replace(b"[100,120]", b"[NaN,120]"), 422),
    "outside": (NAME.replace(b"[100,120]", b"[100,601]"), 422), "three numbers": (NAME.replace(b"[100,120]", b"[100,120,1]"), 422),
    "HTML": (b'[["<script>alert(1)</script>"]]', 422), "a dot": (json.dumps([[[500, 300]] * 20]).encode(), 422),
    "a straight line": (json.dumps([[[10 * step, 300] for step in range(90)]]).encode(), 422),
    "many points": (json.dumps([[[step % 1000, step % 600] for step in range(4001)]]).encode(), 422),
    "many lines": (json.dumps([[[100, 100], [600, 500]]] * 201).encode(), 422), "too long": (b" " * (signature.MOST_BYTES + 1), 413),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_signature_is_refused_and_the_phone_can_try_again(
    unsigned: None, phone: TestClient, kind: str
) -> None:
    content, status = REFUSED[kind]
    ticket = consent.ticket(user("villager"))
    answer = phone.post(f"/consent/{ticket}", content=content)
    assert answer.status_code == status
    assert re.search(r"[\u4e00-\u9fff]", answer.text)
    assert "script" not in answer.text
    assert consent.collect(user("villager"), ticket) is None
    assert phone.post(f"/consent/{ticket}", content=NAME).status_code == 204


def test_a_signature_is_kept_as_it_was_drawn() -> None:
    assert signature.read(NAME) == SIGNATURE
    assert base64.b64decode(SIGNATURE.picture().partition(",")[2]).count(b"<path") == 2
    with pytest.raises(SignatureError):
        signature.read(NAME * 2)


def test_the_store_holds_no_signature_in_clear(unsigned: None) -> None:
    consented("villager")
    with store.unit_of_work() as session:
        (kept,) = session.scalars(select(Consent)).all()
    assert kept.version == promises.VERSION
    assert kept.text_sha256 == promises.text_sha256()
    assert NAME not in kept.signature
    assert b"[100,120]" not in kept.signature
    assert SIGNATURE.dumps() == NAME
    assert "100" not in repr(SIGNATURE)


def test_a_changed_text_has_a_version_of_its_own_and_is_asked_for_again(
    unsigned: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TEXTS[promises.VERSION] == promises.text_sha256()
    consented("villager")
    monkeypatch.setattr(promises, "VERSION", "2027年第1版")
    assert user("villager").must_consent


def test_only_an_administrator_sees_a_signature_and_each_look_is_logged(unsigned: None) -> None:
    consented("villager")
    number = user("villager").account_id
    with pytest.raises(consent.ConsentError):
        consent.show(user("section"), number)
    assert audit_search.count(Search(login="section", actions=("refused",))) == 1
    assert consent.show(user("admin"), number) == SIGNATURE
    assert audit_search.count(Search(subject="villager", actions=("consent_seen",))) == 1
    assert consent.show(user("admin"), user("cadre").account_id) is None, "the demo's consent is recorded without one"


def test_another_key_opens_no_signature(unsigned: None, monkeypatch: pytest.MonkeyPatch) -> None:
    consented("villager")
    monkeypatch.setenv("SHEBAO_KEY", "another key of at least thirty-two characters")
    with pytest.raises(consent.ConsentError, match="打不开"):
        consent.show(user("admin"), user("villager").account_id)


def test_a_withdrawn_consent_is_asked_for_again_and_stays_on_record(unsigned: None, open_page: OpenPage) -> None:
    consented("villager")
    token = sessions.start(user("villager"))[0]
    number = user("villager").account_id
    with pytest.raises(AdministrationError):
        administration.withdraw_consent(user("section"), number)
    administration.withdraw_consent(user("admin"), number)
    assert sessions.user_of(token) is None
    assert user("villager").must_consent
    assert audit_search.count(Search(subject="villager", actions=("consent_withdrawn",))) == 1
    assert not user("section").must_consent
    assert consent.show(user("admin"), number) is None
    with store.unit_of_work() as session:
        (kept,) = session.scalars(select(Consent)).all()
    assert kept.withdrawn_at is not None


def test_the_button_of_the_administrator_withdraws_it(unsigned: None, open_page: OpenPage, phone: TestClient) -> None:
    """Seen, withdrawn, logged, and the cadre's open page and next sign-in ask for it again."""
    consented("villager")
    cadre = open_page("villager", "progress")
    assert "金湖社区" in words_of(cadre)
    page = open_page("admin", "admin")
    page.session_state["admin_account"] = user("villager").account_id
    said = words_of(page.run())
    assert f"同意书（{promises.VERSION}）签署于" in said
    assert "sb-signed" not in said.replace(".sb-signed", "")
    assert SIGNATURE.picture() in words_of(page.button(key="see_signature").click().run())
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
    assert promises.TITLE in said
    assert "金湖社区" not in said
    _sign(cadre, phone)
    assert not user("villager").must_consent


def test_the_administrator_reads_that_a_recorded_consent_has_no_signature(own: None, open_page: OpenPage) -> None:
    page = open_page("admin", "admin")
    page.session_state["admin_account"] = user("cadre").account_id
    page.run()
    assert "没有手写签字" in words_of(page.button(key="see_signature").click().run())


def test_the_administrator_reads_that_an_older_text_was_signed(own: None, open_page: OpenPage) -> None:
    number = user("cadre").account_id
    with store.unit_of_work() as session:
        session.execute(update(Account).where(Account.id == number).values(consent_version=""))
    page = open_page("admin", "admin")
    page.session_state["admin_account"] = number
    said = words_of(page.run())
    assert "旧版，下次登录须重新签署" in said
    assert "未签同意书" in said
