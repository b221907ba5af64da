"""Which exchange tables feed a panel, which are late, and when the next is due."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.services import arrivals
from tests.dashboards.conftest import words_of

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
