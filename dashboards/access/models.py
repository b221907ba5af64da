"""Tables of the state store: accounts, consents, sign-in sessions, the access log, unusual use found in it, exports."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
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
    must_change: Mapped[bool] = mapped_column(default=False)
    password_changed_at: Mapped[datetime | None] = mapped_column(default=None)
    consent_at: Mapped[datetime | None] = mapped_column(default=None)
    consent_by: Mapped[str] = mapped_column(String(64), default="")
    consent_version: Mapped[str] = mapped_column(String(16), default="")
    outside_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    created_at: Mapped[datetime] = mapped_column()


class Consent(Base):
    """One consent that was signed by hand; the signature is encrypted. A withdrawn one stays."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_account", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[str] = mapped_column(String(16))
    text_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column()
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    signature_sha256: Mapped[str] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


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
    code: Mapped[str] = mapped_column(String(12), default="", index=True)
    client: Mapped[str] = mapped_column(String(64), default="")
    is_outside: Mapped[bool] = mapped_column(default=False)


class AccessEvent(Base):
    """One thing a person did or was refused; never holds a row's content. Rows are added only, each chained to the one before."""

    __tablename__ = "access_event"
    __table_args__ = (
        Index("ix_access_event_at", "at"),
        Index("ix_access_event_login", "login", "at"),
        Index("ix_access_event_subject", "subject", "at"),
        Index("ix_access_event_client", "client", "at"),
        Index("ix_access_event_code", "session_code"),
    )

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
    subject: Mapped[str] = mapped_column(String(120), default="")
    client: Mapped[str] = mapped_column(String(64), default="")
    session_code: Mapped[str] = mapped_column(String(12), default="")
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    row_hash: Mapped[str] = mapped_column(String(64))


class UseFinding(Base):
    """Unusual use of one day by one account or from one address."""

    __tablename__ = "use_finding"
    __table_args__ = (UniqueConstraint("kind", "who", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    who: Mapped[str] = mapped_column(String(64))
    day: Mapped[date] = mapped_column()
    count: Mapped[int] = mapped_column()
    first_event_id: Mapped[int] = mapped_column()
    last_event_id: Mapped[int] = mapped_column()
    found_at: Mapped[datetime] = mapped_column()
    handled_at: Mapped[datetime | None] = mapped_column(default=None)
    handled_by: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(200), default="")


class Export(Base):
    """One file that left the system, or was asked for: by whom, why, of what, and how many rows under which hash."""

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_login", "login", "requested_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    login: Mapped[str] = mapped_column(String(64))
    display_name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(Text)
    rule_id: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(120))
    filters: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(String(120))
    expected_rows: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    ticket_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    ticket_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    made_at: Mapped[datetime | None] = mapped_column(default=None)
    row_count: Mapped[int | None] = mapped_column(default=None)
    byte_count: Mapped[int | None] = mapped_column(default=None)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    snapshot: Mapped[str] = mapped_column(String(80), default="")
