"""Claims: the right to work on one narration, who has it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assets.domain.holders import Holder
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure, FileFacts, Narration
from assets.domain.states import Status


class ClaimState(StrEnum):
    """What became of a claim. At most one claim of a narration is live."""

    LIVE = "live"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Claim:
    """One piece of work on a narration, from the request to its end.

    `status` is the narration's while the claim is live and None afterwards. `holder` is the process that works, None
    while it is pending. `position` counts pending claims from 1 in the order of their turn; it is 0 for all
    others, and outside of the queue. Segments and takes are counted for the present attempt, money for all.
    """

    id: str
    key: NarrationKey
    fingerprint: str
    force: bool
    approval: bool
    priority: int
    requested_by: str
    run_id: str
    state: ClaimState
    status: Status | None
    holder: Holder | None
    attempt: int
    cancel_requested: bool
    segments_total: int
    segments_done: int
    takes_bought: int
    takes_reused: int
    cost_micros: int
    version_number: int | None
    failure: Failure | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    position: int = 0


@dataclass(frozen=True, slots=True)
class NotYet:
    """Work cannot begin now. With a `holder`, a living process is at it already; else all places are taken.

    `position` is the place in the queue, 1 for the next; it is 0 when somebody is at work.
    """

    position: int = 0
    holder: Holder | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """There is nothing to begin: the claim has come to its end, and this is how the narration stands now."""

    claim: Claim
    narration: Narration


@dataclass(frozen=True, slots=True)
class Publication:
    """What a finished narration consists of; `files` maps a role to its file, as in `Version`."""

    script_fingerprint: str
    duration_seconds: float
    segments: int
    characters: int
    files: Mapping[str, FileFacts] = field(default_factory=dict)
