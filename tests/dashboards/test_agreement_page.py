"""三方协议: signed, verified, confirmed by month and week, why not, and what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.repositories import topics
from tests.dashboards.conftest import user, words_of

OpenPage = Callable[..., AppTest]


@pytest.mark.parametrize("login", ["leader", "section", "qingxiu"])
def test_every_role_sees_signed_verified_and_why_not(open_page: OpenPage, login: str) -> None:
    app = open_page(login, "agreement")
    assert not app.exception
    said = words_of(app)
    for text in (
        "三方协议签订率",
        "前台签约批扣确认率",
        "客户端签约占比",
        "为什么验证不通过",
        "户名不符",
        "有效协议的验证",
        "通过率",
    ):
        assert text in said, text


def test_the_weekly_progress_is_one_choice_away(open_page: OpenPage) -> None:
    app = open_page("section", "agreement")
    app.selectbox(key="choose_per").select("week").run()
    assert not app.exception
    assert app.query_params["per"] == "week"
    assert "2026-06-29 起一周，全市" in words_of(app)


def test_agreements_are_counted_by_their_state(var: Path) -> None:
    rows = topics.agreement_banks(user("section"), "测试", None)
    assert [
        (row["bank_code"], row["agreement_count"], row["verified_count"], row["refused_count"]) for row in rows
    ] == [("102", 1, 1, 0)]


def test_a_bureau_sees_its_own_findings_only(open_page: OpenPage) -> None:
    said = words_of(open_page("qingxiu", "agreement"))
    assert "户名不符 2" in said
    assert "农行账户" not in said
    assert "全市" not in said
