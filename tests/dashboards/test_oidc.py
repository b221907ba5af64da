"""Signing in through an identity provider: the whole way and back, and everything that must not open the door."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboards.access import accounts, administration, audit_search, demo, oidc, sessions
from dashboards.access.administration import AdministrationError, Wanted
from dashboards.access.audit_search import Search
from dashboards.access.roles import Role, User
from dashboards.web import oidc as way
from tests.dashboards import stand_in_provider
from tests.dashboards.conftest import user, words_of
from tests.dashboards.stand_in_provider import CLIENT_ID, CLIENT_SECRET, StandIn

OpenPage = Callable[..., AppTest]
ADDRESS = "http://localhost:8501"


@pytest.fixture(scope="module")
def running() -> Iterator[StandIn]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        with stand_in_provider.running() as found:
            yield found


@pytest.fixture
def provider(running: StandIn, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The provider as it should be, configured, and a store of its own with one account that it knows."""
    fresh = StandIn(running.issuer)
    for name in (
        "says_issuer",
        "subject",
        "claims",
        "algorithm",
        "kid",
        "key",
        "signs_with",
        "published",
        "codes",
        "asked",
    ):
        setattr(running, name, getattr(fresh, name))
    monkeypatch.setenv("SHEBAO_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
    for name, value in (
        ("ISSUER", running.issuer), ("CLIENT_ID", CLIENT_ID), ("CLIENT_SECRET", CLIENT_SECRET), ("ADDRESS", ADDRESS),
    ):  # fmt: skip
        monkeypatch.setenv(f"SHEBAO_OIDC_{name}", value)
    demo.init_demo()
    oidc.forget()
    administration.set_outside(None, user("qingxiu").account_id, running.subject)
    yield running
    oidc.forget()


def browser() -> TestClient:
    return TestClient(Starlette(routes=way.ROUTES), base_url=ADDRESS, follow_redirects=False)


def to_provider_and_back(client: TestClient) -> str:
    """Begin, sign in there; the address at which the provider sends the browser back."""
    begun = client.get("/oidc/start")
    assert begun.status_code == 302
    sent = httpx.get(begun.headers["location"], follow_redirects=False)
    return str(sent.headers["location"]).removeprefix(ADDRESS)


def signed_in(client: TestClient) -> User | None:
    return sessions.user_of(sessions.unsign(client.cookies.get(sessions.COOKIE)))


def refused(reason: str) -> bool:
    events = audit_search.find(Search(actions=("oidc_refused",)))
    return bool(events) and events[0].query_name == reason


def test_the_whole_way(provider: StandIn) -> None:
    client = browser()
    answer = client.get(to_provider_and_back(client))
    assert answer.status_code == 200
    assert 'content="0;url=/"' in answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    found = signed_in(client)
    assert found is not None
    assert (found.login, found.role, found.scope.codes) == ("qingxiu", Role.BUREAU, ("14501030000",))
    (event,) = audit_search.find(Search(actions=("sign_in_outside",)))
    assert event.login == "qingxiu"
    for event in audit_search.find(Search(), limit=1000):
        assert provider.subject not in str(vars(event))


def test_what_is_asked_of_the_provider(provider: StandIn) -> None:
    client = browser()
    begun = client.get("/oidc/start")
    asked = httpx.URL(begun.headers["location"]).params
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{ADDRESS}/oidc/back"
    assert len(asked["state"]) > 30
    assert len(asked["nonce"]) > 30
    assert CLIENT_SECRET not in begun.headers["location"]
    assert "samesite=lax" in begun.headers["set-cookie"].lower()
    assert begun.headers["cache-control"] == "no-store"


WRONG: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "somebody-else"},
    "two audiences without a party": {"aud": [CLIENT_ID, "somebody-else"]},
    "another party": {"azp": "somebody-else"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "expired": {"exp": -3600},
    "from the future": {"iat": 3600},
    "no end": {"exp": None},
    "no nonce": {"nonce": None},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_is_not_for_us_opens_nothing(provider: StandIn, what: str) -> None:
    # Moments count from now, not from when the tests were read.
    moved = {name: int(time.time()) + value for name, value in WRONG[what].items() if isinstance(value, int)}
    provider.claims = WRONG[what] | moved
    client = browser()
    assert client.get(to_provider_and_back(client)).status_code == 403
    assert signed_in(client) is None
    assert refused("bad token")


def test_a_replayed_nonce_opens_nothing(provider: StandIn) -> None:
    provider.claims = {"nonce": "of-another-sign-in"}
    client = browser()
    assert client.get(to_provider_and_back(client)).status_code == 403
    assert refused("bad nonce")


def test_signatures_that_are_not_the_providers_open_nothing(provider: StandIn) -> None:
    """Another key under its name; no signature; its public key as a shared secret."""
    public = provider.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for algorithm, key in (
        ("RS256", rsa.generate_private_key(public_exponent=65537, key_size=2048)), ("none", None), ("HS256", public),
    ):  # fmt: skip
        provider.algorithm, provider.signs_with = algorithm, key
        client = browser()
        assert client.get(to_provider_and_back(client)).status_code == 403, algorithm
        assert signed_in(client) is None
        assert refused("bad token")


def test_a_new_key_of_the_provider_is_learned(provider: StandIn) -> None:
    client = browser()
    client.get(to_provider_and_back(client))
    provider.kid, provider.key = "k2", rsa.generate_private_key(public_exponent=65537, key_size=2048)
    provider.signs_with, provider.published = provider.key, provider.key.public_key()
    other = browser()
    assert other.get(to_provider_and_back(other)).status_code == 200
    provider.kid, asked = "k3", provider.asked.count("keys")
    provider.published = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    third = browser()
    assert third.get(to_provider_and_back(third)).status_code == 403
    assert provider.asked.count("keys") == asked + 1, "asked for once more, not again and again"


def test_a_state_works_once_and_in_the_browser_that_began(provider: StandIn) -> None:
    mine, victim = browser(), browser()
    back = to_provider_and_back(mine)
    assert victim.get(back).status_code == 403, "a link that somebody was sent does not sign them in as another"
    assert refused("other browser")
    assert mine.get(back).status_code == 403, "the state is used up"
    assert refused("unknown state")
    again = to_provider_and_back(mine)
    assert mine.get(again).status_code == 200
    assert mine.get(again).status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?state=x&code=y", "?error=access_denied", "?state=%00&code=%00", "?state=' or 1=1 --"]
)
def test_answers_that_nobody_asked_for_open_nothing(provider: StandIn, query: str) -> None:
    client = browser()
    assert client.get(f"/oidc/back{query}").status_code == 403
    assert signed_in(client) is None


def test_one_address_does_not_push_out_the_sign_ins_of_others(
    provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "MOST_PENDING_AT_ONE_ADDRESS", 3)
    to = oidc.provider()
    assert to is not None
    kept = [oidc.begin(to, "192.0.2.1"), *(oidc.begin(to, "192.0.2.66") for _ in range(9))]
    states = [httpx.URL(address).params["state"] for address, _ in kept]
    reasons = []
    for state in states:
        with pytest.raises(oidc.OidcError) as refusal:
            oidc.finish(to, "no cookie", state, "x")
        reasons.append(refusal.value.reason)
    assert reasons == ["other browser", *["unknown state"] * 6, *["other browser"] * 3]


def test_a_refusal_at_the_provider_is_said_plainly(provider: StandIn) -> None:
    client = browser()
    state = httpx.URL(client.get("/oidc/start").headers["location"]).params["state"]
    answer = client.get(f"/oidc/back?state={state}&error=access_denied&error_description=<script>alert(1)</script>")
    assert answer.status_code == 403
    assert "<script>" not in answer.text
    assert refused("no code")


def test_a_sign_in_that_takes_too_long_begins_anew(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser()
    back = to_provider_and_back(client)
    real = time.monotonic
    monkeypatch.setattr(oidc.time, "monotonic", lambda: real() + oidc.PENDING_SECONDS + 1)
    assert client.get(back).status_code == 403
    assert refused("unknown state")


def test_nobody_is_made_and_nobody_disabled_comes_in(provider: StandIn) -> None:
    before = accounts.count()
    for prepare in (
        lambda: setattr(provider, "subject", "u-unknown"),
        lambda: administration.set_disabled(user("admin"), user("qingxiu").account_id, disabled=True),
    ):
        provider.subject = "u-1001"
        prepare()
        client = browser()
        answer = client.get(to_provider_and_back(client))
        assert answer.status_code == 403
        assert "没有与之对应的账号" in answer.text
        assert refused("no account")
        assert signed_in(client) is None
    assert accounts.count() == before


def test_another_claim_can_tell_people_apart(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_OIDC_CLAIM", "employee_no")
    for value, status in (("14501030007", 403), (provider.subject, 200), (17, 403), ("", 403)):
        provider.claims = {"employee_no": value, "sub": "any"}
        client = browser()
        assert client.get(to_provider_and_back(client)).status_code == status, value


def test_the_session_that_was_there_ends(provider: StandIn) -> None:
    planted = sessions.start(user("cadre"))[0]
    client = browser()
    back = to_provider_and_back(client)
    client.cookies.set(sessions.COOKIE, sessions.sign(planted))
    client.get(back)
    assert sessions.user_of(planted) is None


def test_a_first_password_blocks_only_the_way_with_a_password(provider: StandIn) -> None:
    administration.create(user("admin"), Wanted("newcomer", "新人", Role.BUREAU, ("14501030000",), "青秀"))
    newcomer = user("newcomer")
    assert newcomer.must_change
    administration.set_outside(user("admin"), newcomer.account_id, "u-2002")
    provider.subject = "u-2002"
    client = browser()
    client.get(to_provider_and_back(client))
    found = signed_in(client)
    assert found is not None
    assert not found.must_change
    by_password = sessions.user_of(sessions.start(newcomer)[0])
    assert by_password is not None
    assert by_password.must_change


def test_an_identity_belongs_to_one_account_and_only_an_administrator_says_so(provider: StandIn) -> None:
    with pytest.raises(AdministrationError, match="已经属于账号 qingxiu"):
        administration.set_outside(user("admin"), user("cadre").account_id, provider.subject)
    with pytest.raises(AdministrationError):
        administration.set_outside(user("section"), user("section").account_id, "u-9")
    token = sessions.start(user("qingxiu"))[0]
    administration.set_outside(user("admin"), user("qingxiu").account_id, "")
    assert sessions.user_of(token) is None, "its sessions end"
    assert accounts.of_outside(provider.subject) is None


def test_what_is_wrong_with_the_provider_opens_nothing(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.says_issuer = "https://elsewhere.example"
    assert browser().get("/oidc/start").status_code == 403
    assert refused("other issuer")
    oidc.forget()
    monkeypatch.setenv("SHEBAO_OIDC_ISSUER", "http://127.0.0.1:9")
    assert browser().get("/oidc/start").status_code == 403
    assert refused("provider unreachable")
    monkeypatch.setenv("SHEBAO_OIDC_ISSUER", "http://provider.example")
    assert browser().get("/oidc/start").status_code == 403
    assert refused("not configured: an address without https")


def test_configuration_is_read_from_a_file_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "ADDRESS", "CLAIM", "FILE"):
        monkeypatch.delenv(f"SHEBAO_OIDC_{name}", raising=False)
    assert oidc.provider() is None
    file = tmp_path / "oidc.toml"
    file.write_text(
        'issuer = "https://id.example"\nclient_id = "x"\naddress = "https://shebao.example/"\nclaim = "employee_no"\nother = 1\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("SHEBAO_OIDC_FILE", str(file))
    with pytest.raises(oidc.OidcError, match="client_secret"):
        oidc.provider()
    monkeypatch.setenv("SHEBAO_OIDC_CLIENT_SECRET", "very-secret")
    found = oidc.provider()
    assert found is not None
    assert (found.redirect_uri, found.claim, found.scope) == (
        "https://shebao.example/oidc/back",
        "employee_no",
        "openid",
    )
    assert "very-secret" not in repr(found)
    monkeypatch.setenv("SHEBAO_OIDC_FILE", str(tmp_path / "missing.toml"))
    with pytest.raises(oidc.OidcError):
        oidc.provider()


def test_the_sign_in_page_offers_it_where_it_is_configured(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from common import paths

    script = str(paths.root() / "dashboards" / "web" / "script.py")
    assert "/oidc/start" in words_of(AppTest.from_file(script, default_timeout=60).run())
    monkeypatch.setenv("SHEBAO_OIDC_ISSUER", "http://provider.example")
    said = words_of(AppTest.from_file(script, default_timeout=60).run())
    assert "统一身份认证配置有误" in said
    assert "请输入口令" in said
    monkeypatch.delenv("SHEBAO_OIDC_ISSUER")
    assert "/oidc/start" not in words_of(AppTest.from_file(script, default_timeout=60).run())
    assert browser().get("/oidc/start").status_code == 404


def test_an_administrator_registers_an_identity_on_screen(provider: StandIn, open_page: OpenPage) -> None:
    app = open_page("admin", "admin")
    number = user("cadre").account_id
    app.session_state["admin_account"] = number
    app.run()
    app.button(key="set_outside").click().run()
    assert "请填写身份标识" in words_of(app)
    app.text_input(key=f"outside_{number}").input("u-3003").run()
    app.button(key="set_outside").click().run()
    assert not app.exception
    said = words_of(app)
    assert "已登记" in said
    assert "u-3003" not in said
    found = accounts.of_outside("u-3003")
    assert found is not None
    assert found.login == "cadre"


def test_an_outside_session_dies_like_any_other(provider: StandIn, later) -> None:  # type: ignore[no-untyped-def]
    client = browser()
    client.get(to_provider_and_back(client))
    assert signed_in(client) is not None
    later(sessions.idle_timeout() + timedelta(minutes=1))
    assert signed_in(client) is None


def test_algorithms_are_of_key_pairs_only() -> None:
    assert not [name for name in oidc.ALGORITHMS if name.startswith("HS") or name == "none"]
    assert set(oidc.ALGORITHMS) <= set(jwt.PyJWS().get_algorithms())
