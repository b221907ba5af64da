"""Lists: their order and columns out of the address, and pages of very long ones."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import demo
from dashboards.access.roles import User
from dashboards.repositories import breaks, deduction, findings, reconciliation
from dashboards.repositories import gate as module
from dashboards.repositories.breaks import BreakFilter
from dashboards.repositories.deduction import ItemFilter
from dashboards.repositories.findings import ListFilter
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
