"""What an uploaded list leaves on the server: a one-time ticket before, what was read after, in this process's memory only and for minutes."""

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from dashboards.access import audit, exports, keys, sessions
from dashboards.access.roles import User

# Nothing is kept for longer than a page is looked at; the oldest falls when there are too many.
MOST_KEPT = 500
# How long the rows of an agreed export wait for its ticket.
HOLD_SECONDS = exports.TICKET_TIME.total_seconds()


class UploadRefusedError(Exception):
    """No list is taken; the message says why, in Chinese."""


@dataclass(frozen=True)
class _Kept:
    owner: tuple[int, str]
    until: float
    value: Any = field(repr=False)


_lock = threading.Lock()
_tickets: OrderedDict[str, _Kept] = OrderedDict()
_read: OrderedDict[str, _Kept] = OrderedDict()
_held: OrderedDict[str, _Kept] = OrderedDict()


def ticket(user: User, kind: str) -> str:
    """A ticket for one upload of this session; `kind` says what the list is of."""
    if not user.sees_persons or user.must_wait:
        audit.record_refusal(user, "批量查询", "upload")
        raise UploadRefusedError("您的岗位不能批量查询；本次操作已记入日志。")
    made = secrets.token_urlsafe(32)
    _put(_tickets, keys.digest(made), user, kind, sessions.idle_timeout().total_seconds())
    return made


def redeem(user: User, made: str) -> str:
    """What an unused ticket of this session was for; asking uses it up, whoever asks."""
    kept = _take(_tickets, keys.digest(made), user)
    if kept is None or not user.sees_persons:
        raise UploadRefusedError("上传凭证无效、已用过或已过期，请刷新页面后重新选择文件。")
    return str(kept.value)


def is_open(user: User, made: str) -> bool:
    """Whether a ticket may still be used."""
    with _lock:
        kept = _tickets.get(keys.digest(made))
    return kept is not None and kept.owner == _owner(user) and kept.until > time.monotonic()


def leave(user: User, made: str, value: Any) -> None:
    """Leave what was read, or why nothing was, for the page that made the ticket."""
    _put(_read, keys.digest(made), user, value, HOLD_SECONDS)


def collect(user: User, made: str) -> Any:
    """What was left behind a ticket; it is gone afterwards. None when there is nothing."""
    kept = _take(_read, keys.digest(made), user)
    return None if kept is None else kept.value


def hold(user: User, number: int, value: Any) -> None:
    """Keep the list of an agreed export until its ticket is redeemed."""
    _put(_held, f"export:{number}", user, value, HOLD_SECONDS)


def held(user: User, number: int) -> Any:
    """The list of an agreed export; it is gone afterwards. None when there is none, or it is another session's."""
    kept = _take(_held, f"export:{number}", user)
    return None if kept is None else kept.value


def _owner(user: User) -> tuple[int, str]:
    return (user.account_id, user.session_code)


def _put(shelf: OrderedDict[str, _Kept], name: str, user: User, value: Any, seconds: float) -> None:
    now = time.monotonic()
    with _lock:
        for old in [key for key, kept in shelf.items() if kept.until <= now]:
            del shelf[old]
        while len(shelf) >= MOST_KEPT:
            shelf.popitem(last=False)
        shelf[name] = _Kept(_owner(user), now + seconds, value)


def _take(shelf: OrderedDict[str, _Kept], name: str, user: User) -> _Kept | None:
    with _lock:
        kept = shelf.pop(name, None)
    return kept if kept is not None and kept.owner == _owner(user) and kept.until > time.monotonic() else None
