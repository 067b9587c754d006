"""Paces: how long it takes to make narrations here, from those that were made."""

from __future__ import annotations

from sqlalchemy import select

from assets.domain.keys import VoiceKey
from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import claims, narrations, versions

_LOOKED_THROUGH = 400
_GONE_BY = 20


class Paces:
    """How long things took; it only reads."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def seconds_per_take(self, voice: VoiceKey) -> float | None:
        """How long the last narrations in this voice took for each take that had to be made, from start to end.

        None when there is none among the latest versions that had one made.
        """
        latest = select(versions.c.narration_id, versions.c.claim_id).order_by(versions.c.id.desc())
        latest_versions = latest.limit(_LOOKED_THROUGH).subquery()
        wanted = (
            select(claims.c.started_at, claims.c.ended_at, claims.c.takes_bought)
            .select_from(latest_versions)
            .join(narrations, narrations.c.id == latest_versions.c.narration_id)
            .join(claims, claims.c.id == latest_versions.c.claim_id)
            .where(
                narrations.c.voice == voice.name,
                claims.c.takes_bought > 0,
                claims.c.started_at.is_not(None),
                claims.c.ended_at.is_not(None),
            )
            .limit(_GONE_BY)
        )
        with self._books.database.reading() as tx:
            rows = tx.execute(wanted).all()
        takes = sum(row.takes_bought for row in rows)
        seconds = sum((row.ended_at - row.started_at).total_seconds() for row in rows)
        return seconds / takes if takes else None
