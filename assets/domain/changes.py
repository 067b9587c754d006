"""Changes: what is different between two texts that were cut into pieces, as a person would point it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Kind(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: what tells it from others, and its words. `start_seconds` is when it is heard, if it is."""

    mark: str
    text: str
    start_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of both texts; one of them has nothing there when something was added or removed."""

    kind: Kind
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()


def compare(before: Sequence[Piece], after: Sequence[Piece]) -> tuple[Change, ...]:
    """The whole of both texts as stretches in order; joined again, they are the two texts."""
    kinds = {"equal": Kind.SAME, "replace": Kind.CHANGED, "insert": Kind.ADDED, "delete": Kind.REMOVED}
    matcher = SequenceMatcher(None, [each.mark for each in before], [each.mark for each in after], autojunk=False)
    return tuple(
        Change(kinds[tag], tuple(before[first:last]), tuple(after[start:end]))
        for tag, first, last, start, end in matcher.get_opcodes()
    )
