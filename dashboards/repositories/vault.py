"""One clear value of one person out of the vault: for a reason, within a limit an hour, and never without a line in the access log."""

import os
from datetime import timedelta

import duckdb

from common import keys, paths
from dashboards.access import audit, audit_search, masking, store
from dashboards.access.roles import User
from dashboards.repositories import person as records
from dashboards.repositories.gate import RefusedError
from dashboards.repositories.person import Person

# Classes of the vault, and what they are called on screen and in the log.
FIELDS = {"id_number": "证件号码", "phone": "联系电话", "person_name": "姓名"}
SHORTEST_REASON, LONGEST_REASON = 6, 60


class NotRevealedError(Exception):
    """Nothing was shown; the message says why, in Chinese."""


def hourly_limit() -> int:
    """How many values one account may see in an hour; SHEBAO_REVEALS_PER_HOUR, default 20."""
    return int(os.environ.get("SHEBAO_REVEALS_PER_HOUR") or 20)


def reveal(user: User, person: Person, field: str, reason: str) -> list[str]:
    """The clear values of one field; logged before they are read, so that nobody has seen what is not written down."""
    reason = reason.strip()
    if field not in FIELDS:
        raise NotRevealedError("没有这一项。")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or len(set(reason)) < SHORTEST_REASON // 2:
        raise NotRevealedError(f"请写明查看事由，{SHORTEST_REASON} 到 {LONGEST_REASON} 个字。")
    if masking.looks_personal(reason):
        raise NotRevealedError("事由会记入日志，请不要写证件号码或电话。")
    if not user.sees_persons or not _is_in_scope(user, person):
        audit.record_refusal(user, reason, FIELDS[field], subject=person.subject)
        raise RefusedError("not a person of this user")
    if reveals_of_last_hour(user) >= hourly_limit():
        audit.record_refusal(user, reason, f"{FIELDS[field]}：超过每小时次数", subject=person.subject)
        raise NotRevealedError(f"一小时内最多查看 {hourly_limit()} 次明文，请稍后再试；确有需要请联系系统管理员。")
    audit.record_reveal(user, reason, person.subject, FIELDS[field])
    return _read(person, field)


def reveals_of_last_hour(user: User) -> int:
    """How many clear values this account was shown."""
    since = store.now() - timedelta(hours=1)
    return audit_search.count(audit_search.Search(login=user.login, actions=("reveal",), since=since))


def _is_in_scope(user: User, person: Person) -> bool:
    return bool(records.registrations(user, "查看明文", person))


def _read(person: Person, field: str) -> list[str]:
    try:
        with duckdb.connect(config={"autoinstall_known_extensions": False, "threads": 1}) as connection:
            path = str(paths.vault_file()).replace("'", "''")
            connection.execute(f"attach '{path}' as vault (read_only, encryption_key ?)", [keys.vault_password()])
            found = connection.execute(
                "select clear_value from vault.value where token = ? and kind = ? order by clear_value",
                [person.token, field],
            ).fetchall()
    except (duckdb.Error, keys.KeyMissingError):
        # The driver's message may hold the path or the value: it is not passed on.
        raise NotRevealedError("保险库暂时打不开，请联系系统管理员。") from None
    return [str(row[0]) for row in found]
