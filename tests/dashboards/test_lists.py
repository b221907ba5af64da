"""Lists: their order and columns out of the address, and pages of very long ones."""

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
