"""职业年金: collection, income in its parts, reasons, and the four cases of transfers against confirmation."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.repositories import metrics
from dashboards.services import words
from tests.dashboards.conftest import user, words_of

OpenPage = Callable[..., AppTest]


@pytest.mark.parametrize("login", ["leader", "section", "qingxiu"])
def test_every_role_sees_the_answer_the_parts_and_the_cases(open_page: OpenPage, login: str) -> None:
    app = open_page(login, "annuity")
    assert not app.exception
    said = words_of(app)
    for text in (
        "职业年金托收成功率（按单据）",
        "每月年金收入",
        "职业年金收入（单位缴纳）",
        "职业年金收入（利息）",
        *words.ANNUITY_CASES.values(),
    ):
        assert text in said, text


def test_income_is_the_metrics_own(open_page: OpenPage) -> None:
    clerk = user("section")
    metric = next(row for row in metrics.definitions(clerk) if row["metric_id"] == "annuity_income")
    row = metrics.figures(clerk, "测试", metric, "month", "202606", "city")[0]
    assert f"{row['numerator'] / 10_000:,.2f} 万元" in words_of(open_page("section", "annuity"))


def test_reasons_are_those_of_the_open_findings(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "annuity"))
    assert "托收为什么失败" in said
    assert "余额不足 2" in said  # the commonest reason in the list of rules
    assert "协议从未验证" in said
    own = words_of(open_page("qingxiu", "annuity"))
    assert "余额不足 2" in own
    assert "协议从未验证" not in own  # 良庆's
    assert "全市" not in own


def test_units_that_keep_failing_are_listed(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "annuity"))
    assert "连续多月托收失败的单位：2 户" in said
