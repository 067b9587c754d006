"""The engine: takes narrations from a request to a published version, one or many at a time.

It knows nothing of Dagster. Whoever runs it (a Dagster run, the command line) gives it keys and is told of each stage;
the ledger decides who does the work, so that any number of engines in any number of processes make each thing once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from assets.domain.claims import Claim, ClaimState, Ended, NotYet
from assets.domain.errors import ApprovalWanted, Cancelled, ClaimLost, ContentChanged, Refused, StudioError
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Asked, Failure, Narration, Outcome, Version
from assets.domain.progress import speaking_left
from assets.domain.scripts import CHARACTERS_PER_SECOND, Script
from assets.pipeline.asking import key_of, requests
from assets.pipeline.audience import Audience, Audiences
from assets.pipeline.batching import BATCH_PRIORITY
from assets.pipeline.desk import Desk
from assets.pipeline.ending import end_failed
from assets.pipeline.planning import Planning
from assets.pipeline.publishing import Produced, Publishing
from assets.pipeline.pulse import Pulse
from assets.pipeline.speaking import Speaking
from assets.pipeline.wanted import Wanted
from assets.pipeline.writing import Writing
from assets.providers.base import PaidSpeechProvider
from assets.storage.ledger.claims import PATIENCE
from assets.storage.ledger.work import Work
from assets.storage.processes import this_process
from assets.telemetry import logs, traces

_LOOK_AGAIN_SECONDS = 0.25
_JOINED_AT_ONCE = 4
_log = logging.getLogger(__name__)


class Result(StrEnum):
    """What came of one narration."""

    MADE = "made"
    FRESH = "fresh"
    JOINED = "joined"
    WAITING = "waiting"
    """Its script waits for a person's approval."""
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one narration, and what there is to know about it.

    `error` is set for waiting, failed and cancelled.
    """

    key: NarrationKey
    result: Result
    narration: Narration
    script: Script | None = None
    script_fingerprint: str = ""
    produced: Produced | None = None
    error: StudioError | None = None
    seconds: float = 0.0

    @property
    def version(self) -> Version | None:
        """The version that plays now, whether or not this work made it."""
        return self.narration.version


class Engine:
    """Makes narrations in this process. Use it within one event loop."""

    def __init__(self, desk: Desk, audience: Iterable[Audience], *, run_id: str = "") -> None:
        self._desk = desk
        self._audience = Audiences(audience)
        self._run_id = run_id
        self._settings = desk.settings
        self._pulse = Pulse()
        self._writing = Writing(desk)
        self._speaking = Speaking(desk)
        self._publishing = Publishing(desk.files)
        self._begun: dict[NarrationKey, Work] = {}
        self._claims: dict[NarrationKey, str] = {}
        self._sent_for: dict[NarrationKey, str] = {}
        self._door = asyncio.Lock()
        self._freed = asyncio.Event()

    def sent_for(self, key: NarrationKey, claim_id: str) -> None:
        """This engine was started to do the work of a claim: when that is cancelled by then, nothing is made."""
        self._sent_for[key] = claim_id

    def take_over(self, work: Work) -> None:
        """Let this engine do work that its own process has begun already."""
        self._begun[work.key] = work
        self._claims[work.key] = work.claim_id

    def abandon(self) -> None:
        """Cancel whatever this engine has asked for or begun and not finished: the person who started it ended it."""
        for key, claim_id in self._claims.items():
            if self._desk.ledger.claims.get(claim_id).state is ClaimState.LIVE:
                self._desk.cancel(key)

    async def make_all(
        self, keys: Collection[NarrationKey], *, force: bool = False, requested_by: str = ""
    ) -> AsyncIterator[Made]:
        """Each narration as it ends, in whatever order they end; one that fails does not stop the others.

        All are asked for at once: then everybody sees what is coming, and when this process dies, the ledger still
        knows what is wanted. So many are worked on as there may be at work.
        """
        priority = BATCH_PRIORITY if len(keys) > 1 else 0
        waiting: asyncio.Queue[tuple[NarrationKey, Asked | StudioError | None] | None] = asyncio.Queue()
        done: asyncio.Queue[Made | BaseException] = asyncio.Queue()

        async def ask_for_all() -> None:
            try:
                for key in keys:
                    begun = key in self._begun or self._is_withdrawn(key)
                    waiting.put_nowait((key, None if begun else self._asked(key, force, requested_by, priority)))
                    await asyncio.sleep(0)
            except BaseException as fault:
                done.put_nowait(fault)
                raise

        async def work() -> None:
            while (coming := await waiting.get()) is not None:
                key, asked = coming
                try:
                    done.put_nowait(await self.make(key, force=force, requested_by=requested_by, asked=asked))
                except BaseException as fault:
                    done.put_nowait(fault)
                    raise
                self._audience.ended(key)

        # Those that are being joined have no place any more; a few of them are let go on beside the others.
        several = min(len(keys), self._settings.max_parallel + _JOINED_AT_ONCE)
        tasks = [asyncio.create_task(ask_for_all()), *(asyncio.create_task(work()) for _ in range(several))]
        try:
            for _ in keys:
                ended = await done.get()
                if isinstance(ended, BaseException):
                    raise ended
                yield ended
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _is_withdrawn(self, key: NarrationKey) -> bool:
        """Whether the claim that this engine was sent for has been cancelled; it is not to be asked for anew then."""
        claim_id = self._sent_for.get(key, "")
        return bool(claim_id) and self._desk.ledger.claims.get(claim_id).state is ClaimState.CANCELLED

    def _asked(self, key: NarrationKey, force: bool, requested_by: str, priority: int = 0) -> Asked | StudioError:
        try:
            asked = self._desk.ask(key, force=force, requested_by=requested_by, priority=priority, run_id=self._run_id)
        except StudioError as error:
            return error
        if asked.outcome is Outcome.CLAIMED:
            self._claims[key] = asked.claim_id
        return asked

    async def write(self, key: NarrationKey) -> Made:
        """The script alone: nothing is claimed, nothing is spoken, and the published version stays as it is."""
        narration = self._desk.ledger.narrations.get(key)
        try:
            wanted = self._desk.wanted(key)
            script = await self._writing.script(wanted)
        except StudioError as error:
            return Made(key, Result.FAILED, narration, error=error)
        self._audience.scripted(key, script, wanted.script_fingerprint)
        return Made(key, Result.MADE, narration, script, wanted.script_fingerprint)

    async def make(
        self,
        key: NarrationKey,
        *,
        force: bool = False,
        requested_by: str = "",
        asked: Asked | StudioError | None = None,
    ) -> Made:
        """One narration, whatever it takes: fresh already, made by somebody else meanwhile, or made here.

        `asked` is what came of asking for it, where that has been done. A designed error ends in `Made.error`, never in
        an exception; an exception is a fault of ours, after the narration was marked as failed.
        """
        began = time.monotonic()
        with logs.about(narration=str(key), run=self._run_id), traces.span("narration", narration=str(key)):
            try:
                made = await self._make(key, force, requested_by, asked)
            except StudioError as error:
                made = Made(key, _result(error), self._desk.ledger.narrations.get(key), error=error)
            made = replace(made, seconds=time.monotonic() - began)
            with logs.about(claim=self._claims.get(key, "")):
                _log_end(made)
        return made

    async def _make(self, key: NarrationKey, force: bool, requested_by: str, asked: Asked | StudioError | None) -> Made:
        work = self._begun.pop(key, None)
        waited = False
        if work is None and asked is None and self._is_withdrawn(key):
            claim = self._desk.ledger.claims.get(self._sent_for.pop(key))
            return _ended_badly(key, claim, self._desk.ledger.narrations.get(key))
        while True:
            if work is not None:
                try:
                    return await self._perform(work)
                except ClaimLost:
                    # Another process took the claim over while this one seemed dead: it is that one's to finish.
                    work = None
            asked = asked or self._asked(key, force, requested_by)
            if isinstance(asked, StudioError):
                raise asked
            if asked.outcome is Outcome.FRESH:
                return Made(key, Result.JOINED if waited else Result.FRESH, asked.narration)
            force = False
            match await self._begin(asked):
                case Work() as begun:
                    work = begun
                    self._claims[key] = work.claim_id
                case Ended(claim=claim, narration=narration):
                    waited = True
                    if claim.state is not ClaimState.DONE:
                        return _ended_badly(key, claim, narration)
                    if claim.fingerprint == asked.fingerprint:
                        return Made(key, Result.JOINED, narration)
            asked = None

    async def _begin(self, asked: Asked) -> Work | Ended:
        """Wait for a place, or for whoever is at it already.

        Of all that this engine has, one at a time stands at the door: the others come after it anyway, and every look
        is a question to the ledger.
        """
        told, gained, came = "", 0, 0.0

        def tell(why: str) -> None:
            nonlocal told
            if why != told:
                self._audience.waiting(asked.narration.key, why)
                told = why

        while True:
            async with self._door:
                came = came or time.monotonic()
                while True:
                    self._freed.clear()
                    gains = int((time.monotonic() - came) / PATIENCE.total_seconds()) - gained
                    gained += gains
                    answer = self._desk.ledger.claims.start(
                        asked.claim_id,
                        this_process(),
                        self._run_id,
                        max_parallel=self._settings.max_parallel,
                        lease_seconds=self._settings.lease_seconds,
                        gains=gains,
                    )
                    if not isinstance(answer, NotYet):
                        return answer
                    if answer.holder is not None:
                        break
                    tell(f"waiting for a place, {answer.position} in line")
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._freed.wait(), _LOOK_AGAIN_SECONDS)
            tell("somebody is making it already")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _perform(self, work: Work) -> Made:
        """Do the work of a claim to its end, and see that the ledger says how it ended."""
        try:
            with logs.about(claim=work.claim_id):
                _log.info("Work begins", extra={"attempt": work.attempt})
                async with self._pulse.of(work):
                    return await self._produce(work)
        except (ClaimLost, Cancelled):
            raise
        except asyncio.CancelledError:
            # This process is being stopped, not the narration: it waits for whoever takes it over. When somebody has
            # done so already, or it was cancelled, there is nothing left to give.
            with contextlib.suppress(ClaimLost, Cancelled):
                work.hand_back()
            raise
        except ApprovalWanted as wanted:
            work.hold(Failure(wanted.code, wanted.message, wanted.remedy))
            raise
        except StudioError as error:
            end_failed(work, Failure(error.code, error.message, error.remedy))
            raise
        except Exception as fault:
            _log.exception("A fault of ours while making %s", work.key)
            why = f"Something went wrong inside the studio ({type(fault).__name__})."
            end_failed(work, Failure("internal", why, "Ask again."))
            raise
        finally:
            self._freed.set()
            self._desk.files.discard_work(work.claim_id, work.attempt)

    async def _produce(self, work: Work) -> Made:
        wanted = self._wanted(work)
        pace = self._desk.ledger.paces.seconds_per_take(wanted.voice.key)
        if self._desk.costs_money(wanted):
            estimate = await Planning(self._desk).estimate(wanted)
            work.expects(estimate.micros, speaking_left(0, 0, estimate.takes_new, estimate.seconds, pace))
        with traces.span("script"):
            script = await self._writing.script(wanted, work)
        _log.info("The script is ready", extra={"segments": len(script.segments)})
        wanted = wanted.saying([segment.text for segment in script.segments])
        if wanted.fingerprint != work.fingerprint:
            work.aim(wanted.fingerprint)  # the lexicon has a word for what the writer wrote
        self._audience.scripted(work.key, script, wanted.script_fingerprint)
        self._require_approval(work, wanted, script)
        total = len(script.segments)
        keys = list({key_of(wanted, each) for each in requests(wanted, script.segments)})
        work.speaking(
            total,
            sections_total=sum(1 for section in script.sections if section.segments),
            takes_to_buy=len(keys) - len(self._desk.ledger.takes.known(keys)),
            listening_seconds=script.characters / CHARACTERS_PER_SECOND,
            pace=pace,
        )
        done = 0

        def spoke() -> None:
            nonlocal done
            done += 1
            self._audience.speaking(work.key, done, total)

        self._audience.speaking(work.key, 0, total)
        with traces.span("speech", segments=total):
            spoken = await self._speaking.takes(wanted, script, work, spoke)
        work.joining(0.0)
        self._freed.set()
        with traces.span("publish"):
            produced = await self._publishing.publish(
                wanted, script, spoken, work, lambda share: self._audience.mixing(work.key, share)
            )
        narration = self._desk.ledger.narrations.get(work.key)
        return Made(work.key, Result.MADE, narration, script, wanted.script_fingerprint, produced)

    def _require_approval(self, work: Work, wanted: Wanted, script: Script) -> None:
        """Pass a script that may be spoken now. Raises `ApprovalWanted`."""
        policy = self._settings.approval
        asked = work.approval or policy == "always" or (policy == "paid" and self._has_to_buy(wanted, script))
        if asked and self._desk.ledger.approvals.of(wanted.script_fingerprint) is None:
            raise ApprovalWanted(
                "The script is written and waits for approval.", remedy="Read it under Review, then approve it."
            )

    def _has_to_buy(self, wanted: Wanted, script: Script) -> bool:
        paid = isinstance(self._desk.speech_provider(wanted.voice), PaidSpeechProvider)
        return paid and bool(Planning(self._desk).unspoken(wanted, script.segments))

    def _wanted(self, work: Work) -> Wanted:
        """What to make, from the text of this moment; the claim is aimed at it."""
        try:
            wanted = self._desk.wanted(work.key)
        except Refused as refused:
            raise ContentChanged(refused.message, remedy=refused.remedy) from refused
        if wanted.fingerprint != work.fingerprint:
            work.aim(wanted.fingerprint)
        return wanted


def _log_end(made: Made) -> None:
    facts: dict[str, object] = {"result": made.result.value, "seconds": round(made.seconds, 3)}
    if made.error is not None:
        _log.warning("Not made: %s", made.error, extra={**facts, "code": made.error.code})
    else:
        _log.info("Done", extra={**facts, "version": made.version.number if made.version else None})


def _ended_badly(key: NarrationKey, claim: Claim, narration: Narration) -> Made:
    if claim.failure is not None and claim.failure.code == ApprovalWanted.code:
        waits = ApprovalWanted(claim.failure.message, remedy=claim.failure.remedy)
        return Made(key, Result.WAITING, narration, error=waits)
    if claim.state is ClaimState.CANCELLED:
        error: StudioError = Cancelled("It was cancelled.", remedy="Ask again to make it.")
        return Made(key, Result.CANCELLED, narration, error=error)
    failure = claim.failure or Failure("error", "It failed.", "Ask again.")
    return Made(key, Result.FAILED, narration, error=Recorded(failure))


def _result(error: StudioError) -> Result:
    match error:
        case Cancelled():
            return Result.CANCELLED
        case ApprovalWanted():
            return Result.WAITING
    return Result.FAILED


class Recorded(StudioError):
    """A failure that another process met and recorded."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message, remedy=failure.remedy)
        self.code = failure.code
