"""The speech stage: every segment becomes a take, each made once and kept for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from assets.domain.errors import BadAnswer, OutcomeUnknown
from assets.domain.fingerprints import take_key
from assets.domain.gates import failed, take_gates
from assets.domain.scripts import Script
from assets.domain.speech import Speech
from assets.domain.takes import Reservation, StoredTake, Take, TakeHeld, TakeRequest
from assets.pipeline.desk import Wanted
from assets.providers.base import SpeechProvider, SpeechRequest
from assets.providers.registry import speech_provider
from assets.storage.files import Files
from assets.storage.ledger.ledger import Ledger
from assets.storage.ledger.work import Work

_LOOK_AGAIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Spoken:
    """The takes of a script in the order of its segments, by key: a segment said twice is one take."""

    keys: tuple[str, ...]
    bought: int
    reused: int


class Speaking:
    """Takes for scripts, within the number of calls that each provider is given at once."""

    def __init__(self, ledger: Ledger, files: Files, *, concurrency: int) -> None:
        self._ledger = ledger
        self._files = files
        self._concurrency = concurrency
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._being_made: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def takes(self, wanted: Wanted, script: Script, work: Work, spoke: Callable[[], None]) -> Spoken:
        """All takes of a script, known ones reused and the others made; `spoke` is called after each segment.

        Raises `ProviderError` of the first take that could not be made; takes that are finished stay.
        """
        provider = speech_provider(wanted.voice.provider)
        keys = tuple(take_key(segment.text, wanted.voice_digest) for segment in script.segments)
        texts = dict(zip(keys, (segment.text for segment in script.segments), strict=True))
        counts = {key: keys.count(key) for key in texts}
        bought = 0

        async def obtain(key: str, text: str) -> None:
            nonlocal bought
            was_bought = await self._obtain(key, text, wanted, provider, work)
            bought += was_bought
            again = counts[key] - was_bought
            if again:
                work.took(reused=again)
            for _ in range(counts[key]):
                spoke()

        try:
            async with asyncio.TaskGroup() as group:
                for key, text in texts.items():
                    group.create_task(obtain(key, text))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
        return Spoken(keys, bought, len(keys) - bought)

    async def _obtain(self, key: str, text: str, wanted: Wanted, provider: SpeechProvider, work: Work) -> bool:
        """See that a take is stored; True when it had to be made."""
        voice, locale = wanted.voice, wanted.key.locale
        request = TakeRequest(
            key=key, provider=voice.provider, model=voice.model, voice=voice.key.name, locale=locale.tag, text=text
        )
        async with self._being_made[key], self._slot(provider):
            while True:
                match self._ledger.takes.reserve(request, work):
                    case StoredTake():
                        if await asyncio.to_thread(self._files.take, key) is not None:
                            return False
                        self._ledger.takes.discard(key)
                    case TakeHeld():
                        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                    case Reservation() as reservation:
                        if (found := await asyncio.to_thread(self._files.take, key)) is not None:
                            self._ledger.takes.adopt(reservation, found[0])
                            return False
                        await self._make(request, reservation, wanted, provider, work)
                        return True

    async def _make(
        self, request: TakeRequest, reservation: Reservation, wanted: Wanted, provider: SpeechProvider, work: Work
    ) -> None:
        try:
            speech = await provider.speak(SpeechRequest(request.text, wanted.key.locale, wanted.voice))
            await asyncio.to_thread(self._require_sound, request, speech, wanted)
        except BaseException as fault:
            self._ledger.takes.release(reservation, unknown=isinstance(fault, OutcomeUnknown))
            raise
        # What is paid for is kept even when the narration is cancelled in this moment.
        await asyncio.shield(asyncio.to_thread(self._keep, reservation, Take.of(request, speech), speech.pcm))
        work.took(bought=1, cost_micros=speech.cost_micros)

    @staticmethod
    def _require_sound(request: TakeRequest, speech: Speech, wanted: Wanted) -> None:
        from assets.audio.measuring import measure_speech

        last_word = max((word.end_seconds for word in speech.words), default=None)
        if bad := failed(take_gates(request.text, measure_speech(speech), last_word)):
            raise BadAnswer(
                f"The voice '{wanted.voice.key}' spoke a segment badly: {' '.join(gate.detail for gate in bad)}",
                remedy="Ask again; if it stays so, change that sentence or choose another voice.",
            )

    def _keep(self, reservation: Reservation, take: Take, pcm: bytes) -> None:
        from assets.audio.encoding import encode_flac

        facts = self._files.put_take(take, encode_flac(pcm, take.sample_rate))
        self._ledger.takes.store(reservation, take, facts)

    def _slot(self, provider: SpeechProvider) -> contextlib.AbstractAsyncContextManager[None]:
        if provider.name not in self._slots:
            self._slots[provider.name] = asyncio.Semaphore(max(1, min(provider.parallel, self._concurrency)))
        return self._slots[provider.name]
