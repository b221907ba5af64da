"""批扣: the answer first, reasons once a bill, each role its own area, the way to lists and to the gate."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.repositories import metrics, topics
from dashboards.services import topics as said_of
from tests.dashboards.conftest import user, words_of

OpenPage = Callable[..., AppTest]
QINGXIU = "14501030000"


def test_the_first_sentence_is_the_metrics_own_figure(open_page: OpenPage) -> None:
    metric = next(row for row in metrics.definitions(user("section")) if row["metric_id"] == "batch_success_rate_bill")
    row = metrics.figures(user("section"), "测试", metric, "month", "202606", "city")[0]
    said = words_of(open_page("section", "batch"))
    assert f"2026年6月，全市{metric['denominator_words']} {int(row['denominator']):,} 张" in said
    assert f"{row['rate'] * 100:.2f}%" in said
    assert "16 个主管局中" in said
    assert "明显差于全市" in said


def test_a_bill_counts_once_with_the_last_reason(open_page: OpenPage) -> None:
    bars = said_of.failures(topics.batch_results(user("section"), "测试", "202606", None), {})
    assert {bar.code: bar.count for bar in bars} == {"insufficient_funds": 3, "account_invalid": 1, "no_answer": 1}
    said = words_of(open_page("section", "batch"))
    assert "送银行后当月没有扣成的单据 5 张，最多的原因是余额不足（3 张，占 60.00%），前 2 个原因合计占 80.00%" in said
    assert "银行未返回" in said


def test_banks_are_counted_over_bills(var: Path) -> None:
    banks = said_of.banks(topics.batch_results(user("section"), "测试", "202606", None))
    assert sum(one.sent for one in banks) == 8
    assert sum(one.success for one in banks) == 3
    assert sum(one.failed for one in banks) + sum(one.unanswered for one in banks) == 5
    assert {one.code for one in banks} == {"102", "UNKNOWN"}


def test_a_bill_of_two_tickets_is_deducted_when_both_are() -> None:
    sql = (paths.root() / "dashboards/repositories/sql/batch_results.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        con.execute("create table fct_agreement (agreement_key varchar, bank_code varchar)")
        con.execute("insert into fct_agreement values ('X1', '103')")
        con.execute(
            "create table fct_deduction (batch_item_key varchar, bill_key varchar, ticket_no varchar, agreement_key varchar, bureau_code varchar,"
            " batch_month varchar, amount decimal(18, 2), sent_date date, returned_date date, reason_class varchar, is_success boolean, is_returned boolean)"
        )
        for key, bill, ticket, day, reason, success, answered in (
            ("1", "half", "T1", 5, "success", True, True), ("2", "half", "T2", 5, "insufficient_funds", False, True),
            ("3", "half", "T2", 9, "account_frozen", False, True), ("4", "whole", "T3", 5, "insufficient_funds", False, True),
            ("5", "whole", "T3", 9, "success", True, True), ("6", "whole", "T4", 5, "success", True, True), ("7", "silent", "T5", 5, None, False, False),
        ):  # fmt: skip
            con.execute(
                "insert into fct_deduction values (?, ?, ?, 'X1', 'B', '202606', 10, ?, ?, ?, ?, ?)",
                [key, bill, ticket, f"2026-06-{day:02d}", f"2026-06-{day:02d}" if answered else None, reason, success, answered],
            )  # fmt: skip
        rows = con.execute(sql, {"batch_month": "202606", "bureau_code": None}).fetchall()
    assert rows == [
        ("103", "account_frozen", 1, Decimal("20.00")), ("103", "no_answer", 1, Decimal("10.00")), ("103", "success", 1, Decimal("20.00")),
    ]  # fmt: skip


def test_banks_have_their_names(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "batch"))
    assert "工商银行" in said
    assert "未知" in said


def test_a_bureau_has_its_own_figures_and_lists(open_page: OpenPage) -> None:
    rows = topics.batch_results(user("qingxiu"), "测试", "202606", None)
    assert sum(bar.count for bar in said_of.failures(rows, {})) == 3
    said = words_of(open_page("qingxiu", "batch", bureau="14501080000"))
    assert "送银行后当月没有扣成的单据 3 张" in said
    assert "各街道乡镇" in said
    for other in ("良庆", "兴宁局", "全市", "各主管局"):
        assert other not in said, other


def test_a_chosen_bureau_narrows_everything(open_page: OpenPage) -> None:
    app = open_page("leader", "batch", bureau=QINGXIU)
    said = words_of(app)
    assert "送银行后当月没有扣成的单据 3 张" in said
    assert "各街道乡镇" in said
    assert app.query_params["bureau"] == QINGXIU


def test_another_month_stands_in_the_address(open_page: OpenPage) -> None:
    app = open_page("section", "batch")
    app.selectbox(key="choose_at").select("202605").run()
    assert not app.exception
    assert app.query_params["at"] == "202605"
    said = words_of(app)
    assert "2026年5月，全市" in said
    assert "送银行后当月没有扣成的单据为 0 张" in said


def test_reasons_lead_to_the_list_in_its_own_month_only(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "点选一行看批扣明细" in words_of(open_page("section", "batch"))
    one = [{"bank_code": "102", "result_code": "insufficient_funds", "bill_count": 4, "amount": 10}]
    monkeypatch.setattr(topics, "batch_results", lambda *_: one)
    said = words_of(open_page("section", "batch", at="202605"))
    assert "没有扣成的单据 4 张" in said
    assert "点选一行看批扣明细" not in said


def test_failing_units_stand_with_the_longest_first(var: Path) -> None:
    rows = topics.failed_units(user("section"), "测试", "A8.4", None, number=1, size=50)
    months = [row["failed_months"] for row in rows]
    assert months
    assert months == sorted(months, reverse=True)
    assert all(row["finding_id"] for row in rows)
    annuity = topics.failed_units(user("section"), "测试", "A8.8", None, number=1, size=50)
    assert len(annuity) == 2
    assert all(row["finding_id"] for row in annuity)
    assert not {row["finding_id"] for row in annuity} & {row["finding_id"] for row in rows}


def test_a_snapshot_without_the_cube_says_so(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "definitions", lambda user: [])
    app = open_page("section", "batch")
    assert not app.exception
    assert "批扣暂无数据" in words_of(app)
