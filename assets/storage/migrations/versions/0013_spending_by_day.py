"""The sums of spending by day: what a cap is held against is told without adding up every line there ever was.

The database itself keeps them, with each line that is added, so that no program can forget to.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SUM = (
    "INSERT INTO spend_days (day, micros, held_micros)"
    " SELECT {day}, sum(micros), sum(held_micros) FROM spend GROUP BY 1"
)
_ADD = (
    "INSERT INTO spend_days (day, micros, held_micros) VALUES ({day}, NEW.micros, NEW.held_micros)"
    " ON CONFLICT (day) DO UPDATE SET micros = spend_days.micros + excluded.micros,"
    " held_micros = spend_days.held_micros + excluded.held_micros;"
)


def upgrade() -> None:
    op.create_table(
        "spend_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("held_micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_spend_days")),
    )
    lite = op.get_bind().dialect.name == "sqlite"
    day = "date({at})" if lite else "CAST({at} AT TIME ZONE 'UTC' AS date)"
    op.execute(_SUM.format(day=day.format(at="at")))
    add = _ADD.format(day=day.format(at="NEW.at"))
    if lite:
        op.execute(f"CREATE TRIGGER spend_is_summed AFTER INSERT ON spend BEGIN {add} END")
        return
    op.execute(
        f"CREATE FUNCTION spend_is_summed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {add} RETURN NULL; END $$"
    )
    op.execute("CREATE TRIGGER spend_is_summed AFTER INSERT ON spend FOR EACH ROW EXECUTE FUNCTION spend_is_summed()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER spend_is_summed")
    else:
        op.execute("DROP TRIGGER spend_is_summed ON spend")
        op.execute("DROP FUNCTION spend_is_summed()")
    op.drop_table("spend_days")
