"""How far what was heard is from what was said."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence


def plain_words(text: str) -> list[str]:
    """The words of a text as they sound: no case, no punctuation, no typographic variants."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return "".join(
        c if c.isalnum() or c == "'" or unicodedata.category(c).startswith("M") else " " for c in folded
    ).split()


def word_error_rate(said: str, heard: str) -> float:
    """Words to insert, delete or replace, per word said: 0.0 is perfect, more than 1.0 is possible.

    Numbers must be written out on both sides. Raises `ValueError` when nothing was said.
    """
    return _error_rate(plain_words(said), plain_words(heard))


def character_error_rate(said: str, heard: str) -> float:
    """The same per character, for languages that are written without spaces or whose words listeners split freely."""
    return _error_rate("".join(plain_words(said)), "".join(plain_words(heard)))


def _error_rate(said: Sequence[Hashable], heard: Sequence[Hashable]) -> float:
    if not said:
        raise ValueError("Nothing was said.")
    above = list(range(len(heard) + 1))
    for row, expected in enumerate(said, 1):
        here = [row]
        for column, found in enumerate(heard, 1):
            here.append(min(above[column] + 1, here[-1] + 1, above[column - 1] + (expected != found)))
        above = here
    return above[-1] / len(said)
