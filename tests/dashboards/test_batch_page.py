"""批扣: the answer first, reasons once a bill, each role its own area, the way to lists and to the gate."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import accounts
from dashboards.access.roles import User
from dashboards.repositories import metrics, topics
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
QINGXIU = "14501030000"


def _user(login: str = "section") -> User:
    user = accounts.find(login)
    assert user is not None
    return user


def test_the_first_sentence_is_the_metrics_own_figure(open_page: OpenPage) -> None:
    metric = next(row for row in metrics.definitions(_user()) if row["metric_id"] == "batch_success_rate_bill")
    row = metrics.figures(_user(), "测试", metric, "month", "202606", "city")[0]
    said = words_of(open_page("section", "batch"))
    assert f"2026年6月，全市{metric['denominator_words']} {int(row['denominator']):,} 张" in said
    assert f"{row['rate'] * 100:.2f}%" in said
    assert "16 个主管局中" in said
    assert "明显差于全市" in said


def test_a_bill_counts_once_with_the_last_reason(open_page: OpenPage) -> None:
    rows = topics.batch_reasons(_user(), "测试", "202606", None)
    assert {row["reason_code"]: row["item_count"] for row in rows} == {
        "insufficient_funds": 3,
        "account_invalid": 1,
        "no_answer": 1,
    }
    said = words_of(open_page("section", "batch"))
    assert "送银行后当月没有扣成的单据 5 张，最多的原因是余额不足（3 张，占 60.00%），前 2 个原因合计占 80.00%" in said
    assert "银行未返回" in said


def test_banks_are_counted_over_bills(var: Path) -> None:
    rows = topics.batch_banks(_user(), "测试", "202606", None)
    assert sum(row["sent_count"] for row in rows) == 8
    assert sum(row["success_count"] for row in rows) == 3
    assert sum(row["failed_count"] for row in rows) + sum(row["unanswered_count"] for row in rows) == 5
    assert {row["bank_code"] for row in rows} == {"102", "UNKNOWN"}


def test_a_bureau_has_its_own_figures_and_lists(open_page: OpenPage) -> None:
    assert sum(row["item_count"] for row in topics.batch_reasons(_user("qingxiu"), "测试", "202606", None)) == 3
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


def test_failing_units_stand_with_the_longest_first(var: Path) -> None:
    rows = topics.failed_units(_user(), "测试", "A8.4", None, number=1, size=50)
    months = [row["failed_months"] for row in rows]
    assert months
    assert months == sorted(months, reverse=True)
    assert all(row["finding_id"] for row in rows)
    annuity = topics.failed_units(_user(), "测试", "A8.8", None, number=1, size=50)
    assert len(annuity) == 2
    assert all(row["finding_id"] for row in annuity)
    assert not {row["finding_id"] for row in annuity} & {row["finding_id"] for row in rows}


def test_a_snapshot_without_the_cube_says_so(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "definitions", lambda user: [])
    app = open_page("section", "batch")
    assert not app.exception
    assert "批扣暂无数据" in words_of(app)
