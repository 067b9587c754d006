"""Islands: the passages of a source that Markdown must not see, each held in the text by one private character."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

_FIRST = 0xF0000
_LAST = 0xFFFFD
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""Characters that stand for islands, and others that no font and no voice has a word for."""


class IslandKind(StrEnum):
    """What an island is."""

    MATHEMATICS = "mathematics"
    DISPLAY = "display"
    WORDS = "words"
    IMAGE = "image"
    CODE = "code"
    TABLE = "table"
    BREAK = "break"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Island:
    """One passage. `value` is LaTeX, words, a description or the reason for leaving it out, by `kind`.

    `alone` islands stand between paragraphs and cut the text round them; others are part of a sentence. `lines` are
    the 1-based first and last lines of the source.
    """

    kind: IslandKind
    value: str
    lines: tuple[int, int]
    alone: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    source: str = ""
    """The code of an example."""


@dataclass(slots=True)
class Islands:
    """All islands of one page."""

    found: list[Island] = field(default_factory=list)

    def hold(self, island: Island) -> str:
        """The character that stands for the island from now on; nothing when there are more than there can be."""
        if _FIRST + len(self.found) > _LAST:
            return ""
        self.found.append(island)
        return chr(_FIRST + len(self.found) - 1)

    def get(self, character: str) -> Island | None:
        """The island a character stands for, if it does."""
        index = ord(character) - _FIRST
        return self.found[index] if 0 <= index < len(self.found) else None
