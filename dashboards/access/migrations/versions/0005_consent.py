"""Accounts keep when the consent was signed and who recorded it; who has none is asked at the next sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns."""
    op.add_column("account", sa.Column("consent_at", sa.DateTime))
    op.add_column("account", sa.Column("consent_by", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them again."""
    op.drop_column("account", "consent_by")
    op.drop_column("account", "consent_at")
