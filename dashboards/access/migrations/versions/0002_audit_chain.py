"""The access log becomes append-only and chained; sessions get a code and an address; unusual use; forced change of password."""

import sqlalchemy as sa
from alembic import op

from dashboards.access import chain

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REFUSAL = "access_event is append-only"


def upgrade() -> None:
    """Add the columns, chain the rows that are there, then refuse every change of a row."""
    op.add_column("account", sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("account", sa.Column("password_changed_at", sa.DateTime))
    op.add_column("sign_in_session", sa.Column("code", sa.String(12), nullable=False, server_default=""))
    op.add_column("sign_in_session", sa.Column("client", sa.String(64), nullable=False, server_default=""))
    op.create_index("ix_sign_in_session_code", "sign_in_session", ["code"])
    for name, length in (
        ("subject", 120),
        ("client", 64),
        ("session_code", 12),
        ("previous_hash", 64),
        ("row_hash", 64),
    ):
        op.add_column("access_event", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    _chain_old_rows()
    op.create_index("ix_access_event_subject", "access_event", ["subject", "at"])
    op.create_index("ix_access_event_client", "access_event", ["client", "at"])
    op.create_index("ix_access_event_code", "access_event", ["session_code"])
    # No two rows follow the same row, whoever writes at the same time.
    op.create_index("ux_access_event_previous", "access_event", ["previous_hash"], unique=True)
    _refuse_changes()
    op.create_table(
        "use_finding",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("first_event_id", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Integer, nullable=False),
        sa.Column("found_at", sa.DateTime, nullable=False),
        sa.Column("handled_at", sa.DateTime),
        sa.Column("handled_by", sa.String(64), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.UniqueConstraint("kind", "who", "day"),
    )


def _chain_old_rows() -> None:
    named = [sa.column(name, sa.DateTime() if name == "at" else None) for name in chain.FIELDS]
    table = sa.table("access_event", *named, sa.column("previous_hash"), sa.column("row_hash"))
    connection = op.get_bind()
    previous, secret = chain.GENESIS, None
    for row in (
        connection.execute(sa.select(*(table.c[name] for name in chain.FIELDS)).order_by(table.c.id)).mappings().all()
    ):
        secret = secret or chain.key()
        own = chain.row_hash(secret, previous, dict(row))
        connection.execute(table.update().where(table.c.id == row["id"]).values(previous_hash=previous, row_hash=own))
        previous = own


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger access_event_no_{verb} before {verb} on access_event"
                f" begin select raise(abort, '{_REFUSAL}'); end"
            )
        return
    op.execute(
        "create function access_event_refuse() returns trigger language plpgsql as"
        f" $$ begin raise exception '{_REFUSAL}'; end $$"
    )
    op.execute(
        "create trigger access_event_no_change before update or delete or truncate on access_event"
        " for each statement execute function access_event_refuse()"
    )


def downgrade() -> None:
    """The log stays as it is: what was written is not taken back."""
    raise NotImplementedError("the access log is append-only")
