"""Why an attempt failed, and when the next one is due, beside the line of the timeline that says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("code", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("events", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_events_claim_id"), "events", ["claim_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_events_claim_id"), table_name="events")
    op.drop_column("events", "due_at")
    op.drop_column("events", "code")
