"""Tables of the state store: accounts, sign-in sessions and the access log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables that users write."""


class Account(Base):
    """One person who may sign in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    scope_kind: Mapped[str] = mapped_column(String(16))
    scope_codes: Mapped[str] = mapped_column(Text, default="")
    scope_label: Mapped[str] = mapped_column(String(64), default="")
    password_hash: Mapped[str] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(default=None)
    is_disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column()


class SignInSession(Base):
    """One sign-in; only the hash of its token is kept."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column()
    last_seen_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class AccessEvent(Base):
    """One thing a person did or was refused; never holds a row's content."""

    __tablename__ = "access_event"
    __table_args__ = (Index("ix_access_event_at", "at"), Index("ix_access_event_login", "login", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    login: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16), default="")
    scope: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(String(24))
    purpose: Mapped[str] = mapped_column(String(120), default="")
    query_name: Mapped[str] = mapped_column(String(80), default="")
    tables: Mapped[str] = mapped_column(Text, default="")
    row_count: Mapped[int | None] = mapped_column(default=None)
    snapshot: Mapped[str] = mapped_column(String(80), default="")
    milliseconds: Mapped[int | None] = mapped_column(default=None)
