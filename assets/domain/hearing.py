"""Whether what was heard is what was said: error rates, and the verdicts that follow from them by locale."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any

from assets.domain.counting import counted

LEAST_WORDS = 5
"""One misheard word of a shorter passage says little about the voice."""
LEAST_PASSAGES = 5
"""From how many passages on their mean tells a wrong language from a voice that is a little hard to follow."""


class Verdict(StrEnum):
    """What listening came to."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class Ground(StrEnum):
    """What a verdict stands on; pages say each in the reader's language."""

    LANGUAGE = "language"
    VOICE = "voice"
    TOO_OLD = "too_old"
    UNHEARD = "unheard"
    PASSAGES = "passages"
    RATE = "rate"
    TOO_SHORT = "too_short"
    PARTLY = "partly"
    UNDERSTOOD = "understood"


NOT_JUDGED: Mapping[Ground, str] = {
    Ground.LANGUAGE: "Nothing that listens here understands this language well enough to judge it.",
    Ground.VOICE: "The listener does not understand the espeak voice well enough to judge it.",
    Ground.TOO_OLD: "It was made before the studio listened: make it again to have it listened to.",
}
"""Why a narration cannot be judged at all, in words."""


class Measure(StrEnum):
    """What is counted: words, or characters where listeners divide words freely."""

    WORDS = "words"
    CHARACTERS = "characters"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which error rates are good enough, and which of a single passage mean that it was cut, swapped or not spoken."""

    measure: Measure
    good: float
    bad: float


BOUNDS: Mapping[str, Bounds] = {
    "en": Bounds(Measure.WORDS, 0.15, 0.30),
    "es": Bounds(Measure.CHARACTERS, 0.10, 0.35),
    "fr": Bounds(Measure.CHARACTERS, 0.10, 0.35),
    "id": Bounds(Measure.CHARACTERS, 0.15, 0.35),
    "de": Bounds(Measure.CHARACTERS, 0.18, 0.35),
}
"""By language, from measurements (docs/voices.md). A language that is not here is not judged."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener wrote down of a take, and what the take was asked to say, figures and formulas as words."""

    said: str
    heard: str
    listener: str


@dataclass(frozen=True, slots=True)
class HeardPassage:
    """One passage of a narration and what a listener wrote down; `heard` is None until somebody listened.

    `number` counts from 0 over the script; the moments are seconds from the start of the narration. `rate` is the share
    of words or characters that were not heard as they were said.
    """

    number: int
    start_seconds: float
    end_seconds: float
    said: str
    heard: str | None = None
    rate: float | None = None
    verdict: Verdict = Verdict.INCONCLUSIVE

    def as_json(self) -> dict[str, Any]:
        """Plain data for pages and for `--json`."""
        return {
            "number": self.number,
            "start": round(self.start_seconds, 3),
            "end": round(self.end_seconds, 3),
            "said": self.said,
            "heard": self.heard,
            "rate": self.rate,
            "verdict": self.verdict.value,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a narration. `why` is one sentence for a person; `rate` is over all passages that were heard."""

    verdict: Verdict
    ground: Ground
    why: str
    passages: tuple[HeardPassage, ...] = ()
    rate: float | None = None
    bounds: Bounds | None = None

    @property
    def unheard(self) -> int:
        """How many passages nobody has listened to yet."""
        return sum(passage.heard is None for passage in self.passages)

    def as_json(self) -> dict[str, Any]:
        """Plain data for pages and for `--json`."""
        return {
            "verdict": self.verdict.value,
            "ground": self.ground.value,
            "why": self.why,
            "rate": self.rate,
            "measure": self.bounds.measure.value if self.bounds else None,
            "good": self.bounds.good if self.bounds else None,
            "bad": self.bounds.bad if self.bounds else None,
            "unheard": self.unheard,
            "passages": [each.as_json() for each in self.passages],
        }


def judged(said: str, heard: str, rate: float, bounds: Bounds) -> Verdict:
    """The verdict on one passage."""
    if rate <= bounds.good:
        return Verdict.PASS
    if plain_words(said) and not plain_words(heard):
        return Verdict.FAIL
    if len(plain_words(said)) < LEAST_WORDS:
        return Verdict.INCONCLUSIVE
    return Verdict.FAIL if rate > bounds.bad else Verdict.INCONCLUSIVE


def judgement(
    passages: Iterable[HeardPassage], bounds: Bounds | None, *, not_judged: Ground | None = None
) -> Judgement:
    """The verdict on a whole narration. `not_judged` says why it cannot be judged at all."""
    passages = tuple(passages)
    if bounds is None or not_judged is not None:
        ground = not_judged or Ground.LANGUAGE
        return Judgement(Verdict.INCONCLUSIVE, ground, NOT_JUDGED[ground], passages, None, bounds)
    heard = [each for each in passages if each.rate is not None]
    if not heard:
        why = "Nobody has listened to it yet."
        return Judgement(Verdict.INCONCLUSIVE, Ground.UNHEARD, why, passages, None, bounds)
    weights = [len("".join(plain_words(each.said))) for each in heard]
    rate = sum(w * (each.rate or 0.0) for w, each in zip(weights, heard, strict=True)) / max(1, sum(weights))
    failed = [each for each in heard if each.verdict is Verdict.FAIL]
    figure = f"{rate:.0%} of the {bounds.measure.value} were heard otherwise"
    if failed:
        verdict, ground = Verdict.FAIL, Ground.PASSAGES
        why = f"{len(failed)} of {counted(len(heard), 'passage was', 'passages were')} not heard as written."
    elif rate > bounds.good and len(heard) >= LEAST_PASSAGES:
        verdict, ground, why = Verdict.FAIL, Ground.RATE, f"{figure}; {bounds.good:.0%} is good enough."
    elif rate > bounds.good:
        verdict, ground = Verdict.INCONCLUSIVE, Ground.TOO_SHORT
        why = f"{figure}; that is too short a text to tell."
    elif len(heard) < len(passages):
        verdict, ground = Verdict.INCONCLUSIVE, Ground.PARTLY
        why = f"{counted(len(passages) - len(heard), 'passage has', 'passages have')} not been listened to yet."
    else:
        verdict, ground = Verdict.PASS, Ground.UNDERSTOOD
        why = f"It is heard as it is written: {figure}."
    return Judgement(verdict, ground, why, passages, rate, bounds)


def plain_words(text: str) -> list[str]:
    """The words of a text as they sound: no case, no punctuation, no typographic variants."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return "".join(
        c if c.isalnum() or c == "'" or unicodedata.category(c).startswith("M") else " " for c in folded
    ).split()


def error_rate(said: str, heard: str, measure: Measure, names: Iterable[str] = ()) -> float:
    """What must be inserted, deleted or replaced, per word or character said: 0.0 is perfect; it may pass 1.0.

    Numbers must be written out on both sides. A word of `names` may be heard as anything that is about as long: a
    listener cannot know how it is spelled. Left out it counts. Raises `ValueError` when nothing was said.
    """
    allowed = {word for name in names for word in plain_words(name)}
    words, found = plain_words(said), plain_words(heard)
    if not words:
        raise ValueError("Nothing was said.")
    if words == found:
        return 0.0
    if measure is Measure.WORDS:
        return _errors([((word,), word in allowed) for word in words], found) / len(words)
    units: list[tuple[tuple[str, ...], bool]] = []
    for word in words:
        units += [(tuple(word), True)] if word in allowed else [((c,), False) for c in word]
    return _errors(units, "".join(found)) / sum(len(unit) for unit, _ in units)


def _errors(said: Sequence[tuple[tuple[str, ...], bool]], heard: Sequence[str]) -> int:
    """The least number of errors. Each unit is symbols and whether it is a name, which may be heard as others."""
    above = list(range(len(heard) + 1))
    for unit, is_name in said:
        here = [above[0] + len(unit)]
        most = 2 * len(unit) + 1
        least = ceil(len(unit) / 2)
        for column, found in enumerate(heard, 1):
            price = min(above[column] + len(unit), here[-1] + 1)
            if is_name:
                begin = max(0, column - most)
                price = min(price, *above[begin : column - least + 1]) if column >= least else price
            else:
                price = min(price, above[column - 1] + (unit[0] != found))
            here.append(price)
        above = here
    return above[-1]
