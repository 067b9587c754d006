"""The one door: a text of the script becomes the words that a voice is given."""

from __future__ import annotations

import re
from functools import cache

from assets.domain.keys import Locale
from assets.domain.lexicons import NO_LEXICON, Lexicon
from assets.domain.said import Respoken, Said, changed
from assets.text.saying import addresses, labels, moments, quantities, shorts, signs
from assets.text.saying.language import Language, Rule

SAYING_VERSION = "1"
"""Raise it when a text is said in another way: what it was said by is then out of date, and only what sounds
different is spoken anew."""
_LANGUAGES = frozenset({"en", "id", "de", "es", "fr"})
_TAKEN = "\ue000"
_SIGNS = rf"[{signs.EMOJI}\d.@_/%°§#№=≈≤≥≠×÷±~<>+−&₀-₉½⅓⅔¼¾⅕-⅞]|[a-z][A-Z]|\b[IVXLCDM]+(?:e|er|ᵉ|ème)?\b"


def say(text: str, locale: Locale, lexicon: Lexicon = NO_LEXICON, *, ipa: bool = False) -> Said:
    """What a voice is given for a text: the words of the lexicon first, then figures and signs by the rules.

    `ipa`: whether the voice takes sounds. In a language without rules of its own the rest is what the reader sees.
    """
    changes = lexicon.changes(text, ipa=ipa)
    rest = text
    for change in changes:
        rest = _without(rest, change.first, change.last)
    if not _worth_a_look(locale).search(rest):
        return changed(text, changes)
    figures = any(character.isdigit() for character in rest)
    for rule in _rules(locale):
        if rule.figures and not figures:
            continue
        taken: list[tuple[int, int]] = []
        for match in rule.pattern.finditer(rest):
            first, last = match.span()
            if _TAKEN in match[0] or first == last or (words := rule.say(match)) is None:
                continue
            changes.append(_placed(text, first, last, words))
            taken.append((first, last))
        for first, last in taken:
            rest = _without(rest, first, last)
    return changed(text, changes)


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
    bare = [short for short in language.abbreviations if short.isalpha()]
    return re.compile(f"{_SIGNS}|(?<!\\w)(?i:{'|'.join(bare)})(?!\\w)" if bare else _SIGNS)


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
