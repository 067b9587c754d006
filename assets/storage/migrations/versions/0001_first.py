"""The first ledger: narrations, claims, versions, takes, spend and events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "narrations",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("content", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("voice", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("current_version_id", SERIAL, nullable=True),
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.Column("failure_message", sa.Text(), nullable=False),
        sa.Column("failure_remedy", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_narrations"),
        sa.UniqueConstraint("content", "locale", "voice", name="uq_narrations_content_locale_voice"),
    )
    op.create_index("ix_narrations_locale_status", "narrations", ["locale", "status"], unique=False)
    op.create_index("ix_narrations_status", "narrations", ["status"], unique=False)
    op.create_table(
        "spend",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reservation_id", sa.String(length=36), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("held_micros", sa.BigInteger(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("voice", sa.String(length=120), nullable=False),
        sa.Column("take_key", sa.String(length=64), nullable=False),
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("narration_id", SERIAL, nullable=True),
        sa.Column("request_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spend"),
    )
    op.create_index("ix_spend_at", "spend", ["at"], unique=False)
    op.create_index("ix_spend_claim_id", "spend", ["claim_id"], unique=False)
    op.create_index("ix_spend_take_key", "spend", ["take_key"], unique=False)
    op.create_table(
        "takes",
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
        sa.Column("voice", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("sample_rate", sa.Integer(), nullable=False),
        sa.Column("samples", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_takes"),
    )
    op.create_index(
        "ix_takes_reserved",
        "takes",
        ["key"],
        unique=False,
        sqlite_where=sa.text("state = 'reserved'"),
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("narration_id", SERIAL, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("holder_host", sa.String(length=120), nullable=True),
        sa.Column("holder_pid", sa.Integer(), nullable=True),
        sa.Column("holder_started", sa.String(length=40), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("segments_total", sa.Integer(), nullable=False),
        sa.Column("segments_done", sa.Integer(), nullable=False),
        sa.Column("takes_bought", sa.Integer(), nullable=False),
        sa.Column("takes_reused", sa.Integer(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.Column("failure_message", sa.Text(), nullable=False),
        sa.Column("failure_remedy", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("knocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["narration_id"], ["narrations.id"], name="fk_claims_narration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
    )
    op.create_index(
        "ix_claims_at_work",
        "claims",
        ["holder_pid"],
        unique=False,
        sqlite_where=sa.text("state = 'live' AND holder_pid IS NOT NULL"),
        postgresql_where=sa.text("state = 'live' AND holder_pid IS NOT NULL"),
    )
    op.create_index(
        "ix_claims_knocking",
        "claims",
        ["knocked_at"],
        unique=False,
        sqlite_where=sa.text("state = 'live' AND knocked_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'live' AND knocked_at IS NOT NULL"),
    )
    op.create_index("ix_claims_narration_id", "claims", ["narration_id"], unique=False)
    op.create_index(
        "uq_claims_live",
        "claims",
        ["narration_id"],
        unique=True,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_table(
        "events",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("narration_id", SERIAL, nullable=False),
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["narration_id"], ["narrations.id"], name="fk_events_narration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_narration_id_id", "events", ["narration_id", "id"], unique=False)
    op.create_table(
        "versions",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("narration_id", SERIAL, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("script_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("duration_seconds", sa.Float(precision=53), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("takes_bought", sa.Integer(), nullable=False),
        sa.Column("takes_reused", sa.Integer(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_versions_claim_id"),
        sa.ForeignKeyConstraint(["narration_id"], ["narrations.id"], name="fk_versions_narration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("narration_id", "number", name="uq_versions_narration_id_number"),
    )
    _refuse_changes("spend")


def _refuse_changes(table: str) -> None:
    """What was written about money is never changed or removed, by whatever program."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )
