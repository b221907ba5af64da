"""Sign-in sessions kept on the server: opaque token, idle and absolute timeout, revocation, one-time ticket for the cookie."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from dashboards.access import audit, keys, store
from dashboards.access.accounts import as_user
from dashboards.access.models import Account, SignInSession
from dashboards.access.roles import User
from dashboards.access.shelf import Shelf

COOKIE = "shebao_session"
# Letters and digits that are not mistaken for each other on a photographed screen.
_CODE_MARKS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TICKET_SECONDS = 60.0
# By ticket the token that it is exchanged for.
_tickets: Shelf[str] = Shelf("session tickets", most=10_000)
# Dead tokens that were logged, by digest; each once, until there are too many to remember.
_told: Shelf[bool] = Shelf("dead tokens told", most=10_000)
# last_seen_at is written at most this often, so that a rerun does not cost a write.
_TOUCH = timedelta(seconds=30)


def idle_timeout() -> timedelta:
    """How long a session may rest; SHEBAO_IDLE_MINUTES, default 30."""
    return timedelta(minutes=float(os.environ.get("SHEBAO_IDLE_MINUTES") or 30))


def lifetime() -> timedelta:
    """How long a session lasts at most, however busy; SHEBAO_SESSION_HOURS, default 12."""
    return timedelta(hours=float(os.environ.get("SHEBAO_SESSION_HOURS") or 12))


def new_code() -> str:
    """A short code for a watermark, which the access log resolves."""
    return "".join(secrets.choice(_CODE_MARKS) for _ in range(8))


def start(user: User, client: str = "", *, outside: bool = False) -> tuple[str, str]:
    """A new session with a token that the server made: the token, and a ticket that may be exchanged once for the cookie.

    `outside`: an identity provider vouched for the user, so that a first password that was never used blocks nothing.
    """
    token, ticket, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), store.now()
    with store.unit_of_work() as session:
        session.add(
            SignInSession(
                account_id=user.account_id,
                token_hash=keys.digest(token),
                created_at=now,
                last_seen_at=now,
                expires_at=now + lifetime(),
                code=new_code(),
                client=client[:64],
                is_outside=outside,
            )
        )
    _tickets.put(keys.digest(ticket), user, token, TICKET_SECONDS)
    return token, ticket


def user_of(token: str | None, client: str = "") -> User | None:
    """The user of a living session; None when it ended, rested too long, or the account was disabled, which is logged once."""
    if not token:
        return None
    now, login, code = store.now(), "", ""
    with store.unit_of_work() as session:
        found = session.execute(
            select(SignInSession, Account)
            .join(Account, Account.id == SignInSession.account_id)
            .where(SignInSession.token_hash == keys.digest(token))
        ).first()
        if found is None:
            why = "没有这个登录"
        else:
            row, account = found
            login, code, why = account.login, row.code, _dead(row, account, now)
            if not why:
                if now - row.last_seen_at > _TOUCH:
                    row.last_seen_at = now
                return as_user(account, row.code, outside=row.is_outside)
    _tell(token, login, code, why, client)
    return None


def _dead(row: SignInSession, account: Account, now: datetime) -> str:
    """Why a session opens nothing any more; empty while it lives."""
    if account.is_disabled:
        return "账号已停用"
    if row.revoked_at is not None:
        return "登录已结束"
    if now >= row.expires_at:
        return "登录已到期"
    return "闲置超时" if now - row.last_seen_at > idle_timeout() else ""


def _tell(token: str, login: str, code: str, why: str, client: str) -> None:
    if not _told.first(keys.digest(token), True, lifetime().total_seconds()):
        return
    audit.record_dead_session(login, code, why, client)


def end(token: str | None) -> None:
    """Sign out: the token is dead everywhere from now on."""
    user = user_of(token)
    if user is None or token is None:
        return
    with store.unit_of_work() as session:
        session.execute(
            update(SignInSession).where(SignInSession.token_hash == keys.digest(token)).values(revoked_at=store.now())
        )
    audit.record_sign_in(user.login, "sign_out", code=user.session_code)


def end_all(account_id: int, *, but: str | None = None) -> int:
    """End all sessions of an account, or all but the one of this token; returns how many lived."""
    ended = update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.revoked_at.is_(None))
    if but is not None:
        ended = ended.where(SignInSession.token_hash != keys.digest(but))
    with store.unit_of_work() as session:
        return store.changed(session, ended.values(revoked_at=store.now()))


def end_one(session_id: int) -> str | None:
    """End one session by its number; returns the account's login when it lived."""
    with store.unit_of_work() as session:
        row = session.get(SignInSession, session_id)
        if row is None or row.revoked_at is not None:
            return None
        row.revoked_at = store.now()
        account = session.get(Account, row.account_id)
        return account.login if account else None


@dataclass(frozen=True)
class Living:
    """One session that is signed in now."""

    session_id: int
    login: str
    display_name: str
    client: str
    code: str
    created_at: datetime
    last_seen_at: datetime


def living() -> list[Living]:
    """Sessions that still open something, the last used first."""
    now = store.now()
    asked = (
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.last_seen_at >= now - idle_timeout(),
            Account.is_disabled.is_(False),
        )
        .order_by(SignInSession.last_seen_at.desc())
    )
    with store.unit_of_work() as session:
        return [
            Living(row.id, account.login, account.display_name, row.client, row.code, row.created_at, row.last_seen_at)
            for row, account in session.execute(asked).all()
        ]


def exchange_ticket(ticket: str) -> str | None:
    """The token behind an unused ticket; asking uses it up."""
    return _tickets.take(keys.digest(ticket))


def sign(token: str) -> str:
    """What the cookie holds: the token and a signature over it."""
    return f"{token}.{_signature(token)}"


def unsign(value: str | None) -> str | None:
    """The token of a cookie whose signature holds."""
    token, dot, signature = (value or "").rpartition(".")
    return token if dot and hmac.compare_digest(signature, _signature(token)) else None


def _signature(token: str) -> str:
    return hmac.new(_key(), token.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return keys.secret("session_key", "SHEBAO_SESSION_KEY")
