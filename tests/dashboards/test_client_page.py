"""客户端与村干: two faces of one page; each with its figures, its reasons and its rules."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import audit_search
from dashboards.access.audit_search import Search
from dashboards.services import links
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
CLIENT = (
    "客户端注册率",
    "客户端绑定率",
    "客户端确认率",
    "客户端缴费占比",
    "完税证明线上打印占比",
    "户籍为什么绑定不了",
    "注册、绑定与确认",
    "银行端查询缴款：客户端与前台",
    "前台开具银行端查询缴款凭证（金额）",
)
CADRE = (
    "已注册用户",
    "村干活跃率",
    "管理人数",
    "缴费证明打印数量",
    "完税证明打印数量",
    "哪些账户与名册有问题",
    "村干账户与名册异常",
)


@pytest.mark.parametrize("login", ["leader", "section", "qingxiu"])
@pytest.mark.parametrize(("view", "expected", "other"), [("client", CLIENT, CADRE), ("cadre", CADRE, CLIENT)])
def test_each_face_for_each_role(
    open_page: OpenPage, login: str, view: str, expected: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert links.clean("view", view) == view
    app = open_page(login, "client", view=view)
    assert not app.exception
    said = words_of(app)
    for text in expected:
        assert text in said, text
    assert other[1] not in said
    assert ("全市" in said) == (login != "qingxiu")


def test_runs_of_the_rosters_are_for_the_whole_city(open_page: OpenPage) -> None:
    assert "未完成段数" in words_of(open_page("section", "client", view="cadre"))
    before = audit_search.count(Search(login="qingxiu", actions=("refused",)))
    assert "未完成段数" not in words_of(open_page("qingxiu", "client", view="cadre"))
    # An honest visit must not look like one that reaches for what is not its own.
    assert audit_search.count(Search(login="qingxiu", actions=("refused",))) == before


def test_cadres_are_counted_by_month_and_quarter_and_day(open_page: OpenPage) -> None:
    app = open_page("section", "client", view="cadre")
    assert app.selectbox(key="choose_per").options == ["月", "季", "日"]
    app.selectbox(key="choose_per").select("quarter").run()
    assert not app.exception
    assert "2026年第2季度，全市已注册用户" in words_of(app)


def test_a_view_of_another_page_falls_back(open_page: OpenPage) -> None:
    app = open_page("section", "client", view="waterfall")
    assert not app.exception
    assert "客户端注册率" in words_of(app)


def test_cadres_are_named_nowhere(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "client", view="cadre"))
    assert "手机号码无法接收验证码 3" in said
    assert "专题样例" not in said  # the records themselves are behind the rule
