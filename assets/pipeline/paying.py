"""Speech that costs money: one call each, and a lost answer is looked for before anything is bought again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from assets.domain.costs import speech_micros
from assets.domain.errors import OutcomeUnknown
from assets.domain.speech import Speech
from assets.domain.takes import Reservation
from assets.pipeline.calls import Calls, Flight
from assets.pipeline.desk import Desk
from assets.providers.base import PaidSpeechProvider, SpeechProvider, SpeechRequest
from assets.storage.ledger.work import Work

_LOST_ANSWERS = 3
_HISTORY_AFTER_SECONDS = (1.0, 4.0)
"""A call that was cut off may still be under way at the provider: its history is asked twice, with patience."""


class Paying:
    """Buys speech for reserved takes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._calls = Calls(desk.ledger, concurrency=desk.settings.speech_concurrency)

    @property
    def buys_again(self) -> bool:
        """Whether a lost answer that no history can settle is bought again."""
        return self._desk.settings.unknown_outcome == "rebuy"

    def estimate_micros(self, provider: SpeechProvider, ask: SpeechRequest) -> int:
        """What a call may cost at most. Raises `Refused` when its price is not known."""
        if not isinstance(provider, PaidSpeechProvider):
            return 0
        price = self._desk.prices().require(provider.name, ask.voice.model, datetime.now(UTC).date())
        return speech_micros(price, len(ask.text))

    async def speak(
        self, provider: PaidSpeechProvider, ask: SpeechRequest, reservation: Reservation, work: Work, flight: Flight
    ) -> tuple[Speech, bool]:
        """The speech of a reserved take, and whether an earlier call, of a process that died, had made it already.

        Raises `OutcomeUnknown` when an answer was lost and nobody can tell what became of it. Under the policy `rebuy`
        an earlier call of which that is so does not stand in the way, and its money stays set aside.
        """
        if reservation.earlier is not None:
            try:
                found = await self._settled(provider, ask, reservation.earlier.reserved_at, work)
                if found is not None:
                    return found, True
                self._desk.ledger.takes.never_made(reservation)
            except OutcomeUnknown:
                if not self.buys_again:
                    raise
                work.note("An earlier answer is lost for good; it is bought again, as the settings say.")
        for lost in range(1, _LOST_ANSWERS + 1):
            began = datetime.now(UTC)
            try:
                return await self._calls.make(provider.account, lambda: provider.speak(ask), work.note, flight), False
            except OutcomeUnknown as unknown:
                work.note(f"An answer was lost: {unknown.message} The provider's history is asked.")
                found = await self._settled(provider, ask, began, work)
                if found is not None:
                    return found, False
                if lost == _LOST_ANSWERS:
                    raise
        raise AssertionError("the loop above returns or raises")

    async def _settled(
        self, provider: PaidSpeechProvider, ask: SpeechRequest, since: datetime, work: Work
    ) -> Speech | None:
        """What became of a call, from the provider's history; None when it was surely never carried out.

        Raises `OutcomeUnknown` when the history cannot tell.
        """
        for patience in _HISTORY_AFTER_SECONDS:
            await asyncio.sleep(patience)
            found = await self._calls.make(provider.account, lambda: provider.recover(ask, since=since), work.note)
            if found is not None:
                work.note("The lost answer was found in the provider's history; nothing is bought again.")
                return found
        return None
