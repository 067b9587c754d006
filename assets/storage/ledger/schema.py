"""The tables of the ledger. The migrations make them; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

SCHEMA_VERSION = "0013"
"""The newest migration. Migrations are numbered, so that an older program knows a newer ledger when it meets one."""


class Instant(TypeDecorator[datetime]):
    """A moment with its zone outside; in the database UTC, readable and in the order of time as text, too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no zone, so what goes in is UTC; a moment without a zone is a fault."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """What comes out is UTC and says so."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts rows up only in a column that is exactly INTEGER PRIMARY KEY.
Serial = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# current_version_id and claim_id point forward to tables that point back here; the code keeps them, and a
# foreign key in a circle could not be made on SQLite without copying the table.
narrations = Table(
    "narrations",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("content", String(200), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("voice", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("current_version_id", Serial),
    Column("claim_id", String(36), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failure_code", String(40), nullable=False),
    Column("failure_message", Text, nullable=False),
    Column("failure_remedy", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("content", "locale", "voice"),
    Index(None, "locale", "status"),
    Index(None, "status"),
    Index(None, "updated_at"),
)

claims = Table(
    "claims",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("narration_id", Serial, ForeignKey(narrations.c.id), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("force", Boolean, nullable=False),
    Column("approval", Boolean, nullable=False, server_default=false()),
    Column("priority", Integer, nullable=False),
    Column("requested_by", String(200), nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("holder_host", String(120)),
    Column("holder_pid", Integer),
    Column("holder_started", String(40)),
    Column("lease_expires_at", Instant),
    Column("cancel_requested", Boolean, nullable=False),
    Column("segments_total", Integer, nullable=False),
    Column("segments_done", Integer, nullable=False),
    Column("takes_bought", Integer, nullable=False),
    Column("takes_reused", Integer, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("estimate_micros", BigInteger, nullable=False, server_default="0"),
    Column("saved_micros", BigInteger, nullable=False, server_default="0"),
    # How far it is: see `domain/progress.py`.
    Column("step", String(10), nullable=False, server_default=""),
    Column("step_began_at", Instant),
    Column("sections_done", Integer, nullable=False, server_default="0"),
    Column("sections_total", Integer, nullable=False, server_default="0"),
    Column("takes_to_buy", Integer, nullable=False, server_default="0"),
    Column("listening_seconds", Float(53), nullable=False, server_default="0"),
    Column("joined", Float(53), nullable=False, server_default="0"),
    Column("remaining_seconds", Float(53)),
    Column("version_number", Integer),
    Column("failure_code", String(40), nullable=False),
    Column("failure_message", Text, nullable=False),
    Column("failure_remedy", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    # When it last became pending, and when somebody last tried to start it: see `claims.py`.
    Column("waiting_since", Instant, nullable=False),
    Column("knocked_at", Instant),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Index(
        "uq_claims_live",
        "narration_id",
        unique=True,
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
    Index(None, "narration_id"),
    Index(
        "ix_claims_at_work",
        "holder_pid",
        sqlite_where=text("state = 'live' AND holder_pid IS NOT NULL"),
        postgresql_where=text("state = 'live' AND holder_pid IS NOT NULL"),
    ),
    Index(
        "ix_claims_knocking",
        "knocked_at",
        sqlite_where=text("state = 'live' AND knocked_at IS NOT NULL"),
        postgresql_where=text("state = 'live' AND knocked_at IS NOT NULL"),
    ),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("narration_id", Serial, ForeignKey(narrations.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("claim_id", String(36), ForeignKey(claims.c.id), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("script_fingerprint", String(64), nullable=False),
    Column("duration_seconds", Float(53), nullable=False),
    Column("segments", Integer, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("takes_bought", Integer, nullable=False),
    Column("takes_reused", Integer, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("estimate_micros", BigInteger, nullable=False, server_default="0"),
    Column("saved_micros", BigInteger, nullable=False, server_default="0"),
    Column("files", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("narration_id", "number"),
)

takes = Table(
    "takes",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("reservation_id", String(36), nullable=False),
    Column("claim_id", String(36), nullable=False),
    Column("estimate_micros", BigInteger, nullable=False),
    Column("holder_host", String(120)),
    Column("holder_pid", Integer),
    Column("holder_started", String(40)),
    Column("lease_expires_at", Instant),
    Column("provider", String(64), nullable=False),
    Column("model", String(120), nullable=False),
    Column("voice", String(120), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("samples", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("request_id", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("stored_at", Instant),
    Index(
        "ix_takes_reserved",
        "key",
        sqlite_where=text("state = 'reserved'"),
        postgresql_where=text("state = 'reserved'"),
    ),
)

# Sections of scripts that a paid writer wrote; their words are in the files.
sections = Table(
    "sections",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("reservation_id", String(36), nullable=False),
    Column("claim_id", String(36), nullable=False),
    Column("estimate_micros", BigInteger, nullable=False),
    Column("holder_host", String(120)),
    Column("holder_pid", Integer),
    Column("holder_started", String(40)),
    Column("lease_expires_at", Instant),
    Column("provider", String(64), nullable=False),
    Column("model", String(120), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("request_id", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("stored_at", Instant),
    Index(
        "ix_sections_reserved",
        "key",
        sqlite_where=text("state = 'reserved'"),
        postgresql_where=text("state = 'reserved'"),
    ),
)

# Append-only: triggers refuse every change. `micros` is money that was spent, `held_micros` the change in money set
# aside: a reservation adds its estimate, its settlement or release takes it back, an unknown outcome leaves it there.
# `take_key` is the key of the piece, a take or a section; `stage` says which.
spend = Table(
    "spend",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("reservation_id", String(36), nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("held_micros", BigInteger, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("provider", String(64), nullable=False),
    Column("model", String(120), nullable=False),
    Column("voice", String(120), nullable=False),
    Column("take_key", String(64), nullable=False),
    Column("claim_id", String(36), nullable=False),
    Column("narration_id", Serial),
    Column("request_id", String(200), nullable=False),
    Column("stage", String(10), nullable=False, server_default="speech"),
    Index(None, "at"),
    Index(None, "take_key"),
    Index(None, "claim_id"),
    Index(None, "reservation_id"),
    Index("ix_spend_unknown", "id", sqlite_where=text("kind = 'unknown'"), postgresql_where=text("kind = 'unknown'")),
)

# The sums of `spend` by day (of UTC), kept by a trigger with each line: a cap is held against some rows, not a million.
spend_days = Table(
    "spend_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("micros", BigInteger, nullable=False),
    Column("held_micros", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("narration_id", Serial, ForeignKey(narrations.c.id), nullable=False),
    Column("claim_id", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    # Of a failed attempt (`retry`): the code of its fault, and when the next is due.
    Column("code", String(40), nullable=False, server_default=""),
    Column("due_at", Instant),
    Index(None, "narration_id", "id"),
    Index(None, "claim_id"),
    Index(None, "at"),
)

# How often somebody began to listen, by day: what is wanted most is kept up to date first.
listens = Table(
    "listens",
    metadata,
    Column("content", String(200), primary_key=True),
    Column("locale", String(20), primary_key=True),
    Column("voice", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
    Index(None, "day"),
)

# What people want said instead of what was written. A row is never changed but for its end: the table is its own
# history. `anchors` are the blocks of the source as they were, `pieces` the passage as written and as it is said.
edits = Table(
    "edits",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("content", String(200), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("style", String(64), nullable=False),
    Column("anchors", JSON, nullable=False),
    Column("pieces", JSON, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_by", String(200), nullable=False),
    Column("ended_at", Instant),
    Index(None, "content", "locale"),
)

# Scripts that a person found fit to be spoken.
approvals = Table(
    "approvals",
    metadata,
    Column("script_fingerprint", String(64), primary_key=True),
    Column("approved_by", String(200), nullable=False),
    Column("approved_at", Instant, nullable=False),
)

# Many narrations that were asked for at once. How an item stands is told by its claim; `state` says only whether it
# was asked for: `waiting`, `asked`, `fresh`, `refused`.
batches = Table(
    "batches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("force", Boolean, nullable=False),
    Column("approval", Boolean, nullable=False),
    Column("requested_by", String(200), nullable=False),
    Column("estimate_micros", BigInteger, nullable=False),
    # What it may cost at most, and what was spent or set aside by claims that it made itself.
    Column("cap_micros", BigInteger),
    Column("used_micros", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Index(None, "created_at"),
)
batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", String(36), ForeignKey(batches.c.id), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("content", String(200), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("voice", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("claim_id", String(36), nullable=False),
    # By claims before this one.
    Column("spent_micros", BigInteger, nullable=False),
    Column("failure_code", String(40), nullable=False),
    Column("failure_message", Text, nullable=False),
    Column("failure_remedy", Text, nullable=False),
    Index(None, "batch_id", "state"),
)

# The calls that are under way, so that an account is never asked more at once than it allows, over all processes.
calls = Table(
    "calls",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("holder_host", String(120), nullable=False),
    Column("holder_pid", Integer, nullable=False),
    Column("holder_started", String(40), nullable=False),
    Column("lease_expires_at", Instant, nullable=False),
    Index(None, "account"),
)

# Those who wait for such a place, each with the moment that its turn goes by.
callers = Table(
    "callers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("turn", Instant, nullable=False),
    Column("knocked_at", Instant, nullable=False),
    Index(None, "account"),
)

circuits = Table(
    "circuits",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("faults", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("open_until", Instant),
    Column("why", Text, nullable=False),
)
