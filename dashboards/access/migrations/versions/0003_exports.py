"""The register of exports."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "export",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(12), nullable=False, unique=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("display_name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("rule_id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("expected_rows", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("requested_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("ticket_hash", sa.String(64), unique=True),
        sa.Column("ticket_expires_at", sa.DateTime),
        sa.Column("made_at", sa.DateTime),
        sa.Column("row_count", sa.Integer),
        sa.Column("byte_count", sa.Integer),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("snapshot", sa.String(80), nullable=False),
    )
    op.create_index("ix_export_login", "export", ["login", "requested_at"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("export")
