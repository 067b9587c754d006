"""What is particular to one language; the rules beside this module are the same for all."""

from __future__ import annotations

import re
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import ClassVar

from assets.domain.keys import Locale
from assets.text.saying.numerals import Numerals

FIGURE, ROMAN, CAMEL, SHORT, PICTURE, LETTERED, DOTTED = "\ue010\ue011\ue012\ue013\ue014\ue015\ue016"
"""What stands for any digit, Roman numeral, word with a capital within, short form and emoji in what a rule needs; for
a digit after a letter, and for a letter after a full stop."""
BEFORE_A_FIGURE = "-−+±'’("
"""Signs that a rule may begin with that is tried at figures."""

_LOOK_BEHIND = re.compile(r"\(\?<[!=](?:\[(?:\\.|[^\]])*\]|\\.|[^()\[\]])*\)")
_FIGURES = (
    "(\\d", "\\d", "(?:\\d", "((?:\\d", "([-−+±]?)((?:\\d", "()((?:\\d", "(?:1[0-9]|20)\\d", "['’]?(\\d", "(?:(\\d",
    "(?:\\+\\d", "()(\\d",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is written in signs, and how it is said; None leaves it to the rules that follow.

    It is tried only where there is one of the signs that it `needs`, or what stands for them above; where one of the
    characters `beside` touches a figure, or is one space from it; and where one of the `words`, in lower case, stands
    in the text. What it names none of it does not ask for.
    """

    name: str
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]
    needs: str = FIGURE
    beside: str = ""
    words: Sequence[str] = ()

    @property
    def begins_with_a_figure(self) -> bool:
        """Whether all that it matches begins with a digit, or a sign and a digit: then it is tried there alone."""
        source = self.pattern.pattern
        while look := _LOOK_BEHIND.match(source):
            source = source[look.end() :]
        depth = in_class = 0
        for character in re.sub(r"\\.", "", source):
            in_class = in_class or character == "["
            depth += 0 if in_class else (character == "(") - (character == ")")
            if character == "|" and not depth and not in_class:
                return False
            in_class = in_class and character != "]"
        return source.startswith(_FIGURES) and not source.startswith(r"(\d*)")


def either(words: Iterable[str]) -> str:
    """A regular expression for one of these words, the longest first; it looks at the first letter before all."""
    ordered = sorted(words, key=len, reverse=True)
    initials = "".join(sorted({re.escape(word[0]) for word in ordered}))
    return rf"(?=[{initials}])(?:{'|'.join(map(re.escape, ordered))})"


@dataclass(frozen=True, slots=True)
class Money:
    """One currency: its name for one and for several, of its hundredth part likewise, and the gender of the name."""

    one: str
    many: str
    part_one: str = ""
    part_many: str = ""
    gender: str = "m"


class Language(ABC):
    """The words and habits of a language. Each subclass is one; `locale` says which region of it.

    Its words are data, in the file beside this module that its code names.
    """

    code: ClassVar[str]
    """The language, and the name of the file of its words beside this module."""

    numerals: Numerals
    to: str
    by: str
    times: str
    plus: str
    plus_or_minus: str
    equals: str
    about: str
    less: str
    greater: str
    at_most: str
    at_least: str
    unequal: str
    divided: str
    at: str
    dot: str
    dash: str
    number: str
    version: str
    degrees: str
    section: str
    and_: str
    or_: str
    per: str
    fold: str
    """After a number: `10x` is ten times."""
    more_than: str
    hashtag: str
    compass: Mapping[str, str]
    """The letters after degrees of latitude and longitude: north, south, east and west."""
    raised: str
    """Between a base and its power."""
    months_are_names: bool
    """Months begin with a capital letter, so that `may` is none."""
    after_a_stroke: Sequence[str]
    """Words that a stroke before them makes a rate of: `km/day`, `times/week`."""
    money: Mapping[str, Money]
    magnitudes: Mapping[str, str]
    """Short forms of thousands and millions after an amount: `bn` is said `billion`."""
    feminine_units: Sequence[str]
    abbreviations: Mapping[str, str]
    """Short forms with their full stop, as they are written, and in full."""
    before_figures: Mapping[str, str]
    """Short forms that are one only before a number: `p.`, `Fig.`, `No.`."""
    roman_after: Sequence[str]
    """Words after which a Roman numeral is a cardinal number."""
    rulers: Sequence[str]
    """Names, in lower case, after which a Roman numeral tells one from another."""
    before_years: Sequence[str] = ()
    """Words, in lower case, that a year stands behind, where years are not said like other numbers."""
    masculine: Sequence[str] = ()
    """Plurals that end like feminine ones and are none."""
    extra_months: Mapping[str, int]
    ending: Sequence[str]
    """Short forms that often end a sentence: before a capital letter their full stop is that of the sentence, too."""
    either: Mapping[str, str]
    """Pairs with a stroke that are said as a choice."""

    def __init__(self, locale: Locale) -> None:
        words = tomllib.loads(files(__package__).joinpath(f"{self.code}.toml").read_text(encoding="utf-8"))
        self.locale = locale
        self.numerals = Numerals(self.code, **words.pop("numerals"))
        self.money = {sign: Money(**names) for sign, names in words.pop("money").items()}
        vars(self).update(words)

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

    @cached_property
    def month_words(self) -> Sequence[str]:
        """The names and short forms of the months, none of which another begins with."""
        names = sorted(self.months, key=len)
        return [name for at, name in enumerate(names) if not name.startswith(tuple(names[:at]))]

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

    def month_of(self, month: int, year: int) -> str:
        """A month of a year."""
        return f"{self.month(month)} {self.year(year)}"

    def gender_before(self, written: str, after: str) -> str:
        """The gender, `m` or `f`, in which a number is counted before these words; empty where it makes no odds."""
        return ""

    @abstractmethod
    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """A day. `before` is the word before it, in lower case."""

    def month_first(self) -> bool:
        """Whether `3/4/2024` is the fourth of March."""
        return False

    def dates(self, first: int, last: int, month: int, year: int | None, before: str) -> str:
        """From one day to another of the same month."""
        return f"{self.numerals.cardinal(first)} {self.to} {self.date(last, month, year, before)}"

    @abstractmethod
    def time(self, hour: int, minute: int) -> str:
        """A time of day."""

    def span(self, hour: int, minute: int, second: int) -> str:
        """One hour, two minutes and three seconds."""
        from assets.text.saying.units import unit_name

        def part(number: int, unit: str) -> str:
            gender = "f" if unit in self.feminine_units else "m"
            return f"{self.numerals.cardinal(number, gender)} {unit_name(self.cldr, unit, str(number))}"

        return f"{part(hour, 'hour')}, {part(minute, 'minute')} {self.and_} {part(second, 'second')}"

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
