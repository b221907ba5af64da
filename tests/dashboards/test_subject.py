"""户籍体检: a person is found by a number, seen within the scope, never browsed; the number typed stays nowhere."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboards.access import store
from dashboards.access.models import AccessEvent
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.repositories import person, policy, snapshot, vault
from dashboards.repositories import unit as units
from dashboards.repositories.gate import RefusedError, gate
from orchestration.lib import vault as written
from tests.dashboards import fixture_person as made
from tests.dashboards import fixture_unit as unit
from tests.dashboards.conftest import words_of
from tests.dashboards.faces import ask

OpenPage = Callable[..., AppTest]
SECTION = User(1, "tester", "测试", Role.SECTION, Scope(ScopeKind.CITY, (), "全市"))
CLERK = User(2, "clerk", "测试", Role.BUREAU, Scope(ScopeKind.BUREAU, (made.QINGXIU,)))
WHY = "户籍体检：测试"


def test_a_person_is_found_by_every_number(var: Path) -> None:
    short = made.WRONG_ID[:6] + made.WRONG_ID[8:17]
    for typed in (made.WRONG_ID, f" {made.WRONG_ID[:17]}x", short, made.WRONG_NO, made.OLD_NO, "4501000000000011"):
        found = person.find(SECTION, WHY, typed)
        assert len(found) == 1, typed
        assert len(person.registrations(SECTION, WHY, found[0])) == 3
    assert len(person.find(SECTION, WHY, made.SHARED_NO)) == 2
    for typed in ("", "5", "450103199001019", "5010000999", "x" * 60, "'; drop table x"):
        assert person.find(SECTION, WHY, typed) == []


def test_a_clerk_finds_nobody_of_another_bureau(var: Path) -> None:
    for typed in (made.OTHER_BUREAU_ID, made.OTHER_BUREAU_NO):
        assert person.find(SECTION, WHY, typed)
        assert person.find(CLERK, WHY, typed) == []
    forged = person.Person(made.token_of(made.OTHER_BUREAU_ID))
    for read in (person.registrations, person.payments, person.agreements, person.deductions, person.special_dues):
        assert read(CLERK, WHY, forged) == []


@pytest.mark.parametrize("table", sorted(policy.LOOKUPS))
def test_persons_cannot_be_browsed(var: Path, table: str) -> None:
    """Not by any text, not by the gate's ordinary way, and without a token not even by the look-up's own view."""
    for sql in (
        f"select * from {table}",
        f"select count(*) from {table}",
        f"with x as (select * from {table}) select * from x",
    ):
        with pytest.raises(RefusedError):
            gate.query_text(SECTION, WHY, "browse", sql, {})
    with pytest.raises(RefusedError):
        gate.query(SECTION, WHY, "rule_evidence", {"subject_key": "x"}, table=table)
    database = gate._database(snapshot.current(), SECTION)
    assert database.run(f"select * from {table}", {}) == []


@pytest.mark.parametrize("role", [Role.LEADER, Role.CADRE, Role.OPERATOR, Role.ANALYST])
def test_persons_are_for_the_roles_that_answer(var: Path, role: Role) -> None:
    user = User(3, "other", "测试", role, Scope(ScopeKind.CITY, (), "全市"))
    with pytest.raises(RefusedError):
        person.find(user, WHY, made.WRONG_ID)


@pytest.mark.parametrize("token", ["", "x", "0" * 31, "' or true --", "%"])
def test_what_is_no_token_is_refused(var: Path, token: str) -> None:
    with pytest.raises(RefusedError):
        person.registrations(SECTION, WHY, person.Person(token))
    assert person.registrations(SECTION, WHY, person.Person("f" * 32)) == []


def test_rows_carry_no_token_and_no_clear_value(var: Path) -> None:
    found = person.find(SECTION, WHY, made.WRONG_ID)[0]
    assert made.token_of(made.WRONG_ID) not in repr(found)
    for read in (person.registrations, person.payments, person.agreements, person.deductions, person.special_dues):
        rows = read(SECTION, WHY, found)
        assert rows
        assert made.token_of(made.WRONG_ID) not in str(rows)
        assert made.WRONG_ID not in str(rows)


def test_the_page_says_what_disagrees(open_page: OpenPage) -> None:
    app = ask(open_page("qingxiu", "subject"), made.WRONG_ID)
    assert not app.exception
    said = words_of(app)
    for words in (
        "3 个参保登记，3 个有效", "人社已于 2026-05-06 登记死亡，未推送税务，税务登记仍有效；由人社补推", "参保信息接收失败，姓名不一致",
        "2025年度城乡居民养老 200.00 元", "上解未回盘", "没有对应的缴款", "灵活就业医疗补缴 1,234.00 元", "余额不足", "✗ 终止", "旧编号 00123456",
        "2026年已缴", "未结疑点：1 条", "450103********9990", "138****0001",
    ):  # fmt: skip
        assert words in said, words
    assert "✓ 一致</span>　各系统" not in said


def test_the_page_says_so_when_all_agree(open_page: OpenPage) -> None:
    said = words_of(ask(open_page("section", "subject"), made.GOOD_NO))
    assert "各系统所载的参保与缴费一致" in said
    assert "没有未结疑点" in said


def test_a_clerk_is_told_nothing_of_another_bureau(open_page: OpenPage) -> None:
    said = words_of(ask(open_page("qingxiu", "subject"), made.OTHER_BUREAU_NO))
    assert "没有找到这个人" in said
    for words in ("陆*", "5,678.00", made.OTHER_BUREAU_NO):
        assert words not in said


def test_one_of_two_under_a_number_is_chosen(open_page: OpenPage) -> None:
    app = ask(open_page("section", "subject"), made.SHARED_NO)
    said = words_of(app)
    assert "这个号码找到多人" in said
    assert "梁**" in said
    app.session_state["subject_chosen"] = 1
    chosen = words_of(app.run())
    assert "各系统所载" in chosen
    app.button(key="subject_clear").click().run()
    assert "这个号码找到多人" in words_of(app)


def test_a_person_is_let_go(open_page: OpenPage) -> None:
    app = ask(open_page("section", "subject"), made.GOOD_NO)
    app.button(key="subject_clear").click().run()
    said = words_of(app)
    assert "请输入一个人的证件号码或人员编号" in said
    assert made.GOOD_NO not in said


def test_what_is_typed_stays_nowhere(open_page: OpenPage, var: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the address, the page, the log, the cache, the access log or any file of the state store."""
    clear = (made.WRONG_ID, made.WRONG_ID[:17], made.token_of(made.WRONG_ID))
    with caplog.at_level(logging.DEBUG):
        app = ask(open_page("section", "subject"), made.WRONG_ID)
    assert "旧编号" in words_of(app)
    kept = [
        words_of(app),
        str(dict(app.query_params)),
        caplog.text,
        repr(gate._cache),
        str(app.session_state),
    ]
    with store.unit_of_work() as session:
        events = session.scalars(select(AccessEvent)).all()
        kept.append("\n".join(str(vars(event)) for event in events))
    assert any(
        event.query_name == "person_registrations" and event.purpose.startswith("户籍体检：") for event in events
    )
    for text in kept:
        assert not any(value in text for value in clear)
    for file in (var / "state").iterdir():
        body = file.read_bytes()
        assert not any(value.encode() in body for value in clear), file.name


def test_a_new_snapshot_may_no_longer_know_the_person(open_page: OpenPage) -> None:
    app = ask(open_page("section", "subject"), made.GOOD_NO)
    app.session_state["subject_found"] = [person.Person("f" * 32)]
    assert "当前数据中已没有这个人" in words_of(app.run())


@pytest.fixture
def vault_file(var: Path) -> Path:
    """A vault with the clear values of one person, as publication writes it."""
    with duckdb.connect() as con:
        con.execute("create table kept (token varchar, kind varchar, clear_value varchar)")
        token = made.token_of(made.WRONG_ID)
        con.executemany(
            "insert into kept values (?, ?, ?)",
            [
                [token, "phone", made.WRONG_PHONE],
                [token, "id_number", made.WRONG_ID],
                ["f" * 32, "phone", "13900000009"],
            ],
        )
        written.write(con, "kept")
    return var / "vault" / "vault.duckdb"


STRANGER = "f" * 32
REASON = "村干来电核对参保，需要回拨本人"


def reveal(app: AppTest, reason: str, field: str = "phone") -> AppTest:
    app.selectbox(key="reveal_field").select(field)
    app.text_input(key="reveal_reason").input(reason)
    return next(button for button in app.button if button.label == "查看").click().run()


def events_of(action: str) -> list[AccessEvent]:
    with store.unit_of_work() as session:
        return list(session.scalars(select(AccessEvent).where(AccessEvent.action == action).order_by(AccessEvent.id)))


def test_one_field_is_shown_for_a_reason_and_for_a_short_time(
    open_page: OpenPage, vault_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ask(open_page("qingxiu", "subject"), made.WRONG_NO)
    assert made.WRONG_PHONE not in words_of(app)
    app = reveal(app, REASON)
    said = words_of(app)
    assert made.WRONG_PHONE in said
    assert made.WRONG_ID not in said
    assert "13900000009" not in said
    assert "看明文联系电话" in said
    assert REASON in said
    last = events_of("reveal")[-1]
    assert (last.login, last.purpose, last.query_name) == ("qingxiu", REASON, "联系电话")
    assert last.subject not in ("", made.token_of(made.WRONG_ID))
    assert made.WRONG_PHONE not in str(vars(last))
    from dashboards.pages.subject import person as subject

    real = subject.time.monotonic
    monkeypatch.setattr(subject.time, "monotonic", lambda: real() + subject.SHOWN_SECONDS + 1)
    said = words_of(app.run())
    assert made.WRONG_PHONE not in said
    assert "subject_revealed" not in app.session_state


@pytest.mark.parametrize("reason", ["", "看看", "啊啊啊啊啊啊啊啊", f"核对电话{made.WRONG_PHONE}一次"])
def test_without_a_proper_reason_nothing_is_shown(open_page: OpenPage, vault_file: Path, reason: str) -> None:
    before = len(events_of("reveal"))
    app = reveal(ask(open_page("qingxiu", "subject"), made.WRONG_NO), reason)
    assert made.WRONG_PHONE not in words_of(app)
    assert len(events_of("reveal")) == before


def test_a_person_out_of_scope_is_not_revealed_and_the_try_is_logged(var: Path, vault_file: Path) -> None:
    forged = person.Person(made.token_of(made.OTHER_BUREAU_ID))
    with pytest.raises(RefusedError):
        vault.reveal(CLERK, forged, "phone", REASON)
    assert events_of("refused")[-1].subject == forged.subject


def test_reveals_are_limited_by_the_hour(var: Path, vault_file: Path, monkeypatch: pytest.MonkeyPatch, later) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("SHEBAO_REVEALS_PER_HOUR", "2")
    user = User(9, "limited", "测试", Role.SECTION, Scope(ScopeKind.CITY))
    someone = person.Person(made.token_of(made.WRONG_ID))
    for _ in range(2):
        assert vault.reveal(user, someone, "phone", REASON) == [made.WRONG_PHONE]
    with pytest.raises(vault.NotRevealedError, match="一小时内最多查看 2 次"):
        vault.reveal(user, someone, "phone", REASON)
    assert events_of("refused")[-1].login == "limited"
    later(timedelta(hours=1, minutes=1))
    assert vault.reveal(user, someone, "phone", REASON) == [made.WRONG_PHONE]


def test_a_vault_that_does_not_open_says_nothing_of_itself(
    var: Path, vault_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault.keys, "vault_password", lambda: "wrong")
    with pytest.raises(vault.NotRevealedError) as told:
        vault.reveal(SECTION, person.Person(made.token_of(made.WRONG_ID)), "phone", REASON)
    assert str(vault_file) not in str(told.value)
    assert told.value.__cause__ is None


def test_who_looked_is_on_the_page_once_a_look(open_page: OpenPage, vault_file: Path) -> None:
    app = ask(open_page("section", "subject"), made.GOOD_NO)
    app.run()
    mine = [
        event
        for event in events_of("look")
        if event.login == "section" and event.subject == person.Person(made.token_of(made.GOOD_ID)).subject
    ]
    said = words_of(app)
    assert "谁看过此人" in said
    assert "市局业务科室" in said
    assert "村干反映个例" in said
    again = len(mine)
    ask(app, made.GOOD_NO)
    assert len([e for e in events_of("look") if e.login == "section" and e.subject == mine[0].subject]) == again + 1


def test_an_employer_is_found_and_seen_whole(open_page: OpenPage) -> None:
    app = open_page("qingxiu", "subject", view="unit")
    app.text_input(key="unit_search").input("体检样例").run()
    said = words_of(app)
    assert "找到 2 个户籍" in said
    assert unit.OTHER_NAME not in said
    app.query_params["unit"] = unit.REGISTRATION
    said = words_of(app.run())
    assert not app.exception
    for words in (
        "2 个户籍，2 个有效", "未缴 1,200.00 元", "各处登记的名称不同", "医保户籍 900001 没有关联税务登记", "1 张征集单没有缴清", "最早为 2026年6月",
        "✗ 缺参保险种",
        "✗ 欠 1,200.00", "✓ 验证通过", "✗ 余额不足", "税务与人社、医保没有差异",
    ):  # fmt: skip
        assert words in said, words


@pytest.mark.parametrize("user", [SECTION, CLERK], ids=["city", "bureau"])
def test_bills_and_findings_asked_key_by_key_are_those_asked_at_once(var: Path, user: User) -> None:
    def answered(sql: str, **params: object) -> list[dict[str, object]]:
        return gate.query_text(user, WHY, "test", sql, params).rows

    owners = answered("select distinct registration_key, taxpayer_key from finding where registration_key is not null")
    keys = sorted({str(row["registration_key"]) for row in owners} | {unit.REGISTRATION, unit.TWIN})
    taxpayers = sorted({str(row["taxpayer_key"]) for row in owners if row["taxpayer_key"]})
    assert len(keys) > 3
    expected = answered(
        "select * from finding where state <> 'resolved' and (list_contains($keys, registration_key) or list_contains($taxpayers, taxpayer_key))"
        " order by since_date nulls last, rule_id, finding_id limit 200",
        keys=keys, taxpayers=taxpayers,
    )  # fmt: skip
    found = units.findings(user, keys, taxpayers)
    assert [row["finding_id"] for row in found] == [row["finding_id"] for row in expected]
    assert [row["evidence"] for row in found] == [row["evidence"] for row in expected]
    assert len(found) > 3

    expected = answered(
        "select bill_key from fct_bill where list_contains($keys, registration_key) and period >= '202605'"
        " order by period desc, department_code, sent_at desc nulls last, bill_key",
        keys=keys,
    )
    assert [row["bill_key"] for row in units.bills(user, keys, "202605")] == [row["bill_key"] for row in expected]
    assert expected


def test_the_number_of_a_document_is_not_the_number_of_a_taxpayer(var: Path) -> None:
    """Under an agreement's own number stands what is found of the agreement; no employer with that number is told of it."""
    row = gate.query_text(
        SECTION, WHY, "test", "select any_value(subject_key) as key from finding where state <> 'resolved' and subject_key not in"
        " (select unnest([coalesce(registration_key, ''), coalesce(taxpayer_key, '')]) from finding)", {},
    ).one()  # fmt: skip
    assert gate.query_text(
        SECTION, WHY, "test", "select * from finding_by_key where owner_key = $key", {"key": row["key"]}
    ).rows
    assert units.findings(SECTION, [], [str(row["key"])]) == []


def test_an_employer_out_of_scope_is_not_found(open_page: OpenPage) -> None:
    said = words_of(open_page("qingxiu", "subject", view="unit", unit=unit.OTHER))
    assert "没有找到这个单位" in said
    assert unit.OTHER_NAME not in said
    assert unit.OTHER_NAME in words_of(open_page("section", "subject", view="unit", unit=unit.OTHER))


def test_an_employer_is_opened_by_a_clean_address_only(open_page: OpenPage) -> None:
    app = open_page("section", "subject", view="unit", unit="HRSS|NN|' or 1=1 --")
    assert not app.exception
    assert "请输入单位名称或编号" in words_of(app)


def test_what_is_searched_stays_out_of_the_address(open_page: OpenPage) -> None:
    app = open_page("section", "subject", view="unit")
    app.text_input(key="unit_search").input("体检样例").run()
    assert "体检" not in str(dict(app.query_params))
