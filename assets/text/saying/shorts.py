"""Short forms and Roman numerals."""

from __future__ import annotations

import re

from assets.text.saying.language import ROMAN, SHORT, Language, Rule, either

_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\Z")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_CAN_STAND_ALONE = "IVX"


def rules(language: Language) -> list[Rule]:
    """The rules for short forms; they come after those for amounts, whose units are short forms, too."""
    numerals = language.numerals

    def short(match: re.Match[str]) -> str:
        said = _cased(match, language.abbreviations[match[0].lower()])
        return said + _stop(match, language)

    def before_figure(match: re.Match[str]) -> str:
        said = language.before_figures[match[1].lower()]
        return f"{said[:1].upper()}{said[1:]} " if match[1][:1].isupper() else f"{said} "

    def cardinal(match: re.Match[str]) -> str | None:
        number = roman(match[2])
        return f"{match[1]}{numerals.cardinal(number)}" if number else None

    def ordinal(match: re.Match[str]) -> str | None:
        number = roman(match[1])
        if not number or (len(match[1]) == 1 and match[1] not in _CAN_STAND_ALONE):
            return None
        after = re.match(r"\s*([^\W\d_]+)", match.string[match.end() :])
        before = re.findall(r"[^\W\d_]+", match.string[max(0, match.start() - 30) : match.start()])
        return language.roman_ordinal(before[-1] if before else "", number, after[1] if after else "")

    found = []
    if language.roman_after:
        words = "|".join(language.roman_after)
        found.append(
            Rule(
                "Roman numeral",
                re.compile(rf"(?<!\w)((?:{words})\s)([IVXLCDM]+)(?!\w|\.\w|[’'-]\w)"),
                cardinal,
                needs=ROMAN,
            )
        )
    found.append(Rule("Roman numeral", re.compile(r"(?<![\w.'’-])([IVXLCDM]+)(?![\w'’-]|\.\w)"), ordinal, needs=ROMAN))
    if language.before_figures:
        known = either(language.before_figures)
        found.append(
            Rule(
                "short form",
                re.compile(rf"(?<![\w.])({known})(?=\s?[\d\ue000IVX])", re.IGNORECASE),
                before_figure,
                words=tuple(language.before_figures),
            )
        )
    if language.abbreviations:
        known = either(language.abbreviations)
        found.append(Rule("short form", re.compile(rf"(?<![\w.]){known}(?!\w)", re.IGNORECASE), short, needs=SHORT))
    return found


def roman(letters: str) -> int | None:
    """The number that Roman letters write; None for what is no numeral."""
    if not letters or not _ROMAN.match(letters):
        return None
    values = [_VALUES[letter] for letter in letters]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _cased(match: re.Match[str], said: str) -> str:
    """In full it begins a sentence where the short form did."""
    before = match.string[: match.start()].rstrip()
    begins = not before or before[-1] in ".!?:"
    return said[:1].upper() + said[1:] if begins and match[0][:1].isupper() else said


def _stop(match: re.Match[str], language: Language) -> str:
    """The full stop of a short form may have been that of the sentence, too."""
    if not match[0].endswith("."):
        return ""
    after = match.string[match.end() :]
    ends = not after.strip(" \"'”’)]»") or (
        match[0].lower() in language.ending and re.match(r"\s+[\"'“«(¿¡]?[^\W\d_a-z]", after)
    )
    return "." if ends else ""
