"""Sections: the record of what a paid script writer wrote; the words are in the files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from assets.domain.pieces import Reservation
from assets.domain.sections import Manuscript, SectionRequest, StoredSection
from assets.storage.ledger.books import Books
from assets.storage.ledger.reservations import Reservations
from assets.storage.ledger.schema import sections
from assets.storage.ledger.spending import Spending


class Sections(Reservations[SectionRequest, StoredSection]):
    """The record of written sections."""

    def __init__(self, books: Books, spending: Spending) -> None:
        super().__init__(books, spending, sections)

    def store(self, reservation: Reservation[SectionRequest], made: Manuscript) -> StoredSection:
        """The section is written and its file is durable: it is known, and its money is spent."""
        return self._settle_and_keep(reservation, made.request, made.cost_micros, made.request_id, _facts(made))

    def adopt(self, reservation: Reservation[SectionRequest], made: Manuscript) -> StoredSection:
        """It was found in the files, or in the provider's history: an earlier call is settled with its cost."""
        return self._adopt(reservation, made.request, made.cost_micros, made.request_id, _facts(made))

    def adopt_found(self, made: Manuscript) -> bool:
        """Make a section known that was found in the files, when nobody living is writing it."""
        return self._adopt_found(made.request, made.cost_micros, made.request_id, _facts(made))

    def spoiled(
        self, reservation: Reservation[SectionRequest], cost_micros: int, request_id: str, *, earlier: bool = False
    ) -> None:
        """An answer came, is paid for, and did not pass: it is not kept."""
        self._spoiled(reservation, cost_micros, request_id, earlier=earlier)

    def _described(self, request: SectionRequest) -> dict[str, Any]:
        return {
            "provider": request.provider,
            "model": request.model,
            "locale": request.locale,
            "title": request.title,
            "prompt_tokens": 0,
            "completion_tokens": 0,
        }

    def _stored(self, row: Row[Any]) -> StoredSection:
        m = row._mapping
        return StoredSection(**{name: m[sections.c[name]] for name in StoredSection.__slots__})


def _facts(made: Manuscript) -> dict[str, Any]:
    return {"prompt_tokens": made.prompt_tokens, "completion_tokens": made.completion_tokens}
