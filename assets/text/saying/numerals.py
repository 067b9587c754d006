"""Numbers in words, by the rules of CLDR, and the numerals that a language writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

_SPACES = "\u00a0\u202f\u2009"
_SPACE, _NO_DIGIT = re.compile(f"[{_SPACES} ]"), re.compile(r"\D")
_LONGEST = 15
"""Digits of a number that is still said as one; longer ones are said digit by digit."""


@dataclass(frozen=True, slots=True)
class Numerals:
    """How a language writes and says numbers.

    `groups` are the marks between groups of three digits, `decimal` the mark before the fraction; `point` is how that
    is said. `fraction_as_number`: "3,14" is said as three comma fourteen, and not digit by digit.
    """

    language: str
    decimal: str
    groups: str
    point: str
    minus: str
    plain: str = "spellout-numbering"
    masculine: str = "spellout-cardinal-masculine"
    feminine: str = "spellout-cardinal-feminine"
    ordinal_rules: str = "spellout-ordinal"
    fraction_as_number: bool = False

    @property
    def pattern(self) -> str:
        """A regular expression for one number, without its sign and without what may stand around it."""
        groups = f"[{re.escape(self.groups)}{_SPACES}]"
        other = "," if self.decimal == "." else "."
        grouped = rf"\d{{1,3}}(?:{groups}\d{{3}})+(?:{re.escape(self.decimal)}\d+)?(?!\d)"
        return rf"(?:{grouped}|\d+(?:[{self.decimal}{other}]\d+)?)"

    def value(self, written: str) -> tuple[int, str]:
        """The whole part of a number and the digits of its fraction, as written."""
        text = _SPACE.sub("", written)
        if text.isdecimal():
            return int(text), ""
        grouped = _grouped(self.groups, self.decimal).fullmatch(text)
        if grouped and not text.startswith("0"):
            whole = text.partition(self.decimal)[0]
            return int(_NO_DIGIT.sub("", whole)), grouped[1] or ""
        whole, _, fraction = text.replace(",", ".").partition(".")
        return int(whole), fraction

    def cardinal(self, number: int, gender: str = "") -> str:
        """A whole number in words; `gender` is `m` or `f` before a noun of that kind."""
        rules = {"m": self.masculine, "f": self.feminine}.get(gender, self.plain)
        return _words(self.language, number, rules)

    def ordinal(self, number: int, rules: str = "") -> str:
        """The first, the second, the third."""
        return _words(self.language, number, rules or self.ordinal_rules)

    def year(self, number: int) -> str:
        """A year as it is said."""
        return _words(self.language, number, "spellout-numbering-year").replace("oh-", "oh ")

    def digits(self, written: str) -> str:
        """Digit by digit."""
        return " ".join(self.cardinal(int(digit)) for digit in written if digit.isdigit())

    def say(self, written: str, gender: str = "") -> str:
        """A number as it is written, in words."""
        only = _SPACE.sub("", written)
        if (only.isdigit() and len(only) > 1 and only[0] == "0") or len(_NO_DIGIT.sub("", written)) > _LONGEST:
            return self.digits(written)
        whole, fraction = self.value(written)
        if not fraction:
            return self.cardinal(whole, gender)
        as_number = self.fraction_as_number and len(fraction) <= 2
        if as_number:
            leading = self.digits(re.match(r"0*", fraction)[0] or "")  # type: ignore[index]
            rest = fraction.lstrip("0")
            said = " ".join(part for part in (leading, self.cardinal(int(rest)) if rest else "") if part)
        else:
            said = self.digits(fraction)
        return f"{self.cardinal(whole)} {self.point} {said}"

    def amount(self, written: str) -> Decimal:
        """The number itself, for the choice of a plural."""
        whole, fraction = self.value(written)
        return Decimal(f"{whole}.{fraction}" if fraction else whole)


@cache
def _grouped(groups: str, decimal: str) -> re.Pattern[str]:
    """A number with marks between its groups of digits."""
    return re.compile(rf"\d{{1,3}}(?:[{re.escape(groups)}]\d{{3}})+(?:{re.escape(decimal)}(\d+))?")


@lru_cache(maxsize=50_000)
def _words(language: str, number: int, rules: str) -> str:
    return str(_engine(language).format_number(number, ruleset_names=[rules]).text).replace("\u00ad", "")


@cache
def _engine(language: str) -> Any:  # noqa: ANN401 - the library's own class
    from unicode_rbnf import RbnfEngine

    return RbnfEngine.for_language(language)
