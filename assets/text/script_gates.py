"""Gates of a written section: is it whole, in the right language, and does it say what the source says?"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from assets.domain.gates import Gate
from assets.domain.hearing import plain_words
from assets.domain.keys import Locale
from assets.domain.outlines import Block
from assets.text.answers import Reading

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_LEAST_LETTERS = 80
"""Below this a language cannot be told for certain."""
_CERTAIN = 25.0
"""How much likelier (natural logarithm) another language must be before the answer is called wrong."""
_LEAST_CHARS = 200
_SHORTEST, _LONGEST = 0.45, 2.2
"""How long an answer may be, as a share of its source."""
_LISTED = (
    "af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn "
    "ko ky la lb lo lt lv mk ml mn mr ms mt ne nl nn no pa pl ps pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi zh"
)
_LANGUAGES = _LISTED.split()
_ALIKE = (frozenset({"id", "ms"}), frozenset({"no", "nb", "nn", "da"}), frozenset({"hr", "bs", "sr"}))
_LOCK = threading.Lock()


def gates(reading: Reading, blocks: Sequence[Block], locale: Locale, ending: str) -> tuple[Gate, ...]:
    """The verdicts on an answer; the details are written so that a model can act on them."""
    said = " ".join(passage.text for passage in reading.passages)
    if ending == "refused":
        return (Gate("refusal", False, "The model refused to write this section."),)
    if not said:
        return (Gate("empty", False, "The answer says nothing." if not reading.faults else " ".join(reading.faults)),)
    return (
        Gate("complete", ending == "complete", "The answer was cut off at its longest length; be briefer."),
        Gate("form", not reading.faults, " ".join(reading.faults)),
        _coverage(reading, blocks),
        _numbers(reading, blocks, locale),
        _formulas(reading, blocks),
        _length(said, blocks),
        _language(said, locale, " ".join(block.text for block in blocks)),
    )


def _coverage(reading: Reading, blocks: Sequence[Block]) -> Gate:
    covered = {place for passage in reading.passages for place in passage.blocks}
    missing = [str(place + 1) for place in range(len(blocks)) if place not in covered]
    return Gate("coverage", not missing, f"Nothing is said for block {', '.join(missing)}.")


def _numbers(reading: Reading, blocks: Sequence[Block], locale: Locale) -> Gate:
    """Every number of the source must be said, in digits or in words, by a passage about its block."""
    missing = []
    for place, block in enumerate(blocks):
        said = _about(reading, place)
        digits = {_digits(number) for number in _NUMBER.findall(said)}
        spoken = f" {' '.join(plain_words(said))} "
        for number in dict.fromkeys(_NUMBER.findall(block.text)):
            if _digits(number) in digits:
                continue
            words = _in_words(number, locale)
            if words is None or f" {words} " not in spoken:
                missing.append(f"{number} of block {place + 1}")
    return Gate("numbers", not missing, f"These numbers are missing: {', '.join(missing[:12])}.")


def _formulas(reading: Reading, blocks: Sequence[Block]) -> Gate:
    """The words of a formula must be said in their order; others may stand between them."""
    missing = []
    for place, block in enumerate(blocks):
        for formula in block.formulas:
            said = iter(plain_words(_about(reading, place)))
            if not all(word in said for word in plain_words(formula)):
                missing.append(f"'{formula}' of block {place + 1}")
    return Gate("formulas", not missing, f"Say these formulas in their words: {'; '.join(missing[:8])}.")


def _length(said: str, blocks: Sequence[Block]) -> Gate:
    source = sum(len(block.text) for block in blocks)
    share = len(said) / source if source else 1.0
    if source < _LEAST_CHARS:
        return Gate("length", len(said) <= source + 2 * _LEAST_CHARS, "It is far longer than its source; add nothing.")
    if share < _SHORTEST:
        return Gate("length", False, "It is far shorter than its source; leave nothing out.")
    return Gate("length", share <= _LONGEST, "It is far longer than its source; add nothing.")


def _language(said: str, locale: Locale, source: str) -> Gate:
    """A section that is in another language itself, such as a list of titles, may stay in it."""
    other = _other_language(said, locale.language)
    if other is None or other == _other_language(source, locale.language):
        return Gate("language", True, "")
    return Gate("language", False, f"It is written in '{other}' and must be in '{locale.language}'.")


def _other_language(text: str, wanted: str) -> str | None:
    """The language of a text where it is surely not the one wanted."""
    letters = sum(character.isalpha() for character in text)
    if letters < _LEAST_LETTERS or wanted not in _LANGUAGES:
        return None
    with _LOCK:
        ranked = dict(_identifier().rank(text))
    best = max(ranked, key=lambda language: ranked[language])
    alike = any({best, wanted} <= group for group in _ALIKE)
    if best == wanted or alike or ranked[best] - ranked[wanted] < _CERTAIN:
        return None
    return str(best)


@cache
def _identifier() -> Any:  # noqa: ANN401 - the library has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE)
    found.set_languages([each for each in _LANGUAGES if each in found.labels])
    return found


def _about(reading: Reading, place: int) -> str:
    return " ".join(passage.text for passage in reading.passages if place in passage.blocks)


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit()).lstrip("0") or "0"


@cache
def _in_words(number: str, locale: Locale) -> str | None:
    """A whole number in words; None for what has a fraction, which is said in digits."""
    from unicode_rbnf import RbnfEngine

    digits = re.sub(r"[.,\u00a0\u202f](?=\d{3}(?!\d))", "", number)
    if not digits.isdigit() or len(digits) > 15:
        return None
    try:
        engine = RbnfEngine.for_language(locale.language)
    except ValueError:
        return None
    return " ".join(plain_words(engine.format_number(int(digits)).text))
