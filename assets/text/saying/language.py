"""What is particular to one language; the rules beside this module are the same for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from assets.domain.keys import Locale
from assets.text.saying.numerals import Numerals


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is written in signs, and how it is said; None leaves it to the rules that follow.

    A rule with `figures` is tried only where there is a digit.
    """

    name: str
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]
    figures: bool = True


@dataclass(frozen=True, slots=True)
class Money:
    """One currency: its name for one and for several, of its hundredth part likewise, and the gender of the name."""

    one: str
    many: str
    part_one: str = ""
    part_many: str = ""
    gender: str = "m"


class Language:
    """The words and habits of a language. Each subclass is one; `locale` says which region of it."""

    numerals: ClassVar[Numerals]
    to: ClassVar[str]
    by: ClassVar[str]
    times: ClassVar[str]
    plus: ClassVar[str]
    plus_or_minus: ClassVar[str]
    equals: ClassVar[str]
    about: ClassVar[str]
    less: ClassVar[str]
    greater: ClassVar[str]
    at_most: ClassVar[str]
    at_least: ClassVar[str]
    unequal: ClassVar[str]
    divided: ClassVar[str]
    at: ClassVar[str]
    dot: ClassVar[str]
    dash: ClassVar[str]
    number: ClassVar[str]
    version: ClassVar[str]
    degrees: ClassVar[str]
    section: ClassVar[str]
    and_: ClassVar[str]
    or_: ClassVar[str]
    per: ClassVar[str]
    fold: ClassVar[str]
    """After a number: `10x` is ten times."""
    more_than: ClassVar[str]
    after_a_stroke: ClassVar[tuple[str, ...]] = ()
    """Words that a stroke before them makes a rate of: `km/day`, `times/week`."""
    months_are_names: ClassVar[bool] = True
    """Months begin with a capital letter, so that `may` is none."""
    money: ClassVar[Mapping[str, Money]] = {}
    magnitudes: ClassVar[Mapping[str, str]] = {}
    """Short forms of thousands and millions after an amount: `bn` is said `billion`."""
    feminine_units: ClassVar[frozenset[str]] = frozenset()
    abbreviations: ClassVar[Mapping[str, str]] = {}
    """Short forms with their full stop, as they are written, and in full."""
    before_figures: ClassVar[Mapping[str, str]] = {}
    """Short forms that are one only before a number: `p.`, `Fig.`, `No.`."""
    roman_after: ClassVar[tuple[str, ...]] = ()
    """Words after which a Roman numeral is a cardinal number."""
    extra_months: ClassVar[Mapping[str, int]] = {}
    ending: ClassVar[frozenset[str]] = frozenset()
    """Short forms that often end a sentence: before a capital letter their full stop is that of the sentence, too."""
    either: ClassVar[Mapping[str, str]] = {}
    """Pairs with a stroke that are said as a choice."""
    raised: ClassVar[str]
    """Between a base and its power."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    @cached_property
    def cldr(self) -> str:
        """The locale as CLDR knows it, or its language where the region is unknown."""
        from babel import Locale as Named
        from babel import UnknownLocaleError

        for tag in (self.locale.tag, self.locale.language):
            try:
                return str(Named.parse(tag, sep="-"))
            except (UnknownLocaleError, ValueError):
                continue
        return self.numerals.language

    @cached_property
    def months(self) -> Mapping[str, int]:
        """The numbers of the months by their names and short forms, in lower case and without a full stop."""
        from babel.dates import get_month_names

        found = dict(self.extra_months)
        for width in ("abbreviated", "wide"):
            for number, name in get_month_names(width, locale=self.cldr).items():
                found[name.lower().rstrip(".")] = number
        return found

    def month(self, number: int) -> str:
        """The name of a month."""
        from babel.dates import get_month_names

        return str(get_month_names("wide", locale=self.cldr)[number])

    # What languages say in ways of their own.

    def year(self, number: int) -> str:
        """A year."""
        return self.numerals.cardinal(number)

    def bare_year(self, number: int, before: str, after: str) -> str | None:
        """A number of four digits that stands alone, where it is a year and is not said like any other number."""
        return None

    def decade(self, number: int, before: str) -> str | None:
        """`1990s`, `90er`: the ten years from that one."""
        return None

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """A day. `before` is the word before it, in lower case."""
        raise NotImplementedError

    def month_first(self) -> bool:
        """Whether `3/4/2024` is the fourth of March."""
        return False

    def time(self, hour: int, minute: int, second: int | None, before: str) -> str:
        """A time of day."""
        raise NotImplementedError

    def fraction(self, above: int, below: int) -> str | None:
        """A fraction; None for one that has no name."""
        return None

    def ratio(self, left: str, right: str) -> str:
        """Three to one."""
        return f"{left} {self.to} {right}"

    def range(self, left: str, right: str) -> str:
        """From one to the other."""
        return f"{left} {self.to} {right}"

    def number_said(self, sign: str, said: str) -> str:
        """A number with its sign."""
        word = {"-": self.numerals.minus, "−": self.numerals.minus, "+": self.plus, "±": self.plus_or_minus}.get(sign)
        return f"{word} {said}" if word else said

    def roman_ordinal(self, before: str, number: int, after: str) -> str | None:
        """A Roman numeral that is an ordinal number, as after the name of a king or before a century."""
        return None

    def rules(self) -> list[Rule]:
        """Rules of this language alone; they are tried before those of all languages."""
        return []
