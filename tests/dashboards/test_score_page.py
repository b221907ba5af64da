"""压力测试指标: ranking with every component, one bureau's missing points, and the units behind them."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboards.repositories import topics
from dashboards.services import scores
from tests.dashboards import fixture_topics
from tests.dashboards.conftest import user, words_of

OpenPage = Callable[..., AppTest]
QINGXIU = "14501030000"


def _scores(login: str, bureau: str | None = None) -> list[scores.Score]:
    return scores.read(topics.scores(user(login), "测试", "202606", "202605", bureau), "202606")


def test_the_city_sees_the_ranking_with_all_components(open_page: OpenPage) -> None:
    found = _scores("leader")
    assert [score.rank for score in found] == list(range(1, 17))
    said = words_of(open_page("leader", "score"))
    assert scores.standing_sentence(found, "202606") in said
    for _, name, weight in fixture_topics.COMPONENTS:
        assert f"{name}（满分 {weight}）" in said
    assert "不适用" in said  # where nothing was due in a component


def test_a_bureau_sees_its_own_score_and_what_is_missing(open_page: OpenPage) -> None:
    own = _scores("qingxiu")
    assert [score.code for score in own] == [QINGXIU]
    said = words_of(open_page("qingxiu", "score", bureau="14501080000"))
    assert scores.own_sentence(own[0], "202606") in said
    for other in ("良庆", "全市", "各主管局评分"):
        assert other not in said, other


def test_units_behind_a_component_are_listed(open_page: OpenPage) -> None:
    said = words_of(open_page("qingxiu", "score", tab="binding"))
    assert "未在客户端绑定的户籍：1 户" in said
    assert "南宁市青秀区体检样例有限公司" in said
    assert "体检样例商贸" not in said  # that one is bound
    city = words_of(open_page("section", "score", tab="binding"))
    assert "未在客户端绑定的户籍：2 户" in city


def test_rows_lead_on_only_for_those_who_may_follow(open_page: OpenPage) -> None:
    assert "点选一行打开户籍体检" in words_of(open_page("qingxiu", "score", tab="binding"))
    assert "点选一行打开户籍体检" not in words_of(open_page("leader", "score", bureau=QINGXIU, tab="binding"))


def test_an_earlier_month_has_scores_and_no_records(open_page: OpenPage) -> None:
    app = open_page("section", "score", at="202605")
    assert not app.exception
    said = words_of(app)
    assert "2026年5月压力测试指标评分" in said
    assert "明细依据只保留统计月份" in said
    assert "体检样例" not in said


def test_nothing_of_another_bureau_by_its_address(open_page: OpenPage) -> None:
    app = open_page("qingxiu", "score", bureau="14501080000", tab="binding", page="9")
    assert not app.exception
    assert "南宁市良庆区体检样例有限公司" not in words_of(app)
