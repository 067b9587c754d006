"""The one door: a text of the script becomes the words that a voice is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assets.domain.keys import Locale
from assets.domain.lexicons import NO_LEXICON, Lexicon
from assets.domain.said import Respoken, Said, changed
from assets.text.saying import addresses, labels, moments, quantities, shorts, signs
from assets.text.saying.language import CAMEL, FIGURE, PICTURE, ROMAN, SHORT, Language, Rule

SAYING_VERSION = "1"
"""Raise it when a text is said in another way: what it was said by is then out of date, and only what sounds
different is spoken anew."""
_LANGUAGES = frozenset({"en", "id", "de", "es", "fr"})
_AROUND = 48
"""Characters before and after a sign in which all begins that it belongs to."""
_TAKEN = "\ue000"
_SIGNS = (
    rf"(?P<picture>[{signs.EMOJI}])|(?P<figure>\d+)|[@_/%°§#№=≈≤≥≠×÷·±~<>+−&₀-₉½⅓⅔¼¾⅕-⅞]|(?<=\w)\.(?=\w)|"
    r"(?P<camel>[a-z][A-Z])|(?P<roman>\b[IVXLCDM]+(?=(?:e|er|ᵉ|ème)?\b))"
)
_STANDS_FOR = {"figure": FIGURE, "roman": ROMAN, "camel": CAMEL, "short": SHORT, "picture": PICTURE}


def say(text: str, locale: Locale, lexicon: Lexicon = NO_LEXICON, *, ipa: bool = False) -> Said:
    """What a voice is given for a text: the words of the lexicon first, then figures and signs by the rules.

    `ipa`: whether the voice takes sounds. In a language without rules of its own the rest is what the reader sees.
    """
    changes = lexicon.changes(text, ipa=ipa)
    rest = text
    for change in changes:
        rest = _without(rest, change.first, change.last)
    stretches = _stretches(_worth_a_look(locale), rest)
    if not stretches:
        return changed(text, changes)
    for rule in _rules(locale):
        taken: list[tuple[int, int]] = []
        for match in _matches(rule, rest, stretches):
            first, last = match.span()
            if _TAKEN in match[0] or first == last or (words := rule.say(match)) is None:
                continue
            changes.append(_placed(text, first, last, words))
            taken.append((first, last))
        for first, last in taken:
            rest = _without(rest, first, last)
    return changed(text, changes)


@dataclass(slots=True)
class _Stretch:
    """A part of a text with signs in it, and which."""

    start: int
    end: int
    signs: set[str]


def _stretches(worth: re.Pattern[str], text: str) -> list[_Stretch]:
    """Where a rule may find something: round the signs that there are, from word to word."""
    found: list[_Stretch] = []
    for sign in worth.finditer(text):
        start, end = max(0, sign.start() - _AROUND), sign.end() + _AROUND
        start = text.rfind(" ", 0, start) + 1 if start else 0
        if not found or start > found[-1].end:
            found.append(_Stretch(start, end, set()))
        found[-1].end = end
        found[-1].signs.update(_STANDS_FOR[sign.lastgroup] if sign.lastgroup else sign[0])
        if sign.lastgroup == "short":
            found[-1].signs.update(sign[0])
    return found


def _matches(rule: Rule, text: str, stretches: Sequence[_Stretch]) -> Iterator[re.Match[str]]:
    done = 0
    for stretch in stretches:
        if stretch.signs.isdisjoint(rule.needs):
            continue
        for match in rule.pattern.finditer(text, max(stretch.start, done)):
            if match.start() >= stretch.end:
                break
            done = match.end()
            yield match


def _without(text: str, first: int, last: int) -> str:
    """The text with a stretch of it out of the way of further rules."""
    return text[:first] + _TAKEN * (last - first) + text[last:]


def speaks(locale: Locale) -> bool:
    """Whether there are rules for a language; elsewhere a voice reads figures and signs as it can."""
    return locale.language in _LANGUAGES


def _placed(text: str, first: int, last: int, words: str) -> Respoken:
    """A change that runs into neither neighbour and doubles no space."""
    said = " ".join(words.split())
    if not said:
        return Respoken(
            first, last, " " if text[first - 1 : first].isalnum() and text[last : last + 1].isalnum() else ""
        )
    if words[:1] == " " and text[first - 1 : first].isalnum():
        said = f" {said}"
    if words[-1:] == " " and last < len(text) and not text[last].isspace():
        said = f"{said} "
    shown = text[first:last]
    if shown[:1].isspace():
        said = f" {said.lstrip()}"
    if shown[-1:].isspace():
        said = f"{said.rstrip()} "
    return Respoken(first, last, said)


@cache
def _worth_a_look(locale: Locale) -> re.Pattern[str]:
    """What there is in every text that a rule may change; most sentences are done with when it is not found."""
    language = _language(locale)
    if language is None:
        return re.compile(r"(?!)")
    short = "|".join(sorted(map(re.escape, language.abbreviations), key=len, reverse=True))
    return re.compile(rf"(?<![\w.])(?P<short>(?i:{short}))(?!\w)|{_SIGNS}")


@cache
def _rules(locale: Locale) -> tuple[Rule, ...]:
    language = _language(locale)
    if language is None:
        return ()
    return (
        *language.rules(),
        *addresses.rules(language),
        *moments.rules(language),
        *labels.rules(language),
        *signs.before_numbers(language),
        *quantities.rules(language),
        *shorts.rules(language),
        *quantities.plain_numbers(language),
        *signs.between_words(language),
    )


def _language(locale: Locale) -> Language | None:
    match locale.language:
        case "en":
            from assets.text.saying.english import English

            return English(locale)
        case "id":
            from assets.text.saying.indonesian import Indonesian

            return Indonesian(locale)
        case "de":
            from assets.text.saying.german import German

            return German(locale)
        case "es":
            from assets.text.saying.spanish import Spanish

            return Spanish(locale)
        case "fr":
            from assets.text.saying.french import French

            return French(locale)
    return None
