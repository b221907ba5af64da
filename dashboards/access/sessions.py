"""Sign-in sessions kept on the server: opaque token, idle timeout, one-time ticket for the cookie."""

import hashlib
import hmac
import os
import secrets
import threading
import time
from datetime import timedelta

from sqlalchemy import select, update

from common import paths
from dashboards.access import audit, store
from dashboards.access.accounts import as_user
from dashboards.access.models import Account, SignInSession
from dashboards.access.roles import User

COOKIE = "shebao_session"
LIFETIME = timedelta(hours=12)
TICKET_SECONDS = 60.0
_lock = threading.Lock()
# Tickets live in this process only: the page that signs in and the route that sets the cookie are one process.
_tickets: dict[str, tuple[str, float]] = {}
# last_seen_at is written at most this often, so that a rerun does not cost a write.
_TOUCH = timedelta(seconds=30)


def idle_timeout() -> timedelta:
    """How long a session may rest; SHEBAO_IDLE_MINUTES, default 30."""
    return timedelta(minutes=float(os.environ.get("SHEBAO_IDLE_MINUTES") or 30))


def start(user: User) -> tuple[str, str]:
    """A new session: its token, and a ticket that may be exchanged once for the cookie."""
    token, ticket, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), store.now()
    with store.unit_of_work() as session:
        session.add(
            SignInSession(
                account_id=user.account_id,
                token_hash=_hash(token),
                created_at=now,
                last_seen_at=now,
                expires_at=now + LIFETIME,
            )
        )
    with _lock:
        for old in [key for key, (_, at) in _tickets.items() if time.monotonic() - at > TICKET_SECONDS]:
            del _tickets[old]
        _tickets[_hash(ticket)] = (token, time.monotonic())
    return token, ticket


def user_of(token: str | None) -> User | None:
    """The user of a living session; None when it ended, rested too long, or the account was disabled."""
    if not token:
        return None
    now = store.now()
    with store.unit_of_work() as session:
        found = session.execute(
            select(SignInSession, Account)
            .join(Account, Account.id == SignInSession.account_id)
            .where(SignInSession.token_hash == _hash(token))
        ).first()
        if found is None:
            return None
        row, account = found
        rested = now - row.last_seen_at
        if row.revoked_at is not None or now >= row.expires_at or rested > idle_timeout() or account.is_disabled:
            return None
        if rested > _TOUCH:
            row.last_seen_at = now
        return as_user(account)


def end(token: str | None) -> None:
    """Sign out: the token is dead everywhere from now on."""
    user = user_of(token)
    if user is None or token is None:
        return
    with store.unit_of_work() as session:
        session.execute(
            update(SignInSession).where(SignInSession.token_hash == _hash(token)).values(revoked_at=store.now())
        )
    audit.record_sign_in(user.login, "sign_out")


def exchange_ticket(ticket: str) -> str | None:
    """The token behind an unused ticket; asking uses it up."""
    with _lock:
        token, made_at = _tickets.pop(_hash(ticket), (None, 0.0))
    return token if token and time.monotonic() - made_at <= TICKET_SECONDS else None


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
    given = os.environ.get("SHEBAO_SESSION_KEY")
    if given:
        return given.encode()
    file = paths.var_dir() / "secrets" / "session_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_hex(32))
    return file.read_bytes()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
