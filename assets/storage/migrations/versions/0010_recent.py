"""What last changed is found without reading all narrations: every open page asks for it once a second."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_narrations_updated_at"), "narrations", ["updated_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_narrations_updated_at"), table_name="narrations")
