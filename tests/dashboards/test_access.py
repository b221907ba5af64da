"""Accounts, lockout, sessions, cookie and the state store's migrations."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, inspect, select, text
from sqlalchemy.exc import DatabaseError
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access import accounts, audit, audit_search, consent, demo, exports, passwords, sessions, store
from dashboards.access.masking import looks_personal, masked
from dashboards.access.models import Account, Base
from dashboards.access.roles import Role, Scope, ScopeKind, User
from tests.dashboards.conftest import SIGNATURE


@pytest.fixture
def person(var: Path):  # type: ignore[no-untyped-def]
    return accounts.save("somebody", "某人", Role.SECTION, Scope(ScopeKind.CITY, (), "全市"), "right-password")


def test_password_is_kept_only_as_argon2_hash(person) -> None:  # type: ignore[no-untyped-def]
    with store.unit_of_work() as session:
        account = session.scalar(select(Account).where(Account.login == "somebody"))
        assert account is not None
        assert account.password_hash.startswith("$argon2id$")
        assert "right-password" not in account.password_hash


def test_five_failures_lock_for_a_while(person, later) -> None:  # type: ignore[no-untyped-def]
    for _ in range(accounts.MAX_FAILURES):
        assert accounts.sign_in("somebody", "wrong").user is None
    locked = accounts.sign_in("somebody", "right-password")
    assert locked.user is None
    assert "锁定" in locked.message
    later(accounts.LOCK_TIME + timedelta(seconds=1))
    assert accounts.sign_in("somebody", "right-password").user is not None


def test_unknown_login_reads_like_a_wrong_password(person) -> None:  # type: ignore[no-untyped-def]
    assert accounts.sign_in("nobody", "x").message == accounts.sign_in("somebody", "x").message


def test_session_ends_by_sign_out_idle_and_age(person, later) -> None:  # type: ignore[no-untyped-def]
    token, _ = sessions.start(person)
    assert sessions.user_of(token) == person
    sessions.end(token)
    assert sessions.user_of(token) is None
    token, _ = sessions.start(person)
    later(sessions.idle_timeout() + timedelta(seconds=1))
    assert sessions.user_of(token) is None


def test_a_busy_session_ends_all_the_same(person, later, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    token, _ = sessions.start(person)
    for minutes in range(0, 12 * 60 + 1, 20):
        later(timedelta(minutes=minutes))
        assert (sessions.user_of(token) is not None) == (minutes < 12 * 60)
    monkeypatch.setenv("SHEBAO_SESSION_HOURS", "1")
    assert sessions.lifetime() == timedelta(hours=1)


def test_all_other_sessions_can_be_ended(person) -> None:  # type: ignore[no-untyped-def]
    tokens = [sessions.start(person)[0] for _ in range(3)]
    assert sessions.end_all(person.account_id, but=tokens[0]) >= 2
    assert [sessions.user_of(token) is not None for token in tokens] == [True, False, False]


def test_each_session_has_a_code_of_its_own(person) -> None:  # type: ignore[no-untyped-def]
    from dashboards.access import audit_search

    users = [sessions.user_of(sessions.start(person, "127.0.0.7")[0]) for _ in range(2)]
    codes = {user.session_code for user in users if user}
    assert len(codes) == 2
    for code in codes:
        found = audit_search.session_of(code.lower())
        assert found is not None
        assert (found[0], found[2]) == ("somebody", "127.0.0.7")


def test_many_guesses_at_once_get_no_more_tries(person) -> None:  # type: ignore[no-untyped-def]
    """Thirty threads guess at the same moment: five passwords are looked at, then the account is locked."""
    messages: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: messages.append(accounts.sign_in("somebody", f"guess-{n}").message))
        for n in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("不正确" in message for message in messages) == accounts.MAX_FAILURES
    assert sum("锁定" in message for message in messages) == 30 - accounts.MAX_FAILURES
    assert accounts.sign_in("somebody", "right-password").user is None


def test_an_address_is_limited_whatever_the_account(person, later, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("SHEBAO_ADDRESS_FAILURES", "6")
    for number in range(6):
        assert "不正确" in accounts.sign_in(f"nobody-{number}", "guess", "127.0.0.66").message
    limited = accounts.sign_in("somebody", "right-password", "127.0.0.66")
    assert limited.user is None
    assert "地址" in limited.message
    assert accounts.sign_in("somebody", "right-password", "127.0.0.67").user is not None
    later(accounts.LOCK_TIME + timedelta(seconds=1))
    assert accounts.sign_in("somebody", "right-password", "127.0.0.66").user is not None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Kurz-1a", "至少"), ("alllowercaseletters", "三类"), ("ABCDEFGH12345", "三类"), ("Aa1!Aa1!Aa1!", "不同的字符"),
        ("Somebody-2026x", "账号"), ("Password-2026x", "常见"), ("Shebao-2026xyz", "常见"), ("x" * 129, "至多"),
    ],
)  # fmt: skip
def test_weak_passwords_are_refused_with_the_reason(password: str, word: str) -> None:
    assert word in passwords.problem(password, "somebody", "某人")


@pytest.mark.parametrize("password", ["Brav-Ente7x", "vier zufällige wörter hier"])
def test_good_passwords_pass(password: str) -> None:
    assert passwords.problem(password, "somebody", "某人") == ""


def test_temporary_passwords_pass() -> None:
    assert [passwords.problem(passwords.temporary(), "somebody", "某人") for _ in range(20)] == [""] * 20


def test_changing_the_password(person) -> None:  # type: ignore[no-untyped-def]
    assert "原口令不正确" in accounts.change_password(person, "wrong", "Brav-Ente7x")
    assert "至少" in accounts.change_password(person, "right-password", "short")
    assert "相同" in accounts.change_password(person, "right-password", "right-password")
    assert accounts.sign_in("somebody", "right-password").user is not None
    assert accounts.change_password(person, "right-password", "Brav-Ente7x") == ""
    assert accounts.sign_in("somebody", "right-password").user is None
    assert accounts.sign_in("somebody", "Brav-Ente7x").user is not None


def test_disabled_account_loses_its_session(person) -> None:  # type: ignore[no-untyped-def]
    token, _ = sessions.start(person)
    with store.unit_of_work() as session:
        account = session.get(Account, person.account_id)
        assert account is not None
        account.is_disabled = True
    assert sessions.user_of(token) is None
    assert accounts.sign_in("somebody", "right-password").user is None


def test_cookie_signature_must_hold(person) -> None:  # type: ignore[no-untyped-def]
    token, _ = sessions.start(person)
    cookie = sessions.sign(token)
    assert sessions.unsign(cookie) == token
    assert sessions.unsign(cookie[:-1] + ("0" if cookie[-1] != "0" else "1")) is None
    assert sessions.unsign(token) is None
    assert sessions.unsign(None) is None


def test_ticket_buys_an_http_only_cookie_once(person) -> None:  # type: ignore[no-untyped-def]
    token, ticket = sessions.start(person)
    first = _accept({"x-shebao-ticket": ticket})
    assert first.status_code == 204
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    value = cookie.split(";")[0].removeprefix(f"{sessions.COOKIE}=")
    assert sessions.unsign(value) == token
    assert _accept({"x-shebao-ticket": ticket}).status_code == 403
    assert _accept({}).status_code == 403


def _accept(headers: dict[str, str]) -> Response:
    from dashboards.web.server import accept

    scope = {
        "type": "http", "method": "POST", "path": "/session/accept", "scheme": "http", "server": ("127.0.0.1", 80), "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    return asyncio.run(accept(Request(scope)))


def test_demo_password_is_dead_outside_demo_mode(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.init_demo()
    assert accounts.sign_in("leader", accounts.DEMO_PASSWORD).user is not None
    monkeypatch.setenv("SHEBAO_DEMO", "0")
    assert accounts.sign_in("leader", accounts.DEMO_PASSWORD).user is None


def test_generated_demo_passwords_differ(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
    monkeypatch.setenv("SHEBAO_DEMO", "0")
    made = demo.init_demo()
    assert len(set(made.values())) == len(demo.DEMO_ACCOUNTS)
    assert accounts.sign_in("leader", made["leader"]).user is not None
    monkeypatch.setenv("SHEBAO_DEMO", "1")
    assert accounts.sign_in("leader", accounts.DEMO_PASSWORD).user is not None
    accounts.save("real", "某人", Role.SECTION, Scope(ScopeKind.CITY), "x-password")
    assert accounts.sign_in("real", accounts.DEMO_PASSWORD).user is None, "only demo accounts"


def test_migrations_make_what_the_models_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
    found = inspect(store.engine())
    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}


def test_a_store_from_before_the_consent_is_migrated_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made and filled at 0004: rows, chain, sessions and passwords are as they were, and only cadres are asked for the consent."""
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.setenv("SHEBAO_STATE_URL", f"sqlite:///{tmp_path / 'old.sqlite'}")
    people = [
        (1, User(1, "section", "某人", Role.SECTION, Scope(ScopeKind.CITY, (), "全市"))),
        (2, User(2, "villager", "某村", Role.CADRE, Scope(ScopeKind.VILLAGE, ("450103004002",), "金湖社区"))),
    ]
    with monkeypatch.context() as patch:
        patch.setattr(store, "migrate", _until("0004"))
        old = MetaData()
        old.reflect(store.engine())
        assert "consent_at" not in old.tables["account"].columns
        with store.engine().begin() as connection:
            for number, one in people:
                connection.execute(old.tables["account"].insert().values(
                    id=number, login=one.login, display_name=one.display_name, role=str(one.role), scope_kind=str(one.scope.kind),
                    scope_codes=",".join(one.scope.codes), scope_label=one.scope.label, password_hash=accounts._hasher.hash("Alt-Passwort-1"),
                    is_demo=False, failed_count=2, is_disabled=False, must_change=False, created_at=store.now(),
                ))  # fmt: skip
        tokens = [sessions.start(one)[0] for _, one in people]
        exports.request(people[0][1], "A7.4", "部分缴纳", {"kind": "findings"}, 4, "逐户核实")
        for step in range(3):
            audit.record_page(people[0][1], f"page{step}")
        before = _everything(store.engine())
        assert all(before[name] for name in ("account", "sign_in_session", "access_event", "export"))
        store._engines.pop(store.state_url()).dispose()
    after = _everything(store.engine())
    for row in after["account"]:
        assert (row.pop("consent_at"), row.pop("consent_by"), row.pop("consent_version")) == (None, "", "")
    assert after == before | {"alembic_version": [{"version_num": "0006"}], "consent": []}
    assert audit_search.verify().holds
    with pytest.raises(DatabaseError, match="append-only"), store.engine().begin() as connection:
        connection.execute(text("delete from access_event"))
    section, villager = (sessions.user_of(token) for token in tokens)
    assert section is not None
    assert villager is not None
    assert not section.must_wait
    assert villager.must_consent
    assert exports.of_code(before["export"][0]["code"]) is not None
    assert accounts.sign_in("villager", "Alt-Passwort-1").user is not None
    consent.give(villager, SIGNATURE)
    again = accounts.find("villager")
    assert again is not None
    assert not again.must_consent
    audit.record_page(section, "after")
    verdict = audit_search.verify()
    assert verdict.holds, verdict
    assert verdict.rows > len(before["access_event"])


def test_a_name_that_was_only_typed_is_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 0005 a cadre consented by typing a name: from 0006 on the consent is signed by hand."""
    monkeypatch.setenv("SHEBAO_STATE_URL", f"sqlite:///{tmp_path / 'typed.sqlite'}")
    with monkeypatch.context() as patch:
        patch.setattr(store, "migrate", _until("0005"))
        old = MetaData()
        old.reflect(store.engine())
        with store.engine().begin() as connection:
            connection.execute(old.tables["account"].insert().values(
                id=1, login="villager", display_name="某村", role="cadre", scope_kind="village", scope_codes="450103004002", scope_label="金湖社区",
                password_hash="", is_demo=False, failed_count=0, is_disabled=False, must_change=False, created_at=store.now(),
                consent_at=store.now(), consent_by="villager",
            ))  # fmt: skip
        store._engines.pop(store.state_url()).dispose()
    (before,) = accounts.every()
    assert (before.consent_at is not None, before.consent_by, before.consent_version) == (True, "villager", "")
    villager = accounts.find("villager")
    assert villager is not None
    assert villager.must_consent


def _until(revision: str) -> Callable[[Engine], None]:
    """Brings a store to an older revision, as an older program left it."""
    from alembic import command
    from alembic.config import Config

    def migrate(target: Engine) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
        with target.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    return migrate


def _everything(engine: Any) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in found.sorted_tables
        }


def test_masking_of_texts() -> None:
    assert masked("450103197501011235 与 13877138000") == "450103********1235 与 138****8000"
    assert masked("流水号 20260612000001234567") == "流水号 20260612000001234567"
    assert masked("旧证 450103750101123。") == "旧证 450103******123。"
    assert masked("卡号 6217000010001234569 扣款") == "卡号 6217***********4569 扣款"
    assert masked("凭证 6217000010001234566 扣款") == "凭证 6217000010001234566 扣款", "no card by its last digit"
    assert masked("批次 450103759901123") == "批次 450103759901123", "no date in the middle"
    assert looks_personal("电话 13877138000")
    assert not looks_personal("14501030000 2026-06-30")
