"""Words as they are searched for: in any case, with or without their accents, in scripts with and without spaces.

What is searched and what is searched for go through `folded`. Scripts that put no spaces between words (Chinese,
Japanese, Thai, Lao, Khmer, Burmese) are searched sign by sign: each stands alone, and what somebody types is looked
for as signs that follow one another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

TOKENS = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
"""How SQLite's FTS5 is to cut what was folded: at whatever is no letter, figure or sign that belongs to a letter."""
WORDS_AT_MOST = 12
_EXCERPT = 170
_BEFORE = 50
# Signs that are set on letters of scripts that are read without them: Latin, Greek, Cyrillic, Hebrew, Arabic.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1dc0-\u1dff]"
)
_TATWEEL = "\u0640"
_ALONE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Letters that no rule of Unicode takes apart, as people type them who have no such key.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", _TATWEEL: ""}
)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a text around what was looked for; `marks` are where that stands in it, from and to."""

    text: str
    marks: tuple[tuple[int, int], ...]


def folded(text: str) -> str:
    """A text without what people leave out when they search."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", apart)).translate(_PLAIN)
    return _ALONE.sub(r" \g<0> ", plain)


def terms(words: str) -> tuple[str, ...]:
    """What somebody looks for, word by word: each is the beginning of a word, or signs that follow one another."""
    found = []
    for word in words.split():
        kept = "".join(sign if unicodedata.category(sign)[0] in "LNM" else " " for sign in folded(word))
        found += [term for term in _together(kept.split()) if term]
    return tuple(found[:WORDS_AT_MOST])


def match(words: str) -> str:
    """What FTS5 is asked for these words, all of them in any order; empty where there is no word."""
    # Each in quotation marks, so that nothing in it is a sign of the search language.
    return " ".join(f'"{term}"*' for term in terms(words))


def excerpt(texts: Sequence[str], words: str) -> Excerpt | None:
    """A stretch of the text that says most of the words that were looked for; None where none says any."""
    wanted = [re.compile(_pattern(term)) for term in terms(words)]
    said = [(sum(bool(each.search(plain)) for each in wanted), text) for text in texts for plain in (folded(text),)]
    most, text = max(said, key=lambda each: each[0], default=(0, ""))
    return _around(text, wanted) if most else None


def _around(text: str, wanted: Sequence[re.Pattern[str]]) -> Excerpt:
    plain, places = _mapped(text)
    spans = sorted((places[m.start()], places[m.end() - 1] + 1) for each in wanted for m in each.finditer(plain))
    if not spans:  # only signs that belong together say it
        return Excerpt(text[:_EXCERPT], ())
    first = max(0, spans[0][0] - _BEFORE)
    if first:  # from the beginning of a word on
        first = min(text.find(" ", first, spans[0][0]) + 1 or first, spans[0][0])
    last = min(len(text), first + _EXCERPT)
    lead, tail = "… " if first else "", " …" if last < len(text) else ""
    marks = [(a - first + len(lead), b - first + len(lead)) for a, b in spans if first <= a and b <= last]
    return Excerpt(f"{lead}{text[first:last]}{tail}", tuple(marks))


def _mapped(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its signs where that came from."""
    plain, places = [], []
    for place, sign in enumerate(text):
        for each in folded(sign):
            plain.append(each)
            places.append(place)
    return "".join(plain), places


def _together(parts: Sequence[str]) -> list[str]:
    """Signs that stand alone are one term as long as they follow one another."""
    found: list[str] = []
    before = False
    for part in parts:
        alone = bool(_ALONE.match(part))
        if alone and before:
            found[-1] += f" {part}"
        else:
            found.append(part)
        before = alone
    return found


def _pattern(term: str) -> str:
    if _ALONE.match(term):
        return r"\s*".join(re.escape(part) for part in term.split())
    return rf"(?<!\w){re.escape(term)}"
