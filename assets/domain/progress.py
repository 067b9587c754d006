"""How far the work on a narration is, and how long it will still take: a time that never runs backwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

JOINING_PACE = 20.0
"""Seconds of audio that a slow core joins, encodes and measures in a second, for as long as nothing better is known."""
CHECKED_FROM = 0.8
"""The share of the joining after which the encoded file is decoded again and measured."""
_TELLING_SHARE = 0.1


class Step(StrEnum):
    """What is being done at this moment."""

    WRITING = "writing"
    SPEAKING = "speaking"
    JOINING = "joining"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. Sections are written, then spoken; those that are spoken are the first so many, in order.

    `joined` is the share of the last step that is done, 0 to 1. `remaining_seconds` is None before it can be said, and
    never more than it was.
    """

    step: Step | None = None
    sections_done: int = 0
    sections_total: int = 0
    joined: float = 0.0
    remaining_seconds: float | None = None


def speaking_left(
    elapsed_seconds: float, bought: int, to_buy: int, listening_seconds: float, pace: float | None
) -> float | None:
    """The seconds until it is published, from how long the takes bought so far took; before the first, from the `pace`.

    Takes that are only reused take no time, so they are not counted. `pace` is how many seconds a take of this voice
    took in other narrations, with everything else; None when there are none.
    """
    left, joining = to_buy - bought, listening_seconds / JOINING_PACE
    if left <= 0:
        return joining
    if bought:
        return elapsed_seconds / bought * left + joining
    return None if pace is None else pace * left


def joining_left(elapsed_seconds: float, share: float, listening_seconds: float) -> float:
    """The seconds until it is published, once all is spoken and `share` of the joining is done."""
    if share >= _TELLING_SHARE and elapsed_seconds > 0:
        return elapsed_seconds / share * (1 - share)
    return listening_seconds / JOINING_PACE * (1 - share)


def never_more(before: float | None, now: float | None) -> float | None:
    """The time left that is told after `before`: shorter, or as long as it was."""
    if before is None or now is None:
        return before if now is None else now
    return min(before, now)
