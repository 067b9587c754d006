"""Activity: what is being made, what waits for its turn, and what failed and why, as plain data for a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from assets.domain.batches import batch_of
from assets.domain.claims import Claim
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Narration, Setback
from assets.domain.states import Status
from assets.pipeline.desk import Desk
from studio_ui.snapshots import locale_name, page_url

QUEUED_SHOWN = 50
FAILED_SHOWN = 25
"""Of each cause on a page of it; all of them are retried together."""


class Links(Protocol):
    """Where a person can look at work in Dagster."""

    def run_url(self, run_id: str) -> str:
        """The page of a run."""
        ...

    def partition_url(self, key: NarrationKey) -> str:
        """The page of all runs of a narration."""
        ...


class Activity:
    """What happens in one studio."""

    def __init__(self, desk: Desk, links: Links) -> None:
        self._desk = desk
        self._links = links

    def look(self, cause: str = "", page: int = 1) -> dict[str, Any]:
        """Everything that is live, and all failures by their causes, the commonest first, each with the latest of it.

        Of one `cause` another `page`, counted from 1; one beyond the last is the last.
        """
        claims = self._desk.ledger.claims.queue(limit=QUEUED_SHOWN)
        setbacks = self._desk.ledger.narrations.setbacks([claim.id for claim in claims])
        running = [claim for claim in claims if claim.holder is not None]
        queued = [claim for claim in claims if claim.holder is None]
        counts = self._desk.ledger.narrations.counts()
        causes = self._desk.ledger.narrations.causes()
        return {
            "running": [self._running(claim, setbacks.get(claim.id)) for claim in running],
            "queued": [self._claim(claim, setbacks.get(claim.id)) for claim in queued],
            "waiting": counts[Status.PENDING],
            "places": self._desk.settings.max_parallel,
            "causes": [self._cause(code, count, page if code == cause else 1) for code, count in causes.items()],
            "failed": counts[Status.FAILED],
        }

    def failed(self, code: str) -> tuple[NarrationKey, ...]:
        """The narrations that failed for one cause, all of them."""
        return tuple(each.key for each in self._desk.ledger.narrations.failed(code)) if code else ()

    def _cause(self, code: str, count: int, page: int) -> dict[str, Any]:
        pages = max(1, -(-count // FAILED_SHOWN))
        shown = min(max(1, page), pages)
        failed = self._desk.ledger.narrations.failed(code, limit=FAILED_SHOWN, offset=(shown - 1) * FAILED_SHOWN)
        return {
            "code": code,
            "count": count,
            "page": shown,
            "pages": pages,
            "before": page_address(code, shown - 1) if shown > 1 else "",
            "after": page_address(code, shown + 1) if shown < pages else "",
            "narrations": [self._failed(narration) for narration in failed],
        }

    def _failed(self, narration: Narration) -> dict[str, Any]:
        failure = narration.failure
        assert failure is not None, "only failures are shown"
        return {
            **self._about(narration.key, narration.run_id),
            "message": failure.message,
            "remedy": failure.remedy,
            "attempts": narration.attempts,
            "at": _moment(narration).isoformat(),
            "plays": narration.version is not None,
        }

    def _running(self, claim: Claim, setback: Setback | None) -> dict[str, Any]:
        progress = self._desk.ledger.narrations.get(claim.key).progress
        return {
            **self._claim(claim, setback),
            "phase": "speaking" if claim.status is Status.GENERATING_SPEECH else "writing",
            "step": progress.step.value if progress.step else "",
            "done": claim.segments_done,
            "total": claim.segments_total,
            "remaining_seconds": progress.remaining_seconds,
            "began": claim.started_at.isoformat() if claim.started_at else "",
        }

    def _claim(self, claim: Claim, setback: Setback | None) -> dict[str, Any]:
        due = setback is not None and setback.due_at > datetime.now(UTC)
        return {
            **self._about(claim.key, claim.run_id),
            "position": claim.position,
            "priority": claim.priority,
            "by": "" if batch_of(claim.requested_by) else claim.requested_by,
            "in_batch": batch_of(claim.requested_by) is not None,  # its id says nothing to people
            "attempt": claim.attempt,
            "asked": claim.asked_at.isoformat(),
            "setback": {
                "text": setback.text,
                "code": setback.code,
                "due": setback.due_at.isoformat() if due else "",
            }
            if setback is not None
            else None,
        }

    def _about(self, key: NarrationKey, run_id: str) -> dict[str, Any]:
        try:
            title = self._desk.title(key.content.path, key.locale.tag)
            voice = self._desk.voices().get(key.voice).name
        except Refused:  # its text or its voice is gone; what happens to it is still to be seen
            title, voice = key.content.path, key.voice.name
        return {
            "key": str(key),
            "title": title,
            "lang": key.locale.tag,
            "about": f"{locale_name(key.locale)} · {voice}",
            "url": page_url(key),
            "run_url": self._links.run_url(run_id) if run_id else "",
            "partition_url": self._links.partition_url(key),
        }


def page_address(cause: str, page: int) -> str:
    """The address of a page of what failed for one cause."""
    return f"/activity?{urlencode({'cause': cause, 'p': page})}"


def has_live(looked: dict[str, Any]) -> bool:
    """Whether anything is on its way."""
    return bool(looked["running"] or looked["queued"])


def retry_summary(asked: int, refusals: Sequence[str], later: int = 0) -> dict[str, Any]:
    """What a retry of many came to, each reason once; `later` are being asked for after the page is answered."""
    return {"asked": asked, "refused": len(refusals), "later": later, "why": list(dict.fromkeys(refusals))[:3]}


def _moment(narration: Narration) -> datetime:
    return narration.updated_at or datetime.min.replace(tzinfo=UTC)
