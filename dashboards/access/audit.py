"""Writes the access log: who, when, why, which tables, how many rows; never a row's content. Rows are added only, in a chain."""

import os
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from common import paths
from dashboards.access import chain, store
from dashboards.access.masking import masked
from dashboards.access.models import AccessEvent
from dashboards.access.roles import User

# How often the newest hash is noted outside the store, so that cutting off the log's end is found too.
ANCHOR_EVERY = 100
_lock = threading.Lock()


@dataclass
class _Row:
    """One row on its way into the log."""

    values: dict[str, Any]
    done: bool = False
    error: BaseException | None = None


# Filled by all threads, emptied by the one that holds the lock.
_queue: deque[_Row] = deque()
_LENGTHS: dict[str, int | None] = {
    column.name: getattr(column.type, "length", None) for column in AccessEvent.__table__.columns
}
_BLANK: dict[str, Any] = {
    "login": "", "role": "", "scope": "", "purpose": "", "query_name": "", "tables": "", "row_count": None, "snapshot": "",
    "milliseconds": None, "subject": "", "client": "", "session_code": "",
}  # fmt: skip


def record_query(
    user: User, purpose: str, query_name: str, tables: Iterable[str], rows: int, snapshot: str, milliseconds: int
) -> None:
    """One query that was answered."""
    _write(
        user, "query", purpose=purpose, query_name=query_name, tables=" ".join(sorted(tables)), row_count=rows,
        snapshot=snapshot, milliseconds=milliseconds,
    )  # fmt: skip


def record_refusal(user: User, purpose: str, what: str, subject: str = "") -> None:
    """A page, an act or a record that the user's role or scope does not allow."""
    _write(user, "refused", purpose=purpose, query_name=what, subject=subject)


def record_refused_query(user: User, purpose: str, query_name: str) -> None:
    """A query that the gate refused. Pages ask for parts that not every role has, so this alone is no attempt of a person."""
    _write(user, "refused_query", purpose=purpose, query_name=query_name)


def record_refused_value(user: User, name: str) -> None:
    """A value in an address that none of ours holds: once a session and name, and never the value, which may be anything.

    A link that a chat cut off or an old bookmark does this too, so a few of them are no attempt.
    """
    asked = select(AccessEvent.id).where(
        AccessEvent.session_code == user.session_code, AccessEvent.action == "value_refused",
        AccessEvent.login == user.login, AccessEvent.query_name == name,
    )  # fmt: skip
    with store.unit_of_work() as session:
        if session.scalar(asked.limit(1)) is not None:
            return
    _write(user, "value_refused", purpose="地址", query_name=name)


def record_failure(user: User, where: str, number: str, what: str) -> None:
    """A page broke while it was made for the user: its number, and what kind of error at which line."""
    _write(user, "page_failed", purpose=where, query_name=what, subject=number)


def record_page(user: User, page_id: str) -> None:
    """A page was opened."""
    _write(user, "page", purpose=page_id)


def record_reveal(user: User, reason: str, subject: str, field: str) -> None:
    """One clear value of one person was shown: the subject is a token or a key, never the value."""
    _write(user, "reveal", purpose=reason, query_name=field, subject=subject)


def record_act(
    user: User, action: str, subject: str, *, purpose: str = "", what: str = "", rows: int | None = None
) -> None:
    """Something done to an account, a session, an export or a finding."""
    _write(user, action, subject=subject, purpose=purpose, query_name=what, row_count=rows)


def record_sign_in(login: str, action: str, *, client: str = "", code: str = "") -> None:
    """sign_in, sign_in_failed, locked, limited or sign_out. The name typed is cut, it may be anything."""
    append(action=action, login=login, client=client, session_code=code)


def record_dead_session(login: str, code: str, why: str, client: str) -> None:
    """A token that opens nothing any more, or never did. Whoever comes back after a pause brings one, so this alone is no attempt."""
    append(action="session_refused", login=login, session_code=code, query_name=why, client=client)


def record_stranger(action: str, what: str, client: str) -> None:
    """Something that nobody who is signed in did: a forged cookie, a used ticket, a closed address."""
    append(action=action, query_name=what, client=client)


def record_system(action: str, subject: str, *, purpose: str = "", what: str = "") -> None:
    """Something that the program or its command line did."""
    append(action=action, login="(system)", subject=subject, purpose=purpose, query_name=what)


def _write(user: User, action: str, **values: Any) -> None:
    append(
        action=action, login=user.login, role=str(user.role), scope=user.scope.key, session_code=user.session_code, **values
    )  # fmt: skip


def append(**values: Any) -> None:
    """Add one row behind the newest. Not to be called inside a unit of work: it waits for other writers."""
    mine = _Row({**_BLANK, **{name: _clean(name, value) for name, value in values.items()}})
    _queue.append(mine)
    # Threads of this process wait here, which is cheaper than in the store; whose turn it is writes what has come meanwhile with it.
    with _lock:
        if not mine.done:
            _write_together([_queue.popleft() for _ in range(len(_queue))])
    if mine.error is not None:
        raise mine.error


def _write_together(rows: list[_Row]) -> None:
    """All rows in one transaction, each behind the one before; whoever waits for one learns that it is kept, or why not."""
    try:
        with store.serial_transaction() as connection:
            newest = connection.execute(_NEWEST).first()
            last, before = (newest.id, newest.row_hash) if newest else (0, chain.GENESIS)
            for number, row in enumerate(rows, last + 1):
                row.values |= {"id": number, "at": store.now(), "previous_hash": before}
                before = row.values["row_hash"] = chain.row_hash(chain.key(), before, row.values)
            connection.execute(_INSERT, [row.values for row in rows])
        for row in rows:
            if row.values["id"] % ANCHOR_EVERY == 0:
                _anchor(row.values["id"], row.values["row_hash"])
    except BaseException as error:
        # Each waiting thread raises it, this one too.
        for row in rows:
            row.error = error
    finally:
        for row in rows:
            row.done = True


_NEWEST = select(AccessEvent.id, AccessEvent.row_hash).order_by(AccessEvent.id.desc()).limit(1)
_INSERT = insert(AccessEvent)


def _clean(name: str, value: Any) -> Any:
    """Texts without line breaks and other unprintable characters, cut to the column; what a person typed as purpose is masked."""
    if not isinstance(value, str):
        return value
    value = masked(value) if name == "purpose" else value
    text = value if value.isprintable() else "".join(mark if mark.isprintable() else "␦" for mark in value)
    length = _LENGTHS.get(name)
    return text[:length] if length else text


def anchors_file() -> Path:
    """Where hashes are noted; SHEBAO_AUDIT_ANCHORS moves it to a place that the service may only append to."""
    given = os.environ.get("SHEBAO_AUDIT_ANCHORS")
    if given:
        return Path(given)
    url = store.state_url()
    own = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else paths.state_file()
    return own.with_name(f"{own.name}.anchors")


def _anchor(number: int, own_hash: str) -> None:
    handle = os.open(anchors_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{number} {own_hash}\n".encode())
    finally:
        os.close(handle)


def anchor_newest() -> None:
    """Note the newest hash now."""
    with store.unit_of_work() as session:
        newest = session.execute(_NEWEST).first()
    if newest:
        _anchor(newest.id, newest.row_hash)
