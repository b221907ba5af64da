"""总览: the reconciliation on each number, villages, seasons, arrivals, the wall screen; empty, stale, and without its tables."""

import inspect
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import sessions, store
from dashboards.components import wall
from dashboards.repositories import collection, health, metrics, reconciliation
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
ROLES = ("leader", "section", "qingxiu", "cadre")
BUREAU, TOWN = "14501030000", "450103004"


def test_at_most_five_numbers_and_three_sentences(open_page: OpenPage) -> None:
    said = words_of(open_page("leader"))
    assert len(re.findall(r"class=\\?[\"']sb-kpi(?: main)?\\?[\"']", said)) == 5
    says = re.findall(r"<ul class=\\*[\"']sb-says\\*[\"']>(.*?)</ul>", said)
    assert [one.count("<li>") for one in says] == [3]


def test_each_number_of_money_says_whether_it_is_reconciled(open_page: OpenPage) -> None:
    said = words_of(open_page("leader"))
    assert said.count("未对平") + said.count("已对平") >= 4
    assert "当日待核对" in said
    assert "对账</th>" in said
    town = words_of(open_page("leader", None, bureau=BUREAU, town=TOWN))
    assert "对账到主管局" in town
    assert "本缴费季各月与人社、医保逐笔比对不符的项数" in said
    assert re.search(r"未对平 \d+ 项", said)
    cadre = words_of(open_page("cadre"))
    for words in ("未对平", "不符的项数", "已对平", "未核对", "待核对", "对账到主管局"):
        assert words not in cadre, words


def test_the_states_of_the_bureaus_add_up_to_the_citys(var) -> None:  # type: ignore[no-untyped-def]
    from dashboards.access import accounts

    user = accounts.find("section")
    assert user is not None
    states = reconciliation.states(user, "202606")
    whole = reconciliation.state(user, "202606")
    assert whole is not None
    assert sum(states.values()) == whole["break_count"]
    assert len(states) == 16


def test_a_town_leads_to_its_villages(open_page: OpenPage) -> None:
    said = words_of(open_page("section", None, bureau=BUREAU, town=TOWN))
    assert "各村社区 · 城乡居民两险" in said
    assert "嘉宾社区居委会" in said
    assert "各村社区" not in words_of(open_page("section", None, bureau=BUREAU))


def test_each_panel_says_what_feeds_it_and_when_it_is_due(open_page: OpenPage) -> None:
    said = words_of(open_page("leader"))
    assert "来自 6 张交换表，1 张未按时到" in said
    assert "应于 2026-07-02 03:06 前到" in said


def test_the_wall_screen_has_no_menu_and_a_way_back(open_page: OpenPage) -> None:
    app = open_page("leader", None, wall="on")
    assert not app.exception
    said = words_of(app)
    assert not app.get("page_link")
    assert "退出大屏" in said
    assert "font-size:clamp(17px" in said
    assert "主管局排名" in said
    assert "内部数据" in said or "%E5%86%85%E9%83%A8%E6%95%B0%E6%8D%AE" in said
    other = open_page("leader", "progress", wall="on")
    assert other.get("page_link")  # only the overview has a wall screen


def test_the_wall_screen_stays_until_the_session_has_lasted_its_time(
    own: None, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own runs, every few minutes, keep the session from being idle; how long one lasts at most holds for it too."""
    monkeypatch.setenv("SHEBAO_SESSION_HOURS", "2")
    assert timedelta(minutes=wall.MINUTES) < sessions.idle_timeout()
    begun = store.now()
    app = open_page("leader", None, wall="on")
    for minutes in range(25, 120, 25):
        monkeypatch.setattr(store, "now", lambda passed=minutes: begun + timedelta(minutes=passed))
        assert "主管局排名" in words_of(app.run()), minutes
    monkeypatch.setattr(store, "now", lambda: begun + timedelta(minutes=121))
    said = words_of(app.run())
    assert "请输入口令" in said
    assert "主管局排名" not in said


def test_the_wall_screen_starts_anew_only_when_its_time_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, bool] = {wall._WHOLE_RUN: True}
    started: list[str] = []
    monkeypatch.setattr(wall.st, "session_state", state)
    monkeypatch.setattr(wall.st, "rerun", lambda: started.append("again"))
    later = inspect.unwrap(wall._again)  # the fragment's own function
    later()
    assert not started
    later()
    assert started == ["again"]


@pytest.mark.parametrize("login", ROLES)
def test_without_figures_the_page_says_so(open_page: OpenPage, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "rates", lambda *args, **more: [])
    monkeypatch.setattr(collection, "season", lambda *args: [])
    monkeypatch.setattr(metrics, "figures", lambda *args, **more: [])
    monkeypatch.setattr(health, "arrivals", lambda *args: [])
    app = open_page(login)
    assert not app.exception
    said = words_of(app)
    assert "本期没有应征数据" in said
    assert "本缴费年度没有应缴的人" in said
    assert "没有数据来源的记录" in said


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.usefixtures("failed_run")
def test_a_stale_snapshot_is_said(open_page: OpenPage, login: str) -> None:
    assert "当前显示的是截至 2026-06-30 的上一版数据" in words_of(open_page(login))


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.parametrize("lost", ["mart_arrivals", "rec_states", "resident_season", "metric_list"])
def test_an_older_snapshot_lacks_tables_and_the_page_opens(
    open_page: OpenPage, login: str, lost: str, without: Callable[[str], None]
) -> None:
    without(lost)
    app = open_page(login)
    assert not app.exception
    assert "社保费征收总览" in words_of(app)
