"""The speech stage: every segment becomes a take, each made once and kept for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from assets.domain.errors import BadAnswer, OutcomeUnknown
from assets.domain.fingerprints import take_key
from assets.domain.gates import failed, take_gates
from assets.domain.scripts import Script
from assets.domain.speech import Speech
from assets.domain.takes import Reservation, StoredTake, Take, TakeHeld, TakeRequest
from assets.pipeline.calls import Flight
from assets.pipeline.desk import Desk, Wanted
from assets.pipeline.paying import Paying
from assets.providers.base import PaidSpeechProvider, SpeechProvider, SpeechRequest
from assets.providers.registry import speech_provider
from assets.storage.ledger.work import Work

_LOOK_AGAIN_SECONDS = 0.1
_ATTEMPTS_AT_A_GOOD_TAKE = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """The takes of a script in the order of its segments, by key: a segment said twice is one take."""

    keys: tuple[str, ...]
    bought: int
    reused: int


class Kept(Enum):
    """What came of one reservation: a new take, one that was durable already, or none that is fit to be kept."""

    NEW = auto()
    OLD = auto()
    NOT = auto()


class Speaking:
    """Takes for scripts, within the number of calls that each provider is given at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ledger = desk.ledger
        self._files = desk.files
        self._concurrency = desk.settings.speech_concurrency
        self._paying = Paying(desk)
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._being_made: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def takes(self, wanted: Wanted, script: Script, work: Work, spoke: Callable[[], None]) -> Spoken:
        """All takes of a script, known ones reused and the others made; `spoke` is called after each segment.

        Raises `ProviderError` of the first take that could not be made; takes that are finished stay.
        """
        provider = speech_provider(wanted.voice.provider)
        keys = tuple(take_key(segment.text, wanted.voice_digest) for segment in script.segments)
        texts = [segment.text for segment in script.segments]
        asks = {
            key: SpeechRequest(text, wanted.key.locale, wanted.voice, before, after)
            for key, text, before, after in zip(keys, texts, ["", *texts], [*texts[1:], ""], strict=False)
        }
        counts = Counter(keys)
        bought = 0

        async def obtain(key: str, ask: SpeechRequest) -> None:
            nonlocal bought
            was_bought = await self._obtain(key, ask, provider, work)
            bought += was_bought
            again = counts[key] - was_bought
            if again:
                work.took(reused=again)
            for _ in range(counts[key]):
                spoke()

        try:
            async with asyncio.TaskGroup() as group:
                for key, ask in asks.items():
                    group.create_task(obtain(key, ask))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
        return Spoken(keys, bought, len(keys) - bought)

    async def _obtain(self, key: str, ask: SpeechRequest, provider: SpeechProvider, work: Work) -> bool:
        """See that a take is stored; True when it had to be made."""
        voice = ask.voice
        request = TakeRequest(
            key=key,
            provider=voice.provider,
            model=voice.model,
            voice=voice.key.name,
            locale=ask.locale.tag,
            text=ask.text,
            estimate_micros=self._paying.estimate_micros(provider, ask),
        )
        attempt = 0
        async with self._being_made[key], self._slot(provider):
            while True:
                match self._ledger.takes.reserve(request, work, caps=self._desk.settings.caps):
                    case StoredTake():
                        if await asyncio.to_thread(self._files.take, key) is not None:
                            return False
                        self._ledger.takes.discard(key)
                    case TakeHeld():
                        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                    case Reservation() as reservation:
                        attempt += 1
                        last = attempt == _ATTEMPTS_AT_A_GOOD_TAKE
                        kept = await self._make_or_finish(reservation, ask, provider, work, last=last)
                        if kept is not Kept.NOT:
                            return kept is Kept.NEW

    async def _make_or_finish(
        self, reservation: Reservation, ask: SpeechRequest, provider: SpeechProvider, work: Work, *, last: bool
    ) -> Kept:
        """Have a reserved take made. When this is cancelled, a call that is being paid for comes to its end first.

        Its take is kept for whoever asks next; what was only waiting is given up at once.
        """
        flight = Flight()
        making = asyncio.create_task(self._make(reservation, ask, provider, work, flight, last=last))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            flight.stopping = True
            if not flight.under_way:
                making.cancel()
            await asyncio.wait([making])
            if making.cancelled():
                # A task that is cancelled before its first step never comes to its own clearing up.
                self._ledger.takes.release(reservation, unknown=flight.under_way)
            raise

    async def _make(
        self,
        reservation: Reservation,
        ask: SpeechRequest,
        provider: SpeechProvider,
        work: Work,
        flight: Flight,
        *,
        last: bool,
    ) -> Kept:
        """Have a reserved take spoken and keep it, unless it is durable already or is spoken badly."""
        try:
            if (found := await asyncio.to_thread(self._files.take, reservation.request.key)) is not None:
                self._ledger.takes.adopt(reservation, found[0])
                return Kept.OLD
            if isinstance(provider, PaidSpeechProvider):
                speech, earlier = await self._paying.speak(provider, ask, reservation, work, flight)
            else:
                speech, earlier = await provider.speak(ask), False
            flight.under_way = True
        except OutcomeUnknown:
            self._ledger.takes.release(reservation, unknown=True)
            if self._paying.buys_again and not last:
                return Kept.NOT
            raise
        except asyncio.CancelledError:
            # The call may be at the provider: only its history can tell, and whoever comes next will ask it.
            self._ledger.takes.release(reservation, unknown=flight.under_way)
            raise
        except BaseException:
            self._ledger.takes.release(reservation)
            raise
        # What is paid for is kept even when the narration is cancelled in this moment.
        take = Take.of(reservation.request, speech)
        bad = await asyncio.shield(asyncio.to_thread(self._judge_and_keep, reservation, take, speech, earlier))
        flight.under_way = False
        if not bad:
            work.took(bought=1, cost_micros=speech.cost_micros)
            return Kept.NEW
        if last:
            raise BadAnswer(
                f"The voice '{ask.voice.key}' spoke a segment badly, {_ATTEMPTS_AT_A_GOOD_TAKE} times: {bad}",
                remedy="Ask again; if it stays so, change that sentence or choose another voice.",
            )
        work.note(f"A segment was spoken badly and is spoken again: {bad}")
        return Kept.NOT

    def _judge_and_keep(self, reservation: Reservation, take: Take, speech: Speech, earlier: bool) -> str:
        """Keep a take that passes its gates; otherwise say what is wrong with it, and settle what it cost."""
        from assets.audio.encoding import encode_flac
        from assets.audio.measuring import measure_speech

        last_word = max((word.end_seconds for word in speech.words), default=None)
        if bad := failed(take_gates(take.text, measure_speech(speech), last_word)):
            self._ledger.takes.spoiled(reservation, take)
            return " ".join(gate.detail for gate in bad)
        facts = self._files.put_take(take, encode_flac(speech.pcm, take.sample_rate))
        if earlier:
            self._ledger.takes.adopt(reservation, take)
        else:
            self._ledger.takes.store(reservation, take, facts)
        return ""

    def _slot(self, provider: SpeechProvider) -> contextlib.AbstractAsyncContextManager[None]:
        """The process's own limit, by what the provider is good for; the account's, over all processes, comes after."""
        if provider.name not in self._slots:
            self._slots[provider.name] = asyncio.Semaphore(max(1, min(provider.parallel, self._concurrency)))
        return self._slots[provider.name]
