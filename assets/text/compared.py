"""What was said and what was heard, put so that they can be compared: figures as words, the names picked out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from assets.domain.keys import Locale

if TYPE_CHECKING:
    from unicode_rbnf import RbnfEngine

_FIGURE = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?!\d)|\d+)(?:([.,])(\d+))?(st|nd|rd|th|er|e|º|ª|°)?(?![\w])"
)
_POINT_LANGUAGES = frozenset({"en", "zh", "ja", "hi", "th", "ko", "he"})
_SYMBOLS = {
    "en": {"%": "percent", "&": "and", "+": "plus", "=": "equals", "°": "degrees", "$": "dollars", "€": "euros"},
    "id": {"%": "persen", "&": "dan", "+": "tambah", "=": "sama dengan", "°": "derajat", "rp": "rupiah"},
    "de": {"%": "prozent", "&": "und", "+": "plus", "=": "gleich", "°": "grad", "€": "euro"},
    "es": {"%": "por ciento", "&": "y", "+": "más", "=": "igual a", "°": "grados", "€": "euros", "$": "dólares"},
    "fr": {"%": "pour cent", "&": "et", "+": "plus", "=": "égale", "°": "degrés", "€": "euros"},
}
_AND = re.compile(r"\b(hundred|thousand|million) and\b")
_LEAST_YEAR, _LAST_YEAR = 1100, 2099
_SHORTEST_NAME = 3


def readings(text: str, locale: Locale) -> tuple[str, ...]:
    """The text with its figures and symbols as words; twice when its figures may be years, which are read otherwise.

    1,250.5 and 4th compare with one thousand two hundred fifty point five and fourth. A listener writes either.
    """
    for symbol, word in _SYMBOLS.get(locale.language, {}).items():
        text = re.sub(
            rf"(?<!\w){symbol}(?=\s?\d)" if symbol.isalpha() else re.escape(symbol), f" {word} ", text, flags=re.I
        )
    plain = _FIGURE.sub(lambda figure: _spelled(figure, locale, years=False), text)
    years = _FIGURE.sub(lambda figure: _spelled(figure, locale, years=True), text)
    found = dict.fromkeys(_AND.sub(r"\1", " ".join(each.split())) for each in (plain, years))
    return tuple(found)


def names_in(text: str, locale: Locale) -> frozenset[str]:
    """The words that are names by their capital letter within a sentence; none in German, which writes all nouns so."""
    if locale.language == "de":
        return frozenset()
    found = re.findall(r"(?<=[\w,;)’'] )[^\W\d_][\w’'-]*", text)
    return frozenset(word for word in found if word[0].isupper() and len(word) >= _SHORTEST_NAME)


def _spelled(figure: re.Match[str], locale: Locale, *, years: bool) -> str:
    from unicode_rbnf import FormatPurpose

    whole, mark, rest, ordinal = figure.groups()
    point = "." if locale.language in _POINT_LANGUAGES else ","
    grouped = re.sub(r"\D", "", whole)
    if len(grouped) < len(whole) and not mark and len(whole) - len(grouped) == 1 and point in whole:
        grouped, rest = whole.split(point)
        mark = point
    number = f"{grouped}.{rest}" if mark else grouped
    purpose = FormatPurpose.CARDINAL
    if ordinal and ordinal != "°" and not mark:
        purpose = FormatPurpose.ORDINAL
    elif years and not mark and _LEAST_YEAR <= int(grouped) <= _LAST_YEAR:
        purpose = FormatPurpose.YEAR
    return f" {_engine(locale.language).format_number(number, purpose).text} "


@lru_cache(maxsize=8)
def _engine(language: str) -> RbnfEngine:
    from unicode_rbnf import RbnfEngine

    return RbnfEngine.for_language(language)
