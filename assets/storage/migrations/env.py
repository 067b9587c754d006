"""How migrations run: in the transaction of the caller, so that they happen wholly or not at all."""

from __future__ import annotations

from alembic import context

from assets.storage.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
