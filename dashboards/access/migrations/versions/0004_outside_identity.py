"""Accounts may be known to an identity provider, and a session says which way it began."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns."""
    op.add_column("account", sa.Column("outside_hash", sa.String(64)))
    op.create_index("ux_account_outside_hash", "account", ["outside_hash"], unique=True)
    op.add_column("sign_in_session", sa.Column("is_outside", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop them again."""
    op.drop_column("sign_in_session", "is_outside")
    op.drop_index("ux_account_outside_hash", "account")
    op.drop_column("account", "outside_hash")
