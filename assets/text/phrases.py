"""The few words that the studio adds itself, in the language of the content; phrases.toml holds them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from assets.domain.keys import Locale


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's words. The sentences have named holes for `str.format`."""

    image: str
    table: str
    table_named: str
    code: str
    code_named: str
    columns: tuple[str, str]
    """The word for one column, and for several; likewise below."""
    rows: tuple[str, str]
    lines: tuple[str, str]
    and_: str
    less: str
    greater: str
    dot: str
    transposed: str
    figure: str
    section: str
    equation: str
    table_word: str
    yes: str = "yes"
    no: str = "no"
    table_read: str = ""
    """Before the rows of a table that is read; without it none is read in this language. Likewise below."""
    defines: str = ""
    comment: str = ""
    quote: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    """How an admonition is announced, by its kind."""


@cache
def _by_language() -> Mapping[str, Phrases]:
    tables = tomllib.loads(files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8"))
    return {language: _phrases(words) for language, words in tables.items()}


def _phrases(words: Mapping[str, Any]) -> Phrases:
    given: dict[str, Any] = {name: tuple(said) if isinstance(said, list) else said for name, said in words.items()}
    return Phrases(**given)


def phrases(locale: Locale) -> Phrases:
    """The words for a locale, in English where its language has none yet."""
    known = _by_language()
    return known.get(locale.language) or known["en"]


def counted(number: int, forms: tuple[str, str]) -> str:
    """A number with its noun: `1 row`, `4 rows`."""
    return f"{number} {forms[number != 1]}".strip()


def listed(names: tuple[str, ...], locale: Locale) -> str:
    """Names as a person lists them: `Name, Age and City`."""
    if len(names) < 2:
        return "".join(names)
    if locale.language in {"ja", "zh"}:
        return "、".join(names)
    return f"{', '.join(names[:-1])} {phrases(locale).and_} {names[-1]}"
