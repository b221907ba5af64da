"""Writes the access log: who, when, why, which tables, how many rows; never a row's content."""

from collections.abc import Iterable

from dashboards.access import store
from dashboards.access.models import AccessEvent
from dashboards.access.roles import User


def record_query(
    user: User, purpose: str, query_name: str, tables: Iterable[str], rows: int, snapshot: str, milliseconds: int
) -> None:
    """One query that was answered."""
    _write(
        user, "query", purpose, query_name=query_name, tables=" ".join(sorted(tables)), row_count=rows,
        snapshot=snapshot, milliseconds=milliseconds,
    )  # fmt: skip


def record_refusal(user: User, purpose: str, what: str) -> None:
    """A page or a query that the user's role does not allow."""
    _write(user, "refused", purpose, query_name=what)


def record_page(user: User, page_id: str) -> None:
    """A page was opened."""
    _write(user, "page", page_id)


def record_sign_in(login: str, action: str) -> None:
    """sign_in, sign_in_failed, locked or sign_out. The name typed is cut, it may be anything."""
    with store.unit_of_work() as session:
        session.add(
            AccessEvent(
                at=store.now(),
                login=login[:64],
                role="",
                scope="",
                action=action,
                purpose="",
                query_name="",
                tables="",
                snapshot="",
            )
        )


def _write(
    user: User, action: str, purpose: str, *, query_name: str = "", tables: str = "", row_count: int | None = None,
    snapshot: str = "", milliseconds: int | None = None,
) -> None:  # fmt: skip
    with store.unit_of_work() as session:
        session.add(
            AccessEvent(
                at=store.now(),
                login=user.login,
                role=user.role,
                scope=user.scope.key,
                action=action,
                purpose=purpose[:120],
                query_name=query_name[:80],
                tables=tables,
                row_count=row_count,
                snapshot=snapshot,
                milliseconds=milliseconds,
            )
        )
