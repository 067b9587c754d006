"""How far the work of a claim is: its step, its sections, and the time left that was told last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNTS = ("sections_done", "sections_total", "takes_to_buy")
_SHARES = ("listening_seconds", "joined")


def upgrade() -> None:
    op.add_column("claims", sa.Column("step", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("claims", sa.Column("step_began_at", sa.DateTime(timezone=True), nullable=True))
    for name in _COUNTS:
        op.add_column("claims", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in _SHARES:
        op.add_column("claims", sa.Column(name, sa.Float(precision=53), nullable=False, server_default="0"))
    op.add_column("claims", sa.Column("remaining_seconds", sa.Float(precision=53), nullable=True))


def downgrade() -> None:
    for name in ("remaining_seconds", *_SHARES, *_COUNTS, "step_began_at", "step"):
        op.drop_column("claims", name)
