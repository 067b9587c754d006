"""The verbs that make narrations from the command line: here in this process, or by the running system."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assets.domain.claims import ClaimState, Ended, NotYet
from assets.domain.errors import Cancelled, Refused, StudioError
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Asked, Narration, Outcome
from assets.domain.states import Status
from assets.pipeline.desk import Desk
from assets.storage.processes import this_process
from assets.telemetry import traces
from studio_ui.progress import Progress
from studio_ui.report import report

if TYPE_CHECKING:
    from assets.storage.ledger.work import Work
    from dagster_project.local import LocalRuns

_LOOK_AGAIN_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Generated:
    """One narration as the command line reports it; `ok` means that its version is what the text asks for."""

    data: dict[str, Any]
    ok: bool


class Here:
    """Makes narrations in this process. Dagster is imported only when there is something to make."""

    def __init__(self, desk: Desk, progress: Progress) -> None:
        self._desk = desk
        self._progress = progress
        self._runs: LocalRuns | None = None

    def make(self, key: NarrationKey, *, force: bool) -> Generated:
        """One narration: fresh already, made by somebody else while this process waits, or made here."""
        joined = False
        while True:
            asked = self._desk.ask(key, force=force, requested_by="command line")
            if asked.outcome is Outcome.FRESH:
                return _generated(self._desk, key, skipped=not joined, made=False)
            force, run_id = False, str(uuid4())
            match self._begin(asked, run_id):
                case Ended(claim=claim):
                    joined = True
                    if claim.state is not ClaimState.DONE:
                        return _generated(self._desk, key, made=False)
                case work:
                    self._perform(work, run_id)
                    narration = self._desk.ledger.narrations.get(key)
                    if narration.status is None or not narration.status.live:
                        return _generated(self._desk, key)

    def _begin(self, asked: Asked, run_id: str) -> Work | Ended:
        settings, key = self._desk.settings, asked.narration.key
        while True:
            answer = self._desk.ledger.claims.start(
                asked.claim_id,
                this_process(),
                run_id,
                max_parallel=settings.max_parallel,
                lease_seconds=settings.lease_seconds,
            )
            if not isinstance(answer, NotYet):
                return answer
            if answer.holder is not None:
                self._progress.follow(self._desk.ledger.narrations.get(key))
            else:
                self._progress.waiting(key, f"waiting for a place, {answer.position} in line")
            time.sleep(_LOOK_AGAIN_SECONDS)

    def _perform(self, work: Work, run_id: str) -> None:
        try:
            if self._runs is None:
                from dagster_project.local import LocalRuns

                self._runs = LocalRuns(self._desk, self._progress)
            self._runs.make(work.key, run_id=run_id, begun=work)
        except KeyboardInterrupt:
            work.cancel("stopped from the keyboard")
            raise


def _generated(desk: Desk, key: NarrationKey, *, skipped: bool = False, made: bool = True) -> Generated:
    view = desk.view(key)
    ok = view.narration.status is Status.COMPLETED and view.narration.version is not None
    error: StudioError | None = None
    if view.narration.status is Status.CANCELLED and view.narration.failure is None:
        error = Cancelled("It was cancelled.", remedy="Ask again to make it.")
    return Generated(report(view, desk.files, skipped=skipped, error=error, made=made), ok)


def generate_one(desk: Desk, key: NarrationKey, *, force: bool, quiet: bool) -> Generated:
    """Make one narration in this process. Raises `Refused` before anything is written."""
    with Progress(quiet=quiet) as progress:
        return Here(desk, progress).make(key, force=force)


@dataclass(frozen=True, slots=True)
class GeneratedAll:
    """What came of `generate --all`: those that were to be made, and how many had nothing to be done about them."""

    made: list[Generated]
    fresh: int


def generate_all(desk: Desk, *, locale: str | None, voice: str | None, force: bool, quiet: bool) -> GeneratedAll:
    """Every narration that is missing or stale: each text in its default voice, or in `voice`, and all known ones.

    They are made side by side, in one run of Dagster; which are fresh is known before Dagster is even imported.
    """
    keys = outstanding(desk, locale=locale, voice=voice)
    fresh = {} if force else desk.fresh(keys)
    wanted = [key for key in keys if key not in fresh]
    if wanted:
        from dagster_project.local import LocalRuns

        with Progress(quiet=quiet, total=len(wanted)) as progress:
            LocalRuns(desk, progress).make_many(wanted, force=force)
    return GeneratedAll([_outcome(desk, key) for key in wanted], len(fresh))


def outstanding(desk: Desk, *, locale: str | None, voice: str | None) -> list[NarrationKey]:
    """The narrations that are to be up to date, sorted."""
    wanted = set(desk.everything(locale=locale, voice=voice) if voice else desk.default_narrations(locale))
    current = desk.ledger.narrations.fingerprints(locale=locale, voice=voice)
    possible = set(desk.everything(locale=locale, voice=voice))
    return sorted(wanted | (set(current) & possible), key=str)


def request_one(
    desk: Desk, key: NarrationKey, *, force: bool, wait: bool, quiet: bool, approval: bool = False
) -> Generated:
    """Ask the running system; with `wait`, stay until the narration is ready, has failed or waits for approval."""
    from studio_ui.orchestrator import DagsterOverHttp, DagsterUnreachable

    with traces.span("request", narration=str(key)):
        asked = desk.ask(key, force=force, requested_by="request", approval=approval)
        if asked.outcome is Outcome.CLAIMED:
            try:
                run_id = DagsterOverHttp(desk.settings.dagster_url).submit(key, asked.claim_id)
                desk.ledger.claims.submitted(asked.claim_id, run_id)
            except DagsterUnreachable as fault:
                raise DagsterUnreachable(
                    f"{fault.message} The request is kept and will be served once the system runs.",
                    remedy="Start it with `studio up`.",
                ) from fault
    skipped = asked.outcome is Outcome.FRESH
    with Progress(quiet=quiet) as progress:
        narration = _ended(desk, key, progress.follow) if wait and not skipped else desk.ledger.narrations.get(key)
    bad = narration.status in {Status.FAILED, Status.CANCELLED}
    return Generated(report(desk.view(key), desk.files, skipped=skipped, made=not skipped), not bad)


def _ended(desk: Desk, key: NarrationKey, follow: Callable[[Narration], None]) -> Narration:
    while True:
        narration = desk.ledger.narrations.get(key)
        if narration.status is None or not narration.status.live:
            return narration
        follow(narration)
        time.sleep(_LOOK_AGAIN_SECONDS)


def _outcome(desk: Desk, key: NarrationKey) -> Generated:
    """How one narration of a batch stands; what is refused is reported like what failed."""
    try:
        return _generated(desk, key)
    except Refused as refused:
        narration = desk.ledger.narrations.get(key)
        return Generated(
            {
                "content": str(key.content),
                "locale": str(key.locale),
                "voice": str(key.voice),
                "status": narration.status.value if narration.status else "absent",
                "skipped": False,
                "error": refused.as_json_at_a_shell(),
            },
            ok=False,
        )
