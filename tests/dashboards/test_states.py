"""Every page of every role when nothing is in the snapshot, when it is old, and when reading it breaks."""

from __future__ import annotations

import datetime as dt
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboards.access import store
from dashboards.access.demo import DEMO_ACCOUNTS, DemoAccount
from dashboards.access.models import AccessEvent
from dashboards.registry import PAGES, PageSpec, pages_of
from dashboards.repositories import snapshot
from dashboards.repositories.gate import gate
from tests.dashboards.conftest import go, words_of

OpenPage = Callable[..., AppTest]
Republished = Callable[..., None]
SECRET = "450103199001011234"
BROKEN = "页面没有显示完整，出错编号 "
CONTEXT = ("snapshot_info", "periods", "areas")

every_role = pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.login)


@pytest.fixture
def republished(var: Path) -> Iterator[Republished]:
    """republished(statement, …): the snapshot again under another name, changed; afterwards the old one is current."""
    published = var / "published"
    old = (published / "CURRENT").read_text()
    made = published / "20260701T000000Z-ffffffff.duckdb"

    def again(*statements: str) -> None:
        shutil.copy(published / old, made)
        with duckdb.connect(str(made)) as con:
            for statement in statements:
                con.execute(statement)
        (published / "CURRENT").write_text(made.name)

    yield again
    (published / "CURRENT").write_text(old)
    gate.clear()
    made.unlink(missing_ok=True)


def every_page(
    open_page: OpenPage, account: DemoAccount, *, with_data: bool = False
) -> Iterator[tuple[PageSpec, AppTest]]:
    """The pages of a role, one after the other in one session; `with_data`: only those that read the snapshot."""
    app = open_page(account.login)
    for page in pages_of(account.role):
        if with_data and not page.needs_snapshot:
            continue
        go(app, page.page_id)
        yield page, app.run()


@every_role
@pytest.mark.parametrize("kept", [("snapshot",), ("snapshot", "mtr_collection_rate")], ids=["no_row", "rates_only"])
def test_an_empty_snapshot(
    open_page: OpenPage, republished: Republished, var: Path, account: DemoAccount, kept: tuple[str, ...]
) -> None:
    """The first day of a city: tables, and no row in them; or a city with rates and nothing else."""
    republished(*[f"delete from {table}" for table in _tables(var) if table not in kept])
    for page, app in every_page(open_page, account):
        said = words_of(app)
        assert not app.exception, page.page_id
        assert BROKEN not in said, page.page_id
        assert f"<h1>{page.title}" in said or page.page_id == "overview"
        assert not re.search(r"\b(nan|NaN|NaT|inf)\b", said), page.page_id
        assert ">None<" not in said, page.page_id


@every_role
def test_an_old_snapshot(open_page: OpenPage, republished: Republished, account: DemoAccount) -> None:
    """No run for three days and some hours, though the last one went well."""
    # From now, not from when the fixture was made: a long run of tests would be an hour later.
    published = store.now() - dt.timedelta(hours=76, minutes=10)
    republished(f"update snapshot set published_at = timestamp '{published:%Y-%m-%d %H:%M:%S}'")
    for page, app in every_page(open_page, account, with_data=True):
        assert not app.exception, page.page_id
        assert "已有 3 天 4 小时没有更新" in words_of(app), page.page_id


@every_role
@pytest.mark.usefixtures("own")
def test_a_page_that_breaks(
    open_page: OpenPage, account: DemoAccount, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A number on the screen, in the log and in the access log; the value in the error's words in none of them."""
    monkeypatch.delenv("SHEBAO_DEBUG")
    real = gate.query

    def query(user: Any, purpose: str, name: str, *args: Any, **more: Any) -> Any:
        if name not in CONTEXT:
            raise duckdb.ConversionException(f"Could not convert string '{SECRET}' to INT32")
        return real(user, purpose, name, *args, **more)

    def show(_: Any) -> None:
        raise ValueError(f"no such person: {SECRET}")

    monkeypatch.setattr(gate, "query", query)
    for page in PAGES:
        if not page.needs_snapshot:
            monkeypatch.setattr(import_module(f"dashboards.pages.{page.page_id}"), "show", show)
    numbers = {}
    with caplog.at_level(logging.INFO):
        for page, app in every_page(open_page, account):
            said = words_of(app)
            assert not app.exception, page.page_id
            assert SECRET not in said, page.page_id
            if page.page_id in READS_NOTHING_AT_FIRST:
                continue
            found = re.search(f"{BROKEN}([0-9A-Z]{{8}})", said)
            assert found, page.page_id
            numbers[page.page_id] = found[1]
    assert numbers
    assert SECRET not in caplog.text
    assert all(number in caplog.text for number in numbers.values())
    with store.unit_of_work() as session:
        events = session.execute(select(AccessEvent).where(AccessEvent.action == "page_failed")).scalars().all()
        kept = {event.subject: (event.purpose, event.query_name) for event in events}
    for page_id, number in numbers.items():
        assert kept[number][0] == page_id
        assert re.match(r"(ConversionException|ValueError) (dashboards|tests)/\S+\.py:\d+", kept[number][1])
    assert SECRET not in str(kept)


READS_NOTHING_AT_FIRST = ("bulk", "subject")


def test_hours_of_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import datetime, timedelta

    at = datetime(2026, 6, 30, 18, 0)
    assert snapshot.silent_hours(at, at + timedelta(hours=36)) is None
    assert snapshot.silent_hours(at, at + timedelta(hours=36, minutes=1)) == 36
    assert snapshot.silent_hours(None, at) is None
    monkeypatch.setenv("SHEBAO_STALE_HOURS", "5")
    assert snapshot.silent_hours(at, at + timedelta(hours=6)) == 6


def _tables(var: Path) -> list[str]:
    file = var / "published" / (var / "published" / "CURRENT").read_text()
    with duckdb.connect(str(file), read_only=True) as con:
        return [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
