"""The deliverable and its history, as the ledger keeps them and as pages and the command line show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assets.domain.costs import error_percent
from assets.domain.errors import ApprovalWanted
from assets.domain.keys import NarrationKey
from assets.domain.progress import Progress
from assets.domain.states import Status


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A published file: its path relative to the files' root, its size, and the SHA-256 of its bytes."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """One published narration; older versions stay and can be restored.

    `files` maps a role (`audio`, `captions`, `subtitles`, `transcript`, `script`, `text`) to its file. `number`
    counts from 1 within a narration. `estimate_micros` is what it was expected to cost when work on it began,
    `saved_micros` what the pieces that were reused had cost.
    """

    id: int
    key: NarrationKey
    number: int
    fingerprint: str
    script_fingerprint: str
    duration_seconds: float
    segments: int
    characters: int
    takes_bought: int
    takes_reused: int
    cost_micros: int
    created_at: datetime
    estimate_micros: int = 0
    saved_micros: int = 0
    files: Mapping[str, FileFacts] = field(default_factory=dict)

    @property
    def estimate_error_percent(self) -> float | None:
        """How far the estimate was off, in per cent of what it cost; None when it cost nothing."""
        return error_percent(self.estimate_micros, self.cost_micros)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a narration failed, in words that a person can act on."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Narration:
    """What the ledger knows of one narration. `status` is None when nobody ever asked for it.

    `version` is the published one that plays now; it stays while a newer one is being made. `segments_done` of
    `segments_total` (0 while unknown) are spoken, and `progress` says more. `claim_id` and `run_id` name the latest
    work on it.
    """

    key: NarrationKey
    status: Status | None = None
    version: Version | None = None
    claim_id: str = ""
    run_id: str = ""
    attempts: int = 0
    segments_total: int = 0
    segments_done: int = 0
    takes_bought: int = 0
    takes_reused: int = 0
    cost_micros: int = 0
    estimate_micros: int = 0
    progress: Progress = field(default_factory=Progress)
    failure: Failure | None = None
    updated_at: datetime | None = None

    @property
    def waits_for_approval(self) -> bool:
        """Whether its script is written and a person is to approve it before it is spoken."""
        return self.status is Status.CANCELLED and self.failure is not None and self.failure.code == ApprovalWanted.code


@dataclass(frozen=True, slots=True)
class Record:
    """A narration in short, for looking at very many: its status, and of its version what lists show. 0 is none."""

    key: NarrationKey
    status: Status
    version: int
    fingerprint: str
    duration_seconds: float | None
    updated_at: datetime
    failure_code: str = ""

    @property
    def waits_for_approval(self) -> bool:
        """Likewise."""
        return self.status is Status.CANCELLED and self.failure_code == ApprovalWanted.code


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a narration's timeline; `kind` is a short word: `asked`, `started`, `take`, `published`."""

    at: datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Setback:
    """An attempt that failed while the work went on: the code of its fault, and when the next was or is due."""

    text: str
    code: str
    due_at: datetime


class Outcome(StrEnum):
    """What asking for a narration came to."""

    FRESH = "fresh"
    """The published version is exactly what is asked for."""
    JOINED = "joined"
    """Work on it is on its way already; one more listener waits for it."""
    CLAIMED = "claimed"
    """A new claim was made; work must now be submitted or begun."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer of the ledger to a request. `claim_id` is empty when the narration is fresh.

    `fingerprint` is what is being made, or what plays when it is fresh. After `JOINED` it may differ from the one
    asked for: the text changed under the work, and one must ask again when that has ended.
    """

    outcome: Outcome
    narration: Narration
    claim_id: str = ""
    fingerprint: str = ""
