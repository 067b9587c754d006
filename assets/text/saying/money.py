"""Money: amounts with the sign or the name of a currency, ranges of them and rates."""

from __future__ import annotations

import re

from assets.text.saying.amounts import AFTER, BEFORE, DASH, GAP, SIGN
from assets.text.saying.language import Language, Rule


def rules(language: Language) -> list[Rule]:
    """The rules for money; they come before those for other amounts."""
    numerals, money = language.numerals, language.money
    signs = "|".join(sorted(map(re.escape, money), key=len, reverse=True))
    names = tuple(name.lower() for name in money)
    number = numerals.pattern
    magnitude = "|".join(sorted(map(re.escape, language.magnitudes), key=len, reverse=True)) or r"(?!)"
    after = rf"(?:{GAP}({magnitude})(?!\w))?"
    stroke = rf"(?:/(?=(?:{'|'.join(language.after_a_stroke) or '(?!)'})(?!\w)))?"
    beyond = rf"(?:(?<=/)|{AFTER})"

    def amount(sign: str, written: str, size: str | None, currency: str) -> str | None:
        unit = money[currency]
        if size:
            return language.number_said(
                sign, f"{numerals.say(written)} {language.magnitudes[size]} {_of(language, unit.many)}"
            )
        whole, fraction = numerals.value(written)
        if fraction and not fraction.strip("0"):
            written, fraction = str(whole), ""
        if fraction and len(fraction) <= 2 and unit.part_many:
            parts = int(fraction.ljust(2, "0"))
            said = [f"{numerals.cardinal(whole, unit.gender)} {unit.one if whole == 1 else unit.many}"] if whole else []
            if parts:
                said.append(f"{numerals.cardinal(parts, 'm')} {unit.part_one if parts == 1 else unit.part_many}")
            return language.number_said(sign, f" {language.and_} ".join(said) or f"{numerals.cardinal(0)} {unit.many}")
        many = _of(language, unit.many) if whole >= 10**6 and whole % 10**6 == 0 else unit.many
        name = unit.one if whole == 1 and not fraction else many
        return language.number_said(sign, f"{numerals.say(written, unit.gender)} {name}")

    def rated(match: re.Match[str], said: str | None) -> str | None:
        return f"{said} {language.per} " if said and match[0].endswith("/") else said

    def first(match: re.Match[str]) -> str | None:
        return rated(match, amount(match[1], match[3], match[4], match[2]))

    def last(match: re.Match[str]) -> str | None:
        return rated(match, amount(match[1], match[2], match[3], match[4]))

    def between(match: re.Match[str]) -> str | None:
        unit = money[match[1] or match[5]]
        size = f" {language.magnitudes[match[4]]}" if match[4] else ""
        low, high = numerals.say(match[2], unit.gender), numerals.say(match[3], unit.gender)
        return f"{language.range(low, high)}{size} {_of(language, unit.many) if size else unit.many}"

    return [
        Rule(
            "money from to",
            re.compile(rf"{BEFORE}(?:({signs}){GAP})({number}){DASH}(?:\1{GAP})?({number}){after}{AFTER}()"),
            between,
            beside="–—-",
            words=names,
        ),
        Rule(
            "money from to",
            re.compile(rf"{BEFORE}()({number}){DASH}({number}){after}{GAP}({signs}){AFTER}"),
            between,
            beside="–—-",
            words=names,
        ),
        Rule(
            "money",
            re.compile(rf"(?<![\w.,]){SIGN}({signs}){GAP}({number})(?:,[-–—](?!\d))?{after}{stroke}{beyond}"),
            first,
            words=names,
        ),
        Rule(
            "money",
            re.compile(rf"{BEFORE}{SIGN}({number}){after}{GAP}(?:de )?({signs}){stroke}{beyond}"),
            last,
            words=names,
        ),
    ]


def _of(language: Language, name: str) -> str:
    """Millions take a preposition before their noun in some languages."""
    of = {"es": "de ", "fr": "d'" if name[:1].lower() in "aeiouhé" else "de "}.get(language.locale.language, "")
    return f"{of}{name}"
