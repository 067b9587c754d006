"""The one door: a text of the script becomes the words that a voice is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from assets.domain.keys import Locale
from assets.domain.lexicons import NO_LEXICON, Lexicon
from assets.domain.said import Respoken, Said, changed
from assets.text.saying import addresses, labels, moments, quantities, shorts, signs
from assets.text.saying.language import CAMEL, FIGURE, PICTURE, ROMAN, SHORT, Language, Rule

SAYING_VERSION = "2"
"""Raise it when a text is said in another way: what it was said by is then out of date, and only what sounds
different is spoken anew."""
_LANGUAGES = frozenset({"en", "id", "de", "es", "fr"})
_AROUND = 48
"""Characters before and after a sign in which all begins that it belongs to."""
_OPENING = " \u00a0\t\n([{«“„\"'"
_BEFORE_A_FIGURE = "-−+±"
_LONGEST_SHORT = 16
_TAKEN = "\ue000"
_SIGNS = (
    rf"(?P<picture>[{signs.EMOJI}])|(?P<figure>\d+)|[@_/%°§#№→=≈≤≥≠×÷·±~<>+−&₀-₉½⅓⅔¼¾⅕-⅞]|(?P<stop>(?<=\w)\.)|"
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
    there = set().union(*(stretch.signs for stretch in stretches))
    characters = set(rest)
    for rule, at_figures in _rules(locale):
        if there.isdisjoint(rule.needs) or (rule.beside and characters.isdisjoint(rule.beside)):
            continue
        taken: list[tuple[int, int]] = []
        for match in _matches(rule, at_figures, rest, stretches):
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
    """A part of a text with signs in it, and which; and all of its characters."""

    start: int
    end: int
    signs: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)
    figures: list[int] = field(default_factory=list)
    """Where its numbers begin, each with the sign before it."""


def _stretches(signs: _Signs, text: str) -> list[_Stretch]:
    """Where a rule may find something: round the signs that there are, from word to word."""
    found: list[_Stretch] = []
    for sign in signs.pattern.finditer(text):
        kind, at = sign.lastgroup, sign.start()
        if kind == "stop":
            short = text[max(0, at - _LONGEST_SHORT) : at + 1].lower().endswith(signs.shorts)
            if not short and not text[at + 1 : at + 2].isalnum():
                continue  # it ends a sentence
            kind = "short" if short else ""
        start, end = max(0, at - _AROUND), sign.end() + _AROUND
        start = text.rfind(" ", 0, start) + 1 if start else 0
        if not found or start > found[-1].end:
            found.append(_Stretch(start, end))
        stretch = found[-1]
        stretch.end = end
        stretch.signs.update(sign[0])
        if kind:
            stretch.signs.add(_STANDS_FOR[kind])
        if kind == "figure":
            stretch.figures.append(at - 1 if at and text[at - 1] in _BEFORE_A_FIGURE else at)
        elif sign[0] == "/":
            stretch.signs.add(SHORT)
    for each in found:
        each.characters.update(text[each.start : each.end])
    return found


def _matches(rule: Rule, at_figures: bool, text: str, stretches: Sequence[_Stretch]) -> Iterator[re.Match[str]]:
    done = 0
    for stretch in stretches:
        if stretch.signs.isdisjoint(rule.needs) or (rule.beside and stretch.characters.isdisjoint(rule.beside)):
            continue
        if at_figures:
            for start in stretch.figures:
                if start < done:
                    continue
                match = rule.pattern.match(text, start)
                if match is None and text[start] in _BEFORE_A_FIGURE:
                    match = rule.pattern.match(text, start + 1)
                if match is not None:
                    done = match.end()
                    yield match
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
    if words[:1] == " " and first and text[first - 1] not in _OPENING:
        said = f" {said}"
    if words[-1:] == " " and last < len(text) and not text[last].isspace():
        said = f"{said} "
    shown = text[first:last]
    if shown[:1].isspace():
        said = f" {said.lstrip()}"
    if shown[-1:].isspace():
        said = f"{said.rstrip()} "
    return Respoken(first, last, said)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What there is in every text that a rule may change; most sentences are done with when it is not found."""

    pattern: re.Pattern[str]
    shorts: tuple[str, ...] = ()
    """Short forms that end with a full stop, in lower case."""


@cache
def _worth_a_look(locale: Locale) -> _Signs:
    language = _language(locale)
    if language is None:
        return _Signs(re.compile(r"(?!)"))
    bare = "|".join(re.escape(short) for short in language.abbreviations if short[-1:].isalnum() and "/" not in short)
    pattern = rf"{_SIGNS}|(?<!\w)(?P<short>(?i:{bare}))(?!\w)" if bare else _SIGNS
    return _Signs(re.compile(pattern), tuple(short for short in language.abbreviations if short[-1:] == "."))


@cache
def _rules(locale: Locale) -> tuple[tuple[Rule, bool], ...]:
    language = _language(locale)
    if language is None:
        return ()
    found = (
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
    return tuple((rule, rule.begins_with_a_figure) for rule in found)


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
