"""Exports: who may, the second person, one-time tickets, the register, and what is in the file."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from streamlit.testing.v1 import AppTest

from dashboards.access import audit_search, exports, keys, sessions, store
from dashboards.access.audit_search import Search
from dashboards.access.exports import ExportRefusedError
from dashboards.access.models import Export
from dashboards.access.roles import User
from dashboards.repositories import breaks, deduction, reconciliation
from dashboards.repositories.gate import gate
from dashboards.services import workbook
from dashboards.web import exports as way
from tests.dashboards.conftest import user, words_of

OpenPage = Callable[..., AppTest]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FINDINGS = {
    "kind": "findings", "state": "open", "bureau_code": None, "reason_code": None, "min_age": None, "max_age": None, "sort": "age",
}  # fmt: skip
LIST = {"kind": "table", "bureau_code": None, "period": None, "reason_code": None}


def fetch(ticket: str, someone: User | None) -> Response:
    """What the route answers."""
    cookie = f"{sessions.COOKIE}={sessions.sign(sessions.start(someone)[0])}" if someone else ""
    scope = {
        "type": "http", "method": "GET", "path": f"/export/{ticket}", "path_params": {"ticket": ticket}, "query_string": b"",
        "headers": [(b"cookie", cookie.encode())], "client": ("127.0.0.5", 1), "server": ("127.0.0.1", 80), "scheme": "http",
    }  # fmt: skip
    return way._answer(Request(scope))


def entry(number: int) -> Export:
    with store.unit_of_work() as session:
        row = session.get(Export, number)
        assert row is not None
        return row


def cells(file: Path) -> list[dict[str, tuple[str, str]]]:
    """Rows as column → (type, value); type s for text, n for numbers."""
    with zipfile.ZipFile(file) as package:
        assert not any("externalLink" in name for name in package.namelist())
        tree = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
        shared = []
        if "xl/sharedStrings.xml" in package.namelist():
            shared = ["".join(item.itertext()) for item in ElementTree.fromstring(package.read("xl/sharedStrings.xml"))]
    assert list(tree.iter(f"{MAIN}f")) == [], "no cell computes"
    rows = []
    for row in tree.iter(f"{MAIN}row"):
        made = {}
        for cell in row.iter(f"{MAIN}c"):
            kind = cell.get("t", "n")
            value = "".join(cell.itertext())
            made[re.sub(r"\d", "", cell.get("r", ""))] = (
                ("n", value) if kind == "n" else ("s", shared[int(value)] if kind == "s" else value)
            )
        rows.append(made)
    return rows


def test_a_clerk_of_a_bureau_fetches_the_own_list_once(own: None) -> None:
    clerk = user("qingxiu")
    number = exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实")
    ticket = exports.ticket(clerk, number)
    answer = fetch(ticket, clerk)
    assert isinstance(answer, FileResponse)
    assert answer.headers["cache-control"] == "no-store"
    file = Path(answer.path)
    rows = cells(file)
    texts = [value for row in rows for _, value in row.values()]
    for words in (
        "A7.4 部分缴纳",
        "数据截至",
        "2026-06-30",
        "青秀区税务局（按登录账号的范围取数，已脱敏）",
        "口径",
        "用途",
        "逐户核实",
    ):
        assert words in texts, words
    noted = entry(number)
    assert any("内部数据，禁止外传" in text and "qingxiu" in text and noted.code in text for text in texts)
    heading = next(index for index, row in enumerate(rows) if row.get("A") == ("s", "单位"))
    body = rows[heading + 1 :]
    assert body
    heads = {value: column for column, (_, value) in rows[heading].items()}
    for row in body:
        assert row[heads["主管局"]] == ("s", "青秀局")
        assert row[heads["记录编号"]][0] == "s"
        assert row[heads["金额（元）"]][0] == "n"
        assert row[heads["已过工作日"]][0] == "n"
        assert row[heads["起始日"]][0] == "n"
    assert (noted.state, noted.row_count, noted.byte_count) == ("made", len(body), file.stat().st_size)
    assert noted.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert noted.snapshot
    (event,) = audit_search.find(Search(actions=("exported",)))
    assert (event.login, event.row_count, event.subject) == ("qingxiu", len(body), f"export:{noted.code}")
    with zipfile.ZipFile(file) as package:
        assert noted.code in package.read("docProps/custom.xml").decode()
        printed = package.read("xl/worksheets/sheet1.xml").decode()
    assert "内部数据，禁止外传" in printed.split("<headerFooter")[1]

    again = fetch(ticket, clerk)
    assert again.status_code == 403
    assert audit_search.count(Search(actions=("ticket_refused",))) == 1
    assert exports.of_code(noted.code.lower()) is not None


def test_a_rules_own_table_keeps_its_columns_and_scope(own: None) -> None:
    clerk = user("qingxiu")
    number = exports.request(clerk, "A8.1", "批扣", LIST, 10, "逐户核实")
    rows = cells(Path(fetch(exports.ticket(clerk, number), clerk).path))  # type: ignore[attr-defined]
    texts = [value for row in rows for _, value in row.values()]
    assert "余额不足" in texts
    assert not any("_token" in text for text in texts)
    noted = entry(number)
    from dashboards.repositories.gate import gate

    mine = gate.query_text(clerk, "测试", "x", f"select count(*) as n from {_model(clerk, 'A8.1')}", {}).one()["n"]
    assert noted.row_count == mine


def _model(someone: User, rule_id: str) -> str:
    from dashboards.repositories import findings
    from dashboards.services import catalogue

    return next(rule.model_name for rule in catalogue.rules(findings.rules(someone)) if rule.rule_id == rule_id)


def test_the_whole_city_needs_a_second_person(own: None) -> None:
    clerk, leader = user("section"), user("leader")
    number = exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 40, "全市督办")
    assert entry(number).state == "requested"
    with pytest.raises(ExportRefusedError):
        exports.ticket(clerk, number)
    for other in ("section", "qingxiu", "cadre", "operator", "analyst", "admin"):
        with pytest.raises(ExportRefusedError):
            exports.decide(user(other), number, agreed=True)
    exports.decide(leader, number, agreed=True)
    exports.decide(leader, number, agreed=False)
    assert (entry(number).state, entry(number).decided_by) == ("approved", "leader"), "decided once"
    with pytest.raises(ExportRefusedError):
        exports.ticket(user("qingxiu"), number)
    assert isinstance(fetch(exports.ticket(clerk, number), clerk), FileResponse)


def test_what_was_not_agreed_to_or_ran_out_is_not_made(own: None, later) -> None:  # type: ignore[no-untyped-def]
    clerk = user("section")
    first, second = (exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 40, "全市督办") for _ in range(2))
    exports.decide(user("leader"), first, agreed=False)
    exports.decide(user("leader"), second, agreed=True)
    with pytest.raises(ExportRefusedError):
        exports.ticket(clerk, first)
    later(exports.STAYS + timedelta(minutes=1))
    assert exports.state_of(entry(second)) == "expired"
    with pytest.raises(ExportRefusedError):
        exports.ticket(clerk, second)


@pytest.mark.parametrize("login", ["leader", "cadre", "operator", "analyst", "admin"])
def test_other_roles_export_nothing_by_no_way(own: None, login: str) -> None:
    """Not by asking, not with another's ticket, not with an entry that was smuggled into the register."""
    someone, clerk = user(login), user("qingxiu")
    with pytest.raises(ExportRefusedError):
        exports.request(someone, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实")
    ticket = exports.ticket(clerk, exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实"))
    assert fetch(ticket, someone).status_code == 403
    with store.unit_of_work() as session:
        session.add(
            Export(
                code="SMUGGLED", account_id=someone.account_id, login=login, display_name="x", role=str(someone.role),
                scope=someone.scope.key, rule_id="A7.4", title="x", filters=json.dumps(FINDINGS), purpose="x", expected_rows=1,
                state="approved", requested_at=store.now(), expires_at=store.now() + timedelta(hours=1),
                ticket_hash=keys.digest("smuggled"), ticket_expires_at=store.now() + timedelta(hours=1),
            )
        )  # fmt: skip
    assert fetch("smuggled", someone).status_code == 403
    assert audit_search.count(Search(login=login, actions=("refused",))) >= 3
    assert audit_search.count(Search(actions=("exported",))) == 0


def test_a_ticket_is_its_owners_and_dies_young(own: None, later) -> None:  # type: ignore[no-untyped-def]
    clerk = user("qingxiu")
    number = exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实")
    ticket = exports.ticket(clerk, number)
    assert fetch(ticket, None).status_code == 403
    assert fetch(ticket, user("section")).status_code == 403
    assert fetch("guess", clerk).status_code == 403
    later(exports.TICKET_TIME + timedelta(seconds=1))
    assert fetch(ticket, clerk).status_code == 403
    fresh = exports.ticket(clerk, number)
    assert isinstance(fetch(fresh, clerk), FileResponse)


def test_a_narrowed_scope_ends_what_was_agreed_before(own: None) -> None:
    from dashboards.access import administration
    from dashboards.access.administration import Wanted
    from dashboards.access.roles import Role

    clerk = user("qingxiu")
    ticket = exports.ticket(clerk, exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实"))
    administration.change_scope(
        user("admin"), clerk.account_id, Wanted("qingxiu", "x", Role.BUREAU, ("14501080000",), "良庆")
    )
    assert fetch(ticket, user("qingxiu")).status_code == 403


def test_too_long_lists_and_idle_words_are_refused(own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = user("qingxiu")
    with pytest.raises(ExportRefusedError, match="上限"):
        exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, exports.max_rows() + 1, "逐户核实")
    with pytest.raises(ExportRefusedError, match="用途"):
        exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "  x ")
    monkeypatch.setenv("SHEBAO_EXPORT_ROWS", "2")
    number = exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 2, "逐户核实")
    assert isinstance(fetch(exports.ticket(clerk, number), clerk), FileResponse)
    assert entry(number).row_count == 2, "the list has grown since: no more than the limit leaves"


def test_an_id_number_typed_as_purpose_is_masked(own: None) -> None:
    number = exports.request(user("qingxiu"), "A7.4", "x", FINDINGS, 4, "查 450103197501011235 的单位")
    assert "19750101" not in entry(number).purpose


def test_a_file_that_cannot_be_made_is_noted_and_leaves_nothing(
    own: None, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = user("qingxiu")
    number = exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实")

    def broken(*_: Any, **__: Any) -> int:
        raise OSError("disk full: 450103197501011235")

    monkeypatch.setattr(workbook, "write", broken)
    answer = fetch(exports.ticket(clerk, number), clerk)
    assert answer.status_code == 500
    assert b"4501031975" not in answer.body
    assert entry(number).state == "failed"
    assert audit_search.count(Search(actions=("export_failed",))) == 1


@pytest.mark.parametrize(
    ("kind", "way_in"),
    [("findings", "query"), ("findings", "stream")]
    + [(kind, "later_row") for kind in ("findings", "table", "pairs", "departments", "gate")],
)
def test_a_question_that_fails_is_told_by_a_number_of_the_log(
    own: None, var: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: str, way_in: str
) -> None:
    """At once, as the rows begin, or after the first of them: in Chinese, what to do, and nothing of the error's own words."""
    clerk = user("qingxiu")
    filters = {
        "findings": FINDINGS, "table": LIST, "pairs": pairs(pairs=["levy_tips"]),
        "departments": departments(pair="tax_hrss", measure="bill"), "gate": gate_items(),
    }[kind]  # fmt: skip
    rule = {"findings": "A7.4", "table": "A8.1"}.get(kind, "REC")
    number = exports.request(clerk, rule, "某清单", filters, 4, "逐户核实")
    real, before = gate.stream, set((var / "exports").glob("*"))

    def fails(*_: Any, **__: Any) -> Any:
        raise duckdb.ConversionException("Could not convert string '450103197501011235' in select x")

    def later(*args: Any, **more: Any) -> Any:
        yield next(real(*args, **more))
        fails()

    monkeypatch.setattr(gate, "query" if way_in == "query" else "stream", later if way_in == "later_row" else fails)
    answer = fetch(exports.ticket(clerk, number), clerk)
    assert answer.status_code == 500
    told = re.fullmatch(
        r"文件没有生成，出错编号 ([0-9A-Z]{8})。请回到原来的页面重新申请导出；.*", bytes(answer.body).decode()
    )
    assert told
    assert told[1] in caplog.text
    assert "4501031975" not in caplog.text
    (event,) = audit_search.find(Search(actions=("page_failed",)))
    assert (event.subject, event.purpose) == (told[1], f"导出 {entry(number).code}")
    assert event.query_name.startswith("ConversionException ")
    assert entry(number).state == "failed"
    assert set((var / "exports").glob("*")) == before


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "\t=1",
    "http://example.invalid",
    "{=1}",
]


def test_nothing_in_a_file_computes_or_links(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    fields = [
        workbook.Field("文字", lambda row: row["text"]), workbook.Field("编号", lambda row: row["id"]),
        workbook.Field("金额", lambda row: row["amount"], "money"), workbook.Field("日期", lambda row: row["day"], "day"),
    ]  # fmt: skip
    rows = [
        {"text": text, "id": "00450103199912310012", "amount": Decimal("1234567.89"), "day": date(2026, 6, 30)}
        for text in DANGEROUS
    ]
    assert workbook.write(file, workbook.About("=题", [("=名", "=值")], "水&印", "CODE"), fields, iter(rows)) == len(
        DANGEROUS
    )
    body = cells(file)[4:]
    assert [row["A"] for row in body] == [("s", text) for text in DANGEROUS]
    assert {row["B"] for row in body} == {("s", "00450103199912310012")}
    assert {row["C"] for row in body} == {("n", "1234567.89")}
    assert {row["D"][0] for row in body} == {"n"}
    with zipfile.ZipFile(file) as package:
        assert "hyperlink" not in package.read("xl/worksheets/sheet1.xml").decode()
        assert 'quotePrefix="1"' in package.read("xl/styles.xml").decode()


def test_a_long_list_is_written_row_by_row(tmp_path: Path) -> None:
    """Rows come from a generator that forgets them: none is held until the end."""
    import tracemalloc

    fields = [workbook.Field(str(number), lambda row: row["text"]) for number in range(6)]
    tracemalloc.start()
    written = workbook.write(
        tmp_path / "x.xlsx",
        workbook.About("题", (), "印", "CODE"),
        fields,
        ({"text": f"单位{number}"} for number in range(20_000)),
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written == 20_000
    assert peak < 8_000_000


def test_the_button_stands_where_it_may(own: None, open_page: OpenPage) -> None:
    for login, has in (("section", True), ("qingxiu", True), ("leader", False)):
        for rule in ("A7.4", "A8.1"):
            app = open_page(login, "findings", rule=rule)
            assert not app.exception
            assert any(button.key == "export_ask" for button in app.button) == has, (login, rule)
    searched = open_page("section", "findings", rule="A1.10", state="all")
    searched.text_input(key="finding_search").input("青秀第").run()
    assert all(button.key != "export_ask" for button in searched.button)


def test_from_the_button_to_the_link(own: None, open_page: OpenPage) -> None:
    app = open_page("qingxiu", "findings", rule="A7.4")
    app.button(key="export_ask").click().run()
    assert "请写明用途" in words_of(app)
    app.text_input(key="export_purpose").input("逐户核实").run()
    app.button(key="export_ask").click().run()
    said = words_of(app)
    ticket = said.split("/export/")[1].split('"')[0].rstrip("\\")
    assert isinstance(fetch(ticket, user("qingxiu")), FileResponse)
    app.query_params["state"] = "all"
    assert "/export/" not in words_of(app.run()), "another list has no link yet"


def test_from_the_request_over_the_leader_to_the_link(own: None, open_page: OpenPage) -> None:
    app = open_page("section", "findings", rule="A7.4")
    app.text_input(key="export_purpose").input("全市督办").run()
    app.button(key="export_ask").click().run()
    assert "已提交市局领导审批" in words_of(app)
    (row,) = exports.register(user("section"))
    leader = open_page("leader", "exports")
    assert "待审批 1 条" in words_of(leader)
    leader.session_state["export_chosen"] = row.id
    leader.run()
    leader.button(key="agree").click().run()
    assert "可下载" in words_of(leader)
    app = open_page("section", "exports")
    app.session_state["export_chosen"] = row.id
    app.run()
    app.button(key="fetch").click().run()
    assert "/export/" in words_of(app)
    assert list(exports.register(user("qingxiu"))) == [], "others do not see it"


def pairs(**chosen: Any) -> dict[str, Any]:
    """The filters of a list of 对账, as a page asks for it."""
    return {"kind": "breaks", "list": "pairs", "sort": "amount", **asdict(breaks.BreakFilter(**chosen))}


def departments(**chosen: Any) -> dict[str, Any]:
    return {"kind": "breaks", "list": "departments", "sort": "amount", **asdict(reconciliation.BreakFilter(**chosen))}


def gate_items(**chosen: Any) -> dict[str, Any]:
    return {"kind": "gate", "sort": "verdict", **asdict(deduction.ItemFilter(**chosen))}


def sheet(file: Path) -> tuple[list[str], list[dict[str, tuple[str, str]]]]:
    """All words of a file, and its body by heading."""
    rows = cells(file)
    # The head of the table is the first row with more than a name and a value.
    head = next(index for index, row in enumerate(rows) if len(row) > 2)
    labels = {column: value for column, (_, value) in rows[head].items()}
    body = [{labels[column]: cell for column, cell in row.items()} for row in rows[head + 1 :]]
    return [value for row in rows for _, value in row.values()], body


def made(
    clerk: User, name: str, title: str, filters: dict[str, Any]
) -> tuple[list[str], list[dict[str, tuple[str, str]]]]:
    """Ask, have it agreed to where that is needed, fetch, read."""
    number = exports.request(clerk, name, title, filters, 10, "逐笔核实")
    if clerk.needs_approval:
        exports.decide(user("leader"), number, agreed=True)
    answer = fetch(exports.ticket(clerk, number), clerk)
    assert isinstance(answer, FileResponse)
    return sheet(Path(answer.path))


@pytest.mark.parametrize(
    ("filters", "mine"),
    [
        (pairs(pairs=["levy_tips"], period="202606"), lambda row: row["pair"] == "levy_tips" and row["is_counted"]),
        (pairs(pairs=["levy_treasury"], as_in_waterfall=True), lambda row: row["pair"] == "levy_treasury"),
        (pairs(pairs=["annuity_bank"], case_code=2), lambda row: row["cause_code"] == "confirmed_not_transferred"),
        (pairs(overdue_only=True), lambda row: row["is_overdue"] and row["is_counted"]),
        (pairs(pairs=["levy_tips"], exception_code="double"), lambda row: row["cause_code"] == "double" and row["pair"] == "levy_tips"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("login", ["section", "qingxiu"])
def test_a_list_of_breaks_is_what_the_page_lists(own: None, login: str, filters: dict[str, Any], mine: Any) -> None:
    from dashboards.repositories.gate import gate

    clerk = user(login)
    texts, body = made(clerk, "对账", "差异清单", filters)
    everything = gate.query_text(clerk, "测试", "x", "select * from rec_all_break", {}).rows
    wanted = [row for row in everything if mine(row)]
    if filters["period"]:
        wanted = [row for row in wanted if row["period"] == filters["period"]]
    assert wanted or login == "qingxiu"
    cents = sorted(round(Decimal(row["差额（元）"][1]), 2) for row in body)
    assert cents == sorted(row["difference"] for row in wanted)
    assert all(row["差额（元）"][0] == "n" and row["电子税票号码"][0] == "s" for row in body if "电子税票号码" in row)
    if login == "qingxiu":
        assert {row["主管局"] for row in body} <= {("s", "青秀局")}
    else:
        assert len({row["主管局"] for row in body}) > 1
    assert "_token" not in "".join(texts)
    entry_of = exports.register(clerk)[0]
    assert (entry_of.state, entry_of.row_count, entry_of.rule_id) == ("made", len(wanted), "对账")
    (event,) = audit_search.find(Search(actions=("exported",)))
    assert event.row_count == len(wanted)


def test_a_list_of_the_departments_has_its_outcome_and_filters(own: None) -> None:
    clerk = user("qingxiu")
    from dashboards.repositories.gate import gate

    rows = gate.query_text(
        clerk, "测试", "x", "select * from rec_break where is_counted and pair = 'tax_hrss'", {}
    ).rows
    one = rows[0]
    chosen = departments(
        pair="tax_hrss", measure=one["measure"], period=one["period"], outcome_code=one["outcome_code"]
    )
    texts, body = made(clerk, "对账", "差异清单", chosen)
    wanted = [row for row in rows if all(row[name] == one[name] for name in ("measure", "period", "outcome_code"))]
    assert sorted(row["单据键"][1] for row in body) == sorted(row["bill_key"] for row in wanted)
    assert "税务（元）" in texts
    assert "人社（元）" in texts
    assert any("结果：" in text and "费款所属期：" in text for text in texts)
    assert {row["主管局"] for row in body} == {("s", "青秀局")}


@pytest.mark.parametrize(
    ("chosen", "verdicts"), [({}, {"停止", "核实"}), ({"verdict": "go"}, {"放行"}), ({"reason_code": "listed_twice"}, {"停止"})]
)  # fmt: skip
def test_the_items_of_the_gate_are_the_pages(own: None, chosen: dict[str, Any], verdicts: set[str]) -> None:
    from dashboards.repositories.gate import gate

    clerk = user("qingxiu")
    _, body = made(clerk, "批扣核查", "清册明细", gate_items(**chosen))
    assert {row["结论"][1] for row in body} == verdicts
    assert {row["主管局"] for row in body} == {("s", "青秀局")}
    own_items = gate.query_text(
        clerk, "测试", "x", "select item_no, verdict, reason_code from mtr_deduction_gate", {}
    ).rows
    wanted = [
        row["item_no"] for row in own_items
        if (row["verdict"] == chosen["verdict"] if "verdict" in chosen else row["verdict"] != "go")
        and ("reason_code" not in chosen or row["reason_code"] == chosen["reason_code"])
    ]  # fmt: skip
    assert sorted(row["清册序号"][1] for row in body) == sorted(wanted)
    assert all(row["金额（元）"][0] == "n" and row["人员编号"][0] == "s" for row in body)
    assert exports.register(clerk)[0].row_count == len(wanted)


LISTS: list[tuple[str, dict[str, str]]] = [
    ("reconciliation", {"pair": "tax_nhsa", "measure": "collection", "period": "202606"}),
    ("reconciliation", {"view": "waterfall", "pair": "tax_nhsa", "measure": "collection", "period": "202606"}),
    *(("reconciliation", {"view": view, "period": "202606"}) for view in ("received", "internal", "annuity", "persons")),
    ("reconciliation", {"view": "movement", "overdue": "only"}),
    ("deduction", {}),
    ("deduction", {"reason": "listed_twice", "verdict": "stop"}),
]  # fmt: skip


@pytest.mark.parametrize(("page", "query"), LISTS)
def test_the_button_asks_for_what_its_list_shows(
    own: None, open_page: OpenPage, page: str, query: dict[str, str]
) -> None:
    """As many rows in the file as the page says; the leader has no button and is refused on every other way."""
    app = open_page("qingxiu", page, **query)
    assert not app.exception
    app.text_input(key="export_purpose").input("逐笔核实").run()
    app.button(key="export_ask").click().run()
    ticket = words_of(app).split("/export/")[1].split('"')[0].rstrip("\\")
    clerk, leader = user("qingxiu"), user("leader")
    assert fetch(ticket, leader).status_code == 403
    answer = fetch(ticket, clerk)
    assert isinstance(answer, FileResponse)
    texts, body = sheet(Path(answer.path))
    (noted,) = exports.register(clerk)
    assert noted.expected_rows == noted.row_count == len(body) > 0
    assert noted.title in "".join(texts)
    hidden = open_page("leader", page, **query)
    assert not hidden.exception
    assert all(button.key != "export_ask" for button in hidden.button)
    with pytest.raises(ExportRefusedError):
        exports.request(leader, noted.rule_id, noted.title, json.loads(noted.filters), 4, "逐笔核实")


def test_a_file_has_the_columns_and_the_order_of_its_list(own: None) -> None:
    clerk = user("qingxiu")
    _, body = made(clerk, "批扣核查", "清册明细", {**gate_items(), "cols": ["amount", "verdict"]})
    assert {tuple(row) for row in body} == {("人员编号", "金额（元）", "结论")}
    by_age = {**pairs(), "sort": "age", "cols": ["age"]}
    _, body = made(clerk, "对账", "差异清单", by_age)
    assert set().union(*body) == {"单位", "单据键", "电子税票号码", "前者 ↔ 后者", "已过工作日"}
    ages = [int(row["已过工作日"][1]) for row in body]
    assert ages == sorted(ages, reverse=True)
    assert len(set(ages)) > 1
