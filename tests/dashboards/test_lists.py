"""Lists: their order and columns out of the address, and pages of very long ones."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import audit_search, demo
from dashboards.access.audit_search import Search
from dashboards.access.roles import User
from dashboards.repositories import breaks, deduction, findings, reconciliation
from dashboards.repositories import gate as module
from dashboards.repositories.breaks import BreakFilter
from dashboards.repositories.deduction import ItemFilter
from dashboards.repositories.findings import ListFilter
from dashboards.services import words
from tests.dashboards.conftest import user, words_of

OpenPage = Callable[..., AppTest]
Row = dict[str, Any]
_LAST = "~"


def changed(var: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    """The fixture's snapshot with some statements run on it, published in a folder of its own."""
    published = folder / "published"
    shutil.copytree(var / "published", published)
    file = published / "20260630T111213Z-0000beef.duckdb"
    (published / (published / "CURRENT").read_text()).rename(file)
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)
    (published / "CURRENT").write_text(file.name)
    monkeypatch.setenv("SHEBAO_VAR", str(folder))
    demo.init_demo()


@pytest.fixture
def mixed(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that differ in what lists are sorted by, some without a value."""
    changed(
        var, tmp_path, monkeypatch,
        "update mtr_deduction_gate set amount = hash(item_no) % 900 + 1, generated_date = date '2026-06-01' + (hash(item_no) % 25)::integer",
        "update rec_all_break set age_workdays = hash(subject_key) % 40, expected_clear_date = date '2026-06-01' + (hash(subject_key) % 50)::integer",
        "update rec_break set age_workdays = hash(subject_key) % 40",
        "update anm_partly_paid set age_workdays = hash(subject_key) % 40, period = case when hash(subject_key) % 2 = 0 then '202605' else '202606' end",
        "update anm_partly_paid set bureau_code = null where hash(subject_key) % 9 = 0",
    )  # fmt: skip


def _of_pairs(someone: User, sort: str) -> list[Row]:
    return breaks.page(someone, BreakFilter(), sort=sort, number=1, size=5000)


def _of_departments(someone: User, sort: str) -> list[Row]:
    chosen = reconciliation.BreakFilter("tax_hrss", "bill")
    return reconciliation.break_page(someone, chosen, sort=sort, number=1, size=5000)


def _of_gate(someone: User, sort: str) -> list[Row]:
    return deduction.page(someone, ItemFilter(), sort=sort, number=1, size=5000)


def _of_table(someone: User, sort: str) -> list[Row]:
    return findings.list_page(someone, "anm_partly_paid", ListFilter(), sort=sort, number=1, size=5000)


@pytest.mark.parametrize(
    ("rows_of", "sort", "key"),
    [
        (_of_pairs, "amount", lambda row: -abs(row["difference"])),
        (_of_pairs, "age", lambda row: (-row["age_workdays"], -abs(row["difference"]))),
        (_of_pairs, "due", lambda row: (row["expected_clear_date"], -abs(row["difference"]))),
        (_of_departments, "amount", lambda row: -abs(row["difference"])),
        (_of_departments, "age", lambda row: (-row["age_workdays"], -abs(row["difference"]))),
        (_of_gate, "verdict", lambda row: (row["verdict"] != "stop", -row["amount"])),
        (_of_gate, "amount", lambda row: (-row["amount"], row["verdict"] != "stop")),
        (_of_gate, "new", lambda row: (-row["generated_date"].toordinal(), row["verdict"] != "stop")),
        (_of_table, "area", lambda row: row["bureau_code"] or _LAST),
        (_of_table, "period", lambda row: (-int(row["period"]), row["bureau_code"] or _LAST)),
        (_of_table, "amount", lambda row: -row["amount"]),
        (_of_table, "age", lambda row: -row["age_workdays"]),
    ],
)
def test_a_list_stands_in_the_order_that_is_asked_for(
    mixed: None, rows_of: Callable[[User, str], list[Row]], sort: str, key: Callable[[Row], Any]
) -> None:
    rows = rows_of(user("section"), sort)
    keys = [key(row) for row in rows]
    assert keys == sorted(keys)
    assert len(set(keys)) > 1, "rows that are all alike prove no order"


@pytest.mark.parametrize(
    ("page", "query", "choice", "said"),
    [
        ("reconciliation", {"view": "internal"}, "age", "按已过工作日从多到少"),
        ("reconciliation", {"view": "movement"}, "amount", "按差额从大到小"),
        ("reconciliation", {"pair": "tax_hrss", "measure": "bill"}, "age", "按已过工作日从多到少"),
        ("deduction", {}, "amount", ""),
        ("findings", {"rule": "A8.1"}, "amount", ""),
        ("findings", {"rule": "A7.4"}, "amount", ""),
    ],
)
def test_the_order_is_kept_in_the_address(
    open_page: OpenPage, page: str, query: dict[str, str], choice: str, said: str
) -> None:
    app = open_page("section", page, page="2", **query)
    app.selectbox(key="choose_sort").select(choice).run()
    assert not app.exception
    assert app.query_params["sort"] == choice
    assert "page" not in app.query_params, "another order begins with its first page"
    assert said in words_of(app)
    again = open_page("section", page, **query, sort=choice)
    assert again.selectbox(key="choose_sort").value == choice


def test_another_view_begins_in_its_own_order(open_page: OpenPage) -> None:
    app = open_page("section", "reconciliation", view="internal", sort="age")
    app.segmented_control(key="choose_view").set_value("movement").run()
    assert "sort" not in app.query_params
    assert "按预计消除日从早到晚" in words_of(app)


LISTS = [
    ("findings", {"rule": "A7.4"}, "单位", "所属期", "依据"),
    ("findings", {"rule": "A7.1"}, "单位名称", "", ""),
    ("reconciliation", {"view": "internal"}, "单位", "预计消除日", "经办机构"),
    ("reconciliation", {"pair": "tax_hrss", "measure": "bill"}, "单位", "已过工作日", "经办机构"),
    ("deduction", {}, "人员编号", "批次", "清册序号"),
]


def headings(app: AppTest, first: str) -> list[str]:
    """The headings of the list, which is the table that begins with this column and has the most of them."""
    tables = [re.findall(r"<th[^>]*>([^<]*)</th>", head) for head in re.findall(r"<thead>.*?</thead>", words_of(app))]
    return max((table for table in tables if table[:1] == [first]), key=len)


@pytest.mark.parametrize(("page", "query", "first", "usual", "extra"), LISTS)
def test_columns_are_chosen_and_kept_in_the_address(
    open_page: OpenPage, page: str, query: dict[str, str], first: str, usual: str, extra: str
) -> None:
    app = open_page("section", page, **query)
    pills = app.button_group(key="choose_cols")
    before = headings(app, first)
    assert before[1] in pills.options
    assert before[0] not in pills.options, "what a row is cannot be hidden"
    assert "cols" not in app.query_params
    if usual:
        assert usual in before
        assert extra not in before
    kept = pills.value[:2]
    pills.set_value(kept).run()
    assert not app.exception
    assert app.query_params["cols"] == ".".join(kept)
    after = headings(app, before[0])
    assert len(after) == 3
    assert set(after) < set(before)
    app.button(key="cols_usual").click().run()
    assert "cols" not in app.query_params
    assert headings(app, before[0]) == before


@pytest.mark.parametrize(
    ("page", "query", "cols", "said"),
    [
        ("findings", {"rule": "A7.4"}, "evidence.bureau", ["单位", "主管局", "依据"]),
        ("reconciliation", {"view": "internal"}, "agency.difference", ["单位", "经办机构", "差额（元）"]),
        ("deduction", {}, "number", ["人员编号", "清册序号"]),
        ("deduction", {}, "nothing.unknown", ["人员编号", "险种", "主管局", "年度", "金额（元）", "结论", "原因", "批次", "生成日期"]),
        ("deduction", {}, "x y;drop", ["人员编号", "险种", "主管局", "年度", "金额（元）", "结论", "原因", "批次", "生成日期"]),
    ],
)  # fmt: skip
def test_a_link_opens_its_columns(
    open_page: OpenPage, page: str, query: dict[str, str], cols: str, said: list[str]
) -> None:
    """In the list's own order; names that the list has not are ignored."""
    app = open_page("section", page, **query, cols=cols)
    assert not app.exception
    assert headings(app, said[0]) == said


def test_few_chosen_columns_are_shown_on_a_phone_too(open_page: OpenPage) -> None:
    assert '<th class="n">清册序号</th>' in _plain(open_page("section", "deduction", cols="number.amount"))
    many = open_page("section", "deduction", cols="item.bureau.year.amount.number")
    assert '<th class="n hide-s">清册序号</th>' in _plain(many)


def _plain(app: AppTest) -> str:
    return words_of(app).replace('\\"', '"')


def test_leaving_a_list_forgets_its_columns(open_page: OpenPage) -> None:
    app = open_page("section", "reconciliation", view="internal", cols="difference", sort="age")
    app.segmented_control(key="choose_view").set_value("persons").run()
    assert "cols" not in app.query_params


MANY = 300_000


@pytest.fixture
def many(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot with 300,000 findings of one rule and as many rows of a table, of one bureau and another."""
    here = "case when i % 3 = 0 then '14501030000' else '14501080000' end as bureau_code"
    row = f"'A7.4' as rule_id, 'bill' as subject_type, 'X' || lpad(i::varchar, 6, '0') as subject_key, {here}, '202606' as period"
    value = (
        "i::decimal(18, 2) / 100 as amount, 'partly_paid' as reason_code, i % 60 as age_workdays, '长清单' as evidence"
    )
    changed(
        var, tmp_path, monkeypatch,
        f"insert into finding by name select md5(i::varchar)[:16] as finding_id, 'open' as state, {row}, {value} from range({MANY}) as t(i)",
        f"insert into anm_fixture_batch by name select {row.replace('A7.4', 'A8.1')}, {value} from range({MANY}) as t(i)",
    )  # fmt: skip


@pytest.mark.parametrize("rule", ["A7.4", "A8.1"])
@pytest.mark.parametrize(("login", "least"), [("section", MANY), ("qingxiu", MANY // 3)])
def test_one_page_is_read_out_of_300_000_rows(
    many: None, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, rule: str, login: str, least: int
) -> None:
    """The number of rows first, then one page of them, from the middle and from the end; never more than a page."""
    read: list[tuple[str, int]] = []
    run = module._ScopedDatabase.run

    def noted(self: Any, sql: str, *args: Any) -> list[Row]:
        rows = run(self, sql, *args)
        read.append((sql.splitlines()[0], len(rows)))
        return rows

    monkeypatch.setattr(module._ScopedDatabase, "run", noted)
    app = open_page(login, "findings", rule=rule, sort="amount", page="4000")
    assert not app.exception
    (found,) = {int(number.replace(",", "")) for number in re.findall(r"共 ([0-9,]+) 条[<\\]", words_of(app))}
    assert found >= least
    assert f"第 {3999 * 20 + 1:,}–{4000 * 20:,} 条" in words_of(app)
    asked = [said for said, _ in read]
    total = next(index for index, said in enumerate(asked) if "asked before any is loaded" in said)
    page = next(
        index
        for index, said in enumerate(asked)
        if said.startswith(("-- One page of a rule's findings", "-- One page of a rule's own"))
    )
    assert total < page
    assert read[page][1] == 20
    assert max(number for _, number in read) <= 1000, "nothing else loads the list"
    last = open_page(login, "findings", rule=rule, sort="amount", page="99999")
    assert f"–{found:,} 条，共 {found:,} 条" in words_of(last)


SEARCHES = [
    ("reconciliation", {"view": "internal"}, "search_chain_list", "unit_name"),
    ("reconciliation", {"pair": "tax_nhsa", "measure": "collection"}, "search_breaks", "bill_key"),
    ("deduction", {}, "search_items", "item_no"),
]


def _all_of(someone: User, page: str, query: dict[str, str]) -> list[Row]:
    if page == "deduction":
        return deduction.page(someone, ItemFilter(), number=1, size=5000)
    if "view" in query:
        return breaks.page(someone, BreakFilter(list(words.INTERNAL_PAIRS), None, "202606"), number=1, size=5000)
    chosen = reconciliation.BreakFilter("tax_nhsa", "collection", "202606")
    return reconciliation.break_page(someone, chosen, number=1, size=5000)


@pytest.mark.parametrize("login", ["section", "qingxiu"])
@pytest.mark.parametrize(("page", "query", "box", "column"), SEARCHES)
def test_a_list_is_searched_on_the_server_and_nothing_typed_is_kept(
    own: None, open_page: OpenPage, login: str, page: str, query: dict[str, str], box: str, column: str
) -> None:
    """Within the scope, counted anew; not in the address, the log or the cache; and no file of it is asked for."""
    typed = str(_all_of(user(login), page, query)[-1][column])
    wanted = [row for row in _all_of(user(login), page, query) if typed in str(row[column])]
    app = open_page(login, page, **query)
    app.text_input(key=box).input(f" {typed.upper()} ").run()
    assert not app.exception
    said = words_of(app)
    assert re.search(rf"(共|：) ?{len(wanted)} (条|笔)", said), len(wanted)
    assert "不含搜索" in said
    assert typed.lower() not in [value.lower() for values in app.query_params.values() for value in values]
    assert not any(("search", typed.lower()) in key[-1] for key in module.gate._cache)
    assert all(typed not in f"{event.purpose} {event.subject}" for event in audit_search.find(Search(login=login)))
    app.text_input(key=box).input("没有这个").run()
    assert "没有符合" in words_of(app)
    app.text_input(key=box).input("").run()
    assert "没有符合" not in words_of(app)


def test_a_search_finds_nothing_outside_the_scope() -> None:
    whole, own = user("section"), user("qingxiu")
    assert own.scope.codes == ("14501030000",)
    foreign = next(row for row in _all_of(whole, "deduction", {}) if row["bureau_code"] not in own.scope.codes)
    chosen = ItemFilter(search=foreign["item_no"].lower())
    assert deduction.total(whole, chosen) == len(deduction.page(whole, chosen, number=1, size=50)) == 1
    assert deduction.total(own, chosen) == len(deduction.page(own, chosen, number=1, size=50)) == 0
    other = next(row for row in breaks.page(whole, BreakFilter(), number=1, size=5000)
                 if row["bill_key"] and row["bureau_code"] not in own.scope.codes)  # fmt: skip
    found = BreakFilter(search=other["bill_key"].lower())
    assert breaks.total(whole, found)["total"] == len(breaks.page(whole, found, number=1, size=5000)) > 0
    assert breaks.total(own, found)["total"] == len(breaks.page(own, found, number=1, size=5000)) == 0


def test_the_departments_employers_have_pages(
    open_page: OpenPage, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them can be reached, each once, and the other list of the page keeps its own place."""
    one = "(select * from rec_employer_item where pair = 'tax_hrss' and not is_equal limit 1) as e"
    other = "'E' || i as registration_key, i::decimal(18, 2) as tax_bill_amount, '202606' as period"
    changed(
        var, tmp_path, monkeypatch,
        f"insert into rec_employer_item select e.* replace ({other}) from {one}, range(120) as t(i)",
    )  # fmt: skip
    someone = user("section")
    total = reconciliation.employer_count(someone, "tax_hrss", "202606")
    pages = [reconciliation.employers(someone, "tax_hrss", "202606", number=n, size=50) for n in (1, 2, 3)]
    keys = [(row["registration_key"], row["insurance_code"]) for rows in pages for row in rows]
    assert total == len(keys) == len(set(keys)) > 100
    query = {"pair": "tax_hrss", "measure": "bill", "by": "employer"}
    app = open_page("section", "reconciliation", **query, employers="2")
    assert f"第 51–100 行，共 {total} 行有差异" in words_of(app)
    last = open_page("section", "reconciliation", **query, employers="99")
    assert f"–{total} 行，共 {total} 行有差异" in words_of(last)
    app.segmented_control(key="choose_by").set_value("agency").run()
    assert "employers" not in app.query_params
