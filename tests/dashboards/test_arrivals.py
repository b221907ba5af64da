"""Which exchange tables feed a panel, which are late, and when the next is due."""

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components import arrivals as components
from dashboards.repositories import health, names
from dashboards.repositories.gate import Reads
from dashboards.services import arrivals
from tests.dashboards import faces
from tests.dashboards.conftest import user, words_of

DAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 12)


def _row(table: str, *, hours: int | None = 36, latest: datetime | None = NOON, status: str | None = "fresh", model: str = "m") -> dict[str, Any]:  # fmt: skip
    return {
        "model_name": model, "source_name": "hrss", "table_name": table, "title": f"{table}表", "warn_after_hours": hours, "latest_cursor_at": latest,
        "status": status,
    }  # fmt: skip


def test_the_next_due_comes_first_and_each_table_once() -> None:
    rows = [
        _row("B"),
        _row("A", hours=12),
        _row("A", hours=12, model="n"),
        _row("C", hours=None),
        _row("X", model="other"),
    ]
    found = arrivals.feeds(rows, ("m", "n"))
    assert [(feed.table, feed.due) for feed in found] == [
        ("A", datetime(2026, 7, 1, 0)), ("B", datetime(2026, 7, 2, 0)), ("C", None),
    ]  # fmt: skip
    assert arrivals.words(found, DAY) == "来自 3 张交换表，下一张“A表”应于 2026-07-01 00:00 前到"


def test_late_tables_are_named_and_are_not_the_next() -> None:
    found = arrivals.feeds(
        [_row("A", hours=12, status="late"), _row("B"), _row("C", status="mismatch", hours=1)], ("m",)
    )
    assert [feed.is_late for feed in found] == [True, True, False]
    assert (
        arrivals.words(found, DAY) == "来自 3 张交换表，2 张未按时到（C表 等），下一张“B表”应于 2026-07-02 00:00 前到"
    )


def test_a_table_that_was_never_seen_is_no_arrival() -> None:
    found = arrivals.feeds([_row("A", latest=None, status=None)], ("m",))
    assert found[0].due is None
    assert not found[0].is_late
    assert arrivals.words(found, DAY) == "来自 1 张交换表"
    assert arrivals.words([], DAY) == ""


def test_a_table_without_news_since_long_is_quiet_and_never_the_next() -> None:
    old = datetime(2026, 6, 1, 9)
    rows = [_row("A", latest=old), _row("B", latest=old, hours=24), _row("C"), _row("D", hours=12)]
    found = arrivals.feeds(rows, ("m",))
    assert (
        arrivals.words(found, DAY)
        == "来自 4 张交换表，2 张近日没有新数据（B表 等），下一张“D表”应于 2026-07-01 00:00 前到"
    )
    assert arrivals.words(found[:1], DAY) == "来自 1 张交换表，1 张近日没有新数据（B表）"


def test_one_panel_is_told_what_was_due_and_is_not_there() -> None:
    said = arrivals.lateness
    late = arrivals.feeds([_row("A", hours=1, status="late"), _row("B")], ("m",))
    assert said(late, DAY) == "“A表”应于 2026-06-30 13:00 前到，未到"
    two = arrivals.feeds([_row("A", status="late", hours=2), _row("C", status="late", hours=1), _row("B")], ("m",))
    assert said(two, DAY) == "“C表”等 2 张交换表未到，最早的应于 2026-06-30 13:00 前到"
    assert said(arrivals.feeds([_row("A", status="late")], ("m",)), DAY) == "“A表”未按时到"
    assert said(arrivals.feeds([_row("A", status="late", latest=None)], ("m",)), DAY) == "“A表”未按时到"
    assert said(arrivals.feeds([_row("A", status="mismatch", hours=1)], ("m",)), DAY) == "“A表”行数与对方不一致"
    assert said(arrivals.feeds([_row("B")], ("m",)), DAY) == ""
    assert said([], DAY) == ""


def test_one_panel_is_told_when_all_of_it_is_older_than_the_business_date() -> None:
    old = datetime(2026, 6, 20, 9)
    assert arrivals.lateness(arrivals.feeds([_row("A", latest=old)], ("m",)), DAY) == "来源最近更新于 2026-06-20"
    assert arrivals.lateness(arrivals.feeds([_row("A", latest=old), _row("B")], ("m",)), DAY) == ""
    both = arrivals.feeds([_row("A", latest=old, status="late")], ("m",))
    assert arrivals.lateness(both, DAY) == "“A表”应于 2026-06-21 21:00 前到，未到，来源最近更新于 2026-06-20"


WITH_DATA = (
    "overview", "progress", "ranking", "metrics", "batch", "annuity", "agreement", "client", "score", "reconciliation", "deduction",
)  # fmt: skip


@pytest.mark.parametrize("page", WITH_DATA)
def test_a_page_says_what_it_is_made_of(open_page: Callable[..., AppTest], page: str) -> None:
    app = open_page("section", page)
    assert [one.label for one in app.expander].count("各部分的数据来源与预计到达") == 1
    assert "来自 6 张交换表" in words_of(app)


@pytest.mark.parametrize("page", ["bulk", "subject", "exports", "catalogue"])
def test_a_page_that_has_read_no_figures_says_nothing_of_sources(open_page: Callable[..., AppTest], page: str) -> None:
    assert "各部分的数据来源与预计到达" not in words_of(open_page("section", page))


LATE = "· “ZS_KKXX的表”应于 2026-06-30 11:06 前到，未到"
# Read for the figures at a page's head and their marks, by no card of their own; those of rules have their sources in the rules' state.
HEAD = {
    *("rec_summary", "rec_break", "rec_annuity_break", "rec_annuity_summary", "rec_person_summary"),
    *("mtr_cube_resident_progress", "mtr_resident_season"),
}
FACES: list[tuple[str, dict[str, str]]] = [
    ("progress", {}), ("progress", {"view": "residents"}), ("ranking", {}), ("metrics", {}), ("batch", {}), ("annuity", {}), ("agreement", {}), ("client", {}),
    ("score", {"bureau": "14501030000"}), ("deduction", {}), ("reconciliation", {}), ("reconciliation", {"by": "employer"}),
    ("reconciliation", {"view": "received", "item": "10201"}),
    *(("reconciliation", {"view": view}) for view in ("waterfall", "internal", "annuity", "treasury", "persons", "movement")),
]  # fmt: skip


INNER: list[tuple[str, str, set[str]]] = [
    ("reconciliation", "break", {"rec_all_break", "fct_bill"}),
    ("subject", "person", {"fct_person_registration", "fct_person_payment", "fct_person_agreement", "fct_person_deduction"}),
    ("subject", "found_unit", {"dim_registration", "fct_bill", "fct_agreement", "fct_deduction", "rec_break"}),
    ("bulk", "units", {"dim_registration", "fct_bill"}),
    ("bulk", "persons", {"fct_person_registration", "fct_person_payment"}),
]  # fmt: skip


@pytest.mark.parametrize(("page", "name", "models"), INNER, ids=lambda one: one if isinstance(one, str) else "")
def test_cards_of_one_employer_person_or_break_say_what_is_late(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, page: str, name: str, models: set[str]
) -> None:
    """Each card asks for the tables that its rows are read from."""
    named: list[set[str]] = []
    real = health.arrivals

    def noted(user: Any, asked: list[str], purpose: str = health.ARRIVALS) -> list[dict[str, Any]]:
        if purpose == health.DATES:
            named.append(set(asked))
        return real(user, asked, purpose)

    monkeypatch.setattr(health, "arrivals", noted)
    face = next(one for one in faces.INNER if (one.page_id, one.name) == (page, name))
    section = user("section")
    app = open_page("section", page, **face.address(section))
    app = face.step(app, section) if face.step else app
    assert not app.exception
    assert set().union(*named) == models
    said = unescape(words_of(app))
    titles = re.findall(r"<div class=\\*[\"']sb-title\\*[\"']><h2>.*?</h2><span>(.*?)</span>", said)
    assert sum(LATE in note for note in titles) >= len(named)
    assert [one.label for one in app.expander].count("各部分的数据来源与预计到达") == 1


@pytest.mark.parametrize(("page", "query"), FACES, ids=lambda one: one if isinstance(one, str) else "-".join(one.values()) or "first")  # fmt: skip
def test_every_card_says_its_date_and_what_is_late(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, page: str, query: dict[str, str]
) -> None:
    """The tables that the cards name are those that the page has read: none is forgotten, none is made up."""
    named: set[str] = set()
    read: set[str] = set()
    real, behind = health.arrivals, components.behind

    def noted(user: Any, models: list[str], purpose: str = health.ARRIVALS) -> list[dict[str, Any]]:
        if purpose == health.DATES:
            named.update(models)
        return real(user, models, purpose)

    def told(context: Any, title: str, reads: Reads) -> None:
        read.clear()  # the page of the start comes first
        read.update(*(tables for purpose, tables in reads.tables.items() if purpose != names.PURPOSE))
        behind(context, title, reads)

    monkeypatch.setattr(health, "arrivals", noted)
    monkeypatch.setattr(components, "behind", told)
    app = open_page("section", page, **query)
    assert not app.exception
    assert named <= read
    fed = {table for table in read if table.startswith(("mtr_", "rec_")) and table != "mtr_definition"}
    assert fed - named <= HEAD
    said = words_of(app)
    titles = re.findall(r"<div class=\\*[\"']sb-title\\*[\"']><h2>.*?</h2><span>(.*?)</span>", said)
    assert sum(LATE in unescape(note) for note in titles) >= 2
    assert [one.label for one in app.expander].count("各部分的数据来源与预计到达") == 1


def test_a_card_says_nothing_of_sources_that_came_in_time(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    real = health.arrivals
    monkeypatch.setattr(health, "arrivals", lambda *asked: [{**row, "status": "fresh"} for row in real(*asked)])
    said = words_of(open_page("qingxiu", "deduction"))
    assert "截至 2026-06-30" in said
    assert "未到" not in said.replace("应于此前到", "")
