"""What an administrator does: accounts, their roles and scopes, first passwords, sessions. Every act is logged."""

import re
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dashboards.access import accounts, audit, oidc, passwords, sessions, store
from dashboards.access.models import Account, Consent
from dashboards.access.roles import ROLE_SCOPES, Role, Scope, ScopeKind, User

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
# What the codes of each kind of area look like; no two kinds share a form, so codes tell which kind is meant.
_CODES = {
    ScopeKind.BUREAU: re.compile(r"\d{11}"),
    ScopeKind.TOWN: re.compile(r"\d{9}"),
    ScopeKind.VILLAGE: re.compile(r"\d{12}"),
}
_MISSING = {
    ScopeKind.BUREAU: "主管局须选择至少一个。",
    ScopeKind.TOWN: "乡镇街道须选择至少一个。",
    ScopeKind.VILLAGE: "须选择一个村社区，或至少一个乡镇街道。",
}


class AdministrationError(Exception):
    """What cannot be done, as a sentence to show."""


@dataclass(frozen=True)
class Wanted:
    """An account as it should be."""

    login: str
    display_name: str
    role: Role
    codes: tuple[str, ...] = ()
    label: str = ""


def scope_of(wanted: Wanted) -> Scope:
    """The scope of a wanted account, or the sentence that says what is wrong with it."""
    kinds = ROLE_SCOPES[wanted.role]
    if kinds[0] not in _CODES:
        return Scope(kinds[0], (), "全市" if kinds[0] is ScopeKind.CITY else "无业务数据")
    for kind in kinds:
        if wanted.codes and all(_CODES[kind].fullmatch(code) for code in wanted.codes):
            if kind is ScopeKind.VILLAGE and len(wanted.codes) > 1:
                raise AdministrationError("村社区只能选择一个。")
            return Scope(kind, wanted.codes, wanted.label[:64])
    raise AdministrationError(_MISSING[kinds[0]])


def create(admin: User | None, wanted: Wanted) -> str:
    """Make an account; returns its first password, which has to be changed and is kept nowhere in clear."""
    _may(admin)
    if not _LOGIN.fullmatch(wanted.login):
        raise AdministrationError("账号为 2–32 个小写字母、数字、点、横线或下划线。")
    if not 1 <= len(wanted.display_name.strip()) <= 32 or not wanted.display_name.isprintable():
        raise AdministrationError("姓名为 1–32 个字。")
    if _exists(wanted.login):
        raise AdministrationError("这个账号已经存在。")
    first = passwords.temporary()
    scope = scope_of(wanted)
    accounts.save(wanted.login, wanted.display_name.strip(), wanted.role, scope, first, must_change=True)
    _log(admin, "account_created", wanted.login, f"{wanted.role} {scope.key}")
    return first


def change_scope(admin: User, account_id: int, wanted: Wanted) -> None:
    """Give an account another role or scope; its sessions end, so that the old scope ends now."""
    _may(admin)
    _not_oneself(admin, account_id)
    scope = scope_of(wanted)
    with store.unit_of_work() as session:
        account = _account(session, account_id)
        account.role, account.scope_kind = wanted.role, scope.kind
        account.scope_codes, account.scope_label = ",".join(scope.codes), scope.label
        login = account.login
    sessions.end_all(account_id)
    _log(admin, "account_changed", login, f"{wanted.role} {scope.key}")


def set_disabled(admin: User, account_id: int, *, disabled: bool) -> None:
    """Close an account, or open it again."""
    _may(admin)
    _not_oneself(admin, account_id)
    with store.unit_of_work() as session:
        account = _account(session, account_id)
        account.is_disabled = disabled
        if not disabled:
            account.failed_count, account.locked_until = 0, None
        login = account.login
    if disabled:
        sessions.end_all(account_id)
    _log(admin, "account_disabled" if disabled else "account_enabled", login)


def reset_password(admin: User | None, account_id: int) -> str:
    """A first password again, also for a locked account; all its sessions end."""
    _may(admin)
    with store.unit_of_work() as session:
        login = _account(session, account_id).login
    made = accounts.reset_password(account_id)
    sessions.end_all(account_id)
    _log(admin, "password_reset", login)
    return made


def set_outside(admin: User | None, account_id: int, identity: str) -> None:
    """Say who an account is at the identity provider, or with an empty text that it is nobody; its sessions end."""
    _may(admin)
    identity = identity.strip()
    if len(identity) > 255 or not identity.isprintable():
        raise AdministrationError("身份标识为 1–255 个字符。")
    wanted = oidc.outside_hash(identity) if identity else None
    with store.unit_of_work() as session:
        account = _account(session, account_id)
        other = session.scalar(select(Account.login).where(Account.outside_hash == wanted, Account.id != account_id))
        if wanted is not None and other is not None:
            raise AdministrationError(f"这个身份标识已经属于账号 {other}。")
        account.outside_hash = wanted
        login = account.login
    sessions.end_all(account_id)
    _log(admin, "account_changed", login, "outside identity set" if wanted else "outside identity removed")


def withdraw_consent(admin: User, account_id: int) -> None:
    """Take a consent back: its sessions end, and the next sign-in asks for it again."""
    _may(admin)
    with store.unit_of_work() as session:
        account = _account(session, account_id)
        account.consent_at, account.consent_by, account.consent_version = None, "", ""
        signed = update(Consent).where(Consent.account_id == account_id, Consent.withdrawn_at.is_(None))
        session.execute(signed.values(withdrawn_at=store.now()))
        login = account.login
    sessions.end_all(account_id)
    _log(admin, "consent_withdrawn", login)


def end_sessions(admin: User, account_id: int) -> int:
    """End all sessions of an account."""
    _may(admin)
    with store.unit_of_work() as session:
        login = _account(session, account_id).login
    ended = sessions.end_all(account_id)
    _log(admin, "sessions_ended", login, str(ended))
    return ended


def end_session(admin: User, session_id: int) -> None:
    """End one session."""
    _may(admin)
    login = sessions.end_one(session_id)
    if login is not None:
        _log(admin, "sessions_ended", login, "1")


def _may(admin: User | None) -> None:
    """None is the command line, whose user already owns the store."""
    if admin is not None and (admin.role is not Role.ADMIN or admin.must_change):
        audit.record_refusal(admin, "管理", "administration")
        raise AdministrationError("您的岗位无权管理账号；本次操作已记入日志。")


def _not_oneself(admin: User, account_id: int) -> None:
    if admin.account_id == account_id:
        raise AdministrationError("不能停用自己，也不能改自己的岗位和范围，请由另一位管理员办理。")


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise AdministrationError("没有这个账号。")
    return account


def _exists(login: str) -> bool:
    with store.unit_of_work() as session:
        return session.scalar(select(Account.id).where(Account.login == login)) is not None


def _log(admin: User | None, action: str, login: str, what: str = "") -> None:
    if admin is None:
        audit.record_system(action, login, purpose="命令行", what=what)
    else:
        audit.record_act(admin, action, login, purpose="管理", what=what)
