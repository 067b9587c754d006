"""How far a lexicon reaches: the narrations in which an entry is heard, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assets.domain.keys import Locale, NarrationKey
from assets.domain.lexicons import Entry, Lexicon
from assets.pipeline.desk import Desk

_AROUND = 40
"""Characters of an example on either side."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A narration in which an entry is heard: how many times, and the first place with the words around it."""

    key: NarrationKey
    times: int
    example: str


def touched(desk: Desk, locale: Locale, entry: Entry) -> Iterator[Touched]:
    """Every narration that may be asked for and in which this entry is heard, one after the other.

    `locale` is that of the lexicon: a language alone reaches all its regions. A change of the entry makes exactly those
    stale, and of these buys exactly the segments that it is in. Raises `Refused` like the desk.
    """
    lexicon = Lexicon([entry])
    found: dict[tuple[str, bool], tuple[int, str]] = {}
    for key in desk.everything():
        if locale not in {key.locale, Locale(key.locale.language)}:
            continue
        wanted = desk.wanted(key)
        script = wanted.script_fingerprint, wanted.takes_ipa
        if script not in found:
            found[script] = _heard(lexicon, desk.texts(wanted), ipa=wanted.takes_ipa)
        times, example = found[script]
        if times:
            yield Touched(key, times, example)


def _heard(lexicon: Lexicon, texts: tuple[str, ...], *, ipa: bool) -> tuple[int, str]:
    times, example = 0, ""
    for text in texts:
        for place in lexicon.places(text, ipa=ipa):
            times += 1
            example = example or text[max(0, place.first - _AROUND) : place.last + _AROUND].strip()
    return times, example
