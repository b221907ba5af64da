"""Every face of every page and role: with data, when nothing is in the snapshot, when it is old, and when reading it breaks."""

from __future__ import annotations

import datetime as dt
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from dashboards.access import store
from dashboards.access.demo import DEMO_ACCOUNTS, DemoAccount
from dashboards.access.masking import looks_personal
from dashboards.access.models import AccessEvent
from dashboards.access.roles import Role, User
from dashboards.repositories import policy, snapshot
from dashboards.repositories.gate import gate
from tests.dashboards import faces
from tests.dashboards.conftest import user, words_of
from tests.dashboards.faces import Face, Sitting

Republished = Callable[..., None]
SECRET = "450103199001011234"
BROKEN = "页面没有显示完整，出错编号 "
CONTEXT = ("snapshot_info", "periods", "areas")
# Faces whose heading tells what is read last.
HEADED_LATER = {"progress:residents", "progress:village", "ranking:towns", "catalogue", "catalogue:rule"}
EVERY, TAXPAYER = "every question", "914501030000000001"

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


class Asked:
    """The questions that a page puts to the gate, one of which may fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        self.failing = ""
        for way in ("query", "look_up", "stream"):
            monkeypatch.setattr(gate, way, self._through(getattr(gate, way)))

    def _through(self, real: Any) -> Any:
        def asks(user: User, purpose: str, name: str, *args: Any, **more: Any) -> Any:
            if name == CONTEXT[0]:
                self.names.clear()  # a run begins; only the last one's are kept
            if name not in CONTEXT:
                self.names.append(name)
                if self.failing in (name, EVERY):
                    raise duckdb.ConversionException(f"Could not convert string '{SECRET}' to INT32 in select x")
            return real(user, purpose, name, *args, **more)

        return asks

    def own(self) -> list[str]:
        """The questions in the order in which each is first asked; which tables have arrived is asked below every page."""
        return [name for name in dict.fromkeys(self.names) if name != "mart_arrivals"]


@every_role
@pytest.mark.parametrize(
    "kept",
    [{"snapshot"}, {"snapshot", "mtr_collection_rate"}, policy.REFERENCE],
    ids=["no_row", "rates_only", "names_only"],
)
def test_an_empty_snapshot(
    own: None, republished: Republished, var: Path, account: DemoAccount, kept: frozenset[str]
) -> None:
    """The first day of a city: tables, and no row in them; rates and nothing else; rules and names, and nothing found, on every face."""
    found = faces_of(account, pages_only=kept is not policy.REFERENCE)
    republished(*[f"delete from {table}" for table in _tables(var) if table not in kept])
    sitting = Sitting(user(account.login))
    for face, address in found:
        app = sitting.face(face, address)
        said = words_of(app)
        assert not app.exception, face.id
        assert BROKEN not in said, face.id
        assert "<h1>" in said, face.id
        if not face.name:
            assert re.search(f"<h1>[^<]*{face.page.title}", said), face.id
        assert not re.search(r"\b(nan|NaN|NaT|inf)\b", said), face.id
        assert ">None<" not in said, face.id


@every_role
def test_an_old_snapshot(own: None, republished: Republished, account: DemoAccount) -> None:
    """No run for three days and some hours, though the last one went well. It is said above each page; every face is opened once."""
    found = faces_of(account, pages_only=account.role is not Role.SECTION)
    # From now, not from when the fixture was made: a long run of tests would be an hour later.
    published = store.now() - dt.timedelta(hours=76, minutes=10)
    republished(f"update snapshot set published_at = timestamp '{published:%Y-%m-%d %H:%M:%S}'")
    sitting = Sitting(user(account.login))
    for face, address in found:
        app = sitting.face(face, address)
        assert not app.exception, face.id
        assert ("已有 3 天 4 小时没有更新" in words_of(app)) == face.page.needs_snapshot, face.id


@every_role
@pytest.mark.usefixtures("own")
def test_every_face_and_what_it_says_when_a_question_of_it_fails(
    account: DemoAccount, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With data each shows what is its own; then the last question fails, and what was shown before it stays."""
    monkeypatch.delenv("SHEBAO_DEBUG")
    asked = Asked(monkeypatch)
    sitting = Sitting(user(account.login))
    numbers: dict[str, str] = {}
    bare = set()
    with caplog.at_level(logging.INFO):
        for face, address in faces_of(account):
            own = _questions_of(face, address, sitting, asked)
            failing = [*own[-1:], *face.reads]
            assert bool(failing) != face.silent, face.id
            for what in failing:
                with monkeypatch.context() as patch:
                    if what in face.reads:
                        patch.setattr(what, _no_store)
                    patch.setattr(asked, "failing", what)
                    app = sitting.face(face, address)
                numbers[f"{face.id} {what}"] = _number_said(app, face.id)
                if "<h1>" not in words_of(app):
                    bare.add(face.id)
    assert bare <= HEADED_LATER
    _are_in_the_log(numbers, caplog.text)


def _questions_of(face: Face, address: dict[str, str], sitting: Sitting, asked: Asked) -> list[str]:
    """Open a face that has its data; the questions that it asks."""
    asked.names.clear()
    app = sitting.face(face, address)
    said = words_of(app)
    assert not app.exception, face.id
    assert BROKEN not in said, face.id
    # A taxpayer's number has as many digits as a person's, and is none.
    assert not looks_personal(said.replace(TAXPAYER, "")), face.id
    if sitting.user.role is not Role.CADRE:
        assert face.shows in said, face.id
    return asked.own()


@every_role
@pytest.mark.usefixtures("own")
def test_a_page_that_breaks(
    account: DemoAccount, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """From its first question on: a number on the screen, in the log and in the access log."""
    monkeypatch.delenv("SHEBAO_DEBUG")
    found = faces_of(account, pages_only=True)
    Asked(monkeypatch).failing = EVERY
    for face, _ in found:
        for function in face.reads:
            monkeypatch.setattr(function, _no_store)
    sitting = Sitting(user(account.login))
    numbers = {}
    with caplog.at_level(logging.INFO):
        for face, address in found:
            app = sitting.face(face, address)
            if not face.silent:
                numbers[face.page_id] = _number_said(app, face.page_id)
    assert numbers
    _are_in_the_log(numbers, caplog.text)


def faces_of(account: DemoAccount, *, pages_only: bool = False) -> list[tuple[Face, dict[str, str]]]:
    """The faces of a role with their addresses, asked for while the snapshot still has what they name."""
    who = user(account.login)
    return [(face, face.address(who)) for face in faces.of(who) if not (pages_only and face.name)]


def _no_store(*_: Any, **__: Any) -> Any:
    raise OperationalError(f"select x from y where z = '{SECRET}'", {}, Exception("database is locked"))


def _number_said(app: AppTest, where: str) -> str:
    """The one number that the page tells, in words of ours and with nothing of the error's own."""
    said = words_of(app)
    assert not app.exception, where
    assert SECRET not in said, where
    for words in ("Traceback", "ConversionException", "OperationalError", "select x", "Could not convert"):
        assert words not in said, (where, words)
    found = re.findall(f"{BROKEN}([0-9A-Z]{{8}})。请刷新重试", said)
    assert len(found) == 1, (where, found)
    return str(found[0])


def _are_in_the_log(numbers: dict[str, str], logged: str) -> None:
    assert SECRET not in logged
    with store.unit_of_work() as session:
        events = session.execute(select(AccessEvent).where(AccessEvent.action == "page_failed")).scalars().all()
        kept = {event.subject: (event.purpose, event.query_name) for event in events}
    for where, number in numbers.items():
        assert number in logged, where
        assert kept[number][0] == re.split("[: ]", where)[0]
        assert re.match(r"(ConversionException|OperationalError) (dashboards|tests)/\S+\.py:\d+", kept[number][1])
    assert SECRET not in str(kept)


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
