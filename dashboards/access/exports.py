"""The register of exports: who asked for what and why, who agreed, the one-time ticket, and what the file was."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from dashboards.access import audit, keys, sessions, store
from dashboards.access.masking import masked
from dashboards.access.models import Export
from dashboards.access.roles import User

TICKET_TIME = timedelta(minutes=5)
# How long a request waits for a decision, and how long an agreed export may be fetched.
WAITS, STAYS = timedelta(days=7), timedelta(hours=24)
MIN_PURPOSE = 4
# How the register calls the answers to an uploaded list, which are no rule's.
BATCH = "批量"
# Kinds of files that hold figures of areas: no second person has to agree, and a leader may fetch them too.
AGGREGATES = frozenset({"ranking", "residents", "progress"})


class ExportRefusedError(Exception):
    """What cannot be exported, as a sentence to show."""


def max_rows() -> int:
    """The longest list that is written; SHEBAO_EXPORT_ROWS, default 100,000."""
    return int(os.environ.get("SHEBAO_EXPORT_ROWS") or 100_000)


def request(user: User, rule_id: str, title: str, filters: Mapping[str, Any], rows: int, purpose: str) -> int:
    """Enter a wish into the register; it is agreed at once, or waits for a second person, by role."""
    kind = str(filters.get("kind"))
    _must_export(user, rule_id, kind)
    purpose = masked(purpose.strip())[:120]
    if len(purpose) < MIN_PURPOSE:
        raise ExportRefusedError(f"请写明用途（不少于 {MIN_PURPOSE} 个字）。")
    if rows > max_rows():
        raise ExportRefusedError(f"共 {rows:,} 行，超过一次导出的上限 {max_rows():,} 行，请缩小范围。")
    now = store.now()
    waits = user.needs_approval and kind not in AGGREGATES
    with store.unit_of_work() as session:
        row = Export(
            code=sessions.new_code(), account_id=user.account_id, login=user.login, display_name=user.display_name,
            role=str(user.role), scope=user.scope.key, rule_id=rule_id[:32], title=title[:120],
            filters=json.dumps(dict(filters), ensure_ascii=False, sort_keys=True), purpose=purpose, expected_rows=rows,
            state="requested" if waits else "approved", requested_at=now, expires_at=now + (WAITS if waits else STAYS),
        )  # fmt: skip
        session.add(row)
        session.flush()
        number, code = row.id, row.code
    audit.record_act(user, "export_requested", f"export:{code}", purpose=purpose, what=rule_id, rows=rows)
    return number


def decide(user: User, number: int, *, agreed: bool) -> None:
    """A second person agrees or not."""
    if not user.approves_exports:
        audit.record_refusal(user, "导出审批", "export", f"export:{number}")
        raise ExportRefusedError("您的岗位不审批导出；本次操作已记入日志。")
    now = store.now()
    with store.unit_of_work() as session:
        row = session.get(Export, number)
        if row is None or row.state != "requested" or row.expires_at <= now or row.account_id == user.account_id:
            return
        row.state = "approved" if agreed else "rejected"
        row.decided_at, row.decided_by, row.expires_at = now, user.login, now + STAYS
        code, rule_id, purpose = row.code, row.rule_id, row.purpose
    audit.record_act(
        user, "export_approved" if agreed else "export_rejected", f"export:{code}", purpose=purpose, what=rule_id
    )


def ticket(user: User, number: int) -> str:
    """A ticket that fetches one agreed export once, within minutes, by the same account."""
    made, now = secrets.token_urlsafe(32), store.now()
    with store.unit_of_work() as session:
        done = store.changed(
            session,
            update(Export)
            .where(
                Export.id == number, Export.account_id == user.account_id, Export.scope == user.scope.key,
                Export.state == "approved", Export.expires_at > now,
            )
            .values(ticket_hash=keys.digest(made), ticket_expires_at=now + TICKET_TIME)
        )  # fmt: skip
    if not done:
        audit.record_refusal(user, "导出", "ticket", f"export:{number}")
        raise ExportRefusedError("这项导出不在可下载的状态。")
    return made


def redeem(user: User, made: str) -> Export:
    """The export behind an unused ticket of this user; asking uses it up. Role and scope are asked again."""
    now = store.now()
    with store.unit_of_work() as session:
        row = session.scalar(select(Export).where(Export.ticket_hash == keys.digest(made)))
    if row is not None or not user.exports_aggregates:
        _must_export(user, "ticket", "" if row is None else str(json.loads(row.filters).get("kind")))
    with store.unit_of_work() as session:
        done = store.changed(
            session,
            update(Export)
            .where(
                Export.ticket_hash == keys.digest(made), Export.ticket_expires_at > now, Export.state == "approved",
                Export.account_id == user.account_id, Export.scope == user.scope.key, Export.role == str(user.role),
            )
            .values(ticket_hash=None, state="making")
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if done and row is not None:
            return row
    raise ExportRefusedError("下载凭证无效、已用过或已过期。")


def finish(user: User, row: Export, *, rows: int, size: int, sha256: str, snapshot: str) -> None:
    """Note what the file was."""
    _end(row, state="made", made_at=store.now(), row_count=rows, byte_count=size, sha256=sha256, snapshot=snapshot)
    audit.record_act(
        user,
        "exported",
        f"export:{row.code}",
        purpose=row.purpose,
        what=f"{row.rule_id} sha256={sha256}"[:80],
        rows=rows,
    )


def fail(user: User, row: Export, why: str) -> None:
    """Note that no file was made; a new request is needed."""
    _end(row, state="failed", made_at=store.now())
    audit.record_act(user, "export_failed", f"export:{row.code}", purpose=row.purpose, what=why)


def _end(row: Export, **values: Any) -> None:
    with store.unit_of_work() as session:
        session.execute(update(Export).where(Export.id == row.id).values(**values))


def register(user: User, limit: int = 200) -> Sequence[Export]:
    """What the user may see of the register, newest first: one's own, or all for the one who approves."""
    asked = select(Export).order_by(Export.id.desc()).limit(limit)
    if not user.approves_exports:
        asked = asked.where(Export.account_id == user.account_id)
    with store.unit_of_work() as session:
        return session.scalars(asked).all()


def of_code(code: str) -> Export | None:
    """The export that a code on a sheet names."""
    with store.unit_of_work() as session:
        return session.scalar(select(Export).where(Export.code == code.strip().upper()))


def state_of(row: Export) -> str:
    """The state, with what has run out meanwhile."""
    return "expired" if row.state in ("requested", "approved") and row.expires_at <= store.now() else row.state


def _must_export(user: User, what: str, kind: str) -> None:
    may = user.exports_aggregates if kind in AGGREGATES else user.exports_lists
    if not may or user.must_wait:
        audit.record_refusal(user, "导出", what)
        name = "汇总表" if kind in AGGREGATES else "清单"
        raise ExportRefusedError(f"您的岗位不能导出{name}；本次操作已记入日志。")
