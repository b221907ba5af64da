"""Alerts: which conditions hold by the data, what each channel has to be told of them, once, until it changes.

A condition is told when it begins, when it gets worse (a new subject, a higher severity), again after the agreed hours, and
when it is over. In quiet hours it is held back and told afterwards; what is urgent breaks through. A channel that fails is
told next time. Texts hold counts, names of tables and systems, and ages; never a person's data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb

from common import calendar
from orchestration.lib import patrol
from orchestration.lib.alert_book import Book, Condition
from orchestration.lib.alert_config import SEVERITIES, AlertConfig
from orchestration.lib.alert_send import NO_ADDRESS, SENT, send
from orchestration.lib.exchange_config import Secret
from orchestration.lib.rule_kinds import MONITOR
from orchestration.lib.rules import Rule

LOCAL = ZoneInfo("Asia/Shanghai")
SHOWN = 5
SEVERITY_WORDS = {"urgent": "紧急", "high": "重要", "normal": "一般"}
# A monitor rule about anything else concerns the exchange.
TOPIC_OF_SUBJECT = {"client_hour": "client"}
RULE_SEVERITY = {"high": "high", "medium": "normal", "low": "normal"}
BEGUN, WORSE, AGAIN, OVER = "new", "worse", "reminder", "over"
KIND_WORDS = {BEGUN: "新发", WORSE: "加重", AGAIN: "仍未解除", OVER: "已解除"}

Sender = Callable[[Secret | None, str, str], str]


@dataclass(frozen=True)
class Due:
    """A condition that a channel has to be told of, and why now."""

    condition: Condition
    kind: str


def _severity(key: str, otherwise: str, config: AlertConfig) -> str:
    return "urgent" if key in config.urgent else otherwise


def of_rules(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], config: AlertConfig) -> list[Condition]:
    """Findings of the monitor rules and of those that ask for it (meta `alert`): one condition a topic and reason, whichever rules name it."""
    grouped: dict[tuple[str, str], dict[str, tuple[str, Rule]]] = {}
    for rule in rules:
        if not (rule.rule_kind == MONITOR or rule.alert) or not _exists(con, rule):
            continue
        for subject_type, reason, subject, evidence in con.execute(
            f"select subject_type, reason_code, subject_key, evidence from {rule.relation} order by since_date, subject_key"
        ).fetchall():
            topic = rule.alert or TOPIC_OF_SUBJECT.get(subject_type, "exchange")
            grouped.setdefault((topic, reason), {}).setdefault(subject, (evidence, rule))
    out = []
    for (topic, reason), subjects in sorted(grouped.items()):
        named = {rule.rule_id: rule for _, rule in subjects.values()}
        first = next(iter(named.values()))
        key = f"{topic}:{reason}"
        lines = [evidence for evidence, _ in list(subjects.values())[:SHOWN]]
        more = f"\n等 {len(subjects)} 项" if len(subjects) > SHOWN else ""
        out.append(
            Condition(
                key, topic, _severity(key, max((RULE_SEVERITY.get(r.severity, "normal") for r in named.values()), key=SEVERITIES.index), config),
                f"{first.reasons.get(reason, reason)}（{len(subjects)} 项）", "\n".join(lines) + more, tuple(sorted(subjects)),
            )
        )  # fmt: skip
    return out


def _exists(con: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
    row = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = ? and table_name = ?",
        [rule.schema, rule.model],
    ).fetchone()
    return row is not None


def of_patrol(answers: Sequence[patrol.Answer], config: AlertConfig, told: Sequence[Condition] = ()) -> list[Condition]:
    """Failed checks of the patrol, without the systems of which findings of the monitor rules tell the same."""
    known = {(one.key.split(":", 1)[1], subject.split("|")[0]) for one in told for subject in one.subjects}
    reasons = {one.key.split(":", 1)[1] for one in told}
    out = []
    for answer in answers:
        covered = {system for reason, system in known if reason in answer.check.told_by}
        # A failed batch is named by its number and not by its system: where the rules tell of batches, they tell of all of them.
        whole = "inserts_fail" in reasons and "inserts_fail" in answer.check.told_by
        whole = whole or (any(one.topic == "client" for one in told) and answer.check.check_id == "client")
        failed = [
            line for line in answer.lines if line.status == patrol.FAIL and not whole and line.system not in covered
        ]
        if not failed:
            continue
        key = f"patrol:{answer.check.check_id}"
        lines = [f"{line.subject}：{line.why}" for line in failed[:SHOWN]]
        more = f"\n等 {len(failed)} 项" if len(failed) > SHOWN else ""
        out.append(
            Condition(
                key, "patrol", _severity(key, "high", config), f"巡视：{answer.check.title}未通过（{len(failed)} 项）",
                "\n".join(lines) + more, tuple(sorted(line.subject for line in failed)),
            )
        )  # fmt: skip
    return out


def of_run(job: str, title: str, message: str | None, config: AlertConfig) -> list[Condition]:
    """A run that failed; nothing when it did not."""
    if message is None:
        return []
    key = f"run:{job}"
    return [Condition(key, key, _severity(key, "high", config), f"作业失败：{title}", message, (job,))]


def topic_of(condition: Condition) -> str:
    """The topic that routes know: a run's condition belongs to its own job, so that another job's success does not end it."""
    return condition.topic.split(":")[0]


def due(book: Book, conditions: Sequence[Condition], channel: str, config: AlertConfig, now: dt.datetime) -> list[Due]:
    """What a channel has to be told now."""
    out = []
    for one in conditions:
        if channel not in config.channels_for(topic_of(one), one.severity):
            continue
        last = book.told(one.key, channel)
        if last is None or last.told_at is None:
            out.append(Due(one, BEGUN))
        elif set(one.subjects) - last.subjects or _rank(one.severity) > _rank(last.severity):
            out.append(Due(one, WORSE))
        elif now - last.told_at >= config.remind_after:
            out.append(Due(one, AGAIN))
    return out + [Due(one, OVER) for one in book.over_untold(channel)]


def _rank(severity: str | None) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1


def message(items: Sequence[Due], *, held: bool) -> tuple[str, str]:
    """Title and text of one message for everything that a channel has to be told."""
    begun = [item for item in items if item.kind != OVER]
    worst = max((item.condition.severity for item in begun), key=_rank, default=None)
    over = len(items) - len(begun)
    counts = "，".join([f"{len(begun)} 项告警"] * bool(begun) + [f"{over} 项已解除"] * bool(over))
    title = f"【社保费数据监测】{counts}" + (f"（{SEVERITY_WORDS[worst]}）" if worst else "")
    parts = ["静默时段内的告警汇总："] if held else []
    for item in sorted(items, key=lambda i: (i.kind == OVER, -_rank(i.condition.severity), i.condition.key)):
        one = item.condition
        head = f"[{KIND_WORDS[item.kind]}] {one.title}"
        parts.append(head if item.kind == OVER else f"{head}\n{one.body}")
    return title, "\n\n".join(parts)


def is_quiet(config: AlertConfig, now: dt.datetime) -> bool:
    """Whether it is a quiet time where people are; `now` is UTC without zone."""
    if config.quiet is None:
        return False
    local = now.replace(tzinfo=dt.UTC).astimezone(LOCAL).replace(tzinfo=None)
    try:
        worked = calendar.is_workday(local.date())
    except calendar.OutsideCalendarError:
        worked = local.weekday() < 5
    return config.quiet.covers(local, worked)


def tell(
    book: Book,
    config: AlertConfig,
    conditions: Sequence[Condition],
    topics: Sequence[str],
    now: dt.datetime,
    sender: Sender = send,
) -> dict[str, str]:
    """Tell every channel what it has to know; returns how it went for those that had to be told or kept waiting."""
    book.see(conditions, topics, now)
    quiet = is_quiet(config, now)
    outcomes = {}
    for name, channel in sorted(config.channels.items()):
        items = due(book, conditions, name, config, now)
        later = [item for item in items if quiet and item.condition.severity != "urgent"]
        # Word that something held back is over waits with the rest.
        at_once = [item for item in items if item not in later]
        fresh = [item.condition for item in later if item.kind != OVER and _not_held(book, item.condition, name)]
        if later:
            book.record_held([item.condition for item in later if item.kind != OVER], name, now)
            if fresh:
                book.log(
                    now=now, channel=name, kind="held", outcome="held", severity=_worst(later), conditions=len(fresh),
                    title=message(later, held=False)[0],
                )  # fmt: skip
            outcomes[name] = "held"
        if not at_once:
            continue
        held = not quiet and any(_was_held(book, item.condition, name) for item in at_once)
        title, body = message(at_once, held=held)
        outcome = sender(channel.address(), title, body)
        if outcome == SENT:
            book.record_told([item.condition for item in at_once if item.kind != OVER], name, now)
            book.record_over([item.condition for item in at_once if item.kind == OVER], name)
        outcomes[name] = outcome
        if outcome == NO_ADDRESS and book.last_outcome(name) == NO_ADDRESS:
            continue  # said once
        book.log(
            now=now, channel=name, kind="digest" if held else _kind(at_once), outcome=outcome, severity=_worst(at_once),
            conditions=len(at_once), title=title,
        )  # fmt: skip
    return outcomes


def _not_held(book: Book, condition: Condition, channel: str) -> bool:
    last = book.told(condition.key, channel)
    return last is None or last.held_at is None


def _was_held(book: Book, condition: Condition, channel: str) -> bool:
    last = book.told(condition.key, channel)
    return last is not None and last.held_at is not None


def _kind(items: Sequence[Due]) -> str:
    return next(kind for kind in (BEGUN, WORSE, AGAIN, OVER) if any(item.kind == kind for item in items))


def _worst(items: Sequence[Due]) -> str:
    return max((item.condition.severity for item in items), key=_rank)
