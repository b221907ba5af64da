"""批量查询: a list is read within limits, answered within the scope, exported the agreed way; its numbers stay nowhere."""

import io
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from starlette.requests import Request
from starlette.responses import FileResponse
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import audit_search, exports, sessions, unusual, uploads
from dashboards.access.audit_search import Search
from dashboards.access.roles import User
from dashboards.repositories import bulk, person
from dashboards.repositories.gate import RefusedError, gate
from dashboards.services import bulk as spoken
from dashboards.services import uploaded
from dashboards.services.uploaded import ListError
from dashboards.services.values import Names
from dashboards.web import exports as way
from tests.dashboards import fixture_person as made
from tests.dashboards import fixture_unit as unit
from tests.dashboards.conftest import user, words_of
from tests.dashboards.faces import with_list
from tests.dashboards.test_exports import cells

OpenPage = Callable[..., AppTest]
EVERY = tuple(spoken.TOPICS)
WHY = "批量查询：测试"
UNITS = "序号,单位名称,统一社会信用代码\n1,甲,91450103ma5000001x\n2,乙,91450108MA5000002X\n3,丙,91450103MA5999999X\n4,甲,91450103MA5000001X\n"
PERSONS = f"姓名,身份证号\n甲,{made.WRONG_ID}\n乙,{made.OTHER_BUREAU_ID}\n丙,{made.WRONG_ID[:6] + made.WRONG_ID[8:17]}\n丁,{made.GOOD_NO}\n"
KNOWN = Names({}, {made.QINGXIU: "青秀局"})


def signed_in(login: str) -> tuple[User, str]:
    """A user in a session, and the session's token."""
    token = sessions.start(user(login))[0]
    found = sessions.user_of(token)
    assert found is not None
    return found, token


def sheet(rows: list[list[Any]], formula: bool = False) -> bytes:
    """A small .xlsx."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("名单")
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
        if formula:
            page.write_formula(len(rows), 0, "=1+1")
    return out.getvalue()


def line_of(found: list[spoken.Answer], line: int) -> list[spoken.Answer]:
    return [one for one in found if one.entry.line == line]


def told(kind: str, one: spoken.Answer, topics: tuple[str, ...] = EVERY) -> dict[str, Any]:
    """A row as screen and file have it."""
    return {field.label: field.value({"answer": one}) for field in spoken.fields(kind, topics, KNOWN, "2026")}


# Reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_is_read_in_the_encodings_of_the_house(encoding: str, delimiter: str) -> None:
    read = uploaded.read(UNITS.replace(",", delimiter).encode(encoding), "unit")
    assert read.heading == "统一社会信用代码"
    assert [entry.number for entry in read.usable] == ["91450103MA5000001X", "91450108MA5000002X", "91450103MA5999999X"]
    assert read.entries[3].problem == "与第 2 行重复"


def test_a_sheet_is_read_by_its_headings() -> None:
    read = uploaded.read(sheet([["名称", "单位编号"], ["甲", "900001"], ["乙", 900002], [], ["丙", ""]]), "unit")
    assert read.heading == "单位编号"
    assert [(entry.line, entry.number, entry.problem) for entry in read.entries] == [
        (2, "900001", ""), (3, "900002", ""), (5, "", "没有号码"),
    ]  # fmt: skip


def test_one_column_needs_no_heading() -> None:
    assert [entry.number for entry in uploaded.read(b"900001\n900002\n", "unit").entries] == ["900001", "900002"]


def test_the_first_number_of_a_row_counts() -> None:
    read = uploaded.read("单位编号,统一社会信用代码\n1,91450103MA5000001X\n900002,\n".encode(), "unit")
    assert [entry.number for entry in read.entries] == ["91450103MA5000001X", "900002"]


def test_id_numbers_are_hidden_and_numbers_of_the_trade_are_not() -> None:
    read = uploaded.read(PERSONS.encode(), "person")
    assert [entry.shown for entry in read.entries][:2] == ["450103********9990", "450108********4440"]
    assert read.entries[2].problem == "与第 2 行重复", "the short form is the same person"
    assert read.entries[3].shown == made.GOOD_NO
    assert uploaded.hidden("H12345678", "person") == "H*******8"
    assert uploaded.hidden("91450103MA5000001X", "unit") == "91450103MA5000001X"
    assert uploaded.hidden(made.WRONG_ID, "unit") == "450103********9990"
    assert made.WRONG_ID not in repr(read)


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b" \n", "空"),
    "no heading": ("名称,电话\n甲,1\n".encode(), "首行"),
    "no numbers": ("单位编号\n".encode(), "没有号码"),
    "no usable number": ("单位编号\n无\n".encode(), "没有可用的号码"),
    "text formula": ("单位编号\n=1+1\n".encode(), "第 2 行第 1 列是公式"),
    "digits lost in a text": ("单位编号\n4.50103E+17\n".encode(), "末几位已丢失"),
    "torn quotes": ('单位编号\n"x'.encode(), "引号"),
    "too many rows": (("单位编号\n" + "".join(f"{n}\n" for n in range(100000, 101001))).encode(), "最多查 1,000 个"),
    "too many columns": ((",".join(["单位编号"] * 51) + "\n").encode(), "超过 50 列"),
    "utf-16": ("单位编号\n900001\n".encode("utf-16"), "UTF-16"),
    "other encoding": (b"\x81\xff\xff\xff,1\n", "编码"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_taken_is_said_clearly(what: str) -> None:
    content, words = REFUSED[what]
    with pytest.raises(ListError, match=words):
        uploaded.read(content, "unit")


def test_sheets_that_are_not_taken() -> None:
    with pytest.raises(ListError, match="第 2 行第 1 列是公式"):
        uploaded.read(sheet([["单位编号"]], formula=True), "unit")
    with pytest.raises(ListError, match="末几位已丢失"):
        uploaded.read(sheet([["证件号码"], [450103199001019990]]), "person")
    with pytest.raises(ListError, match="超过 50 列"):
        uploaded.read(sheet([["单位编号", *[""] * 49, "x"], ["1"] * 51]), "unit")


# Answering


def test_employers_are_answered_with_all_their_registrations(own: None) -> None:
    clerk, _ = signed_in("qingxiu")
    found = bulk.answer(clerk, WHY, uploaded.read(UNITS.encode(), "unit"), EVERY, "202606")
    first = line_of(found, 2)
    assert {one.row["registration_key"] for one in first} == {unit.REGISTRATION, unit.TWIN}
    told_of = told("unit", next(one for one in first if one.row["registration_key"] == unit.REGISTRATION))
    assert told_of["未缴清单据"] == 1
    assert str(told_of["未缴金额（元）"]) == "1200.00"
    assert str(told_of["其中以前月份（元）"]) == "0.00"
    assert told_of["最早所属期"] == "2026年6月"
    assert told_of["三方协议"] == "验证通过，可批扣"
    assert told_of["批扣结果"].startswith("失败")
    assert told_of["历次失败"] == 1
    assert told_of["最近批扣"] == date(2026, 6, 12)
    assert told_of["未结疑点"] == 0
    assert [spoken.outcome(one) for one in line_of(found, 3)] == [spoken.NOT_FOUND], "of another bureau"
    assert [spoken.outcome(one) for one in line_of(found, 4)] == [spoken.NOT_FOUND], "of nobody"
    assert [spoken.outcome(one) for one in line_of(found, 5)] == ["与第 2 行重复"]
    city, _ = signed_in("section")
    assert line_of(bulk.answer(city, WHY, uploaded.read(UNITS.encode(), "unit"), EVERY, "202606"), 3)[0].found


@pytest.mark.parametrize("number", ["900001", "914501030000000001"])
def test_an_employer_is_found_by_every_number(own: None, number: str) -> None:
    clerk, _ = signed_in("qingxiu")
    found = bulk.answer(clerk, WHY, uploaded.read(number.encode(), "unit"), ("registrations",), "202606")
    assert {one.row["registration_key"] for one in found} == {unit.REGISTRATION, unit.TWIN}


def test_findings_of_an_employer_are_those_of_its_page(own: None) -> None:
    city, _ = signed_in("section")
    sql = "select registration_key, count(*) as n from finding where state <> 'resolved' and registration_key is not null group by 1 order by 2 desc, 1 limit 1"
    most = gate.query_text(city, "测试", "x", sql, {}).one()
    sql = "select unit_no from dim_registration where registration_key = $key"
    number = gate.query_text(city, "测试", "x", sql, {"key": most["registration_key"]}).one()["unit_no"]
    found = bulk.answer(city, WHY, uploaded.read(f"单位编号\n{number}\n".encode(), "unit"), ("findings",), "202606")
    mine = next(one for one in found if one.row["registration_key"] == most["registration_key"])
    assert told("unit", mine, ("findings",))["未结疑点"] >= most["n"]


def test_persons_are_answered_one_by_one_within_the_scope(own: None) -> None:
    clerk, _ = signed_in("qingxiu")
    found = bulk.answer(clerk, WHY, uploaded.read(PERSONS.encode(), "person"), EVERY, "202606")
    first = line_of(found, 2)
    assert len(first) == 3
    dead = told("person", next(one for one in first if one.row["insurance_code"] == "10210"))
    assert dead["证件号码"] == "450103********9990"
    assert dead["部门状态"].startswith("终止")
    assert dead["部门与税务"] == "部门已停、税务有效"
    assert dead["未结疑点"] == 1
    assert dead["疑点规则"] == "B1.02a"
    paid = told("person", next(one for one in first if one.row["insurance_code"] == "10212"))
    assert paid["2026年缴费"] == "2026年已缴（400.00 元）"
    assert [spoken.outcome(one) for one in line_of(found, 3)] == [spoken.NOT_FOUND], "of another bureau"
    assert all(one.found for one in line_of(found, 5))
    subjects = {person.Person(made.token_of(number)).subject for number in (made.WRONG_ID, made.GOOD_ID)}
    looked = {event.subject for event in audit_search.find(Search(login="qingxiu", actions=("look",)))}
    assert looked == subjects, "谁看过此人 knows of lists too, and only of those who were found"


def test_only_what_was_chosen_is_asked(own: None) -> None:
    clerk, _ = signed_in("qingxiu")
    bulk.answer(clerk, WHY, uploaded.read(PERSONS.encode(), "person"), ("registrations",), "202606")
    asked = {event.query_name for event in audit_search.find(Search(login="qingxiu", actions=("query",)), limit=1000)}
    assert asked == {"person_by_number", "person_registrations"}


@pytest.mark.parametrize("login", ["leader", "cadre", "operator", "analyst", "admin"])
def test_lists_are_for_the_roles_that_answer(own: None, login: str) -> None:
    other, _ = signed_in(login)
    for kind, content in (("unit", UNITS), ("person", PERSONS)):
        with pytest.raises(RefusedError):
            bulk.answer(other, WHY, uploaded.read(content.encode(), kind), EVERY, "202606")
    with pytest.raises(uploads.UploadRefusedError):
        uploads.ticket(other, "unit")
    assert audit_search.count(Search(login=login, actions=("refused",))) == 3


def test_the_log_says_how_many_and_why_and_no_number(own: None, caplog: pytest.LogCaptureFixture) -> None:
    clerk, _ = signed_in("qingxiu")
    with caplog.at_level(logging.DEBUG):
        bulk.answer(clerk, WHY, uploaded.read(PERSONS.encode(), "person"), EVERY, "202606")
        bulk.answer(clerk, WHY, uploaded.read(f"税号\n{made.WRONG_ID}\n".encode(), "unit"), EVERY, "202606")
    (asked,) = audit_search.find(Search(actions=("batch_persons",)))
    found = audit_search.find(Search(actions=("batch_found",), subject="list:person"))
    assert (asked.row_count, asked.purpose, asked.subject) == (3, WHY, "list:person")
    assert [event.row_count for event in found] == [2]
    kept = [caplog.text, repr(gate._cache)]
    kept += [str(vars(event)) for event in audit_search.find(Search(), limit=10_000)]
    for text in kept:
        assert made.WRONG_ID not in text
        assert made.WRONG_ID[:17] not in text
        assert made.token_of(made.WRONG_ID) not in text


def test_persons_are_limited_by_the_day_and_many_are_unusual(own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, _ = signed_in("qingxiu")
    monkeypatch.setenv("SHEBAO_BATCH_PERSONS_PER_DAY", "5")
    asked = uploaded.read(PERSONS.encode(), "person")
    bulk.answer(clerk, WHY, asked, ("registrations",), "202606")
    with pytest.raises(bulk.BatchRefusedError, match="最多批量查询 5 人"):
        bulk.answer(clerk, WHY, asked, ("registrations",), "202606")
    assert audit_search.count(Search(login="qingxiu", actions=("refused",))) == 1
    kind = next(kind for kind in unusual.KINDS if kind.code == "many_batch_persons")
    monkeypatch.setattr(unusual, "KINDS", (type(kind)(kind.code, kind.title, kind.actions, 3, counts_rows=True),))
    unusual.scan()
    assert [(row.kind, row.who, row.count) for row in unusual.findings()] == [("many_batch_persons", "qingxiu", 3)]


# The page


def test_the_page_answers_a_list_of_employers(own: None, open_page: OpenPage) -> None:
    app = open_page("qingxiu", "bulk")
    assert "请选择一份用人单位名单" in words_of(app)
    app = with_list(app, UNITS, "unit")
    assert not app.exception
    said = words_of(app)
    for words in (
        "名单 4 行，查询 3 个，找到 1 个，未找到 2 个；1 行没有查", unit.NAME, "未缴金额（元）", "1,200.00", spoken.NOT_FOUND, "与第 2 行重复",
    ):  # fmt: skip
        assert words in said, words
    assert unit.OTHER_NAME not in said
    assert "三方协议</th>" not in said, "not chosen"
    app.button(key="batch_clear").click().run()
    assert "请选择一份用人单位名单" in words_of(app)


def test_the_page_answers_a_list_of_persons_and_keeps_no_number(own: None, open_page: OpenPage) -> None:
    app = with_list(open_page("section", "bulk", view="person"), PERSONS, "person")
    assert not app.exception
    said = words_of(app)
    for words in ("450103********9990", "450108********4440", "部门已停、税务有效", "2026年已缴（400.00 元）"):
        assert words in said, words
    for text in (said, str(dict(app.query_params)), str(app.session_state), repr(gate._cache)):
        assert made.WRONG_ID not in text
        assert made.OTHER_BUREAU_ID not in text
        assert made.token_of(made.WRONG_ID) not in text
    app.query_params["view"] = "unit"
    assert "请选择一份用人单位名单" in words_of(app.run()), "a list of persons is let go of with its face"


def test_the_answers_are_narrowed_on_screen(own: None, open_page: OpenPage) -> None:
    """By any column; without asking anew, and what is typed goes nowhere."""
    app = with_list(open_page("qingxiu", "bulk"), UNITS, "unit")
    app.text_input(key="batch_filter").input("未找到").run()
    said = words_of(app)
    assert "符合筛选的 2 行" in said
    assert unit.NAME not in said
    assert "名单 4 行，查询 3 个" in said, "the list itself is not narrowed"
    assert "不含搜索" in said
    app.text_input(key="batch_filter").input(unit.NAME[:4]).run()
    assert unit.NAME in words_of(app)
    app.text_input(key="batch_filter").input("zzz").run()
    assert "没有符合筛选的行" in words_of(app)
    assert "zzz" not in str(dict(app.query_params))
    assert audit_search.count(Search(login="qingxiu", actions=("batch_units",))) == 1
    app.button(key="batch_clear").click().run()
    app = with_list(app, UNITS, "unit")
    assert unit.NAME in words_of(app), "another list begins without a filter"


def test_nothing_chosen_asks_nothing(own: None, open_page: OpenPage) -> None:
    app = open_page("qingxiu", "bulk")
    app.session_state["batch_topics_unit"] = []
    app = with_list(app, UNITS, "unit")
    assert "请至少选一项" in words_of(app)
    assert audit_search.count(Search(actions=("batch_units",))) == 0


# Exporting


def fetch(ticket: str, token: str) -> Any:
    cookie = f"{sessions.COOKIE}={sessions.sign(token)}"
    scope = {
        "type": "http", "method": "GET", "path": f"/export/{ticket}", "path_params": {"ticket": ticket}, "query_string": b"",
        "headers": [(b"cookie", cookie.encode())], "client": ("127.0.0.5", 1), "server": ("127.0.0.1", 80), "scheme": "http",
    }  # fmt: skip
    return way._answer(Request(scope))


def filters_of(asked: uploaded.UploadedList) -> dict[str, Any]:
    return {"kind": "batch", "topics": ["registrations", "arrears"], "list": bulk.digest(asked)}


def test_a_clerk_of_a_bureau_fetches_the_answers(own: None) -> None:
    clerk, token = signed_in("qingxiu")
    asked = uploaded.read(PERSONS.encode(), "person")
    number = exports.request(clerk, exports.BATCH, "自然人：参保登记、缴费", filters_of(asked), 6, "村委核对")
    uploads.hold(clerk, number, asked)
    answer = fetch(exports.ticket(clerk, number), token)
    assert isinstance(answer, FileResponse)
    texts = [value for row in cells(Path(answer.path)) for _, value in row.values()]
    for words in (
        "批量查询　自然人：参保登记、缴费",
        "450103********9990",
        "部门已停、税务有效",
        "村委核对",
        spoken.NOT_FOUND,
    ):
        assert words in texts, words
    assert made.WRONG_ID not in "".join(texts)
    register = exports.register(clerk)[0]
    assert made.WRONG_ID not in str(vars(register))
    assert register.state == "made"


def test_without_the_list_nothing_is_made(own: None) -> None:
    """Another list, another session, or none: the file is not made."""
    clerk, token = signed_in("qingxiu")
    asked = uploaded.read(UNITS.encode(), "unit")
    for held in (None, uploaded.read(b"900001\n", "unit")):
        number = exports.request(clerk, exports.BATCH, "用人单位：户籍", filters_of(asked), 4, "逐户核实")
        if held is not None:
            uploads.hold(clerk, number, held)
        assert fetch(exports.ticket(clerk, number), token).status_code == 500
        assert exports.register(clerk)[0].state == "failed"
    number = exports.request(clerk, exports.BATCH, "用人单位：户籍", filters_of(asked), 4, "逐户核实")
    uploads.hold(signed_in("qingxiu")[0], number, asked)
    assert fetch(exports.ticket(clerk, number), token).status_code == 500


def test_from_the_page_over_the_leader_and_the_list_again_to_the_link(own: None, open_page: OpenPage) -> None:
    app = with_list(open_page("section", "bulk"), UNITS, "unit")
    app.text_input(key="export_purpose").input("全市核对").run()
    app.button(key="export_ask").click().run()
    assert "已提交市局领导审批" in words_of(app)
    (row,) = exports.register(signed_in("section")[0])
    exports.decide(signed_in("leader")[0], row.id, agreed=True)
    register = open_page("section", "exports")
    register.session_state["export_chosen"] = row.id
    assert "重新上传同一份名单" in words_of(register.run())
    again = with_list(open_page("section", "bulk"), UNITS, "unit")
    again.button(key="batch_fetch").click().run()
    assert "/export/" in words_of(again)
    other = with_list(open_page("section", "bulk"), UNITS + "5,戊,900009\n", "unit")
    assert not any(button.key == "batch_fetch" for button in other.button), "another list was not agreed to"


def test_the_upload_component_speaks_for_itself() -> None:
    """Its words are ours, and it sends to our own route only."""
    source = (paths.root() / "dashboards" / "components" / "upload.py").read_text(encoding="utf-8")
    assert "fetch('/list'" in source
    assert "st.file_uploader" not in source
