"""Written sections as pieces that are paid for once; estimates and savings beside what was spent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sections",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reservation_id", sa.String(length=36), nullable=False),
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("estimate_micros", sa.BigInteger(), nullable=False),
        sa.Column("holder_host", sa.String(length=120), nullable=True),
        sa.Column("holder_pid", sa.Integer(), nullable=True),
        sa.Column("holder_started", sa.String(length=40), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sections")),
    )
    op.create_index(
        "ix_sections_reserved",
        "sections",
        ["key"],
        sqlite_where=sa.text("state = 'reserved'"),
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.add_column("spend", sa.Column("stage", sa.String(length=10), server_default="speech", nullable=False))
    op.create_index(op.f("ix_spend_reservation_id"), "spend", ["reservation_id"])
    op.create_index(
        "ix_spend_unknown",
        "spend",
        ["id"],
        sqlite_where=sa.text("kind = 'unknown'"),
        postgresql_where=sa.text("kind = 'unknown'"),
    )
    for table in ("claims", "versions"):
        for column in ("estimate_micros", "saved_micros"):
            op.add_column(table, sa.Column(column, sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    for table in ("claims", "versions"):
        for column in ("saved_micros", "estimate_micros"):
            op.drop_column(table, column)
    op.drop_index("ix_spend_unknown", table_name="spend")
    op.drop_index(op.f("ix_spend_reservation_id"), table_name="spend")
    op.drop_column("spend", "stage")
    op.drop_index("ix_sections_reserved", table_name="sections")
    op.drop_table("sections")
