"""The words of one paragraph, and the islands that stand in it or cut it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from assets.domain.keys import Locale
from assets.text.islands import PRIVATE, Island, IslandKind, Islands
from assets.text.mathematics import speak
from assets.text.plain import code_words, plain

_SAID_IN_PLACE = frozenset({IslandKind.MATHEMATICS, IslandKind.DISPLAY, IslandKind.WORDS})
_SEAM = "\x00"
"""Where words of mathematics end; Markdown leaves no such character in a page."""
_SEAM_BEFORE_WORD = re.compile(rf"{_SEAM}(?=\w)")
_WIDE = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_ISLAND = re.compile(f"({PRIVATE.pattern})")
_WRAP_BETWEEN_WIDE = re.compile(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: its words, or an island. `lines` are offsets into the paragraph, from 0.

    `formulas` are the formulas among its words, as they are said.
    """

    words: str
    lines: tuple[int, int]
    island: Island | None = None
    formulas: tuple[str, ...] = ()


@dataclass(slots=True)
class Reader:
    """Reads the inline tokens of one page."""

    islands: Islands
    locale: Locale
    warnings: list[str] = field(default_factory=list)
    _formulas: list[str] = field(default_factory=list)

    def pieces(self, token: Token, *, whole: bool = False) -> list[Piece]:
        """The pieces of a paragraph in order. `whole` keeps the words together and puts islands after them."""
        found: list[Piece] = []
        after: list[Piece] = []
        written: list[str] = []
        first = line = 0
        self._formulas.clear()

        def close() -> None:
            if words := self._joined(written):
                found.append(Piece(words, (first, line), formulas=tuple(self._formulas)))
            written.clear()
            self._formulas.clear()
            found.extend(after)
            after.clear()

        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                written.append("\n")
                line += 1
                if not "".join(written).strip():
                    first = line
            elif child.type == "code_inline":
                written.append(code_words(child.content, self.locale))
            elif child.type == "image":
                alt = self._plain_text(child.children or ())
                after.append(Piece("", (line, line), Island(IslandKind.IMAGE, alt, (0, 0))))
            elif child.type == "text":
                for part in _parts(child.content):
                    island = self.islands.get(part) if len(part) == 1 else None
                    if island is None:
                        written.append(part)
                    elif island.kind in _SAID_IN_PLACE and (whole or not island.alone):
                        self._append(written, self.words(island))
                    elif island.alone and not whole:
                        close()
                        found.append(Piece("", (line, line), island))
                        first = line
                    else:
                        after.append(Piece("", (line, line), island))
        close()
        return found

    def words(self, island: Island) -> str:
        """What is said for an island within a sentence."""
        if island.kind in {IslandKind.MATHEMATICS, IslandKind.DISPLAY}:
            said, warnings = speak(island.value, self.locale)
            self.warnings.extend(warnings)
            self._formulas.append(plain(said, self.locale))
            return said
        return self.resolved(island.value) if island.kind is IslandKind.WORDS else ""

    def resolved(self, text: str) -> str:
        """A text in which islands may stand, as plain words."""
        written: list[str] = []
        for part in _parts(text):
            island = self.islands.get(part) if len(part) == 1 else None
            if island is None:
                written.append(part)
            else:
                self._append(written, self.words(island))
        return self._joined(written)

    def _joined(self, written: Sequence[str]) -> str:
        text = "".join(written)
        if "\n" in text:
            text = _WRAP_BETWEEN_WIDE.sub("", text)
        if _SEAM in text:
            text = _SEAM_BEFORE_WORD.sub(" ", text).replace(_SEAM, "")
        return plain(text, self.locale)

    @staticmethod
    def _append(written: list[str], words: str) -> None:
        """Words that replace signs must run into neither neighbour; the one after is parted when it is known."""
        before = written[-1][-1:] if written else ""
        written.append(f" {words}" if before.isalnum() and words[:1].isalnum() else words)
        if words[-1:].isalnum():
            written.append(_SEAM)

    def _plain_text(self, tokens: Sequence[Token]) -> str:
        written: list[str] = []
        for token in tokens:
            if token.type in {"softbreak", "hardbreak"}:
                written.append(" ")
            elif token.type == "code_inline":
                written.append(code_words(token.content, self.locale))
            elif token.type == "image":
                written.append(self._plain_text(token.children or ()))
            else:
                written.append(self.resolved(token.content) if PRIVATE.search(token.content) else token.content)
        return plain("".join(written), self.locale)


def _parts(text: str) -> list[str]:
    return [part for part in _ISLAND.split(text) if part]
