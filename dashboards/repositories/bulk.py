"""Answers to an uploaded list: employers by their numbers, persons one by one through the look-up, each within the user's scope."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from common import identity, keys
from dashboards.access import audit, audit_search, store
from dashboards.access.audit_search import Search
from dashboards.access.roles import User
from dashboards.repositories import person as persons
from dashboards.repositories.gate import RefusedError, gate
from dashboards.repositories.person import Person
from dashboards.services.bulk import TOPICS, Answer
from dashboards.services.uploaded import Entry, UploadedList

Row = dict[str, Any]
Rows = list[Row]
# A list of numbers goes into one question in parts, so that no answer is cut off at the gate's longest.
_PART = 200
# What the access log calls a list that was asked for, what was found of it, and which kind it was of.
ACTIONS = {"unit": "batch_units", "person": "batch_persons"}
FOUND = "batch_found"
LOGGED = {"unit": "list:unit", "person": "list:person"}


class BatchRefusedError(Exception):
    """The list is not answered; the message says why, in Chinese."""


def digest(asked: UploadedList) -> str:
    """What the register of exports knows a list by: a keyed digest, which nobody can try numbers against without the key."""
    numbers = "\n".join([asked.kind, *(f"{entry.line}:{entry.number}" for entry in asked.entries)])
    return identity.token_value(numbers, "list", keys.derive("token"))


def daily_limit() -> int:
    """How many persons one account may ask for by lists in a day; SHEBAO_BATCH_PERSONS_PER_DAY, default 1,000."""
    return int(os.environ.get("SHEBAO_BATCH_PERSONS_PER_DAY") or 1000)


def asked_today(user: User) -> int:
    """How many persons this account asked for by lists in the last 24 hours."""
    wanted = Search(login=user.login, actions=(ACTIONS["person"],), since=store.now() - timedelta(hours=24))
    return sum(int(event.row_count or 0) for event in audit_search.find(wanted, limit=10_000))


def answer(
    user: User,
    purpose: str,
    asked: UploadedList,
    topics: Sequence[str],
    period: str,
    step: Callable[[float], object] | None = None,
) -> list[Answer]:
    """Answers in the order of the list; the access log says before how many were asked for, after how many were found, and no number.

    `step` is told how much is done, as a share of 1.
    """
    if not user.sees_persons:
        audit.record_refusal(user, purpose, asked.kind)
        raise RefusedError("lists are not for this role")
    what = " ".join(topics)
    # Counting what was asked and noting what is asked is one step: two lists at once do not both fit under the limit.
    with store.alone("batch"):
        if asked.kind == "person" and asked_today(user) + len(asked.usable) > daily_limit():
            audit.record_refusal(user, purpose, f"{asked.kind}：超过每日人数")
            raise BatchRefusedError(
                f"24 小时内最多批量查询 {daily_limit():,} 人，请明天再查；确有需要请联系系统管理员。"
            )
        audit.record_act(
            user, ACTIONS[asked.kind], LOGGED[asked.kind], purpose=purpose, what=what, rows=len(asked.usable)
        )
    found = (_persons if asked.kind == "person" else _units)(user, purpose, asked, topics, period, step or _silent)
    lines = {one.entry.line for one in found if one.found}
    audit.record_act(user, FOUND, LOGGED[asked.kind], purpose=purpose, what=what, rows=len(lines))
    return found


def _silent(_share: float) -> None:
    """Nobody waits."""


def _units(
    user: User, purpose: str, asked: UploadedList, topics: Sequence[str], period: str, step: Callable[[float], object]
) -> list[Answer]:
    numbers = [entry.number for entry in asked.usable]
    rows: dict[str, Rows] = {}
    for place, part in _parts(numbers):
        for row in _ask(user, purpose, "bulk_unit_registrations", {"numbers": part}):
            rows.setdefault(str(row["asked_number"]), []).append(row)
        step(place / max(len(numbers), 1) / 2)
    every = [row for mine in rows.values() for row in mine]
    owners = sorted({str(row["registration_key"]) for row in every})
    taxpayers = sorted({str(row["taxpayer_key"]) for row in every if row["taxpayer_key"]})
    got: dict[str, dict[str, Row]] = {topic: {} for topic in TOPICS}
    if "arrears" in topics:
        got["arrears"] = _by(user, purpose, "bulk_unit_arrears", "registration_key", owners, {"period": period})
    if "agreements" in topics:
        got["agreements"] = _by(user, purpose, "bulk_unit_agreements", "taxpayer_key", taxpayers)
    if "deductions" in topics:
        got["deductions"] = _by(user, purpose, "bulk_unit_deductions", "registration_key", owners)
    if "findings" in topics:
        got["findings"] = _findings(user, purpose, owners, taxpayers)
    step(1.0)
    made: list[Answer] = []
    for entry in asked.entries:
        mine = rows.get(entry.number, []) if entry.number else []
        made += [_unit(entry, row, got) for row in mine] or [Answer(entry)]
    return made


def _unit(entry: Entry, row: Row, got: Mapping[str, Mapping[str, Row]]) -> Answer:
    key, taxpayer = str(row["registration_key"]), str(row["taxpayer_key"])
    return Answer(
        entry, row,
        arrears=got["arrears"].get(key), agreements=got["agreements"].get(taxpayer), deductions=got["deductions"].get(key),
        findings=[got["findings"][one] for one in (key, taxpayer) if one in got["findings"]],
    )  # fmt: skip


def _findings(user: User, purpose: str, owners: Sequence[str], taxpayers: Sequence[str]) -> dict[str, Row]:
    made: dict[str, Row] = {}
    for column, values in (("registration_keys", owners), ("taxpayer_keys", taxpayers)):
        for _, part in _parts(values):
            params = {"registration_keys": [], "taxpayer_keys": [], column: part}
            made |= {str(row["owner_key"]): row for row in _ask(user, purpose, "bulk_unit_findings", params)}
    return made


def _by(
    user: User, purpose: str, name: str, column: str, owners: Sequence[str], more: Mapping[str, Any] | None = None
) -> dict[str, Row]:
    made: dict[str, Row] = {}
    for _, part in _parts(owners):
        rows = _ask(user, purpose, name, {f"{column}s": part, **(more or {})})
        made |= {str(row[column]): row for row in rows}
    return made


def _ask(user: User, purpose: str, name: str, params: Mapping[str, Any]) -> Rows:
    """One question; a taxpayer number may be its owner's id number, so nothing is cached."""
    return gate.query(user, purpose, name, params, cached=False).rows


def _parts(values: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    for start in range(0, len(values), _PART):
        part = list(values[start : start + _PART])
        yield start + len(part), part


def _persons(
    user: User, purpose: str, asked: UploadedList, topics: Sequence[str], _period: str, step: Callable[[float], object]
) -> list[Answer]:
    made: list[Answer] = []
    for place, entry in enumerate(asked.entries, 1):
        found = persons.find(user, purpose, entry.number) if entry.number else []
        answers = [one for person in found for one in _person(user, purpose, entry, person, topics)]
        made += answers or [Answer(entry)]
        step(place / len(asked.entries))
    return made


def _person(user: User, purpose: str, entry: Entry, person: Person, topics: Sequence[str]) -> list[Answer]:
    """A person's registrations, each with what hangs on it."""
    rows = persons.registrations(user, purpose, person)
    persons.record_look(user, purpose, person)
    payments = persons.payments(user, purpose, person) if "arrears" in topics else None
    agreements = persons.agreements(user, purpose, person) if {"agreements", "deductions"} & set(topics) else None
    deductions = persons.deductions(user, purpose, person) if "deductions" in topics else None
    found: Rows | None = None
    if "findings" in topics:
        names = ("insured_key", "fee_registration_no", "person_message_key")
        records = {str(row[name]) for row in rows for name in names if row[name]}
        found = persons.findings(user, purpose, person, records)
    return [Answer(entry, row, payments, agreements, deductions, found) for row in rows]
