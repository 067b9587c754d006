"""What a page shows of one narration, as plain data; derived from the ledger's record and the text of this moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from assets.domain.keys import Locale, NarrationKey
from assets.domain.narrations import Happening, Narration, Version
from assets.domain.states import Status
from assets.pipeline.wanted import View

FILES = {
    "audio": "narration.mp3",
    "captions": "captions.vtt",
    "subtitles": "subtitles.srt",
    "text": "script.txt",
    "transcript": "transcript.json",
    "script": "script.json",
}
"""The file of a version by its role, as media addresses name it."""

DOWNLOADS = {"m4b": "narration.m4b", "opus": "narration.opus"}
"""What is made of a version when somebody wants it, by form."""


class Phase(StrEnum):
    """The state of a narration as people see it; each has words in `labels.py`."""

    NOT_ASKED = "not_asked"
    QUEUED = "queued"
    WRITING = "writing"
    SPEAKING = "speaking"
    READY = "ready"
    STALE = "stale"
    APPROVAL = "approval"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What the one main button of a narration does."""

    MAKE = "make"
    UPDATE = "update"
    AGAIN = "again"
    RETRY = "retry"


_PHASES = {
    Status.PENDING: Phase.QUEUED,
    Status.GENERATING_SCRIPT: Phase.WRITING,
    Status.GENERATING_SPEECH: Phase.SPEAKING,
    Status.FAILED: Phase.FAILED,
    Status.CANCELLED: Phase.CANCELLED,
}
_WORDS = {
    Phase.NOT_ASKED: "not asked",
    Phase.QUEUED: "queued",
    Phase.WRITING: "writing the script",
    Phase.READY: "ready",
    Phase.STALE: "out of date",
    Phase.APPROVAL: "waiting for approval",
    Phase.FAILED: "failed",
    Phase.CANCELLED: "cancelled",
}


def query(key: NarrationKey) -> str:
    """The query string that names a narration to the pages of the studio."""
    return "?" + urlencode(
        {"content": key.content.path, "locale": key.locale.tag, "voice": key.voice.name}, quote_via=quote, safe="/"
    )


def page_url(key: NarrationKey) -> str:
    """The address, on this server, of a narration's page."""
    return f"/narration{query(key)}"


def media_url(version: Version, role: str) -> str:
    """The address, on this server, of one file of a version, or of a download that is made of it."""
    key = version.key
    return f"/media/{key.content}/{key.locale}/{key.voice}/v{version.number}/{(FILES | DOWNLOADS)[role]}"


def locale_name(locale: Locale, in_language: str | None = None) -> str:
    """What the speakers of a locale (or of another language) call it, or its tag when nobody told us."""
    from babel import Locale as Named
    from babel import UnknownLocaleError

    try:
        name = Named.parse(locale.tag, sep="-").get_display_name(in_language)
    except (UnknownLocaleError, ValueError):
        return locale.tag
    return f"{name[0].title()}{name[1:]}" if name else locale.tag  # of Georgian, upper case is for headlines alone


def phase(narration: Narration, *, fresh: bool) -> Phase:
    """The one word for a narration. Work under way comes first, then what became of it, then what is published."""
    if narration.waits_for_approval:
        return Phase.APPROVAL
    if narration.status in _PHASES:
        return _PHASES[narration.status]
    if narration.version is None:
        return Phase.NOT_ASKED
    return Phase.READY if fresh else Phase.STALE


def words(narration: Narration, *, fresh: bool) -> str:
    """The phase as a person would say it, with the progress in it: `speaking 7 of 19`."""
    now = phase(narration, fresh=fresh)
    if now is not Phase.SPEAKING:
        return _WORDS[now]
    if not narration.segments_total:
        return "speaking"
    return f"speaking {narration.segments_done} of {narration.segments_total}"


def action(narration: Narration, *, fresh: bool) -> Action | None:
    """What the main button offers; None while work is on its way."""
    if narration.status is not None and narration.status.live:
        return None
    if narration.status is Status.FAILED:
        return Action.RETRY
    if narration.version is None:
        return Action.MAKE
    return Action.AGAIN if fresh else Action.UPDATE


def remaining_seconds(narration: Narration) -> float | None:
    """How long the work will still take; None before that can be said, and when nobody is at work."""
    told = narration.progress.remaining_seconds
    return round(told, 1) if told is not None and narration.status is not None and narration.status.at_work else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One narration at one moment, ready for JSON. Times are ISO 8601 in UTC, durations are seconds."""

    content: str
    locale: str
    voice: str
    query: str
    title: str
    locale_name: str
    voice_name: str
    direction: str
    status: str
    phase: Phase
    words: str
    live: bool
    fresh: bool
    stale: str
    stale_by: tuple[str, ...]
    action: Action | None
    segments_done: int
    segments_total: int
    position: int
    step: str
    sections_done: int
    sections_total: int
    joined: float
    remaining_seconds: float | None
    attempts: int
    takes_bought: int
    takes_reused: int
    cost_usd: float
    plan: dict[str, int | float] | None
    early: list[dict[str, Any]]
    changes: dict[str, Any] | None
    version: dict[str, Any] | None
    failure: dict[str, str] | None
    timeline: list[dict[str, str]]
    run_id: str
    run_url: str

    @property
    def awaited(self) -> bool:
        """Whether its first sound is about to come: it is spoken, or next in turn, and nothing can be heard yet."""
        unheard = self.live and self.version is None and not self.early
        return unheard and self.phase is not Phase.WRITING and self.position <= 1

    def as_json(self) -> dict[str, Any]:
        """Plain data with a `revision` that changes exactly when anything else here does."""
        data = asdict(self)
        return {**data, "revision": revision(data)}


def revision(data: Any) -> str:  # noqa: ANN401 - any JSON
    """A short hash of plain data, to tell whether a page has seen it already."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()[:16]


def take_snapshot(
    view: View,
    voice_name: str,
    *,
    happenings: Sequence[Happening] = (),
    position: int = 0,
    run_url: str = "",
    plan: dict[str, int | float] | None = None,
    early: Sequence[dict[str, Any]] = (),
    changes: dict[str, Any] | None = None,
) -> Snapshot:
    """The snapshot of a view.

    `plan` is what the button would take, `early` the stretches that can be heard while it is being made, `changes` what
    is otherwise in the text by now.
    """
    narration = view.narration
    key, failure = narration.key, narration.failure
    return Snapshot(
        content=key.content.path,
        locale=key.locale.tag,
        voice=key.voice.name,
        query=query(key),
        title=view.title,
        locale_name=locale_name(key.locale),
        voice_name=voice_name,
        direction="rtl" if key.locale.right_to_left else "ltr",
        status=narration.status.value if narration.status else "absent",
        phase=phase(narration, fresh=view.fresh),
        words=words(narration, fresh=view.fresh),
        live=bool(narration.status and narration.status.live),
        fresh=view.fresh,
        stale=view.stale,
        stale_by=view.stale_by,
        action=action(narration, fresh=view.fresh),
        segments_done=narration.segments_done,
        segments_total=narration.segments_total,
        position=position,
        step=narration.progress.step or "" if narration.status and narration.status.at_work else "",
        sections_done=narration.progress.sections_done,
        sections_total=narration.progress.sections_total,
        joined=narration.progress.joined,
        remaining_seconds=remaining_seconds(narration),
        attempts=narration.attempts,
        takes_bought=narration.takes_bought,
        takes_reused=narration.takes_reused,
        cost_usd=narration.cost_micros / 1e6,
        plan=plan,
        early=list(early),
        changes=changes,
        version=version_facts(narration.version) if narration.version else None,
        failure=_failure(narration) if failure and narration.status is Status.FAILED else None,
        timeline=[{"at": h.at.isoformat(), "kind": h.kind, "text": h.text} for h in happenings],
        run_id=narration.run_id,
        run_url=run_url,
    )


def _failure(narration: Narration) -> dict[str, str] | None:
    failure = narration.failure
    return {"code": failure.code, "message": failure.message, "remedy": failure.remedy} if failure else None


def version_facts(version: Version) -> dict[str, Any]:
    """What a page shows of a version."""
    return {
        "number": version.number,
        "duration_seconds": version.duration_seconds,
        "segments": version.segments,
        "takes_reused": version.takes_reused,
        "cost_usd": version.cost_micros / 1e6,
        "estimated_usd": version.estimate_micros / 1e6,
        "estimate_error_percent": version.estimate_error_percent,
        "saved_usd": version.saved_micros / 1e6,
        "created_at": version.created_at.isoformat(),
        "files": {role: media_url(version, role) for role in FILES if role in version.files},
        "downloads": {form: media_url(version, form) for form in DOWNLOADS if "audio" in version.files},
    }
