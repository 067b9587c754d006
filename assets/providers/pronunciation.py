"""Where the rules of espeak, which both embedded voices read by, mislead: letters of formulas, silent punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assets.domain.said import Pronunciation

_OPERATORS = frozenset({"over", "plus", "minus", "times", "equals", "and", "or", "to", "dot", "cross"})
_AFTER_A_LETTER = frozenset({"squared", "cubed", "sub", "prime", "equals"})
_CLOSES = tuple(".?!:")
_PAUSE = "\ue000"


def respelled(words: Sequence[str], language: str) -> list[str]:
    """The words as the engine must read them to say what a listener expects; as many as were given.

    In English the letter A of "A over B" would be read as the article, so it is spelled "eigh".
    """
    if language != "en":
        return list(words)
    bare = [word.strip(".,;:?!()[]\"'“”‘’—–-…") for word in words]
    return [
        word.replace(bare[place], "eigh") if bare[place] in {"a", "A"} and _is_letter(words, bare, place) else word
        for place, word in enumerate(words)
    ]


def _is_letter(words: Sequence[str], bare: Sequence[str], place: int) -> bool:
    """Whether an A is the name of something and not the article before a noun."""
    following = [*bare[place + 1 : place + 3], "", ""]
    if not following[0] or not words[place].endswith(bare[place]):
        return True
    before = bare[place - 1] if place else ""
    if following[0] in _AFTER_A_LETTER or before == "paren":
        return True
    if following[0] in _OPERATORS and (len(following[1]) == 1 or following[1].isdecimal()):
        return True
    if len(following[0]) == 1 and _OPERATORS & {before, following[1]}:
        return True
    inside = place > 0 and not words[place - 1].endswith(_CLOSES)
    return bare[place] == "A" and inside and not (following[0][0].isupper() and len(following[0]) > 1)


@dataclass(frozen=True, slots=True)
class GivenSound:
    """The sounds of a word that a lexicon gives, and the punctuation that stands round it in the text."""

    before: str
    ipa: str
    after: str

    def marked(self, place: int) -> str:
        """The word with a mark in its place; nothing where it is said with the one before it."""
        return f"{self.before}{self.mark(place)}{self.after}" if self.ipa else ""

    @staticmethod
    def mark(place: int) -> str:
        """A character that nothing else is written with."""
        return chr(0xF0000 + place)


def given_sounds(
    text: str, spans: Sequence[tuple[int, int]], pronunciations: Sequence[Pronunciation]
) -> dict[int, GivenSound]:
    """The words, by their places, whose sounds are given.

    Sounds of several words are shared out where they are written as several; else the first word has them all.
    """
    found: dict[int, GivenSound] = {}
    for each in pronunciations:
        places = [place for place, (first, last) in enumerate(spans) if first < each.last and each.first < last]
        parts = each.ipa.split()
        shared = parts if len(parts) == len(places) else ["".join(parts), *[""] * (len(places) - 1)]
        for place, ipa in zip(places, shared, strict=False):
            first, last = spans[place]
            end = last if len(parts) == len(places) else spans[places[-1]][1]
            found[place] = GivenSound(text[first : max(first, each.first)], ipa, text[min(end, each.last) : end])
    return found


def without_controls(text: str) -> str:
    """The text with a space for every control character: to espeak some are commands, and NUL is the end."""
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)


def with_commas(text: str) -> str:
    """The text with commas where a reader would pause and Piper would run on.

    Its reading of dashes between words, of the dots of an ellipsis and of brackets is nothing at all, not even a
    space. Double square brackets, in which Piper takes phonemes, are dropped.
    """
    text = re.sub(r"\[\[|\]\]|" + _PAUSE, " ", text)
    text = re.sub(r"…|\.{3,}|—|(?<=\s)[-–]+(?=\s)|(?<=\w)--(?=\w)", _PAUSE, text)
    text = re.sub(r"(?<!\S)[(\[{]([^()\[\]{}]*)[)\]}]", rf"{_PAUSE}\1{_PAUSE}", text)
    text = re.sub(rf"(?<=[.,;:?!])([\"'”’]?)[\s{_PAUSE}]*{_PAUSE}\s*", r"\1 ", text)
    text = re.sub(rf"^[\s{_PAUSE}]+|\s*{_PAUSE}[\s{_PAUSE}]*(?=[.,;:?!]|$)", "", text)
    return re.sub(rf"\s*{_PAUSE}[\s{_PAUSE}]*", ", ", text)
