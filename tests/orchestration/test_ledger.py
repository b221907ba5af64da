"""The life of findings: opened, seen again, changed, resolved, reopened, not checked, repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib import ledger, warehouse
from orchestration.lib.rules import Rule

from .tiny_exchange import tables


def day(number: int) -> dt.date:
    return dt.date(2026, 6, number)


def rule(rule_id: str = "A1.09", model: str = "anm_twins", checksum: str = "one", **more: Any) -> Rule:
    facts: dict[str, Any] = {
        "rule_id": rule_id,
        "unique_id": f"model.shebao.{model}",
        "model": model,
        "schema": "marts",
        "kind": "rule",
        "title": "重复",
        "description": "",
        "cadence": "daily",
        "severity": "high",
        "section": "",
        "subject": "bill",
        "subject_key": (),
        "ledger_where": None,
        "next_step": "",
        "parameters": {},
        "reasons": {},
        "requirements": (),
        "columns": (),
        "sources": frozenset({("hrss", "RS_ZJHZ")}),
        "checksum": checksum,
    }
    return Rule(**{**facts, **more})


class Book:
    """A warehouse with one rule table that a test fills day by day."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        con.execute("create schema marts")
        con.execute(
            "create table marts.anm_twins (rule_id varchar, subject_type varchar, subject_key varchar,"
            " bureau_code varchar, amount decimal(18, 2), reason_code varchar, since_date date, age_workdays integer,"
            " evidence varchar, unit_name varchar)"
        )

    def see(self, *subjects: str, reason: str = "same", amount: int = 1, age: int = 1) -> None:
        self.con.execute("delete from marts.anm_twins")
        for subject in subjects:
            self.con.execute(
                "insert into marts.anm_twins values ('A1.09', 'bill', ?, '1', ?, ?, date '2026-06-01', ?, ?, '某公司')",
                [subject, amount, reason, age, f"第{age}日"],
            )

    def run(
        self, number: int, *, checksum: str = "one", built: str = "success", table: str = "fresh", identity: str = "w"
    ) -> None:
        the_rule = rule(checksum=checksum)
        outcomes = ledger.decide([the_rule], {the_rule.unique_id: built}, {("hrss", "RS_ZJHZ"): table})
        ledger.record(self.con, outcomes, as_of=day(number), run_id=f"run{number}", identity=identity)

    def events(self) -> list[tuple[Any, ...]]:
        rows = self.con.execute(
            "select as_of, subject_key, event from ledger.finding_event order by as_of, subject_key, event"
        ).fetchall()
        return [(r[0].day, r[1], r[2]) for r in rows]

    def finding(self, subject: str = "b1") -> dict[str, Any]:
        cursor = self.con.execute("select * from ledger.finding where subject_key = ?", [subject])
        names = [d[0] for d in cursor.description or []]
        row = cursor.fetchone()
        assert row is not None
        return dict(zip(names, row, strict=True))

    def all(self) -> tuple[Any, ...]:
        return tuple(
            self.con.execute(f"select * from {name} order by all").fetchall()
            for name in ("ledger.finding", "ledger.finding_event", "ops.rule_run")
        )


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with warehouse.opened(tmp_path / "w.duckdb") as con:
        yield Book(con)


def test_first_seen_and_seen_again(book: Book) -> None:
    book.see("b1", age=1)
    book.run(1)
    book.see("b1", age=2)
    book.run(2)
    assert book.events() == [(1, "b1", "opened")]
    finding = book.finding()
    assert (finding["state"], finding["first_seen"], finding["last_seen"]) == ("open", day(1), day(2))
    # Ages and sentences follow the day without making an event.
    assert (finding["age_workdays"], finding["evidence"], finding["unit_name"]) == (2, "第2日", "某公司")


def test_changed(book: Book) -> None:
    book.see("b1", reason="same", amount=1)
    book.run(1)
    book.see("b1", reason="other", amount=2)
    book.run(2)
    assert book.events() == [(1, "b1", "opened"), (2, "b1", "changed")]
    detail = book.con.execute("select detail from ledger.finding_event where event = 'changed'").fetchone()
    assert detail == ("amount: 1.00 → 2.00；reason_code: same → other",)
    assert book.finding()["reason_code"] == "other"


def test_resolved_and_reopened(book: Book) -> None:
    book.see("b1", "b2")
    book.run(1)
    book.see("b2")
    book.run(2)
    finding = book.finding()
    assert (finding["state"], finding["last_seen"], finding["resolved_on"]) == ("resolved", day(1), day(2))
    book.see("b1", "b2")
    book.run(3)
    assert book.events() == [(1, "b1", "opened"), (1, "b2", "opened"), (2, "b1", "resolved"), (3, "b1", "reopened")]
    finding = book.finding()
    assert (finding["state"], finding["reopened_count"], finding["resolved_on"]) == ("open", 1, None)
    assert finding["first_seen"] == day(1)


@pytest.mark.parametrize(
    ("built", "table", "reason"),
    [
        ("error", "fresh", "rule_failed"),
        ("skipped", "fresh", "upstream_failed"),
        ("success", "late", "table_late: hrss.RS_ZJHZ"),
        ("success", "mismatch", "table_late: hrss.RS_ZJHZ"),
    ],
)
def test_what_was_not_checked_is_never_resolved(book: Book, built: str, table: str, reason: str) -> None:
    book.see("b1")
    book.run(1)
    book.see()
    book.run(2, built=built, table=table)
    assert book.events() == [(1, "b1", "opened")]
    assert book.finding()["state"] == "not_checked"
    assert book.finding()["last_seen"] == day(1)
    assert book.con.execute("select status, reason from ops.rule_run where as_of = '2026-06-02'").fetchone() == (
        "not_checked",
        reason,
    )
    book.run(3)
    assert book.events()[-1] == (3, "b1", "resolved")


def test_a_table_whose_last_sync_is_too_old_is_stale(book: Book) -> None:
    noon = dt.datetime(2026, 6, 30, 12)
    [table] = [t for t in tables() if t.id == "hrss.RS_ZJHZ"]
    assert table.warn_after_hours == 36
    book.con.execute("insert into ops.freshness values ('hrss', 'RS_ZJHZ', null, ?, 'fresh')", [noon])
    for hours, status in ((35, "fresh"), (37, "stale")):
        current = ledger.table_status(book.con, [table], noon + dt.timedelta(hours=hours))
        assert current == {("hrss", "RS_ZJHZ"): status}
    [outcome] = ledger.decide([rule()], {"model.shebao.anm_twins": "success"}, current)
    assert outcome.status == "not_checked"


def test_a_table_that_was_never_synced_is_late() -> None:
    [outcome] = ledger.decide([rule()], {"model.shebao.anm_twins": "success"}, {})
    assert outcome.status == "not_checked"


def test_a_changed_rule_opens_but_does_not_resolve(book: Book) -> None:
    book.see("b1")
    book.run(1)
    book.see("b2")
    book.run(2, checksum="two")
    assert book.events() == [(1, "b1", "opened"), (2, "b2", "opened")]
    assert book.finding("b1")["state"] == "not_checked"
    assert book.finding("b2")["state"] == "open"
    book.run(3, checksum="two")
    assert book.events()[-1] == (3, "b1", "resolved")


def test_a_repeated_day_replaces_itself(book: Book) -> None:
    book.see("b1")
    book.run(1)
    book.see("b2")
    book.run(2)
    before = book.all()
    book.run(2)
    assert book.all() == before


def test_an_earlier_day_takes_back_what_came_after_it(book: Book) -> None:
    book.see("b1")
    book.run(1)
    once = book.all()
    book.see()
    book.run(2)
    book.see("b1", "b2")
    book.run(3)
    book.see("b1")
    book.run(1)
    assert book.all() == once


def test_rules_that_did_not_run_keep_their_findings(book: Book) -> None:
    book.see("b1")
    book.run(1)
    before = book.all()
    ledger.record(book.con, [], as_of=day(2), run_id="other", identity="w")
    assert book.all() == before


def test_another_world_starts_an_empty_ledger(book: Book) -> None:
    book.see("b1")
    book.run(1)
    book.see("b9")
    book.run(2, identity="another")
    assert book.events() == [(2, "b9", "opened")]


def test_a_model_without_subject_key_names_its_own(book: Book) -> None:
    book.con.execute(
        "create table marts.rec_break as select 'tax_hrss' as pair, 'bill' as measure, 'B|1' as bill_key,"
        " 'not_read' as cause_code, 3.5 as difference, true as is_counted union all"
        " select 'tax_hrss', 'bill', 'B|2', 'not_read', 1, false"
    )
    breaks = rule("REC", "rec_break", subject_key=("pair", "measure", "bill_key"), ledger_where="is_counted")
    outcomes = [ledger.RuleOutcome(breaks, "checked", None)]
    ledger.record(book.con, outcomes, as_of=day(1), run_id="r", identity="w")
    assert book.events() == [(1, "tax_hrss|bill|B|1", "opened")]
    finding = book.finding("tax_hrss|bill|B|1")
    assert (finding["reason_code"], str(finding["amount"]), finding["subject_type"]) == ("not_read", "3.50", "bill")


def test_a_killed_record_leaves_nothing_half_done(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.see("b1")
    book.run(1)
    before = book.all()

    def die(_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger, "_derive_findings", die)
    book.see()
    with pytest.raises(KeyboardInterrupt):
        book.run(2)
    assert book.all() == before


def test_a_list_is_counted_and_has_no_findings(book: Book) -> None:
    book.see("a", "b")
    extract = rule(rule_kind="list", ledger=False)
    for number in (1, 2):
        outcomes = ledger.decide([extract], {extract.unique_id: "success"}, {("hrss", "RS_ZJHZ"): "fresh"})
        ledger.record(book.con, outcomes, as_of=day(number), run_id=f"run{number}", identity="w")
    assert book.events() == []
    assert book.con.execute("select count(*) from ledger.finding").fetchone() == (0,)
    runs = book.con.execute("select as_of, status, reason, rows from ops.rule_run order by as_of").fetchall()
    assert runs == [(day(1), "checked", None, 2), (day(2), "checked", None, 2)]


def test_a_rule_that_becomes_a_list_leaves_no_open_findings(book: Book) -> None:
    book.see("a")
    book.run(1)
    assert len(book.events()) == 1
    extract = rule(rule_kind="list", ledger=False)
    outcomes = ledger.decide([extract], {extract.unique_id: "success"}, {("hrss", "RS_ZJHZ"): "fresh"})
    ledger.record(book.con, outcomes, as_of=day(2), run_id="run2", identity="w")
    assert book.con.execute("select count(*) from ledger.finding").fetchone() == (0,)
