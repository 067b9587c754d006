"""What a batch may cost at most, and what it has spent or set aside so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("cap_micros", sa.BigInteger(), nullable=True))
    op.add_column("batches", sa.Column("used_micros", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE batches SET used_micros = coalesce((SELECT sum(spend.micros + spend.held_micros) FROM spend"
        " JOIN claims ON claims.id = spend.claim_id WHERE claims.requested_by = 'batch ' || batches.id), 0)"
    )


def downgrade() -> None:
    op.drop_column("batches", "used_micros")
    op.drop_column("batches", "cap_micros")
