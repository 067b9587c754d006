"""Where the words of a spoken text are: the one rule that captions and the timings of every voice share."""

from __future__ import annotations

import re
import unicodedata

# Ideographs and kana: written without spaces, said one by one.
_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


def words(text: str) -> tuple[tuple[int, int], ...]:
    """The words of a text as half-open ranges of characters, in order; none when there is only punctuation.

    A word is what stands between spaces, punctuation included; a dash that stands alone belongs to the word before
    it, an opening bracket to the one after. Chinese and Japanese characters are words of their own. Nothing but
    white space is ever between two words.
    """
    found: list[tuple[int, int]] = []
    waiting: int | None = None
    for piece in _PIECE.finditer(text):
        first, last = piece.span()
        if any(_is_said(character) for character in piece.group()):
            found.append((first if waiting is None else waiting, last))
            waiting = None
        elif waiting is None and found and not _opens(piece.group()[-1]):
            found[-1] = (found[-1][0], last)
        elif waiting is None:
            waiting = first
    if waiting is not None and found:
        found[-1] = (found[-1][0], len(text.rstrip()))
    return tuple(found)


def _is_said(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in {"Sm", "Sc", "So"}


def _opens(character: str) -> bool:
    return unicodedata.category(character) in {"Ps", "Pi"} or character in "¿¡"
