"""The page 管理 and the change of a password on screen; what only an administrator may do, and nobody else by any way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import accounts, administration, audit, audit_search, demo, sessions, unusual
from dashboards.access.administration import AdministrationError, Wanted
from dashboards.access.audit_search import Search
from dashboards.access.roles import Role, ScopeKind
from dashboards.repositories import person
from dashboards.repositories.gate import RefusedError, gate
from tests.dashboards import fixture_person as made
from tests.dashboards.conftest import sign_in, user, words_of

OpenPage = Callable[..., AppTest]


def first_password(said: str) -> str:
    return said.split("首次口令是 ")[1].split(" ", maxsplit=1)[0]


def test_a_new_account_changes_its_first_password_before_anything(own: None, open_page: OpenPage) -> None:
    app = open_page("admin")
    app.text_input(key="new_login").input("wang.fang")
    app.text_input(key="new_name").input("王芳")
    app.multiselect(key="new_bureau").select("14501030000").run()
    app.button(key="create_account").click().run()
    assert not app.exception
    first = first_password(words_of(app))
    made = user("wang.fang")
    assert (made.role, made.scope.kind, made.scope.codes) == (Role.BUREAU, ScopeKind.BUREAU, ("14501030000",))
    assert made.must_change
    assert first not in words_of(app.run()), "shown once"

    app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60).run()
    sign_in(app, "wang.fang", first)
    said = words_of(app)
    assert "首次登录或口令重置后" in said
    assert 'sb-kpi"' not in said
    assert "疑点数据" not in said
    with pytest.raises(RefusedError):
        gate.query(user("wang.fang"), "测试", "periods")
    token = app.session_state["session_token"]

    def change(old: str, new: str, again: str) -> str:
        app.text_input(key="old_password").input(old)
        app.text_input(key="new_password").input(new)
        app.text_input(key="new_again").input(again)
        next(button for button in app.button if button.label == "确定").click().run()
        assert not app.exception
        return words_of(app)

    assert "不一致" in change(first, "Brav-Ente7x", "Brav-Ente7y")
    assert "至少" in change(first, "short", "short")
    assert "相同" in change(first, first, first)
    assert "原口令不正确" in change("wrong", "Brav-Ente7x", "Brav-Ente7x")
    assert "社保费征收总览" in change(first, "Brav-Ente7x", "Brav-Ente7x")
    assert sessions.user_of(token) is None, "the session from before is worth nothing"
    assert app.session_state["session_token"] != token


def test_anybody_changes_the_own_password_and_other_sessions_end(own: None, open_page: OpenPage) -> None:
    other = sessions.start(user("section"))[0]
    app = open_page("section")
    app.button(key="change_password").click().run()
    assert "修改口令" in words_of(app)
    app.text_input(key="old_password").input(accounts.DEMO_PASSWORD)
    app.text_input(key="new_password").input("Brav-Ente7x")
    app.text_input(key="new_again").input("Brav-Ente7x")
    next(button for button in app.button if button.label == "确定").click().run()
    assert "社保费征收总览" in words_of(app)
    assert sessions.user_of(other) is None


def test_the_administrator_resets_ends_disables_and_narrows(own: None, open_page: OpenPage) -> None:
    clerk = user("qingxiu")
    token = sessions.start(clerk)[0]
    app = open_page("admin")
    app.session_state["admin_account"] = clerk.account_id
    app.run()
    app.button(key="end_sessions").click().run()
    assert sessions.user_of(token) is None
    app.button(key="reset_password").click().run()
    assert user("qingxiu").must_change
    assert accounts.sign_in("qingxiu", first_password(words_of(app))).user is not None
    app.multiselect(key=f"edit_{clerk.account_id}_bureau").unselect("14501030000").select("14501080000").run()
    app.button(key="save_scope").click().run()
    assert user("qingxiu").scope.codes == ("14501080000",)
    app.button(key="toggle_account").click().run()
    assert accounts.find("qingxiu") is None
    assert "停用" in words_of(app)
    acts = {event.action for event in audit_search.find(Search(subject="qingxiu"))}
    assert {"sessions_ended", "password_reset", "account_changed", "account_disabled"} <= acts


def test_the_list_of_sessions_and_ending_one(own: None, open_page: OpenPage) -> None:
    token = sessions.start(user("leader"), "127.0.0.9")[0]
    app = open_page("admin", None, view="sessions")
    assert "127.0.0.9" in words_of(app)
    app.session_state["admin_session"] = next(row.session_id for row in sessions.living() if row.login == "leader")
    app.run()
    app.button(key="end_session").click().run()
    assert sessions.user_of(token) is None
    assert "127.0.0.9" not in words_of(app)


def test_the_log_is_searched_and_its_chain_checked_on_screen(own: None, open_page: OpenPage) -> None:
    audit.record_reveal(user("section"), "核实联系电话", "token-77", "contact_phone")
    app = open_page("admin", None, view="log")
    app.text_input(key="log_subject").input("token-77").run()
    said = words_of(app)
    assert "共 2 条" in said, "what was looked at, and that it was searched for"
    assert "核实联系电话" in said
    assert "检索日志" in said
    assert "token-77" not in str(app.query_params)
    assert audit_search.count(Search(subject="token-77", actions=("audit_search",))) == 1
    app.run()
    assert audit_search.count(Search(subject="token-77", actions=("audit_search",))) == 1, "once a question"
    app.button(key="verify_log").click().run()
    assert "完整：共" in words_of(app)


def test_a_code_read_off_a_screen_leads_to_the_account(own: None, open_page: OpenPage) -> None:
    seen = sessions.user_of(sessions.start(user("leader"), "127.0.0.9")[0])
    assert seen is not None
    app = open_page("admin", None, view="log")
    app.text_input(key="log_code").input(seen.session_code.lower()).run()
    assert f"水印码 {seen.session_code}：账号 leader" in words_of(app)
    app.text_input(key="log_code").input("ZZZZ9999").run()
    assert "不属于任何一次登录或导出" in words_of(app)


def test_unusual_use_is_shown_and_closed(own: None, open_page: OpenPage) -> None:
    for _ in range(5):
        audit.record_refusal(user("qingxiu"), "页面", "admin")
    app = open_page("admin", None, view="unusual")
    assert "多次访问超出岗位或范围的内容" in words_of(app)
    row = next(row for row in unusual.findings() if row.kind == "outside_scope")
    app.session_state["admin_use"] = row.id
    app.run()
    app.text_input(key="use_note").input("误点，已告知").run()
    app.button(key="close_use").click().run()
    assert not app.exception
    assert all(found.kind != "outside_scope" for found in unusual.findings())


def test_the_page_opens_before_anything_is_published(own: None, open_page: OpenPage, var: Path) -> None:
    pointer = var / "published" / "CURRENT"
    kept = pointer.read_text()
    pointer.unlink()
    try:
        app = open_page("admin")
        assert not app.exception
        assert "个账号" in words_of(app)
    finally:
        pointer.write_text(kept)


@pytest.mark.parametrize("login", [account.login for account in demo.DEMO_ACCOUNTS if account.role is not Role.ADMIN])
def test_nobody_else_administrates(own: None, login: str) -> None:
    someone, target = user(login), user("analyst").account_id
    before = audit_search.count(Search(login=login, actions=("refused",)))
    wanted = Wanted("mallory", "某人", Role.ADMIN)
    for act in (
        lambda: administration.create(someone, wanted),
        lambda: administration.change_scope(someone, target, Wanted("analyst", "某人", Role.SECTION)),
        lambda: administration.reset_password(someone, target),
        lambda: administration.set_disabled(someone, target, disabled=True),
        lambda: administration.end_sessions(someone, target),
        lambda: administration.end_session(someone, 1),
    ):
        with pytest.raises(AdministrationError):
            act()
    assert accounts.find("mallory") is None
    assert user("analyst").role is Role.ANALYST
    assert audit_search.count(Search(login=login, actions=("refused",))) == before + 6


def test_an_administrator_cannot_lift_or_close_oneself(own: None) -> None:
    admin = user("admin")
    with pytest.raises(AdministrationError):
        administration.change_scope(admin, admin.account_id, Wanted("admin", "某人", Role.SECTION))
    with pytest.raises(AdministrationError):
        administration.set_disabled(admin, admin.account_id, disabled=True)
    assert user("admin").role is Role.ADMIN


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("Mallory", "某人", Role.SECTION), Wanted("a' or 1=1", "某人", Role.SECTION), Wanted("ok-name", "", Role.SECTION),
        Wanted("ok-name", "某\n人", Role.SECTION), Wanted("ok-name", "某人", Role.BUREAU), Wanted("ok-name", "某人", Role.CADRE, ("14501030000",)),
        Wanted("ok-name", "某人", Role.BUREAU, ("1450103",)), Wanted("section", "某人", Role.SECTION),
    ],
)  # fmt: skip
def test_odd_accounts_are_not_made(own: None, wanted: Wanted) -> None:
    with pytest.raises(AdministrationError):
        administration.create(user("admin"), wanted)


def test_a_cadre_has_one_village_or_towns(own: None) -> None:
    villages = ("450103004001", "450103004002")
    for codes in (villages, (villages[0], "450103004"), ("450103",)):
        with pytest.raises(AdministrationError):
            administration.create(user("admin"), Wanted("cun.gan", "某人", Role.CADRE, codes))
    administration.create(user("admin"), Wanted("cun.gan", "某人", Role.CADRE, villages[:1], "金湖"))
    assert (user("cun.gan").scope.kind, user("cun.gan").scope.codes) == (ScopeKind.VILLAGE, villages[:1])
    number = user("cun.gan").account_id
    administration.change_scope(user("admin"), number, Wanted("cun.gan", "某人", Role.CADRE, ("450103004",)))
    assert user("cun.gan").scope.kind is ScopeKind.TOWN


def test_an_administrator_chooses_a_village(own: None, open_page: OpenPage) -> None:
    app = open_page("admin")
    app.text_input(key="new_login").input("cun.gan")
    app.text_input(key="new_name").input("某人")
    app.selectbox(key="new_role").select(Role.CADRE).run()
    app.multiselect(key="new_village").select("450103004002").run()
    app.button(key="create_account").click().run()
    assert not app.exception
    assert user("cun.gan").scope.codes == ("450103004002",)
    assert "金湖社区" in user("cun.gan").scope.label


def test_a_technical_role_never_gets_rows_by_a_wrong_scope(own: None) -> None:
    wanted = Wanted("tech", "运维", Role.OPERATOR, ("14501030000",))
    administration.create(user("admin"), wanted)
    assert user("tech").scope.kind is ScopeKind.NONE


def test_the_first_administrator_comes_from_the_command_line(own: None, capsys: pytest.CaptureFixture[str]) -> None:
    from dashboards import __main__ as program

    assert program.main(["create-admin", "first.admin", "首位管理员"]) == 0
    assert user("first.admin").role is Role.ADMIN
    assert user("first.admin").must_change
    assert program.main(["create-admin", "first.admin", "首位管理员"]) == 1
    assert program.main(["reset-password", "first.admin"]) == 0
    assert audit_search.count(Search(subject="first.admin")) == 2


def test_the_log_is_searched_by_an_id_number_that_it_never_keeps(own: None, open_page: OpenPage) -> None:
    looked = person.Person(made.token_of(made.WRONG_ID))
    person.record_look(user("section"), "户籍体检：自然人", looked)
    newest = audit_search.newest_id()
    app = open_page("admin", view="log")
    app.text_input(key="log_subject").input(made.WRONG_ID).run()
    assert not app.exception
    assert "户籍体检：自然人" in words_of(app)
    app.text_input(key="log_subject").input(made.OTHER_BUREAU_ID).run()
    assert "户籍体检：自然人" not in words_of(app)
    events = [event for event in audit_search.find(Search(), limit=1000) if event.id > newest]
    assert looked.subject in {event.subject for event in events if event.action == "audit_search"}
    assert not any(made.WRONG_ID[6:14] in f"{event.subject} {event.purpose} {event.query_name}" for event in events)
