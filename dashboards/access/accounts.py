"""Local accounts: make one, check a password (argon2), lock after repeated failures, change a password."""

import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from dashboards.access import audit, oidc, passwords, promises, store
from dashboards.access.models import AccessEvent, Account
from dashboards.access.roles import Role, Scope, ScopeKind, User

MAX_FAILURES = 5
LOCK_TIME = timedelta(minutes=15)
DEMO_PASSWORD = "shebao-demo"  # noqa: S105 - documented, works only under SHEBAO_DEMO=1

# Written down instead of a name that nobody has: people type passwords into that field too.
UNKNOWN = "(unknown)"

_hasher = PasswordHasher()
# Verified when the login is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_hex(16))
_WRONG = "账号或口令不正确。"
_LOCKED = "连续输错次数过多，账号已临时锁定，请 15 分钟后再试。"
_LIMITED = "从这个地址登录失败的次数过多，请 15 分钟后再试。"


@dataclass(frozen=True)
class SignIn:
    """Outcome of an attempt: a user, or the sentence to show."""

    user: User | None
    message: str = ""


def is_demo_mode() -> bool:
    """SHEBAO_DEMO=1: the documented demo password works and is shown on the sign-in page."""
    return os.environ.get("SHEBAO_DEMO") == "1"


def failures_per_address() -> int:
    """How many failures one address has in 15 minutes before it is refused; SHEBAO_ADDRESS_FAILURES, default 30."""
    return int(os.environ.get("SHEBAO_ADDRESS_FAILURES") or 30)


def as_user(account: Account, session_code: str = "", *, outside: bool = False) -> User:
    """The plain value that the rest of the program works with."""
    codes = tuple(code for code in account.scope_codes.split(",") if code)
    scope = Scope(ScopeKind(account.scope_kind), codes, account.scope_label)
    return User(
        account.id, account.login, account.display_name, Role(account.role), scope,
        session_code=session_code, must_change=account.must_change and not outside,
        must_consent=must_consent(account),
    )  # fmt: skip


def must_consent(account: Account) -> bool:
    """Whether a cadre has to sign: who signed nothing has no version, and who signed another text has another."""
    return account.role == Role.CADRE and account.consent_version != promises.VERSION


def count() -> int:
    """How many accounts there are."""
    with store.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def every() -> Sequence[Account]:
    """All accounts, by login."""
    with store.unit_of_work() as session:
        return session.scalars(select(Account).order_by(Account.login)).all()


def active() -> list[User]:
    """All accounts that may sign in, as the users that they sign in as."""
    return [as_user(account) for account in every() if not account.is_disabled]


def save(
    login: str, display_name: str, role: Role, scope: Scope, password: str, *, is_demo: bool = False,
    must_change: bool = False, consent_by: str = "",
) -> User:  # fmt: skip
    """Make an account, or give an existing one these values and this password."""
    with store.unit_of_work() as session:
        account = session.scalar(select(Account).where(Account.login == login))
        if account is None:
            account = Account(login=login, created_at=store.now())
            session.add(account)
        account.display_name = display_name
        account.role = role
        account.scope_kind = scope.kind
        account.scope_codes = ",".join(scope.codes)
        account.scope_label = scope.label
        account.password_hash = _hasher.hash(password)
        account.password_changed_at = store.now()
        account.is_demo = is_demo
        account.must_change = must_change
        if consent_by:
            account.consent_at, account.consent_by = store.now(), consent_by
            account.consent_version = promises.VERSION
        account.failed_count = 0
        account.locked_until = None
        account.is_disabled = False
        session.flush()
        return as_user(account)


def find(login: str) -> User | None:
    """The user of a login name."""
    with store.unit_of_work() as session:
        account = session.scalar(select(Account).where(Account.login == login))
        return None if account is None or account.is_disabled else as_user(account)


def of_outside(identity: str) -> User | None:
    """The user of an identity at the provider."""
    with store.unit_of_work() as session:
        account = session.scalar(select(Account).where(Account.outside_hash == oidc.outside_hash(identity)))
        return None if account is None or account.is_disabled else as_user(account)


def sign_in(login: str, password: str, client: str = "") -> SignIn:
    """Check a password. Unknown name and wrong password read the same."""
    login = login.strip()
    if _address_failed_too_often(client):
        outcome, action = SignIn(None, _LIMITED), "limited"
    else:
        outcome, action = _attempt(login, password)
    audit.record_sign_in(login if _is_known(login) else UNKNOWN, action, client=client)
    return outcome


def _is_known(login: str) -> bool:
    with store.unit_of_work() as session:
        return session.scalar(select(Account.id).where(Account.login == login)) is not None


def _attempt(login: str, password: str) -> tuple[SignIn, str]:
    with store.unit_of_work() as session:
        account = session.scalar(select(Account).where(Account.login == login))
        # An attempt is taken before the password is looked at: many at once get no more tries than one after another.
        may_try = account is None or _take_attempt(session, account.id)
    if not may_try:
        return SignIn(None, _LOCKED), "locked"
    matches = _matches(account, password)
    if account is None or not matches:
        if account is not None:
            _count_failure(account.id)
        return SignIn(None, _WRONG), "sign_in_failed"
    with store.unit_of_work() as session:
        session.execute(update(Account).where(Account.id == account.id).values(failed_count=0, locked_until=None))
    return SignIn(as_user(account)), "sign_in"


def _take_attempt(session: Session, account_id: int) -> bool:
    now = store.now()
    taken = store.changed(
        session,
        update(Account)
        .where(
            Account.id == account_id,
            Account.failed_count < MAX_FAILURES,
            or_(Account.locked_until.is_(None), Account.locked_until <= now),
        )
        .values(failed_count=Account.failed_count + 1)
        .execution_options(synchronize_session=False),
    )
    if taken:
        return True
    # All tries are taken and none has failed or succeeded yet, or a process died meanwhile: lock, so that it opens again.
    session.execute(
        update(Account)
        .where(Account.id == account_id, or_(Account.locked_until.is_(None), Account.locked_until <= now))
        .values(locked_until=now + LOCK_TIME, failed_count=0)
        .execution_options(synchronize_session=False)
    )
    return False


def _count_failure(account_id: int) -> None:
    with store.unit_of_work() as session:
        session.execute(
            update(Account)
            .where(Account.id == account_id, Account.failed_count >= MAX_FAILURES)
            .values(locked_until=store.now() + LOCK_TIME, failed_count=0)
        )


def _address_failed_too_often(client: str) -> bool:
    asked = (
        select(func.count())
        .select_from(AccessEvent)
        .where(
            AccessEvent.client == client,
            AccessEvent.at > store.now() - LOCK_TIME,
            AccessEvent.action.in_(("sign_in_failed", "locked")),
        )
    )
    with store.unit_of_work() as session:
        return bool(client) and (session.scalar(asked) or 0) >= failures_per_address()


def _matches(account: Account | None, password: str) -> bool:
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        # The documented password opens demo accounts, and only while demo mode is on.
        demo = account is not None and account.is_demo and is_demo_mode()
        if not (demo and hmac.compare_digest(password.encode(), DEMO_PASSWORD.encode())):
            return False
    return account is not None and not account.is_disabled


def change_password(user: User, old: str, new: str) -> str:
    """Change the own password; returns why not, or an empty text. The caller ends the other sessions."""
    outcome, _ = _attempt(user.login, old)
    if outcome.user is None:
        audit.record_act(user, "password_refused", user.login)
        return "原口令不正确。" if outcome.message == _WRONG else outcome.message
    if hmac.compare_digest(new.encode(), old.encode()) or new == DEMO_PASSWORD:
        return "新口令不能与原口令相同。"
    why = passwords.problem(new, user.login, user.display_name)
    if why:
        return why
    _set_password(user.account_id, new, must_change=False)
    audit.record_act(user, "password_changed", user.login)
    return ""


def _set_password(account_id: int, password: str, *, must_change: bool) -> None:
    with store.unit_of_work() as session:
        session.execute(
            update(Account)
            .where(Account.id == account_id)
            .values(
                password_hash=_hasher.hash(password),
                password_changed_at=store.now(),
                must_change=must_change,
                failed_count=0,
                locked_until=None,
            )
        )


def reset_password(account_id: int) -> str:
    """A temporary password that has to be changed at the next sign-in; kept nowhere in clear."""
    made = passwords.temporary()
    _set_password(account_id, made, must_change=True)
    return made
