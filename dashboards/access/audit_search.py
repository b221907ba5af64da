"""Reads the access log: search by user, subject, purpose and code, who looked at a person, and whether the chain holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from dashboards.access import audit, chain, store
from dashboards.access.models import AccessEvent, SignInSession


@dataclass(frozen=True)
class Search:
    """What the log is narrowed to; an empty text narrows nothing."""

    login: str = ""
    subject: str = ""
    purpose: str = ""
    code: str = ""
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL conditions; what was typed is always a value, never SQL."""
        made: list[ColumnElement[bool]] = []
        if self.login:
            made.append(AccessEvent.login == self.login)
        if self.subject:
            made.append(AccessEvent.subject == self.subject)
        if self.purpose:
            made.append(AccessEvent.purpose.contains(self.purpose, autoescape=True))
        if self.code:
            made.append(AccessEvent.session_code == self.code.upper())
        if self.actions:
            made.append(AccessEvent.action.in_(self.actions))
        if self.since is not None:
            made.append(AccessEvent.at >= self.since)
        if self.until is not None:
            made.append(AccessEvent.at < self.until)
        return made


def count(search: Search) -> int:
    """How many events a search holds."""
    with store.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(AccessEvent).where(*search.conditions())) or 0


def find(search: Search, *, limit: int = 100, offset: int = 0) -> Sequence[AccessEvent]:
    """Events, newest first."""
    with store.unit_of_work() as session:
        asked = select(AccessEvent).where(*search.conditions()).order_by(AccessEvent.id.desc())
        return session.scalars(asked.limit(limit).offset(offset)).all()


def looks_at(subject: str, limit: int = 50) -> Sequence[AccessEvent]:
    """Who looked at one person or record, newest first."""
    return find(Search(subject=subject), limit=limit)


def session_of(code: str) -> tuple[str, datetime, str] | None:
    """The account, the beginning and the address of the session that a watermark's code names."""
    from dashboards.access.models import Account

    with store.unit_of_work() as session:
        found = session.execute(
            select(Account.login, SignInSession.created_at, SignInSession.client)
            .join(Account, Account.id == SignInSession.account_id)
            .where(SignInSession.code == code.strip().upper(), SignInSession.code != "")
        ).first()
        return (found[0], found[1], found[2]) if found else None


def newest_id() -> int:
    """The number of the newest event, which is nearly how many there are."""
    with store.unit_of_work() as session:
        return session.scalar(select(func.max(AccessEvent.id))) or 0


@dataclass(frozen=True)
class Verdict:
    """Whether the log is whole."""

    rows: int
    broken_id: int | None = None
    why: str = ""
    newest_id: int = 0
    newest_hash: str = chain.GENESIS

    @property
    def holds(self) -> bool:
        """No row was changed, taken out, put in or cut off."""
        return self.broken_id is None


def verify() -> Verdict:
    """Recompute the whole chain; names the first row that does not follow from those before it."""
    secret, noted = chain.key(), _anchors()
    previous, rows, last = chain.GENESIS, 0, 0
    with store.engine().connect() as connection:
        asked = select(AccessEvent.__table__).order_by(AccessEvent.id).execution_options(yield_per=2000)
        for row in connection.execute(asked).mappings():
            rows, last = rows + 1, int(row["id"])
            if row["previous_hash"] != previous:
                return Verdict(rows, last, "前面缺少一行或多行，或者前一行被换掉")
            if row["row_hash"] != chain.row_hash(secret, previous, dict(row)):
                return Verdict(rows, last, "这一行的内容被改动")
            if noted.pop(last, row["row_hash"]) != row["row_hash"]:
                return Verdict(rows, last, "与库外记下的散列不符，整条链被重写过")
            previous = row["row_hash"]
    if noted:
        first = min(noted)
        return Verdict(rows, first, "库外记有这一行的散列，库中已没有：日志末尾被截去")
    return Verdict(rows, newest_id=last, newest_hash=previous)


def _anchors() -> dict[int, str]:
    file = audit.anchors_file()
    if not file.exists():
        return {}
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return {int(parts[0]): parts[1] for parts in lines if len(parts) == 2 and parts[0].isdigit()}
