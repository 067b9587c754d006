"""Batches: many narrations asked for at once, made a portion at a time, paused, resumed and retried together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure

_ASKER = "batch "


def asker(batch_id: str) -> str:
    """Who asks for the narrations of a batch, as claims name it."""
    return f"{_ASKER}{batch_id}"


def batch_of(requested_by: str) -> str | None:
    """The id of the batch that asked for a claim; None when a person or a policy did."""
    return requested_by.removeprefix(_ASKER) if requested_by.startswith(_ASKER) else None


class BatchState(StrEnum):
    """What people want of a batch. Whether all of it has been made is told by its items, never stored."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class BatchEvent(StrEnum):
    """What people can do with a batch."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"


BATCH_TRANSITIONS: dict[tuple[BatchState, BatchEvent], BatchState] = {
    (BatchState.RUNNING, BatchEvent.PAUSE): BatchState.PAUSED,
    (BatchState.PAUSED, BatchEvent.RESUME): BatchState.RUNNING,
    # Nothing of it is left to ask for, and some of it was stopped by what would stop everything.
    (BatchState.RUNNING, BatchEvent.RESUME): BatchState.RUNNING,
    (BatchState.RUNNING, BatchEvent.CANCEL): BatchState.CANCELLED,
    (BatchState.PAUSED, BatchEvent.CANCEL): BatchState.CANCELLED,
    (BatchState.RUNNING, BatchEvent.RETRY): BatchState.RUNNING,
    (BatchState.PAUSED, BatchEvent.RETRY): BatchState.PAUSED,
}


def after(state: BatchState, event: BatchEvent) -> BatchState:
    """The state after an event. Raises `Refused` when it makes no sense."""
    try:
        return BATCH_TRANSITIONS[state, event]
    except KeyError:
        raise Refused(f"A batch that is {state.value} cannot {event.value}.", remedy="Look at it again.") from None


class ItemState(StrEnum):
    """How one narration of a batch stands."""

    WAITING = "waiting"
    """Not asked for yet."""
    QUEUED = "queued"
    WORKING = "working"
    MADE = "made"
    FRESH = "fresh"
    """There was nothing to make."""
    APPROVAL = "approval"
    """Its script waits for a person."""
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        """Whether something is still to come."""
        return self in {ItemState.WAITING, ItemState.QUEUED, ItemState.WORKING}

    @property
    def can_be_retried(self) -> bool:
        """Whether asking again can help."""
        return self in {ItemState.APPROVAL, ItemState.FAILED, ItemState.CANCELLED}


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One narration of a batch; `failure` says why it was not made."""

    batch_id: str
    position: int
    key: NarrationKey
    state: ItemState
    claim_id: str = ""
    failure: Failure | None = None
    cost_micros: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Many narrations that were asked for together. `estimate_micros` is what the plan said when it was confirmed."""

    id: str
    name: str
    state: BatchState
    force: bool
    approval: bool
    requested_by: str
    estimate_micros: int
    created_at: datetime
    counts: Mapping[ItemState, int] = field(default_factory=dict)
    cost_micros: int = 0
    cap_micros: int | None = None
    """What it may cost at most; None where only the caps of day and month hold."""
    used_micros: int = 0
    """What was spent, or is set aside, by what was asked for by it alone: what it joined is on another's account."""

    @property
    def total(self) -> int:
        """How many narrations it has."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """How many are still to come."""
        return sum(count for state, count in self.counts.items() if state.open)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.open == 0 or (self.state is BatchState.CANCELLED and self.under_way == 0)

    @property
    def under_way(self) -> int:
        """How many are asked for and not at their end."""
        return self.counts.get(ItemState.QUEUED, 0) + self.counts.get(ItemState.WORKING, 0)


@dataclass(frozen=True, slots=True)
class Cause:
    """Narrations of a batch that were not made for one and the same reason."""

    code: str
    state: ItemState
    message: str
    remedy: str
    count: int
    keys: tuple[NarrationKey, ...] = ()
    """Some of them, in the order of the batch."""


class Which(StrEnum):
    """Which of the chosen narrations a batch is to make."""

    OUTDATED = "outdated"
    """What was never made, and what is out of date."""
    MISSING = "missing"
    STALE = "stale"
    ALL = "all"
    """Everything, fresh or not: it is made anew."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a batch is about: contents x locales x voices, each all of them when empty.

    A content is named by its id, or by a folder that it lies in. Without voices, what was never made is made in the
    first voice of its locale, and what is out of date in the voice that it has.
    """

    contents: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    which: Which = Which.OUTDATED

    def names(self, key: NarrationKey) -> bool:
        """Whether a narration is among the contents and locales chosen."""
        path = key.content.path
        return (not self.locales or key.locale.tag in self.locales) and (
            not self.contents or any(path == each or path.startswith(f"{each.rstrip('/')}/") for each in self.contents)
        )
