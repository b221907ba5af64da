"""Which exchange tables feed a panel, what has arrived, and when the next is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboards.services import formats

Row = dict[str, Any]
_LATE = frozenset({"late", "mismatch"})


@dataclass(frozen=True)
class Feed:
    """One exchange table: what it is, when it last changed, by when it has to change again (None: not agreed or never seen)."""

    source: str
    table: str
    title: str
    latest: datetime | None
    due: datetime | None
    status: str | None

    @property
    def is_late(self) -> bool:
        """Whether the newest sync found it late, or not as the other side has it."""
        return self.status in _LATE

    @property
    def is_uneven(self) -> bool:
        """Whether it arrived and has not as many rows as on the other side."""
        return self.status == "mismatch"


def feeds(rows: Sequence[Row], models: Sequence[str]) -> list[Feed]:
    """The tables behind some published tables, each once, the one that is due first at the top."""
    found: dict[tuple[str, str], Feed] = {}
    for row in rows:
        if row["model_name"] in models:
            latest, hours = row["latest_cursor_at"], row["warn_after_hours"]
            due = latest + timedelta(hours=int(hours)) if isinstance(latest, datetime) and hours else None
            key = str(row["source_name"]), str(row["table_name"])
            found[key] = Feed(*key, str(row["title"] or row["table_name"]), latest, due, row["status"])
    return sorted(
        found.values(), key=lambda feed: (feed.due is None, feed.due or datetime.max, feed.source, feed.table)
    )


def words(found: Sequence[Feed], as_of: date) -> str:
    """One line: from how many tables, which are late, which brought nothing since long, and when the next is due after as_of."""
    if not found:
        return ""
    said = f"来自 {len(found)} 张交换表"
    late = [feed for feed in found if feed.is_late]
    if late:
        said += f"，{len(late)} 张未按时到（{_first(late)}）"
    dated = [(feed.due, feed) for feed in found if feed.due is not None and not feed.is_late]
    # The sync read them in time and found nothing newer: nothing may have happened there.
    quiet = [feed for due, feed in dated if due.date() <= as_of]
    if quiet:
        said += f"，{len(quiet)} 张近日没有新数据（{_first(quiet)}）"
    coming = next(((due, feed) for due, feed in dated if due.date() > as_of), None)
    if coming is not None:
        said += f"，下一张“{coming[1].title}”应于 {formats.moment(coming[0])} 前到"
    return said


def lateness(found: Sequence[Feed], as_of: date) -> str:
    """What a reader of one panel has to know: what was due and is not there, what is there and not whole, and up to when all of it goes if that is earlier."""
    late = [feed for feed in found if feed.is_late and not feed.is_uneven]
    said = [_overdue(late, as_of)] if late else []
    if uneven := [feed for feed in found if feed.is_uneven]:
        said.append(f"{_named(uneven)}行数与对方不一致")
    newest = max((feed.latest for feed in found if feed.latest is not None), default=None)
    if newest is not None and newest.date() < as_of:
        said.append(f"来源最近更新于 {formats.day(newest)}")
    return "，".join(said)


def _overdue(late: Sequence[Feed], as_of: date) -> str:
    # The feeds come with the earliest due first; one that could not be read before it was due has no day to name.
    due = late[0].due
    if due is None or due.date() > as_of:
        return f"{_named(late)}未按时到"
    return (
        f"{_named(late)}应于 {formats.moment(due)} 前到，未到"
        if len(late) == 1
        else (f"{_named(late)}未到，最早的应于 {formats.moment(due)} 前到")
    )


def _named(found: Sequence[Feed]) -> str:
    return f"“{found[0].title}”" + (f"等 {len(found)} 张交换表" if len(found) > 1 else "")


def _first(found: Sequence[Feed]) -> str:
    return found[0].title + (" 等" if len(found) > 1 else "")
