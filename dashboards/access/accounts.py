"""Local accounts: make one, check a password (argon2), lock after repeated failures."""

import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select

from dashboards.access import audit, store
from dashboards.access.models import Account
from dashboards.access.roles import Role, Scope, ScopeKind, User

MAX_FAILURES = 5
LOCK_TIME = timedelta(minutes=15)
DEMO_PASSWORD = "shebao-demo"  # noqa: S105 - documented, works only under SHEBAO_DEMO=1

_hasher = PasswordHasher()
# Verified when the login is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True)
class SignIn:
    """Outcome of an attempt: a user, or the sentence to show."""

    user: User | None
    message: str = ""


def is_demo_mode() -> bool:
    """SHEBAO_DEMO=1: the documented demo password works and is shown on the sign-in page."""
    return os.environ.get("SHEBAO_DEMO") == "1"


def as_user(account: Account) -> User:
    """The plain value that the rest of the program works with."""
    codes = tuple(code for code in account.scope_codes.split(",") if code)
    scope = Scope(ScopeKind(account.scope_kind), codes, account.scope_label)
    return User(account.id, account.login, account.display_name, Role(account.role), scope)


def count() -> int:
    """How many accounts there are."""
    with store.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def save(login: str, display_name: str, role: Role, scope: Scope, password: str, *, is_demo: bool = False) -> User:
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
        account.is_demo = is_demo
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


def sign_in(login: str, password: str) -> SignIn:
    """Check a password. Unknown name and wrong password read the same."""
    login = login.strip()
    with store.unit_of_work() as session:
        account = session.scalar(select(Account).where(Account.login == login))
        if account is not None and account.locked_until is not None and account.locked_until > store.now():
            outcome, action = SignIn(None, "连续输错次数过多，账号已临时锁定，请 15 分钟后再试。"), "locked"
        elif not _matches(account, password):
            outcome, action = SignIn(None, "账号或口令不正确。"), "sign_in_failed"
            if account is not None:
                account.failed_count += 1
                if account.failed_count >= MAX_FAILURES:
                    account.locked_until, account.failed_count = store.now() + LOCK_TIME, 0
        else:
            assert account is not None
            account.failed_count, account.locked_until = 0, None
            outcome, action = SignIn(as_user(account)), "sign_in"
    audit.record_sign_in(login, action)
    return outcome


def _matches(account: Account | None, password: str) -> bool:
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        # The documented password opens demo accounts, and only while demo mode is on.
        demo = account is not None and account.is_demo and is_demo_mode()
        if not (demo and hmac.compare_digest(password.encode(), DEMO_PASSWORD.encode())):
            return False
    return account is not None and not account.is_disabled
