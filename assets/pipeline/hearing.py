"""Listening: what a listener of another make writes down of a narration, and whether that is what it says.

What was heard of a take depends on the take alone, so it is written down once for each and kept: a new version listens
only to the takes that are new, and judging with other bounds needs no new audio and no model. The model is loaded by
`Hearing.listen` alone; all else reads what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import inf
from typing import Any, Protocol

from assets.domain.errors import Corrupt, Refused, StudioError
from assets.domain.gates import Gate
from assets.domain.hearing import (
    BOUNDS,
    Bounds,
    Ground,
    Heard,
    HeardPassage,
    Judgement,
    Measure,
    Verdict,
    error_rate,
    judged,
    judgement,
)
from assets.domain.keys import Locale
from assets.domain.narrations import Version
from assets.domain.scripts import Script
from assets.domain.speech import Speech
from assets.domain.takes import Take
from assets.pipeline.desk import Desk
from assets.providers.whisper import LISTENER, Listener
from assets.text.compared import names_in, readings

_AGAIN = "Make the narration again."
_NOT_JUDGED = frozenset({"espeak"})
"""Providers of voices that the listener does not understand well enough."""


def bounds_for(locale: Locale) -> Bounds | None:
    """What is good enough in a locale; None where it cannot be judged."""
    return BOUNDS.get(locale.language)


@lru_cache(maxsize=4096)
def rate_of(said: str, heard: str, locale: Locale, measure: Measure, names: frozenset[str] = frozenset()) -> float:
    """The error rate of what was heard, figures and words being the same and names being allowed.

    Kept for as many passages as a few long narrations have: judging again by other bounds compares nothing anew.
    """
    allowed = names | names_in(said, locale)
    best = inf
    for each in readings(said, locale):
        for other in readings(heard, locale):
            best = min(best, error_rate(each, other, measure, allowed))
            if not best:
                return best
    return best


class Hears(Protocol):
    """Whoever writes down what is said."""

    def refusal(self) -> str | None:
        """Why nothing can be heard here, with the remedy, or None."""
        ...

    def transcribe(self, pcm: bytes, sample_rate: int, locale: Locale) -> str:
        """What is heard in 16-bit mono PCM; empty for silence."""
        ...


@dataclass(frozen=True, slots=True)
class HeardTake:
    """What was heard of one take that is not kept yet, how much of it otherwise than it was said, and the verdict."""

    heard: Heard
    rate: float
    gate: Gate


class Hearing:
    """Who listens, and what is known of what was heard. Cheap to make: the model is loaded when it first listens."""

    def __init__(self, desk: Desk, listener: Hears | None = None) -> None:
        self._desk = desk
        self._listener: Hears = listener or _listener()

    def refusal(self) -> str | None:
        """Why nothing can be listened to here, with the remedy, or None."""
        return self._listener.refusal()

    def judgement(self, version: Version, bounds: Bounds | None = None) -> Judgement:
        """The verdict on a version from what was heard of it so far; `bounds` stand in for those of its locale.

        Reads files only. Raises `Corrupt` when the files of the version cannot be read.
        """
        locale = version.key.locale
        bounds = bounds or bounds_for(locale)
        passages = [passage for passage, _ in self._passages(version, bounds)]
        return judgement(passages, bounds, not_judged=self._not_judged(version))

    def heard(self, version: Version) -> int:
        """How many takes of a version have been listened to: quick, and another number when its verdict may be another.

        Reads files only. Raises `Corrupt` when the script of the version cannot be read.
        """
        return sum(self._desk.files.hearing(take) is not None for take in self._script(version)[1])

    def listen(self, version: Version, progress: Callable[[int, int], None] | None = None) -> Judgement:
        """Listen to every take of a version that nobody listened to yet, keep what was heard, and judge.

        `progress` is told how many of how many passages have been heard. Blocking, a second or two a take. Raises
        `Refused` when the listener is not installed, `Corrupt` when a take is gone.
        """
        if refusal := self.refusal():
            raise Refused(refusal)
        bounds, not_judged = bounds_for(version.key.locale), self._not_judged(version)
        passages = list(self._passages(version, bounds))
        if bounds is not None and not_judged is None:
            done = sum(passage.heard is not None for passage, _ in passages)
            tell = progress or (lambda *_: None)
            tell(done, len(passages))
            for key in dict.fromkeys(key for passage, key in passages if passage.heard is None):
                self._listen_to(key, version.key.locale)
                done += sum(each == key for _, each in passages)
                tell(done, len(passages))
        return self.judgement(version)

    def of_take(self, take: Take, speech: Speech) -> HeardTake | None:
        """What is heard of a take before it is kept; None where that says nothing. A doubt is no proof. Blocking."""
        locale = Locale(take.locale)
        bounds = bounds_for(locale)
        if bounds is None or take.provider in _NOT_JUDGED:
            return None
        heard = self._listener.transcribe(speech.pcm, speech.sample_rate, locale)
        rate = rate_of(take.text, heard, locale, bounds.measure)
        passed = judged(take.text, heard, rate, bounds) is not Verdict.FAIL
        gate = Gate("understood", passed, f"A listener heard: '{heard[:80]}'.", doubt=True)
        return HeardTake(Heard(take.text, heard, LISTENER), rate, gate)

    def _listen_to(self, take: str, locale: Locale) -> None:
        from assets.audio.encoding import decode

        found = self._desk.files.take(take)
        if found is None:
            raise Corrupt("A take of this narration is gone.", remedy=_AGAIN)
        pcm, rate = decode(found[1])
        heard = Heard(found[0].text, self._listener.transcribe(pcm, rate, locale), LISTENER)
        self._desk.files.put_hearing(take, heard)

    def _passages(self, version: Version, bounds: Bounds | None) -> Iterator[tuple[HeardPassage, str]]:
        """The passages of a version with the take of each, and what was heard of it."""
        script, takes = self._script(version)
        if not takes:
            return
        locale = version.key.locale
        names = names_in(f"{script.title}. {script.spoken_text}", locale)
        places = self._places(version, script)
        for number, (segment, take, (start, end)) in enumerate(zip(script.segments, takes, places, strict=True)):
            passage = HeardPassage(number, start, end, segment.text)
            heard = self._desk.files.hearing(take)
            if heard is not None and heard.listener == LISTENER:
                passage = replace(passage, heard=heard.heard)
                if bounds is not None:
                    # The lexicon respells for the voice what a listener spells as the text does.
                    said = dict.fromkeys((heard.said, segment.text))
                    rate = round(min(rate_of(each, heard.heard, locale, bounds.measure, names) for each in said), 4)
                    passage = replace(passage, rate=rate, verdict=judged(heard.said, heard.heard, rate, bounds))
            yield passage, take

    def _script(self, version: Version) -> tuple[Script, list[str]]:
        found = self._read(version, "script")
        script, takes = Script.from_json(found), found.get("takes", [])
        return script, takes if len(takes) == len(script.segments) else []

    def _places(self, version: Version, script: Script) -> Iterator[tuple[float, float]]:
        """Where each segment is heard: its sentences follow each other in the transcript, letter for letter."""
        found = self._read(version, "transcript")
        sentences = iter([sentence for paragraph in found["paragraphs"] for sentence in paragraph["sentences"]])
        for segment in script.segments:
            missing = len("".join(segment.text.split()))
            start = end = None
            while missing > 0 and (sentence := next(sentences, None)) is not None:
                start = sentence["start"] if start is None else start
                end = sentence["end"]
                missing -= len("".join(sentence["text"].split()))
            if start is None or end is None:
                raise Corrupt("The transcript of this version is not that of its script.", remedy=_AGAIN)
            yield float(start), float(end)

    def _read(self, version: Version, role: str) -> dict[str, Any]:
        try:
            found = json.loads(self._desk.files.resolve(version.files[role].path).read_bytes())
        except (OSError, ValueError, KeyError, StudioError) as error:
            raise Corrupt(f"The {role} of this version cannot be read.", remedy=_AGAIN) from error
        assert isinstance(found, dict)
        return found

    def _not_judged(self, version: Version) -> Ground | None:
        """Why a version cannot be judged; None when it can."""
        if not self._script(version)[1]:
            return Ground.TOO_OLD
        try:
            voice = self._desk.voices().get(version.key.voice)
        except Refused:
            return None  # a voice that is gone: what it said can still be judged
        return Ground.VOICE if voice.provider in _NOT_JUDGED else None


@cache
def _listener() -> Listener:
    """One for the process: its model is loaded once."""
    return Listener()
