"""Consents signed by hand, with the version of their text; who only typed a name before is asked at the next sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the version to the accounts."""
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.DateTime, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("signature_sha256", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False, server_default=""),
        sa.Column("withdrawn_at", sa.DateTime),
    )
    op.create_index("ix_consent_account", "consent", ["account_id"])
    op.add_column("account", sa.Column("consent_version", sa.String(16), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them again."""
    op.drop_column("account", "consent_version")
    op.drop_index("ix_consent_account", "consent")
    op.drop_table("consent")
