"""The one door: a text of the script becomes the words that a voice is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from assets.domain.keys import Locale
from assets.domain.lexicons import NO_LEXICON, Lexicon
from assets.domain.said import Respoken, Said, changed
from assets.text.saying import addresses, labels, moments, quantities, shorts, signs
from assets.text.saying.language import (
    BEFORE_A_FIGURE,
    CAMEL,
    DOTTED,
    FIGURE,
    LETTERED,
    PICTURE,
    ROMAN,
    SHORT,
    Language,
    Rule,
)

SAYING_VERSION = "3"
"""Raise it when a text is said in another way: what it was said by is then out of date, and only what sounds
different is spoken anew."""
_LANGUAGES = frozenset({"en", "id", "de", "es", "fr"})
_AROUND = 48
"""Characters before and after a sign in which all begins that it belongs to."""
_OPENING = " \u00a0\t\n([{«“„\"'"
_LONGEST_SHORT = 16
_GAPS = " \u00a0\u202f"
_TAKEN = "\ue000"
_PLAIN_SIGNS = r"@_/%°§#№→=≈≤≥≠×÷·±~<>+−&₀-₉½⅓⅔¼¾⅕-⅞"
_SIGNS = re.compile(
    rf"[\d.A-Z{_PLAIN_SIGNS}{signs.EMOJI}](?:(?<=[{signs.EMOJI}])(?P<picture>)|(?<=\d)(?P<figure>\d*)|"
    rf"(?<=[{_PLAIN_SIGNS}])(?P<sign>)|(?<=\w\.)(?P<stop>)|(?<=[a-z][A-Z])(?P<camel>)|"
    r"(?<=\b[IVXLCDM])(?P<roman>[IVXLCDM]*(?=(?:e|er|ᵉ|ème)?\b)))"
)
"""All that a rule may change begins with one of these; a search is quick with a class of characters at the start."""
_STANDS_FOR = {"picture": PICTURE, "figure": FIGURE, "sign": "", "camel": CAMEL, "roman": ROMAN}


def say(text: str, locale: Locale, lexicon: Lexicon = NO_LEXICON, *, ipa: bool = False) -> Said:
    """What a voice is given for a text: the words of the lexicon first, then figures and signs by the rules.

    `ipa`: whether the voice takes sounds. In a language without rules of its own the rest is what the reader sees.
    """
    changes = lexicon.changes(text, ipa=ipa)
    rest = text
    for change in changes:
        rest = _without(rest, change.first, change.last)
    made = _made(locale)
    stretches = _stretches(made, rest) if made else ()
    if not made or not stretches:
        return changed(text, changes)
    there, beside = stretches[0].signs, stretches[0].beside
    if len(stretches) > 1:
        there = there.union(*(stretch.signs for stretch in stretches))
        beside = beside.union(*(stretch.beside for stretch in stretches))
    lower = rest.lower()
    known: dict[int, bool] = {}
    for rule, at_figures, _, near in _worth_trying(locale, made.needs & there):
        if near and beside.isdisjoint(near):
            continue
        if (words := rule.words) and (stands := known.get(id(words))) is not True:
            if stands is None:
                stands = known[id(words)] = any(word in lower for word in words)
            if not stands:
                continue
        taken: list[tuple[int, int]] = []
        for match in _matches(rule, at_figures, rest, stretches):
            first, last = match.span()
            if _TAKEN in match[0] or first == last or (said := rule.say(match)) is None:
                continue
            changes.append(_placed(text, first, last, said))
            taken.append((first, last))
        for first, last in taken:
            rest = _without(rest, first, last)
    return changed(text, changes)


@dataclass(slots=True)
class _Stretch:
    """A part of a text with signs in it, and which."""

    start: int
    end: int
    signs: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    """The characters that touch its figures, or are one space from them."""
    figures: list[int] = field(default_factory=list)
    """Where its numbers begin, each with the sign before it."""


def _stretches(made: _Made, text: str) -> list[_Stretch]:
    """Where a rule may find something: round the signs that there are, from word to word."""
    hits = [(match.start(), match.end(), match.lastgroup or "") for match in _SIGNS.finditer(text)]
    if made.bare:
        lower = text.lower()
        if any(short in lower for short in made.bare_shorts):
            hits += [(*match.span(), "short") for match in made.bare.finditer(text)]
            hits.sort()
    found: list[_Stretch] = []
    for at, last, kind in hits:
        sign = _STANDS_FOR.get(kind, SHORT)
        if kind == "stop":
            follows = text[last : last + 1]
            if not text[max(0, at - _LONGEST_SHORT) : last].lower().endswith(made.shorts):
                if not follows.isalnum():
                    continue  # it ends a sentence
                sign = ""
            sign += DOTTED if follows.isalpha() else ""
        elif kind == "camel":
            at -= 1
        start, end = max(0, at - _AROUND), last + _AROUND
        start = text.rfind(" ", 0, start) + 1 if start else 0
        if not found or start > found[-1].end:
            found.append(_Stretch(start, end))
        stretch = found[-1]
        stretch.end = end
        stretch.signs.update(text[at], sign)
        if kind == "figure":
            before = text[at - 1] if at else ""
            if before.isalnum():
                stretch.signs.add(LETTERED)
            stretch.figures.append(at - 1 if before and before in BEFORE_A_FIGURE else at)
            stretch.beside.update(before, text[last : last + 1])
            if before and before in _GAPS:
                stretch.beside.update(text[at - 2 : at - 1])
            if last < len(text) and text[last] in _GAPS:
                stretch.beside.update(text[last + 1 : last + 2])
        elif text[at] == "/":
            stretch.signs.add(SHORT)
    return found


def _matches(rule: Rule, at_figures: bool, text: str, stretches: Sequence[_Stretch]) -> Iterator[re.Match[str]]:
    done = 0
    for stretch in stretches:
        if stretch.signs.isdisjoint(rule.needs) or (rule.beside and stretch.beside.isdisjoint(rule.beside)):
            continue
        if at_figures:
            for start in stretch.figures:
                if start < done:
                    continue
                match = rule.pattern.match(text, start)
                if match is None and text[start] in BEFORE_A_FIGURE:
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
class _Made:
    """The rules and the short forms of a language, made once.

    Each rule goes with whether it is tried at figures alone, and with the signs that it needs and those beside figures.
    """

    rules: tuple[tuple[Rule, bool, frozenset[str], frozenset[str]], ...]
    needs: frozenset[str]
    """What any of them needs in the text."""
    shorts: tuple[str, ...]
    """Those that end with a full stop, in lower case."""
    bare_shorts: tuple[str, ...]
    bare: re.Pattern[str] | None
    """Those that do not."""


@cache
def _made(locale: Locale) -> _Made | None:
    language = _language(locale)
    if language is None:
        return None
    rules = (
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
    bare = tuple(short for short in language.abbreviations if short[-1:].isalnum() and "/" not in short)
    return _Made(
        tuple((rule, rule.begins_with_a_figure, frozenset(rule.needs), frozenset(rule.beside)) for rule in rules),
        frozenset().union(*(rule.needs for rule in rules)),
        tuple(short for short in language.abbreviations if short[-1:] == "."),
        bare,
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, bare))})(?!\w)", re.IGNORECASE) if bare else None,
    )


@lru_cache(maxsize=4_096)
def _worth_trying(
    locale: Locale, there: frozenset[str]
) -> tuple[tuple[Rule, bool, frozenset[str], frozenset[str]], ...]:
    """The rules that need one of the signs that there are, in their order."""
    made = _made(locale)
    return tuple(each for each in made.rules if not there.isdisjoint(each[2])) if made else ()


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
