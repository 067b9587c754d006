"""How a text is said: the words that a voice is given, and where in the shown text each of them comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assets.domain.speech import WordTiming


@dataclass(frozen=True, slots=True)
class Respoken:
    """A stretch of the shown text, `[first, last)`, and the words that are said for it.

    `ipa` are the sounds of these words, where a voice is told them.
    """

    first: int
    last: int
    words: str
    ipa: str = ""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """The sounds of the characters `[first, last)` of a text that a voice is given, as IPA."""

    first: int
    last: int
    ipa: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text as a reader sees it, and as a voice says it; `changes` are in order and do not overlap."""

    shown: str
    changes: tuple[Respoken, ...] = ()

    @property
    def text(self) -> str:
        """What a voice is given."""
        parts, done = [], 0
        for change in self.changes:
            parts += [self.shown[done : change.first], change.words]
            done = change.last
        return "".join([*parts, self.shown[done:]])

    @property
    def pronunciations(self) -> tuple[Pronunciation, ...]:
        """The sounds that a voice is told beside the text, in order."""
        found, moved = [], 0
        for change in self.changes:
            start = change.first + moved
            if change.ipa:
                found.append(Pronunciation(start, start + len(change.words), change.ipa))
            moved += len(change.words) - (change.last - change.first)
        return tuple(found)

    def place(self, at: int) -> int:
        """Where in the said text the character `at` of the shown one is; for what is in a change, its beginning."""
        moved = 0
        for change in self.changes:
            if at < change.last:
                return min(at, change.first) + moved
            moved += len(change.words) - (change.last - change.first)
        return at + moved

    def timings(self, words: Sequence[WordTiming]) -> tuple[WordTiming, ...]:
        """When each stretch of the shown text is heard, from when each word of the said one is.

        Words of one change come from one stretch: all of `twenty-five percent` is heard at `25 %`.
        """
        return tuple(
            WordTiming(
                word.start_seconds,
                word.end_seconds,
                self._shown_at(word.first_char, end=False),
                self._shown_at(word.last_char, end=True),
            )
            for word in words
        )

    def _shown_at(self, at: int, *, end: bool) -> int:
        moved = 0
        for change in self.changes:
            start = change.first + moved
            stop = start + len(change.words)
            if at < start or (end and at == start):
                break
            if at < stop or (end and at == stop):
                return change.last if end else change.first
            moved += len(change.words) - (change.last - change.first)
        return at - moved


def changed(shown: str, changes: Iterable[Respoken]) -> Said:
    """A text with changes in any order; those that say what is shown anyway are left away."""
    ordered = sorted(changes, key=lambda change: change.first)
    return Said(shown, tuple(each for each in ordered if each.ipa or shown[each.first : each.last] != each.words))
