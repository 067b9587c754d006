"""The speech stage: every segment becomes a take, each made once and kept for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from assets.domain.costs import speech_micros
from assets.domain.errors import BadAnswer, BudgetExceeded, EarlierUnknown, OutcomeUnknown, Refused
from assets.domain.gates import Gate, failed, pace_of, take_gates
from assets.domain.hearing import Heard
from assets.domain.pieces import Held, Reservation
from assets.domain.scripts import Script
from assets.domain.speech import Speech
from assets.domain.takes import StoredTake, Take, TakeRequest
from assets.pipeline.asking import key_of, requests
from assets.pipeline.calls import Flight
from assets.pipeline.crew import Crew
from assets.pipeline.desk import Desk
from assets.pipeline.ending import let_go
from assets.pipeline.hearing import Hearing
from assets.pipeline.paying import Bought, Paying, Purchase, require_price
from assets.pipeline.wanted import Wanted
from assets.providers.base import EmbeddedSpeechProvider, PaidSpeechProvider, SpeechProvider, SpeechRequest
from assets.storage.ledger.work import Work

_LOOK_AGAIN_SECONDS = 0.1
_ATTEMPTS_AT_A_GOOD_TAKE = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """The takes of a script in the order of its segments, by key: a segment said twice is one take."""

    keys: tuple[str, ...]
    bought: int
    reused: int


class _Sections:
    """Which sections can be heard: the first so many whose takes are all there."""

    def __init__(self, script: Script, keys: tuple[str, ...]) -> None:
        ahead = iter(keys)
        self._missing = [{next(ahead) for _ in section.segments} for section in script.sections if section.segments]
        self.done = 0

    def spoke(self, key: str) -> bool:
        """A take is there; whether one more section can be heard now."""
        for missing in self._missing[self.done :]:
            missing.discard(key)
        before = self.done
        while self.done < len(self._missing) and not self._missing[self.done]:
            self.done += 1
        return self.done > before


class Kept(Enum):
    """What came of one reservation: a new take, one that was durable already, or none that is fit to be kept."""

    NEW = auto()
    OLD = auto()
    NOT = auto()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A take that may be heard, what is doubtful about it, and what a listener heard of it where one listened."""

    take: Take
    speech: Speech
    doubts: tuple[Gate, ...]
    heard: Heard | None = None
    misheard: float = 0.0

    @property
    def badness(self) -> float:
        """The least bad of the attempts is kept: what was misheard counts like another doubt."""
        return len(self.doubts) + self.misheard


class Speaking:
    """Takes for scripts, within the number of calls that each provider is given at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._takes = desk.ledger.takes
        self._files = desk.files
        self._concurrency = desk.settings.speech_concurrency
        self._paying = Paying(desk)
        self._crew = Crew(desk.settings.home)
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._being_made: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._best: dict[str, _Candidate] = {}
        self._spoken: defaultdict[tuple[str, str], deque[tuple[str, float]]] = defaultdict(lambda: deque(maxlen=200))
        self._hearing = Hearing(desk) if desk.settings.listen == "takes" else None

    async def takes(self, wanted: Wanted, script: Script, work: Work, spoke: Callable[[], None]) -> Spoken:
        """All takes of a script, known ones reused and the others made; `spoke` is called after each segment.

        Raises `ProviderError` of the first take that could not be made; takes that are finished stay.
        """
        if self._hearing is not None and (refusal := self._hearing.refusal()):
            raise Refused(f"STUDIO_LISTEN asks for every take to be listened to: {refusal}")
        provider = self._desk.speech_provider(wanted.voice)
        requested = requests(wanted, script.segments)
        keys = tuple(key_of(wanted, each) for each in requested)
        asks = dict(zip(keys, requested, strict=True))
        counts = Counter(keys)
        sections = _Sections(script, keys)
        bought = 0

        async def obtain(key: str, ask: SpeechRequest) -> None:
            nonlocal bought
            is_new, cost = await self._obtain(key, ask, provider, work)
            bought += is_new
            again = counts[key] - is_new
            if again:
                work.took(reused=again, saved_micros=again * cost)
            if sections.spoke(key):
                work.spoke(sections.done)
            for _ in range(counts[key]):
                spoke()

        try:
            async with asyncio.TaskGroup() as group:
                for key, ask in asks.items():
                    group.create_task(obtain(key, ask))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
        return Spoken(keys, bought, len(keys) - bought)

    async def one(self, key: str, ask: SpeechRequest) -> None:
        """One take for its own sake, as a sample is: known, or bought within the caps. Raises `ProviderError`."""
        await self._obtain(key, ask, self._desk.speech_provider(ask.voice), None)

    async def _obtain(
        self, key: str, ask: SpeechRequest, provider: SpeechProvider, work: Work | None
    ) -> tuple[bool, int]:
        """See that a take is stored; whether it had to be made, and what it cost, now or then, in micros."""
        voice = ask.voice
        request = TakeRequest(
            key=key,
            provider=voice.provider,
            model=voice.model,
            voice=voice.key.name,
            locale=ask.locale.tag,
            text=ask.text,
            estimate_micros=self._at_most(provider, ask),
        )
        attempt = 0
        async with self._being_made[key], self._slot(provider):
            while True:
                try:
                    answer = self._takes.reserve(request, work, caps=self._desk.settings.caps)
                except BudgetExceeded:
                    if (best := self._best.pop(key, None)) is None:
                        raise
                    _note(work, "There is no money for another attempt; the best so far is kept.")
                    await asyncio.to_thread(self._keep_earlier, best)
                    if work is not None:
                        work.took(bought=1, cost_micros=best.take.cost_micros)
                    return True, best.take.cost_micros
                match answer:
                    case StoredTake(cost_micros=cost):
                        if await asyncio.to_thread(self._files.take, key) is not None:
                            return False, cost
                        self._takes.discard(key)
                    case Held():
                        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                    case Reservation() as reservation:
                        attempt += 1
                        kept, cost = await self._make_or_finish(
                            reservation,
                            replace(ask, attempt=attempt - 1),
                            provider,
                            work,
                            last=attempt == _ATTEMPTS_AT_A_GOOD_TAKE,
                        )
                        if kept is not Kept.NOT:
                            return kept is Kept.NEW, cost

    async def _make_or_finish(
        self,
        reservation: Reservation[TakeRequest],
        ask: SpeechRequest,
        provider: SpeechProvider,
        work: Work | None,
        *,
        last: bool,
    ) -> tuple[Kept, int]:
        flight = Flight()
        making = asyncio.create_task(self._make(reservation, ask, provider, work, flight, last=last))
        return await flight.land(making, lambda unknown: self._takes.release(reservation, unknown=unknown))

    async def _make(
        self,
        reservation: Reservation[TakeRequest],
        ask: SpeechRequest,
        provider: SpeechProvider,
        work: Work | None,
        flight: Flight,
        *,
        last: bool,
    ) -> tuple[Kept, int]:
        """Have a reserved take spoken and keep it, unless it is durable already or is spoken badly."""
        try:
            if (found := await asyncio.to_thread(self._files.take, reservation.request.key)) is not None:
                self._takes.adopt(reservation, found[0])
                return Kept.OLD, found[0].cost_micros
            bought = await self._speak(reservation, ask, provider, work, flight)
            flight.under_way = True
        except OutcomeUnknown as unknown:
            self._takes.release(reservation, unknown=not isinstance(unknown, EarlierUnknown))
            if self._paying.buys_again and not last and not flight.stopping:
                return Kept.NOT, 0
            raise
        except asyncio.CancelledError:
            # The call may be at the provider: only its history can tell, and whoever comes next will ask it.
            self._takes.release(reservation, unknown=flight.under_way)
            raise
        except BaseException:
            self._takes.release(reservation)
            raise
        # What is paid for is kept even when the narration is cancelled in this moment.
        take = Take.of(reservation.request, bought.answer)
        try:
            bad = await asyncio.shield(asyncio.to_thread(self._judge_and_keep, reservation, take, bought, last))
        except Exception:  # as on a full disk
            await asyncio.to_thread(let_go, self._takes, reservation)
            flight.under_way = False
            raise
        flight.under_way = False
        if not bad:
            if work is not None:
                work.took(bought=1, cost_micros=take.cost_micros)
            return Kept.NEW, take.cost_micros
        if last and reservation.request.key not in self._best:
            raise BadAnswer(
                f"The voice '{ask.voice.key}' spoke a segment badly, {_ATTEMPTS_AT_A_GOOD_TAKE} times: {bad}",
                remedy="Ask again; if it stays so, change that sentence or choose another voice.",
            )
        if last:
            best = self._best.pop(reservation.request.key)
            _note(work, f"A segment was spoken {_ATTEMPTS_AT_A_GOOD_TAKE} times, and the best is kept. {bad}")
            await asyncio.shield(asyncio.to_thread(self._keep_earlier, best))
            if work is not None:
                work.took(bought=1, cost_micros=best.take.cost_micros)
            return Kept.NEW, best.take.cost_micros
        _note(work, f"A segment was spoken badly and is spoken again: {bad}")
        return Kept.NOT, 0

    async def _speak(
        self,
        reservation: Reservation[TakeRequest],
        ask: SpeechRequest,
        provider: SpeechProvider,
        work: Work | None,
        flight: Flight,
    ) -> Bought[Speech]:
        """The speech, by whoever speaks it; what a paid one billed is worked out at today's price."""
        if isinstance(provider, EmbeddedSpeechProvider):
            return Bought(await self._crew.speak(provider, ask, can_wait=work is not None and work.priority < 0))
        if not isinstance(provider, PaidSpeechProvider):
            return Bought(await provider.speak(ask))
        bought = await self._paying.buy(
            self._purchase(provider, ask), reservation, self._desk.ledger.takes, work, flight
        )
        price = require_price(self._desk, provider.name, ask.voice.model)
        told = bought.answer.billed_characters
        cost = speech_micros(price, len(provider.billed_text(ask)) if told is None else told)
        return replace(bought, answer=replace(bought.answer, cost_micros=cost))

    def _purchase(self, provider: PaidSpeechProvider, ask: SpeechRequest) -> Purchase[Speech]:
        return Purchase(
            account=provider.account,
            places=self._concurrency,
            call=lambda: provider.speak(ask),
            recover=lambda lost: provider.recover(ask, lost),
        )

    def _at_most(self, provider: SpeechProvider, ask: SpeechRequest) -> int:
        """What a call may cost at most, in micros. Raises `Refused` when its price is not known."""
        if not isinstance(provider, PaidSpeechProvider):
            return 0
        price = require_price(self._desk, provider.name, ask.voice.model)
        return speech_micros(price, len(provider.billed_text(ask)))

    def _judge_and_keep(
        self, reservation: Reservation[TakeRequest], take: Take, bought: Bought[Speech], last: bool
    ) -> str:
        """Keep a take that passes its gates, or that is the best of the last attempt though there are doubts about it.

        Otherwise say what is wrong with it, and settle what it cost; of what may be heard the best is remembered.
        """
        from assets.audio.measuring import measure_speech

        speech = bought.answer
        spoken = self._spoken[take.voice, take.locale]
        last_word = max((word.end_seconds for word in speech.words), default=None)
        bad = failed(
            (
                *take_gates(take.text, measure_speech(speech), last_word, pace_of(list(spoken))),
                Gate("answer", not speech.flaw, speech.flaw),
            )
        )
        candidate = None
        if all(gate.doubt for gate in bad):
            candidate = self._heard(_Candidate(take, speech, bad))
            bad = candidate.doubts
            best = self._best.get(take.key)
            if not bad or (last and (best is None or candidate.badness <= best.badness)):
                self._best.pop(take.key, None)
                spoken.append((take.text, take.duration_seconds))
                self._keep(candidate, reservation, earlier=bought.earlier)
                return ""
            if best is None or candidate.badness < best.badness:
                self._best[take.key] = candidate
        self._takes.spoiled(reservation, take, earlier=bought.earlier)
        return " ".join(gate.detail for gate in bad)

    def _heard(self, candidate: _Candidate) -> _Candidate:
        """The candidate after a listener has listened to it, where the settings ask for that."""
        if self._hearing is None:
            return candidate
        heard = self._hearing.of_take(candidate.take, candidate.speech)
        if heard is None:
            return candidate
        doubts = (*candidate.doubts, *failed([heard.gate]))
        return replace(candidate, doubts=doubts, heard=heard.heard, misheard=heard.rate)

    def _keep(self, made: _Candidate, reservation: Reservation[TakeRequest], *, earlier: bool) -> None:
        """Store a take that was just made, durably, and settle it."""
        take = self._stored(made)
        if earlier:
            self._takes.adopt(reservation, take)
        else:
            facts = self._files.take_facts(take.key, take.size, take.sha256)
            self._takes.store(reservation, take, facts)

    def _keep_earlier(self, made: _Candidate) -> None:
        """Store a take of an earlier attempt, which was settled then."""
        self._takes.adopt_found(self._stored(made))

    def _stored(self, made: _Candidate) -> Take:
        from assets.audio.encoding import encode_flac

        facts = self._files.put_take(made.take, encode_flac(made.speech.pcm, made.take.sample_rate))
        if made.heard is not None:
            self._files.put_hearing(made.take.key, made.heard)
        return replace(made.take, size=facts.size, sha256=facts.sha256)

    def _slot(self, provider: SpeechProvider) -> contextlib.AbstractAsyncContextManager[None]:
        """The process's own limit, by what the provider is good for; the account's, over all processes, comes after."""
        if provider.name not in self._slots:
            self._slots[provider.name] = asyncio.Semaphore(max(1, min(provider.parallel, self._concurrency)))
        return self._slots[provider.name]


def _note(work: Work | None, text: str) -> None:
    """A line in the timeline of the narration, where there is one."""
    if work is not None:
        work.note(text)
