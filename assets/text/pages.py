"""A page of Markdown or MDX as an outline: what can be said of it, block by block, and what cannot, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from assets.domain.keys import Locale
from assets.domain.outlines import Block, BlockKind, Outline
from assets.text import front_matter, html_pages
from assets.text.blocks import Blocks
from assets.text.components import Components, shipped_components
from assets.text.inline import Reader
from assets.text.islands import Island, IslandKind
from assets.text.phrases import phrases
from assets.text.plain import plain
from assets.text.prepass import Prepared, prepare
from assets.text.tables import marked

_SKIPPED_TO = {"table_open": "table_close", "footnote_block_open": "footnote_block_close"}
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")
_TASK = re.compile(r"\[[ xX]\]\s+")
_WORTH_A_WARNING = 10
"""Lines: a page of a few imports and a sentence loses nothing."""
_WORD_BREAK = re.compile(r"[-_\s]+")


def parse(
    text: str, *, mdx: bool, locale: Locale, name: str, html: bool = False, components: Components | None = None
) -> Outline:
    """The outline of a page. `name` is the last part of the content id, the last resort for a title.

    `components` are those of the project; without them the shipped table counts.
    Never fails on a malformed page: what cannot be understood is left out, and the outline accounts for it.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    entries, start, warning = front_matter.split(text)
    if html:
        entries, start, warning = html_pages.title_and_description(text), html_pages.main_start(text), ""
    first_line = text.count("\n", 0, start) + 1
    known = components or shipped_components()
    source = html_pages.as_markdown(text[start:]) if html else text[start:]
    prepared = prepare(source, known, mdx=mdx, html=html, locale=locale, first_line=first_line)
    entries = {**entries, **prepared.metadata}
    blocks = Blocks(locale)
    if start:
        what = "the head of the page" if html else "front matter"
        blocks.leave_out(f"{what}; its title and description are spoken", (1, max(1, first_line - 1)))
    reader = Reader(prepared.islands, locale)
    _Walk(prepared, reader, blocks).run(_markdown(mdx).parse(prepared.text))
    found = tuple(blocks.found)
    title = plain(entries.get("title", ""), locale) or _first_heading(found) or _name_in_words(name)
    description = plain(entries.get("description", ""), locale)
    warnings = [warning, *reader.warnings, _mostly_left_out(text, found)]
    return Outline(title, description, found, tuple(dict.fromkeys(filter(None, warnings))))


def _mostly_left_out(text: str, blocks: tuple[Block, ...]) -> str:
    """A warning for a page of which little is heard: what it loses to components, expressions and the like."""
    lines = text.split("\n")
    written = {number for number, line in enumerate(lines, 1) if line.strip()}
    lost: set[int] = set()
    heard: set[int] = set()
    for block in blocks:
        (lost if block.kind is BlockKind.LEFT_OUT else heard).update(range(block.lines[0], block.lines[1] + 1))
    left_out = len((lost - heard) & written)
    if left_out < _WORTH_A_WARNING or left_out <= len(written) / 2:
        return ""
    return (
        f"Most of this page is left out: {left_out} of its {len(written)} lines. Its coverage map says why; what a "
        "component holds can be made heard by naming it in components.toml."
    )


@lru_cache(maxsize=2)
def _markdown(mdx: bool) -> MarkdownIt:
    """HTML is off: the scanner has dealt with tags, and what is left is only a sign. MDX has no indented code."""
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 200}).enable(["table", "strikethrough"])
    markdown.use(footnote_plugin).use(deflist_plugin)
    return markdown.disable("code") if mdx else markdown


def _first_heading(blocks: tuple[Block, ...]) -> str:
    return next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")


def _name_in_words(name: str) -> str:
    words = _WORD_BREAK.sub(" ", name).strip()
    return words[:1].upper() + words[1:]


class _Walk:
    """Goes through the block tokens of one page."""

    def __init__(self, prepared: Prepared, reader: Reader, blocks: Blocks) -> None:
        self._prepared = prepared
        self._reader = reader
        self._blocks = blocks
        self._phrases = phrases(reader.locale)
        self._lists = self._quotes = 0
        self._announced = ""
        self._heading = 0

    def run(self, tokens: list[Token]) -> None:
        """Turn all tokens into blocks, in reading order."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type in _SKIPPED_TO:
                end = self._end_of(tokens, at)
                if token.type == "table_open":
                    self._table(tokens[at : end + 1])
                else:
                    self._footnotes(tokens[at : end + 1])
                at = end
            else:
                self._token(token)
            at += 1

    def _token(self, token: Token) -> None:
        kind = token.type
        if kind in {"bullet_list_open", "ordered_list_open"}:
            self._lists += 1
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            self._lists -= 1
        elif kind in {"blockquote_open", "blockquote_close"}:
            self._quotes += token.nesting
            self._announced = self._phrases.quote if kind == "blockquote_open" and self._quotes == 1 else ""
        elif kind == "heading_open":
            self._heading = int(token.tag[1])
        elif kind == "heading_close":
            self._heading = 0
        elif kind == "inline":
            self._paragraph(token)
        elif kind in {"fence", "code_block"}:
            self._blocks.code(token.info, token.content, self._lines(token.map))
        elif kind == "hr":
            self._blocks.leave_out("a rule", self._lines(token.map))

    @staticmethod
    def _end_of(tokens: list[Token], start: int) -> int:
        closing = _SKIPPED_TO[tokens[start].type]
        return next(at for at in range(start, len(tokens)) if tokens[at].type == closing)

    def _kind(self) -> tuple[BlockKind, int]:
        if self._heading:
            return BlockKind.HEADING, self._heading
        if self._lists:
            return BlockKind.LIST_ITEM, self._lists
        return (BlockKind.QUOTE if self._quotes else BlockKind.PARAGRAPH), 0

    def _paragraph(self, token: Token) -> None:
        kind, level = self._kind()
        pattern = _TASK if kind is BlockKind.LIST_ITEM else _ALERT if kind is BlockKind.QUOTE else None
        if pattern and token.children and token.children[0].type == "text":
            if (alert := pattern.match(token.children[0].content)) and alert.lastindex:
                self._announced = f"{self._phrases.notes.get(alert[1].lower(), alert[1].title())}: {{text}}"
            token.children[0].content = pattern.sub("", token.children[0].content, count=1)
        start, end = token.map or [0, 1]
        pieces = self._reader.pieces(token, whole=bool(self._heading))
        for piece in pieces:
            if piece.island is not None and piece.island.lines != (0, 0):
                self._island(piece.island, piece.island.lines)
                continue
            last = end if piece is pieces[-1] else min(end, start + piece.lines[1] + 1)
            lines = self._lines([min(start + piece.lines[0], last - 1), last])
            if piece.island is not None:
                self._island(piece.island, lines)
            else:
                self._blocks.words(kind, self._announcing(kind, piece.words), lines, level, piece.formulas)
        if not pieces:
            self._blocks.leave_out("nothing in it can be said", self._lines(token.map))

    def _announcing(self, kind: BlockKind, words: str) -> str:
        """The words of a quotation or an admonition, with what it is before the first of them."""
        if kind is not BlockKind.QUOTE or not self._announced or not words:
            return words
        said, self._announced = self._announced.format(text=words), ""
        return said

    def _island(self, island: Island, lines: tuple[int, int]) -> None:
        blocks = self._blocks
        if island.kind in {IslandKind.MATHEMATICS, IslandKind.DISPLAY}:
            said = plain(self._reader.words(island), self._reader.locale)
            blocks.words(BlockKind.MATHEMATICS, said, lines, formulas=(said,))
        elif island.kind is IslandKind.WORDS:
            blocks.words(BlockKind.PARAGRAPH, self._reader.words(island), lines)
        elif island.kind is IslandKind.IMAGE:
            blocks.image(plain(island.value, self._reader.locale), lines)
        elif island.kind is IslandKind.CODE:
            blocks.code(island.value, island.source, lines)
        elif island.kind is IslandKind.TABLE:
            blocks.table(self._cells(island.columns), [self._cells(row) for row in island.rows], lines)
        elif island.kind is IslandKind.LEFT_OUT:
            blocks.leave_out(island.value, lines)

    def _table(self, tokens: list[Token]) -> None:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                if token.children and any(child.type == "text" for child in token.children):
                    for child in token.children:
                        child.content = marked(child.content, self._phrases)
                pieces = self._reader.pieces(token, whole=True)
                rows[-1].append(" ".join(piece.words for piece in pieces if piece.words))
        columns, *body = rows or [[]]
        self._blocks.table(tuple(columns), [tuple(row) for row in body], self._lines(tokens[0].map))

    def _cells(self, row: Iterable[str]) -> tuple[str, ...]:
        return tuple(plain(marked(cell, self._phrases), self._reader.locale) for cell in row)

    def _footnotes(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.type == "inline":
                self._blocks.leave_out("a footnote", self._lines(token.map))

    def _lines(self, place: list[int] | None) -> tuple[int, int]:
        prepared = self._prepared
        most = len(prepared.first_lines) - 1
        start, end = place or [0, 1]
        first = prepared.first_lines[min(start, most)]
        return first, max(first, prepared.last_lines[min(max(start, end - 1), most)])
