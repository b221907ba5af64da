"""Unusual use, found in the access log: many clear values, refusals, at night, guessed passwords, many exports. One finding a day."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from dashboards.access import audit, store
from dashboards.access.masking import masked
from dashboards.access.models import AccessEvent, UseFinding
from dashboards.access.roles import User

BEIJING = ZoneInfo("Asia/Shanghai")
NIGHT_FROM, NIGHT_TO = 22, 6


@dataclass(frozen=True)
class Kind:
    """One kind of unusual use: which events of a day count, from how many on it is found, and in whose name."""

    code: str
    title: str
    actions: tuple[str, ...]
    least: int
    by: str = "login"
    at_night: bool = False
    counts_rows: bool = False


KINDS = (
    Kind("many_reveals", "一天内多次查看明文", ("reveal",), 20),
    Kind("outside_scope", "多次访问超出岗位或范围的内容", ("refused",), 5),
    # Each counts once a session and name: an old bookmark or a link that a chat cut off stays far below.
    Kind("odd_addresses", "地址中多次出现无效内容", ("value_refused",), 20),
    Kind("at_night", "夜间（22 时至次日 6 时）使用", ("page", "reveal", "exported"), 1, at_night=True),
    Kind("guessed_password", "同一账号多次口令错误", ("sign_in_failed", "locked"), 10),
    Kind(
        "attacking_address", "同一地址多次伪造凭证或超过尝试次数",
        ("limited", "cookie_refused", "ticket_refused", "address_refused", "oidc_refused"), 5, by="client",
    ),
    Kind("many_batch_persons", "一天内按名单查询的人很多", ("batch_persons",), 500, counts_rows=True),
    Kind("many_exports", "一天内导出行数很多", ("exported",), 100_000, counts_rows=True),
)  # fmt: skip
TITLES = {kind.code: kind.title for kind in KINDS}
_scanning = threading.Lock()


def scan(days: int = 2) -> int:
    """Look at the last days again; returns how many findings are new. Running it twice finds nothing twice."""
    today = store.now().replace(tzinfo=ZoneInfo("UTC")).astimezone(BEIJING).date()
    with _scanning:
        return sum(_find(kind, today - timedelta(days=back)) for back in range(days) for kind in KINDS)


def _utc(day: date, hour: int) -> datetime:
    local = datetime.combine(day, time(0), BEIJING) + timedelta(hours=hour)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def _find(kind: Kind, day: date) -> int:
    # The night of a day begins in its evening and ends next morning.
    begin, end = (_utc(day, NIGHT_FROM), _utc(day, 24 + NIGHT_TO)) if kind.at_night else (_utc(day, 0), _utc(day, 24))
    who = getattr(AccessEvent, kind.by)
    size: Any = func.coalesce(func.sum(AccessEvent.row_count), 0) if kind.counts_rows else func.count()
    asked = (
        select(who, size, func.min(AccessEvent.id), func.max(AccessEvent.id))
        .where(
            AccessEvent.at >= begin,
            AccessEvent.at < end,
            AccessEvent.action.in_(kind.actions),
            who != "",
            ~who.startswith("("),
        )
        .group_by(who)
        .having(size >= kind.least)
    )
    new: list[tuple[str, int]] = []
    with store.unit_of_work() as session:
        found: Sequence[Any] = session.execute(asked).all()
        for name, number, first, last in found:
            row = session.scalar(
                select(UseFinding).where(UseFinding.kind == kind.code, UseFinding.who == name, UseFinding.day == day)
            )
            if row is None:
                row = UseFinding(kind=kind.code, who=name, day=day, first_event_id=first, found_at=store.now())
                session.add(row)
                new.append((name, int(number)))
            row.count, row.last_event_id = int(number), last
    for name, number in new:
        audit.record_system("unusual_use", name, purpose=kind.title, what=f"{kind.code} {day} {number}")
    return len(new)


def findings(*, open_only: bool = True, limit: int = 200) -> Sequence[UseFinding]:
    """Findings, newest first."""
    asked = select(UseFinding).order_by(UseFinding.day.desc(), UseFinding.id.desc()).limit(limit)
    if open_only:
        asked = asked.where(UseFinding.handled_at.is_(None))
    with store.unit_of_work() as session:
        return session.scalars(asked).all()


def handle(user: User, finding_id: int, note: str) -> None:
    """Close a finding with what was found out; it stays in the list of all."""
    note = masked(note.strip())[:200]
    if not note:
        raise ValueError("a finding is closed with a note")
    with store.unit_of_work() as session:
        row = session.get(UseFinding, finding_id)
        if row is None or row.handled_at is not None:
            return
        row.handled_at, row.handled_by, row.note = store.now(), user.login, note
        who, code = row.who, row.kind
    audit.record_act(user, "use_handled", who, purpose=note, what=code)
