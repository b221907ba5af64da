"""Guessing passwords, planting sessions, reusing what was seen: each fails, and each is in the log."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import accounts, audit_search, sessions, unusual
from dashboards.access.audit_search import Search
from tests.dashboards.conftest import sign_in, words_of

OpenPage = Callable[..., AppTest]


def logged(action: str, **more: str) -> int:
    return audit_search.count(Search(actions=(action,), **more))


def test_one_account_from_one_address(own: None) -> None:
    outcomes = [accounts.sign_in("section", f"guess-{number}", "127.0.0.66").message for number in range(40)]
    assert sum("不正确" in message for message in outcomes) == accounts.MAX_FAILURES
    assert "地址" in outcomes[-1]
    assert audit_search.count(Search(login="section")) == 40
    unusual.scan()
    kinds = {(row.kind, row.who) for row in unusual.findings()}
    assert {("guessed_password", "section"), ("attacking_address", "127.0.0.66")} <= kinds


def test_one_password_over_many_accounts_from_one_address(own: None) -> None:
    """Spraying: no account is locked, the address is."""
    outcomes = [accounts.sign_in(f"user-{number}", "Sommer-2026", "127.0.0.66").message for number in range(35)]
    assert "地址" in outcomes[-1]
    assert accounts.sign_in("section", accounts.DEMO_PASSWORD, "127.0.0.66").user is None
    assert accounts.sign_in("section", accounts.DEMO_PASSWORD, "127.0.0.67").user is not None
    from_there = [event.action for event in audit_search.find(Search()) if event.client == "127.0.0.66"]
    assert len(from_there) == 36
    assert from_there[0] == "limited"


def test_on_screen_guesses_lock_too(own: None) -> None:
    app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60).run()
    for _ in range(accounts.MAX_FAILURES + 1):
        sign_in(app, "leader", "guess")
    assert "锁定" in words_of(app)
    assert logged("sign_in_failed", login="leader") + logged("locked", login="leader") == accounts.MAX_FAILURES + 1
    sign_in(app, "leader", accounts.DEMO_PASSWORD)
    assert "锁定" in words_of(app)
    assert "社保费征收总览" not in words_of(app)


@pytest.mark.parametrize("token", ["", "x", "' or 1=1 --", "0" * 43, None])
def test_a_planted_token_opens_nothing(own: None, token: str | None) -> None:
    sessions._told.clear()
    for _ in range(2):
        app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60)
        app.session_state["session_token"] = token
        assert "请输入口令" in words_of(app.run())
    assert logged("session_refused") == (1 if token else 0)


def test_signing_in_never_takes_over_a_session_that_was_there(own: None) -> None:
    """Fixation: the token that the browser had before is not the one after, and is dead."""
    mallory = accounts.find("cadre")
    assert mallory is not None
    planted = sessions.start(mallory)[0]
    app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60)
    app.session_state["signed_out"] = True
    app.run()
    app.session_state["session_token"] = planted
    app.session_state["signed_out"] = True
    app.run()
    app.button(key="sign_out").click().run()
    sign_in(app, "leader", accounts.DEMO_PASSWORD)
    assert "社保费征收总览" in words_of(app)
    assert app.session_state["session_token"] != planted
    assert logged("sign_out", login="cadre") == 1
    assert sessions.user_of(planted) is None
    assert logged("session_refused", login="cadre") == 1


def test_the_cookie_that_was_planted_ends_when_somebody_signs_in(own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another person's valid cookie in one's browser: signing in ends it, instead of going on in it."""
    from dashboards.components import signing

    mallory = accounts.find("cadre")
    assert mallory is not None
    planted = sessions.start(mallory)[0]
    app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60)
    app.session_state["signed_out"] = True
    app.run()
    monkeypatch.setattr(signing, "_cookie", lambda: sessions.sign(planted))
    sign_in(app, "leader", accounts.DEMO_PASSWORD)
    assert "局领导（演示）" in words_of(app)
    assert logged("sign_out", login="cadre") == 1
    assert sessions.user_of(planted) is None
    assert logged("session_refused", login="cadre") == 1


def test_a_dead_cookie_on_the_page_is_logged_once_and_is_no_attack(
    own: None, monkeypatch: pytest.MonkeyPatch, later: Callable[[timedelta], None]
) -> None:
    """Signed by us, and the session rested too long: whoever comes back from lunch brings one."""
    from dashboards.components import signing

    clerk = accounts.find("qingxiu")
    assert clerk is not None
    token = sessions.start(clerk)[0]
    mine = sessions.user_of(token)
    assert mine is not None
    monkeypatch.setattr(signing, "_cookie", lambda: sessions.sign(token))
    later(sessions.idle_timeout() + timedelta(minutes=1))
    for _ in range(6):
        app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60).run()
        assert "请输入口令" in words_of(app)
    (event,) = audit_search.find(Search(actions=("session_refused",)))
    assert (event.login, event.session_code, event.query_name) == ("qingxiu", mine.session_code, "闲置超时")
    unusual.scan()
    assert list(unusual.findings()) == []


def test_a_forged_cookie_on_the_page_is_logged_once_a_session(own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboards.components import signing

    monkeypatch.setattr(signing, "_cookie", lambda: "token." + "0" * 64)
    app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60).run()
    app.run()
    assert "请输入口令" in words_of(app)
    assert audit_search.count(Search(actions=("cookie_refused",))) == 1


def test_a_session_dies_with_its_account(own: None, open_page: OpenPage) -> None:
    from dashboards.access import administration

    app = open_page("qingxiu", "findings")
    assert "疑点数据" in words_of(app)
    admin, clerk = accounts.find("admin"), accounts.find("qingxiu")
    assert admin is not None
    assert clerk is not None
    administration.set_disabled(admin, clerk.account_id, disabled=True)
    assert "请输入口令" in words_of(app.run())
    (event,) = audit_search.find(Search(actions=("session_refused",), login="qingxiu"))
    assert event.query_name == "账号已停用"
