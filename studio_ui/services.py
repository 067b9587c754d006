"""The studio: the verbs that pages and routes use, over the desk, the ledger and whoever carries out the runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from assets.domain.errors import Refused, StudioError
from assets.domain.keys import ContentId, Locale, NarrationKey
from assets.domain.narrations import Outcome, Version
from assets.domain.outlines import BlockKind
from assets.domain.progress import speaking_left
from assets.domain.states import Status
from assets.domain.voices import Voice
from assets.pipeline.desk import Desk
from assets.pipeline.planning import plan
from assets.pipeline.shelving import Shelving
from assets.pipeline.wanted import View
from assets.telemetry import logs, traces
from studio_ui.activity import Activity, retry_summary
from studio_ui.browsing import Library, Place
from studio_ui.hearing import Verdicts
from studio_ui.insights import Insights
from studio_ui.listening import Listening
from studio_ui.planning import numbers
from studio_ui.remembered import Remembered
from studio_ui.snapshots import Snapshot, locale_name, phase, query, revision, take_snapshot

logger = logging.getLogger(__name__)

SNAPSHOT_SECONDS = 1.0
"""How long one answer serves all open pages: at most one look at the ledger per narration and second."""
PLAN_SECONDS = 10.0
"""How long an estimate is good for: it changes only with the text, and with what other narrations have made."""
TIMELINE_LINES = 60
RETRIED_AT_ONCE = 100
"""How many are asked for again while the page waits."""
RECENT_SHOWN = 12
_RECENT = "recent"
SUBMITTED_AT_ONCE = 10
"""How many of those that are retried together are handed to Dagster before the page is answered."""


class Orchestrator(Protocol):
    """Whoever carries out the work that was claimed: Dagster, over HTTP."""

    def submit(self, key: NarrationKey, claim_id: str) -> str:
        """Begin the run of a claim and name it. Raises `StudioError` when it cannot; the claim stays pending then."""
        ...

    def trouble(self) -> str:
        """Why it cannot take runs now, in one sentence; nothing when it can."""
        ...

    def submit_together(self, claims: Mapping[NarrationKey, str]) -> str:
        """Begin one run for several claims and name it. Raises `StudioError` when it cannot; they stay pending then."""
        ...

    def run_url(self, run_id: str) -> str:
        """Where a person can look at a run."""
        ...

    def partition_url(self, key: NarrationKey) -> str:
        """Where a person can look at all runs of a narration."""
        ...


@dataclass(frozen=True, slots=True)
class Contents:
    """One content as the page lists it: its title in the locale asked for, or else in one that it has."""

    id: str
    title: str
    kind: str
    locales: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """One voice for one locale; `refusal` says in words why it cannot be chosen, and is empty when it can.

    `sample` says where it can be heard, or what that would cost; None where there can be none.
    """

    key: str
    name: str
    description: str
    refusal: str
    sample: dict[str, Any] | None = None


class Studio:
    """One studio for one process; every verb may be called from any thread."""

    def __init__(
        self,
        desk: Desk,
        orchestrator: Orchestrator,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.desk = desk
        self.ledger = desk.ledger
        self.orchestrator = orchestrator
        self.default_locale = desk.settings.default_locale
        shelving = Shelving(desk)
        self.library = Library(shelving)
        self.insights = Insights(desk, shelving)
        self.activity = Activity(desk, orchestrator)
        self.clock = clock
        self._remembered = Remembered(SNAPSHOT_SECONDS, clock=clock)
        self._plans = Remembered(PLAN_SECONDS, clock=clock)
        self.listening = Listening(desk, clock=clock)
        self.verdicts = Verdicts(desk, clock=clock)
        self.changes = 0
        """How often something was changed through this object: what was answered before may be out of date."""

    def contents(self, locale: Locale | None = None) -> tuple[Contents, ...]:
        """Everything that may be narrated, articles first, each with its title in a locale it exists in."""
        return self._remembered.get(("contents", locale), lambda: self._contents(locale or self.default_locale))

    def _contents(self, locale: Locale) -> tuple[Contents, ...]:
        catalogue = self.desk.catalogue()
        found = []
        for content in catalogue.contents:
            locales = catalogue.locales(content)
            shown = next((tag for tag in (locale, self.default_locale) if tag in locales), locales[0])
            try:
                title = self.desk.title(content.path, shown.tag)
            except StudioError:  # it cannot be read now; choosing it says why
                title = content.path
            found.append(Contents(content.path, title, content.kind, tuple(tag.tag for tag in locales)))
        return tuple(sorted(found, key=lambda entry: (entry.kind, entry.title.casefold(), entry.id)))

    def voices(self, locale: Locale) -> tuple[VoiceChoice, ...]:
        """Every voice, and for those that cannot speak the locale, why."""
        return tuple(self._voice(voice, locale) for voice in self.desk.voices().entries)

    def _voice(self, voice: Voice, locale: Locale) -> VoiceChoice:
        refusal = self._voice_refusal(voice, locale)
        sample = None if refusal else self.listening.sample_of(voice, locale)
        return VoiceChoice(voice.key.name, voice.name, voice.description, refusal, sample)

    def _voice_refusal(self, voice: Voice, locale: Locale) -> str:
        if not voice.offered_for(locale):
            return f"Does not speak {locale_name(locale, 'en')}."
        return self.desk.refusal(voice, locale.tag) or ""

    def first_key(self) -> NarrationKey:
        """What the invitation of the first page makes: the first article in the default locale, the shortest there is.

        Raises `Refused` when there is nothing to make.
        """
        catalogue, locale = self.desk.catalogue(), self.default_locale
        offered = [content for content in catalogue.contents if locale in catalogue.locales(content)]
        voice = next((voice.key for voice in self.voices(locale) if not voice.refusal), None)
        if not offered or voice is None:
            raise Refused(
                f"There is nothing to narrate in '{locale}' yet.",
                remedy="Put a lesson into the content folder and a voice that speaks its language into voices.toml.",
            )
        articles = [content for content in offered if content.kind == "article"] or offered

        def length(content: ContentId) -> tuple[int, str]:
            try:
                return self.characters(NarrationKey.of(content.path, locale.tag, voice)), content.path
            except StudioError:
                return 1 << 40, content.path

        return NarrationKey.of(min(articles, key=length).path, locale.tag, voice)

    def characters(self, key: NarrationKey) -> int:
        """How many characters of the source would be spoken. Raises `Refused`."""
        blocks = self.desk.wanted(key).outline.blocks
        return sum(len(block.text) for block in blocks if block.kind is not BlockKind.LEFT_OUT)

    def snapshot(self, key: NarrationKey) -> Snapshot:
        """What is true about a narration, at most a second old. Raises `Refused` when it cannot exist."""
        return self._remembered.get(key, lambda: self._snapshot(key))

    def _snapshot(self, key: NarrationKey) -> Snapshot:
        try:
            view = self.desk.view(key)
            voice_name = self.desk.voices().get(key.voice).name
        except Refused as refused:  # its text or voice is gone; what was published can still be heard
            narration = self.ledger.narrations.get(key)
            if narration.version is None:
                raise
            view = View(narration, key.content.path, fresh=False, stale=str(refused))
            voice_name = key.voice.name
        narration = view.narration
        position = 0
        if narration.status is Status.PENDING:
            queue = self.ledger.claims.queue()
            position = next((claim.position for claim in queue if claim.id == narration.claim_id), 0)
        return take_snapshot(
            view,
            voice_name,
            happenings=self.ledger.narrations.happenings(key, limit=TIMELINE_LINES),
            position=position,
            run_url=self.orchestrator.run_url(narration.run_id) if narration.run_id else "",
            plan=self._plan(view),
            early=self.listening.early(narration),
            changes=self._changes(view),
        )

    def _changes(self, view: View) -> dict[str, Any] | None:
        """What has changed in the text since the version that plays; None where that is not why it is out of date."""
        version = view.narration.version
        if version is None or view.fresh:
            return None
        try:
            return self.listening.changes(version, self.desk.wanted(version.key).fingerprint)
        except Refused:  # the text is gone, and the reason says so
            return None

    def _plan(self, view: View) -> dict[str, int | float] | None:
        """What the button would take, before anything is paid; None where it would make nothing, or cannot."""
        narration = view.narration
        if view.fresh or (narration.status is not None and narration.status.live):
            return None

        def look() -> dict[str, int | float] | None:
            (planned,) = plan(self.desk, [narration.key])
            if planned.refusal:
                return None
            pace = self.ledger.paces.seconds_per_take(narration.key.voice)
            made = speaking_left(0, 0, planned.estimate.takes_new, planned.estimate.seconds, pace)
            return {**numbers(planned.estimate), **({} if made is None else {"making_seconds": round(made, 1)})}

        return self._plans.get((narration.key, narration.updated_at), look)

    def request(
        self, key: NarrationKey, *, force: bool = False, by: str = "studio", approval: bool = False
    ) -> Snapshot:
        """Ask for a narration in somebody's name and say how things stand. Raises `Refused` before anything is written.

        With `approval` it stops before it is spoken, until somebody has approved its script.

        A run that could not be submitted is no failure: the claim is pending, and Dagster's sensor submits it.
        """
        with logs.about(narration=str(key)), traces.span("request", narration=str(key)):
            asked = self.desk.ask(key, force=force, requested_by=by, approval=approval)
            logger.info("Asked for", extra={"outcome": asked.outcome.value, "claim": asked.claim_id})
            if asked.outcome is Outcome.CLAIMED:
                try:
                    self.ledger.claims.submitted(asked.claim_id, self.orchestrator.submit(key, asked.claim_id))
                except StudioError as error:
                    logger.warning("It waits for the sensor: its run was not submitted now. %s", error)
        self._forget()
        return self.snapshot(key)

    def cancel(self, key: NarrationKey) -> Snapshot:
        """Stop the work on a narration. Raises `Refused` when nothing is under way."""
        self.desk.cancel(key)
        self._forget()
        return self.snapshot(key)

    def look(self, place: Place) -> dict[str, Any]:
        """One page of the library, at most a second old. Raises `Refused`."""

        def look() -> dict[str, Any]:
            found = self.library.look(place)
            return {**found, "revision": revision(found)}

        return self._remembered.get(place, look)

    def happening(self, cause: str = "", page: int = 1) -> dict[str, Any]:
        """What is live and what failed, at most a second old; of one cause another page."""

        def look() -> dict[str, Any]:
            found = self.activity.look(cause, page)
            return {**found, "revision": revision(found)}

        return self._remembered.get(("activity", cause, page), look)

    def retry(self, keys: Iterable[NarrationKey], *, by: str = "studio") -> dict[str, Any]:
        """Ask again for what failed; what is refused does not stop the others. Says what it came to.

        Of very many, some are asked for before this answers, and the others beside it.
        """
        wanted = list(keys)
        now, later = wanted[:RETRIED_AT_ONCE], wanted[RETRIED_AT_ONCE:]
        asked, refusals = self._retry(now, SUBMITTED_AT_ONCE, by)
        if later:
            threading.Thread(target=self._retry, args=(later, 0, by), name="retrying", daemon=True).start()
        return retry_summary(asked, refusals, len(later))

    def _retry(self, keys: Iterable[NarrationKey], submitted: int, by: str) -> tuple[int, list[str]]:
        asked, refusals = 0, []
        for key in keys:
            try:
                force = self.desk.view(key).fresh
                if asked < submitted:
                    self.request(key, force=force, by=by)
                else:  # so many runs would take long to hand over; the sensor submits what is pending
                    self.desk.ask(key, force=force, requested_by=by)
                asked += 1
            except StudioError as error:
                refusals.append(str(error))
        if refusals:
            logger.warning("%d narrations were not asked for again, the first because: %s", len(refusals), refusals[0])
        self._forget()
        return asked, refusals

    def restore(self, key: NarrationKey, number: int) -> Snapshot:
        """Let an earlier version play again. Raises `Refused` while it is being made, `Corrupt` without its files."""
        self.listening.restore(key, number)
        self._forget()
        return self.snapshot(key)

    def _forget(self) -> None:
        self.changes += 1
        self._remembered.forget()

    def outdated(self, key: NarrationKey | None) -> None:
        """What is remembered of a narration, or without a key of the recent ones, is to be looked up again."""
        self._remembered.drop(key if key is not None else _RECENT)

    def stamps(self, keys: Collection[NarrationKey]) -> tuple[Hashable, dict[NarrationKey, Hashable]]:
        """For the recent ones and for each of these narrations something that changes with it: ledger and text.

        It costs next to nothing, so that what it belongs to is worked out anew only when it has to be.
        """
        recent, recorded = self.ledger.narrations.stamps(keys)
        return recent, {key: (recorded.get(key), self.desk.text_stamp(key)) for key in keys}

    def recent(self) -> list[dict[str, Any]]:
        """The narrations that last changed, newest first, as links with words."""
        return self._remembered.get(_RECENT, lambda: self._recent(RECENT_SHOWN))

    def _recent(self, limit: int) -> list[dict[str, Any]]:
        shown = []
        for narration in self.ledger.narrations.recent(limit):
            key = narration.key
            try:
                view = self.desk.view(key)
                title, voice = view.title, self.desk.voices().get(key.voice).name
                state = phase(narration, fresh=view.fresh).value
            except Refused:  # its text or its voice is gone; what was published is still there to be heard
                title, voice, state = key.content.path, key.voice.name, "stale"
            shown.append(
                {
                    "query": query(key),
                    "title": title,
                    "locale_name": locale_name(key.locale),
                    "voice_name": voice,
                    "phase": state,
                    "lang": key.locale.tag,
                    "duration_seconds": narration.version.duration_seconds if narration.version else None,
                }
            )
        return shown

    def version(self, key: NarrationKey, number: int) -> Version:
        """One published version of a narration. Raises `Refused` when there is none of that number."""
        for version in self.ledger.versions.of(key):
            if version.number == number:
                return version
        raise Refused(f"There is no version {number} of '{key}'.", remedy="Open the narration to see its versions.")

    def file(self, version: Version, role: str) -> Path:
        """Where a file of a version lies. Raises `Refused` when the version has none of that role."""
        if role not in version.files:
            raise Refused(f"This version has no {role}.", remedy="Make the narration again to get it.")
        return self.desk.files.resolve(version.files[role].path)
