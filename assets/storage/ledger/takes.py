"""Takes: the record of segments that were spoken; their audio is in the files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select

from assets.domain.keys import Locale, VoiceKey
from assets.domain.narrations import FileFacts
from assets.domain.pieces import Reservation
from assets.domain.takes import StoredTake, Take, TakeRequest
from assets.storage.ledger.books import Books
from assets.storage.ledger.reservations import STORED, Reservations
from assets.storage.ledger.rows import stored_take_of
from assets.storage.ledger.schema import takes
from assets.storage.ledger.spending import Spending


class Takes(Reservations[TakeRequest, StoredTake]):
    """The record of takes."""

    def __init__(self, books: Books, spending: Spending) -> None:
        super().__init__(books, spending, takes)

    def store(self, reservation: Reservation[TakeRequest], take: Take, facts: FileFacts) -> StoredTake:
        """The take is made and its files are durable: it is known, and its money is spent."""
        made = replace(take, size=facts.size, sha256=facts.sha256)
        return self._settle_and_keep(reservation, take.request, take.cost_micros, take.request_id, _facts(made))

    def adopt(self, reservation: Reservation[TakeRequest], take: Take) -> StoredTake:
        """The take was found in the files: the process that made it died before it could say so.

        The call of that process is settled with what it cost; this reservation is given back unused.
        """
        return self._adopt(reservation, take.request, take.cost_micros, take.request_id, _facts(take))

    def adopt_found(self, take: Take) -> bool:
        """Make a take known that was found in the files, when nobody living is making it and it is not known yet."""
        return self._adopt_found(take.request, take.cost_micros, take.request_id, _facts(take))

    def spoiled(self, reservation: Reservation[TakeRequest], take: Take, *, earlier: bool = False) -> None:
        """The call was carried out and billed, and what came is not fit to be heard: paid for, and not kept.

        With `earlier` it was the call before this reservation, found in the provider's history.
        """
        self._spoiled(reservation, take.cost_micros, take.request_id, earlier=earlier)

    def spoken_by(self, voice: VoiceKey, locale: Locale, *, at_least_chars: int, limit: int = 20) -> list[StoredTake]:
        """Some takes that a voice has spoken in a locale, the shortest first."""
        wanted = (
            select(takes)
            .where(
                takes.c.state == STORED,
                takes.c.voice == voice.name,
                takes.c.locale == locale.tag,
                takes.c.characters >= at_least_chars,
            )
            .order_by(takes.c.characters, takes.c.key)
            .limit(limit)
        )
        with self._books.database.reading() as tx:
            return [stored_take_of(row) for row in tx.execute(wanted)]

    def _described(self, request: TakeRequest) -> dict[str, Any]:
        return {
            "provider": request.provider,
            "model": request.model,
            "voice": request.voice,
            "locale": request.locale,
            "text": request.text,
            "characters": request.characters,
            "sample_rate": 0,
            "samples": 0,
            "size": 0,
            "sha256": "",
        }

    def _stored(self, row: Row[Any]) -> StoredTake:
        return stored_take_of(row)


def _facts(take: Take) -> dict[str, Any]:
    return {"sample_rate": take.sample_rate, "samples": take.samples, "size": take.size, "sha256": take.sha256}
