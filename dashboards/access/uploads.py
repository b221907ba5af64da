"""What an uploaded list leaves on the server: a one-time ticket before, what was read after, in memory only and for minutes."""

import secrets
from typing import Any

from dashboards.access import audit, exports, keys, sessions
from dashboards.access.roles import User
from dashboards.access.shelf import Shelf

# How long the rows of an agreed export wait for its ticket.
HOLD_SECONDS = exports.TICKET_TIME.total_seconds()

_tickets: Shelf[str] = Shelf("list tickets")
_read: Shelf[Any] = Shelf("lists read")
_held: Shelf[Any] = Shelf("lists held")


class UploadRefusedError(Exception):
    """No list is taken; the message says why, in Chinese."""


def ticket(user: User, kind: str) -> str:
    """A ticket for one upload of this session; `kind` says what the list is of."""
    if not user.sees_persons or user.must_wait:
        audit.record_refusal(user, "批量查询", "upload")
        raise UploadRefusedError("您的岗位不能批量查询；本次操作已记入日志。")
    made = secrets.token_urlsafe(32)
    _tickets.put(keys.digest(made), user, kind, sessions.idle_timeout().total_seconds())
    return made


def redeem(user: User, made: str) -> str:
    """What an unused ticket of this session was for; asking uses it up, whoever asks."""
    kind = _tickets.take(keys.digest(made), user)
    if kind is None or not user.sees_persons:
        raise UploadRefusedError("上传凭证无效、已用过或已过期，请刷新页面后重新选择文件。")
    return kind


def is_open(user: User, made: str) -> bool:
    """Whether a ticket may still be used."""
    return _tickets.has(keys.digest(made), user)


def leave(user: User, made: str, value: Any) -> None:
    """Leave what was read, or why nothing was, for the page that made the ticket."""
    _read.put(keys.digest(made), user, value, HOLD_SECONDS)


def collect(user: User, made: str) -> Any:
    """What was left behind a ticket; it is gone afterwards. None when there is nothing."""
    return _read.take(keys.digest(made), user)


def hold(user: User, number: int, value: Any) -> None:
    """Keep the list of an agreed export until its ticket is redeemed."""
    _held.put(f"export:{number}", user, value, HOLD_SECONDS)


def held(user: User, number: int) -> Any:
    """The list of an agreed export; it is gone afterwards. None when there is none, or it is another session's."""
    return _held.take(f"export:{number}", user)
