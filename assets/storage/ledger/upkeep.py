"""What keeps narrations up to date by itself needs to know: what was tried, what was listened to, what was spent on it.

And what keeps the ledger small: timelines that nobody will look at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from assets.domain.claims import Claim, ClaimState
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.storage.ledger.books import Books
from assets.storage.ledger.rows import claim_of, claims_with_narrations
from assets.storage.ledger.schema import claims, events, listens, narrations, spend

_FORGOTTEN_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class Tried:
    """The last claim of a narration: whether it is live, how it ended, and which fingerprint it was for."""

    live: bool
    made: bool
    fingerprint: str


class Upkeep:
    """For freshness as policy, and for keeping the ledger small."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def tried(self) -> dict[NarrationKey, Tried]:
        """The last claim of every narration that was ever asked for."""
        wanted = select(
            narrations.c.content, narrations.c.locale, narrations.c.voice, claims.c.state, claims.c.fingerprint
        ).join(claims, claims.c.id == narrations.c.claim_id)
        with self._books.database.reading() as tx:
            return {
                NarrationKey(ContentId(content), Locale(locale), VoiceKey(voice)): Tried(
                    state == ClaimState.LIVE.value, state == ClaimState.DONE.value, fingerprint
                )
                for content, locale, voice, state, fingerprint in tx.execute(wanted)
            }

    def live(self, requested_by: str) -> int:
        """How many claims that this one asked for wait or are worked on."""
        wanted = select(func.count()).where(
            claims.c.state == ClaimState.LIVE.value, claims.c.requested_by == requested_by
        )
        with self._books.database.reading() as tx:
            return tx.scalar(wanted) or 0

    def lately(self, requested_by: str, limit: int = 20) -> tuple[Claim, ...]:
        """The newest claims that this one asked for, newest first."""
        wanted = claims_with_narrations().where(claims.c.requested_by == requested_by)
        with self._books.database.reading() as tx:
            rows = tx.execute(wanted.order_by(claims.c.asked_at.desc(), claims.c.id).limit(limit)).all()
        return tuple(claim_of(row) for row in rows)

    def spent(self, requested_by: str, since: datetime) -> int:
        """What the claims that this one asked for have cost since a moment, money set aside included, in micros."""
        wanted = (
            select(func.sum(spend.c.micros + spend.c.held_micros))
            .join(claims, claims.c.id == spend.c.claim_id)
            .where(spend.c.at >= since, claims.c.requested_by == requested_by)
        )
        with self._books.database.reading() as tx:
            return int(tx.scalar(wanted) or 0)

    def listened(self, key: NarrationKey) -> None:
        """Somebody began to listen to a narration."""
        day = self._books.clock().date()
        with self._books.database.writing() as tx:
            insert = insert_postgresql if tx.dialect.name == "postgresql" else insert_sqlite
            row = insert(listens).values(
                content=key.content.path, locale=key.locale.tag, voice=key.voice.name, day=day, count=1
            )
            tx.execute(
                row.on_conflict_do_update(
                    index_elements=["content", "locale", "voice", "day"], set_={"count": listens.c.count + 1}
                )
            )

    def listens(self, since: date) -> dict[ContentId, dict[Locale, int]]:
        """How often somebody began to listen, by content and locale, over all voices, since a day."""
        wanted = (
            select(listens.c.content, listens.c.locale, func.sum(listens.c.count))
            .where(listens.c.day >= since)
            .group_by(listens.c.content, listens.c.locale)
        )
        found: dict[ContentId, dict[Locale, int]] = {}
        with self._books.database.reading() as tx:
            for content, locale, count in tx.execute(wanted):
                found.setdefault(ContentId(content), {})[Locale(locale)] = int(count)
        return found

    def forget(self, days: int) -> int:
        """Delete the timelines of work that ended so many days ago and that newer work has followed; how many lines.

        What is still shown of a narration, its last work and whatever led to it, stays. Done in small steps, so that
        nobody waits for it.
        """
        before = self._books.clock() - timedelta(days=days)
        kept = select(narrations.c.claim_id)
        old = select(events.c.id).where(events.c.at < before, events.c.claim_id.not_in(kept))
        forgotten = 0
        while True:
            with self._books.database.writing() as tx:
                ids = tx.scalars(old.order_by(events.c.at).limit(_FORGOTTEN_AT_A_TIME)).all()
                if ids:
                    tx.execute(delete(events).where(events.c.id.in_(ids)))
            forgotten += len(ids)
            if len(ids) < _FORGOTTEN_AT_A_TIME:
                return forgotten
