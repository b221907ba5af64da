"""排名 as every role: bureaus, towns of the city for publication, towns of a bureau, villages; empty, stale, and without figures."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.repositories import metrics
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
ROLES = ("leader", "section", "qingxiu", "cadre")


def test_the_bureaus_with_band_gap_in_people_and_money(open_page: OpenPage) -> None:
    said = words_of(open_page("leader", "ranking", metric="collection_rate_employer"))
    assert "主管局排名" in said
    for words in ("距目标（户）", "距目标（张）", "距目标（元）", "与全市无显著差别", "与去年同期比", "名次走势"):
        assert words in said, words
    assert said.index("距目标（户）") < said.index("距目标（元）")


def test_shared_ranks_and_nothing_due_are_said(open_page: OpenPage) -> None:
    said = words_of(open_page("leader", "ranking", metric="resident_rate"))
    assert "并列</small>" in said
    assert "不适用 0 个" not in said
    assert "并列 2 个" in said


def test_all_towns_of_the_city_for_publication(open_page: OpenPage) -> None:
    app = open_page("leader", "ranking", metric="resident_rate", among="town")
    said = words_of(app)
    assert "街道乡镇排名" in said
    assert "南湖街道（青秀局）" in said
    assert "个中的前后各 12 个" in said
    assert "先点选一个主管局" in said


def test_the_towns_of_a_bureau_and_the_villages_of_a_town(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "ranking", metric="resident_rate", bureau="14501030000"))
    assert "南湖街道" in said
    assert "名次只在表中所列的街道乡镇之间" in said
    said = words_of(open_page("section", "ranking", metric="resident_rate", bureau="14501030000", town="450103004"))
    assert "嘉宾社区居委会" in said
    assert "金湖社区居委会" in said
    assert "嘉宾社区居委会</b> *" in said  # few people: its place is for guidance only


def test_a_clerk_sees_the_own_bureaus_place_and_no_other(open_page: OpenPage) -> None:
    said = words_of(open_page("qingxiu", "ranking", metric="resident_rate", bureau="14501080000", among="bureau"))
    assert "本局名次" in said
    assert "南湖街道" in said
    for other in ("良庆", "兴宁", "横州", "全市</b>"):
        assert other not in said, other


def test_a_cadre_sees_the_villages_of_the_own_town(open_page: OpenPage) -> None:
    said = words_of(
        open_page("cadre", "ranking", bureau="14501080000", town="450108001", metric="collection_rate_amount")
    )
    assert "村社区排名" in said
    assert "嘉宾社区居委会" in said
    for other in ("津头街道", "青秀局", "良庆"):
        assert other not in said, other


@pytest.mark.parametrize("login", ROLES)
def test_without_rows_the_page_says_so(open_page: OpenPage, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "figures", lambda *args, **more: [])
    app = open_page(login, "ranking")
    assert not app.exception
    assert "这一级没有数据" in words_of(app)


@pytest.mark.parametrize("login", ROLES)
def test_without_periods_or_metrics_the_page_says_so(
    open_page: OpenPage, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(metrics, "periods", lambda *args: [])
        app = open_page(login, "ranking")
        assert not app.exception
        assert "这个指标还没有数据" in words_of(app)
    monkeypatch.setattr(metrics, "definitions", lambda user: [])
    app = open_page(login, "ranking")
    assert not app.exception
    assert "可排名的指标暂无数据" in words_of(app)


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.usefixtures("failed_run")
def test_a_stale_snapshot_is_said(open_page: OpenPage, login: str) -> None:
    said = words_of(open_page(login, "ranking"))
    assert "当前显示的是截至 2026-06-30 的上一版数据" in said
    assert "名次走势" in said


@pytest.mark.parametrize("login", ROLES)
def test_a_refused_query_does_not_break_the_page(
    open_page: OpenPage, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboards.repositories.gate import RefusedError

    def refused(*args: object, **more: object) -> None:
        raise RefusedError("not for you")

    monkeypatch.setattr(metrics, "figures", refused)
    app = open_page(login, "ranking")
    assert not app.exception
    assert "您的岗位无权查看这部分数据" in words_of(app)
