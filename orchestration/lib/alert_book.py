"""What was told to whom: a small SQLite file beside the accounts' state.

It is no table of the warehouse because the alert that matters most says that the warehouse cannot be opened (busy, broken, disk
full), and has to be de-duplicated all the same. Its log is copied to ops.alert_log whenever the warehouse is open.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from common import paths

_SCHEMA = """
create table if not exists condition (
    key text primary key, topic text not null, severity text not null, title text not null, body text not null,
    subjects text not null, first_seen text not null, last_seen text not null, resolved_at text
);
create table if not exists delivery (
    key text not null, channel text not null, severity text, subjects text, told_at text, held_at text, primary key (key, channel)
);
create table if not exists log (
    log_id integer primary key autoincrement, logged_at text not null, channel text not null, kind text not null, outcome text not null,
    severity text not null, conditions integer not null, title text not null
);
"""


@dataclass(frozen=True)
class Condition:
    """Something that somebody should know: what it is called, how bad it is, which subjects it is about, in words."""

    key: str
    topic: str
    severity: str
    title: str
    body: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a channel was told last about a condition: never when told_at is empty."""

    severity: str | None
    subjects: frozenset[str]
    told_at: dt.datetime | None
    held_at: dt.datetime | None


class Book:
    """The open file."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    def see(self, conditions: Sequence[Condition], topics: Sequence[str], now: dt.datetime) -> list[Condition]:
        """Write down what holds now; returns what held before, belongs to the topics that were looked at, and holds no more."""
        keys = {condition.key for condition in conditions}
        for one in conditions:
            again = self._con.execute("select resolved_at from condition where key = ?", [one.key]).fetchone()
            if again is None or again[0] is not None:
                # New, or back after it was over: told anew.
                self._con.execute("delete from condition where key = ?", [one.key])
                self._con.execute("delete from delivery where key = ?", [one.key])
                self._con.execute(
                    "insert into condition values (?, ?, ?, ?, ?, ?, ?, ?, null)",
                    [one.key, one.topic, one.severity, one.title, one.body, json.dumps(one.subjects, ensure_ascii=False), now.isoformat(), now.isoformat()],
                )  # fmt: skip
            else:
                self._con.execute(
                    "update condition set severity = ?, title = ?, body = ?, subjects = ?, last_seen = ? where key = ?",
                    [one.severity, one.title, one.body, json.dumps(one.subjects, ensure_ascii=False), now.isoformat(), one.key],
                )  # fmt: skip
        over = []
        for key, topic, severity, title, body, subjects in self._con.execute(
            "select key, topic, severity, title, body, subjects from condition where resolved_at is null"
        ).fetchall():
            if topic in topics and key not in keys:
                over.append(Condition(key, topic, severity, title, body, tuple(json.loads(subjects))))
                self._con.execute("update condition set resolved_at = ? where key = ?", [now.isoformat(), key])
        return over

    def over_untold(self, channel: str) -> list[Condition]:
        """What is over and a channel still waits for word of: told or held while it held, and not told that it is over."""
        return [
            Condition(key, topic, severity, title, body, tuple(json.loads(subjects)))
            for key, topic, severity, title, body, subjects in self._con.execute(
                "select c.key, c.topic, c.severity, c.title, c.body, c.subjects from condition c join delivery d on d.key = c.key"
                " where c.resolved_at is not null and d.channel = ? order by c.key",
                [channel],
            ).fetchall()
        ]

    def told(self, key: str, channel: str) -> Told | None:
        """What a channel knows of a condition."""
        row = self._con.execute(
            "select severity, subjects, told_at, held_at from delivery where key = ? and channel = ?", [key, channel]
        ).fetchone()
        if row is None:
            return None
        return Told(row[0], frozenset(json.loads(row[1] or "[]")), _moment(row[2]), _moment(row[3]))

    def record_told(self, conditions: Sequence[Condition], channel: str, now: dt.datetime) -> None:
        """A channel was told."""
        for one in conditions:
            self._con.execute(
                "insert or replace into delivery values (?, ?, ?, ?, ?, null)",
                [one.key, channel, one.severity, json.dumps(one.subjects, ensure_ascii=False), now.isoformat()],
            )

    def record_held(self, conditions: Sequence[Condition], channel: str, now: dt.datetime) -> None:
        """It is quiet: kept for later, what was told before stays known."""
        for one in conditions:
            self._con.execute(
                "insert into delivery values (?, ?, null, null, null, ?)"
                " on conflict (key, channel) do update set held_at = coalesce(held_at, excluded.held_at)",
                [one.key, channel, now.isoformat()],
            )

    def record_over(self, conditions: Sequence[Condition], channel: str) -> None:
        """A channel knows that it is over."""
        for one in conditions:
            self._con.execute("delete from delivery where key = ? and channel = ?", [one.key, channel])

    def log(
        self, *, now: dt.datetime, channel: str, kind: str, outcome: str, severity: str, conditions: int, title: str
    ) -> None:
        """Each attempt with its outcome; never an address."""
        self._con.execute(
            "insert into log (logged_at, channel, kind, outcome, severity, conditions, title) values (?, ?, ?, ?, ?, ?, ?)",
            [now.isoformat(), channel, kind, outcome, severity, conditions, title],
        )

    def last_outcome(self, channel: str) -> str | None:
        """How the last attempt of a channel went."""
        row = self._con.execute(
            "select outcome from log where channel = ? order by log_id desc limit 1", [channel]
        ).fetchone()
        return str(row[0]) if row else None

    def copy_log(self, con: duckdb.DuckDBPyConnection) -> int:
        """Bring what the warehouse does not have yet into ops.alert_log."""
        # By number and moment: a book that was begun anew counts from one again.
        known = {(number, at) for number, at in con.execute("select log_id, logged_at from ops.alert_log").fetchall()}
        rows = [
            (row[0], dt.datetime.fromisoformat(row[1]), *row[2:])
            for row in self._con.execute(
                "select log_id, logged_at, channel, kind, outcome, severity, conditions, title from log order by log_id"
            ).fetchall()
        ]
        rows = [row for row in rows if (row[0], row[1]) not in known]
        if rows:
            con.executemany("insert into ops.alert_log values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return len(rows)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def book_file() -> Path:
    """Where it lies."""
    return paths.state_file().with_name("alerts.sqlite")


@contextmanager
def opened(file: Path | None = None) -> Iterator[Book]:
    """The book, all or nothing: what was told is kept also when a later channel raises."""
    target = file or book_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    con = sqlite3.connect(target, timeout=20, isolation_level=None)
    try:
        con.executescript(_SCHEMA)
        yield Book(con)
    finally:
        con.close()
