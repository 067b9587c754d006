"""What other dialects of Markdown write: admonitions of MkDocs and MyST, tags of templates, links of wikis, citations.

None of it is Markdown, and all of it would be read out sign by sign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assets.text.islands import IslandKind
from assets.text.phrases import phrases

if TYPE_CHECKING:
    from assets.text.prepass import Scanner

_ADMONITION = re.compile(
    r"(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[A-Za-z]+)[\w \t]*(?:\"(?P<title>[^\"\n]*)\")?[ \t]*(?=\n|\Z)"
)
_LEFT_OUT = (
    (re.compile(r"\[(?:TOC|\[_?TOC_?\])\][ \t]*(?=\n|\Z)", re.IGNORECASE), "a table of contents"),
    (re.compile(r"\*\[[^\]\n]+\]:[^\n]*"), "what an abbreviation stands for"),
    (re.compile(r"\{:[^}\n]*\}[ \t]*(?=\n|\Z)"), "attributes of a block"),
    (re.compile(r"\\(?:newpage|pagebreak|clearpage|tableofcontents|maketitle)\b[^\n]*"), "a command of LaTeX"),
)
_TEMPLATE = re.compile(r"\{%[^\n]*?%\}|\{\{[<%]?[^{}\n]*?[%>]?\}\}|\{#[^\n]*?#\}")
_ATTRIBUTES = re.compile(r"[ \t]?\{:?[ \t]*(?:[.#][\w-]+|[\w-]+=(?:\"[^\"\n]*\"|[\w-]+))(?:[ \t]+[^}\n]*)?\}")
_WIKI = re.compile(r"\[\[(?!_?TOC)([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\](?!\()")
_CITATION = re.compile(r"\[(?:[^\[\]\n@]{0,60}?-?(?<![\w.])@[\w][\w:./-]*[^\[\]\n@]*)+\](?![(\[:])")
_ENVIRONMENT = re.compile(
    r"\\begin\{(?P<name>(?:equation|align|alignat|gather|multline|eqnarray|displaymath|math)\*?)\}(?P<body>.*?)"
    r"\\end\{(?P=name)\}",
    re.DOTALL,
)
_ONE_FORMULA = ("equation", "displaymath", "math")
_FENCED = re.compile(r"\{(?P<kind>[a-z-]+)\}[ \t]*(?P<title>[^\n]*)")
_INDENT = re.compile(r" {4}|\t")


class Dialects:
    """Reads them for one scanner."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._indented = False
        self._closing: dict[int, int] = {}

    def indent(self, at: int) -> int:
        """Where a line of an admonition begins: its indentation is what makes it part of it, and is no code."""
        if not self._indented:
            return at
        if indent := _INDENT.match(self._scanner.text, at):
            return indent.end()
        self._indented = self._scanner.text[at : at + 1] == "\n"
        return at

    def closes(self, at: int) -> int | None:
        """The end of a fence whose content is read; the position after it."""
        if (end := self._closing.get(at)) is not None:
            self._scanner.hold(IslandKind.BREAK, "", at, end, alone=True)
        return end

    def line(self, at: int) -> int | None:
        """What fills a line; the position after it."""
        scanner = self._scanner
        if found := _ADMONITION.match(scanner.text, at):
            self._announce(found["kind"], found["title"] or "", at, found.end())
            self._indented = True
            return found.end()
        for pattern, reason in _LEFT_OUT:
            if found := pattern.match(scanner.text, at):
                scanner.hold(IslandKind.LEFT_OUT, reason, at, found.end(), alone=True)
                return found.end()
        return None

    def fence(self, info: str, at: int, content: tuple[int, int], end: int) -> int | None:
        """A directive of MyST that is written as a fence: an admonition is announced, and what it holds is read."""
        found = _FENCED.match(info)
        if found is None or found["kind"] not in phrases(self._scanner.locale).notes:
            return None
        self._announce(found["kind"], found["title"], at, content[0])
        self._closing[content[1]] = end
        return min(content[0] + 1, content[1])

    def environment(self, at: int) -> int | None:
        """Mathematics in an environment of LaTeX, without dollars round it."""
        found = _ENVIRONMENT.match(self._scanner.text, at)
        if found is None:
            return None
        alone = found["name"].rstrip("*") in _ONE_FORMULA
        self._scanner.hold(IslandKind.DISPLAY, found["body"] if alone else found[0], at, found.end(), alone=True)
        return found.end()

    def braces(self, at: int) -> int | None:
        """A tag of a template, or attributes."""
        scanner = self._scanner
        if found := _TEMPLATE.match(scanner.text, at):
            scanner.leave_out("a tag of a template that only the page can evaluate", at, found.end())
            return found.end()
        found = _ATTRIBUTES.match(scanner.text, at)
        return found.end() if found else None

    def brackets(self, at: int) -> int | None:
        """A link of a wiki, by its words; a citation by keys, which nobody reads out."""
        text = self._scanner.text
        if found := _WIKI.match(text, at):
            self._scanner.put((found[2] or found[1]).strip(), at)
            return found.end()
        found = _CITATION.match(text, at)
        return found.end() if found else None

    def _announce(self, kind: str, title: str, start: int, end: int) -> None:
        announced = phrases(self._scanner.locale).notes.get(kind.lower(), kind.title())
        words = f"{announced}: {title.strip()}" if title.strip() else announced
        self._scanner.hold(IslandKind.WORDS, words, start, end, alone=True)
