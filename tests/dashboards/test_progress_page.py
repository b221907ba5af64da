"""征收进度 of the residents' two insurances as every role: the season's curve, down to the village; empty, stale, and without its tables."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.repositories import collection, metrics
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
ROLES = ("leader", "section", "qingxiu", "cadre")
BUREAU, TOWN, VILLAGE = "14501030000", "450103004", "450103004002"


@pytest.mark.parametrize("login", ROLES)
def test_the_season_is_compared_by_day_and_by_calendar(open_page: OpenPage, login: str) -> None:
    app = open_page(login, "progress", view="residents")
    assert not app.exception
    said = words_of(app)
    for words in (
        "征缴率（按人数）",
        "城乡居民医疗",
        "缴费季第 303 天",
        "比上一缴费季同一天多",
        "较去年同日（日历）",
        "本季第 1 天是 2025-09-01",
        "距目标",
    ):
        assert words in said, words


def test_the_other_insurance_begins_in_january(open_page: OpenPage) -> None:
    said = words_of(open_page("leader", "progress", view="residents", item="10210", measure="amount"))
    assert "城乡居民养老 2026 年度缴费季第 181 天" in said
    assert "本季第 1 天是 2026-01-01" in said
    assert "累计已缴（万元）" in said


def test_each_level_says_how_far_the_reconciliation_goes(open_page: OpenPage) -> None:
    for query, words in (
        ({}, "未对平"),
        ({"bureau": BUREAU}, "未核对"),
        ({"bureau": BUREAU, "town": TOWN}, "对账到主管局"),
    ):
        assert words in words_of(open_page("section", "progress", view="residents", **query)), query
    cadre = words_of(open_page("cadre", "progress", view="residents"))
    for words in ("对平", "未核对", "对账到主管局"):
        assert words not in cadre, words


def test_down_to_the_village(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "progress", view="residents", bureau=BUREAU))
    assert "各街道乡镇" in said
    said = words_of(open_page("section", "progress", view="residents", bureau=BUREAU, town=TOWN))
    assert "各村社区" in said
    assert "嘉宾社区居委会" in said
    said = words_of(open_page("section", "progress", view="residents", bureau=BUREAU, town=TOWN, village=VILLAGE))
    assert "金湖社区居委会 · 城乡居民医疗" in said
    assert "金湖社区居委会城乡居民医疗 2026 年度缴费季" in said
    assert "各村社区" not in said


def test_a_village_of_another_town_is_ignored(open_page: OpenPage) -> None:
    app = open_page(
        "cadre", "progress", view="residents", town="450108001", village="450108001001", bureau="14501080000"
    )
    assert not app.exception
    said = words_of(app)
    assert "南湖街道 · 城乡居民医疗" in said
    for other in ("良庆", "津头街道", "青秀局", "全市"):
        assert other not in said, other


@pytest.mark.parametrize("login", ROLES)
def test_without_rows_the_view_says_so(open_page: OpenPage, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "figures", lambda *args, **more: [])
    monkeypatch.setattr(collection, "season", lambda *args: [])
    app = open_page(login, "progress", view="residents")
    assert not app.exception
    said = words_of(app)
    assert "本缴费年度没有应缴的人" in said
    assert "本缴费季还没有人缴费" in said


@pytest.mark.parametrize("login", ROLES)
def test_without_the_metric_the_view_says_so(open_page: OpenPage, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "definitions", lambda user: [])
    app = open_page(login, "progress", view="residents")
    assert not app.exception
    assert "城乡居民两险暂无数据" in words_of(app)


@pytest.mark.parametrize("login", ROLES)
def test_a_snapshot_without_seasons_still_has_the_progress(
    open_page: OpenPage, login: str, without: Callable[[str], None]
) -> None:
    """A snapshot of an earlier version has no curve."""
    without("resident_season")
    app = open_page(login, "progress", view="residents")
    assert not app.exception
    said = words_of(app)
    assert "征缴率（按人数）" in said
    assert "本缴费季还没有人缴费" in said


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.usefixtures("failed_run")
def test_a_stale_snapshot_is_said(open_page: OpenPage, login: str) -> None:
    said = words_of(open_page(login, "progress", view="residents"))
    assert "当前显示的是截至 2026-06-30 的上一版数据" in said
    assert "缴费季" in said


def test_no_rise_is_shown_against_a_season_in_which_nobody_paid(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metrics.figures

    def emptied(*args: Any, **more: Any) -> list[dict[str, Any]]:
        nobody = {"prev_year_numerator": Decimal(0), "prev_year_rate": Decimal(0)}
        return [{**row, **nobody, "rate_yoy": row["rate"]} for row in real(*args, **more)]

    monkeypatch.setattr(metrics, "figures", emptied)
    said = words_of(open_page("section", "progress", view="residents"))
    assert "较去年同日（日历） <span" in said.replace("\\", "")
    assert "▲ 87" not in said
    overview = words_of(open_page("section")).partition("城乡居民两险")[2]
    assert overview
    assert "▲ 87" not in overview
    ranked = words_of(open_page("section", "ranking", metric="resident_rate", among="town"))
    assert "+93.00" not in ranked
