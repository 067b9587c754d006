"""The pass before Markdown: a scanner that takes out of a page what Markdown would take for words.

Mathematics, JSX, HTML, comments, expressions, imports and exports leave the text; code stays untouched. What can be
spoken or must be accounted for is held by islands, and a map leads every line back to the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from assets.domain.keys import Locale
from assets.text.components import Components
from assets.text.dialects import Dialects
from assets.text.directives import Directives
from assets.text.elements import Elements
from assets.text.islands import PRIVATE, Island, IslandKind, Islands
from assets.text.javascript import balanced_end, object_strings, statement_end, string_value
from assets.text.tags import Tag, read_tag

_FENCE = re.compile(r"[ \t]*(?:>[ \t]?|(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<run>`{3,}|~{3,})(?P<info>[^\n]*)")
_IMPORT = re.compile(r"import\s+(?:[\w$*{},\s]+?\bfrom\s+)?(['\"])[^'\"\n]+\1")
_EXPORT = re.compile(
    r"export\s+(?:(?:const|let|var)\s+[\w$]+\s*[:=]|(?:default\s+)?(?:async\s+)?(?:function|class)\b|[{*])"
)
_DEFAULT_EXPORT = re.compile(r"export\s+default\b")
_METADATA = re.compile(r"export\s+(?:const|let|var)\s+(?:metadata|meta|frontmatter|frontMatter)\b[^={]*=")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_SPECIAL = re.compile(
    r"[\n\\`$<{:(\[*](?:(?<=[\n\\`$<{])|(?<=:)(?=[a-z_]+:`)|(?<=[(\[])(?=\*\*|:[a-z_]+:`)|"
    r"(?<=\[)(?=\[|[^\[\]\n]{0,60}@)|(?<=\*)(?=\*[\])]))"
)
"""What may begin something; it starts with a class of characters, which is what a search is quick with."""
_ONLY_A_LINE_BEGINS = frozenset(" \t>-*+`~:ie0123456789!?[{\\")
_SPACE_AND_MARKS = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*\Z")
_NOTHING_MORE = re.compile(r"[ \t]*(?:[\n<{]|\Z)")
_MOST_STRAY_BRACES = 100
_LONGEST_LOOK_BACK = 500
_LATEX = re.compile(r"\\[A-Za-z]|[\^_=]")
_COMMENT_EXPRESSION = re.compile(r"\s*(?:/\*.*?\*/\s*|//[^\n]*\s*)*\Z", re.DOTALL)


@dataclass(slots=True)
class Prepared:
    """A page as Markdown may see it. `first_lines` and `last_lines` give, for each line, its place in the source."""

    text: str
    islands: Islands
    first_lines: list[int]
    last_lines: list[int]
    metadata: dict[str, str] = field(default_factory=dict)


def prepare(
    text: str, components: Components, *, mdx: bool, locale: Locale, html: bool = False, first_line: int = 1
) -> Prepared:
    """The page without what is not Markdown. `first_line` is the number of the first line of `text` in its file."""
    plain = PRIVATE.sub("", text)
    return Scanner(plain, Islands(), components, mdx=mdx, html=html, locale=locale, first_line=first_line).run()


class Scanner:
    """Walks over one page once. Elements and directives are read by their own modules, which write back to it."""

    def __init__(
        self,
        text: str,
        islands: Islands,
        components: Components,
        *,
        mdx: bool,
        locale: Locale,
        html: bool = False,
        first_line: int = 1,
        depth: int = 0,
    ) -> None:
        self.text = text
        self.islands = islands
        self.components = components
        self.mdx = mdx
        self.html = html
        self.locale = locale
        self.depth = depth
        self.metadata: dict[str, str] = {}
        self._first_line = first_line
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._out: list[str] = []
        self._first_lines = [first_line]
        self._last_lines: list[int] = []
        self._stray_braces = 0
        self._paragraph = (0, -1)
        self._elements = Elements(self)
        self._directives = Directives(self)
        self._dialects = Dialects(self)

    def run(self) -> Prepared:
        """The prepared page."""
        at = 0
        while at < len(self.text):
            at = self._line(at)
            while at < len(self.text) and (match := _SPECIAL.search(self.text, at)):
                found = match.start()
                if self.text[found] == "\n":
                    self.copy(at, found + 1)
                    at = found + 1
                    break
                self.copy(at, found)
                at = self._special(found)
            else:
                self.copy(at, len(self.text))
                at = len(self.text)
        self._last_lines.append(self.line_of(max(0, len(self.text) - 1)))
        return Prepared("".join(self._out), self.islands, self._first_lines, self._last_lines, self.metadata)

    def line_of(self, position: int) -> int:
        """The 1-based line of the file at a position of the text."""
        return bisect_right(self._line_starts, position) - 1 + self._first_line

    def copy(self, start: int, end: int) -> None:
        """Write a stretch of the source as it is."""
        if start < end:
            self._out.append(self.text[start:end])
            at = self.text.find("\n", start, end)
            while at >= 0:
                line = self.line_of(at)
                self._last_lines.append(line)
                self._first_lines.append(line + 1)
                at = self.text.find("\n", at + 1, end)

    def put(self, words: str, position: int) -> None:
        """Write words that stand for something at a position of the source."""
        self._out.append(words)
        for _ in range(words.count("\n")):
            self._last_lines.append(self.line_of(position))
            self._first_lines.append(self.line_of(position))

    def hold(self, kind: IslandKind, value: str, start: int, end: int, *, alone: bool, **more: object) -> None:
        """Write an island for a stretch of the source."""
        lines = (self.line_of(start), self.line_of(max(start, end - 1)))
        self._out.append(self.islands.hold(Island(kind, value, lines, alone, **more)))  # type: ignore[arg-type]

    def leave_out(self, reason: str, start: int, end: int) -> None:
        """Account for a stretch of the source that is not spoken."""
        self.hold(IslandKind.LEFT_OUT, reason, start, end, alone=self.stands_alone(end))

    def stands_alone(self, end: int) -> bool:
        """Whether what is read now, up to `end`, shares its lines with nothing but marks, tags and islands."""
        before = PRIVATE.sub("", self.line_so_far())
        return bool(_SPACE_AND_MARKS.match(before)) and _NOTHING_MORE.match(self.text, end) is not None

    def line_so_far(self) -> str:
        """What is written of the current line; of a line without end, its last words."""
        pieces: list[str] = []
        length = 0
        for piece in reversed(self._out):
            head, newline, tail = piece.rpartition("\n")
            pieces.append(tail if newline else head + tail)
            length += len(piece)
            if newline or length > _LONGEST_LOOK_BACK:
                break
        return "".join(reversed(pieces))

    def take_back_letter(self) -> str:
        """Remove and return the single letter the text ends with, or nothing when it ends with a whole word."""
        end = self.line_so_far()[-2:]
        if not end[-1:].isalpha() or end[:-1].isalnum():
            return ""
        while not self._out[-1]:
            self._out.pop()
        self._out[-1] = self._out[-1][:-1]
        return end[-1]

    def words_of(self, source: str, position: int) -> str:
        """A nested piece of the page as one line of words and islands."""
        if self.depth > 6:
            return ""
        nested = Scanner(
            source,
            self.islands,
            self.components,
            mdx=self.mdx,
            html=self.html,
            locale=self.locale,
            first_line=self.line_of(position),
            depth=self.depth + 1,
        )
        return " ".join(nested.run().text.split())

    def paragraph_end(self, start: int) -> int:
        """Where the paragraph at a position ends: at the next blank line."""
        if not self._paragraph[0] <= start <= self._paragraph[1]:
            blank = _BLANK_LINE.search(self.text, start)
            self._paragraph = (start, blank.start() if blank else len(self.text))
        return self._paragraph[1]

    def _line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def _line(self, at: int) -> int:
        """Deal with what only the start of a line can be; the position after it."""
        at = self._dialects.indent(at)
        if (after := self._dialects.closes(at)) is not None:
            return after
        if at == len(self.text) or self.text[at] not in _ONLY_A_LINE_BEGINS:
            return self._elements.line(at)
        fence = _FENCE.match(self.text, at)
        if fence and not (fence["run"][0] == "`" and "`" in fence["info"]):
            return self._fence(at, fence)
        if (after := self._module_line(at)) is not None:
            return after
        if (after := self._directives.line(at)) is not None or (after := self._dialects.line(at)) is not None:
            return after
        return self._elements.line(at)

    def _fence(self, at: int, fence: re.Match[str]) -> int:
        run = fence["run"]
        closing = re.compile(rf"^[ \t>]*{re.escape(run[0])}{{{len(run)},}}[ \t]*$", re.MULTILINE)
        found = closing.search(self.text, min(fence.end() + 1, len(self.text)))
        end, content_end = (found.end(), found.start()) if found else (len(self.text), len(self.text))
        if fence["info"].strip().split(" ")[0] in {"math", "latex-math", "{math}"}:
            self.hold(IslandKind.DISPLAY, self.text[fence.end() : content_end], at, end, alone=True)
        elif (read := self._dialects.fence(fence["info"].strip(), at, (fence.end(), content_end), end)) is not None:
            return read
        elif reason := self._directives.reason_to_leave_out(self.text[fence.end() : content_end], at, end):
            self.hold(IslandKind.LEFT_OUT, reason, at, end, alone=True)
        else:
            self.copy(at, end)
        return end

    def _module_line(self, at: int) -> int | None:
        """An import or an export of the page's module, with all its lines."""
        statement = _IMPORT.match(self.text, at) or _EXPORT.match(self.text, at)
        if statement is None and not (self.mdx and _DEFAULT_EXPORT.match(self.text, at) and self._follows_blank(at)):
            return None
        end = statement_end(self.text, at)
        source = self.text[at:end]
        if metadata := _METADATA.match(source):
            self.metadata.update(object_strings(source[metadata.end() :]))
            self.hold(IslandKind.LEFT_OUT, "metadata; its title and description are spoken", at, end, alone=True)
        else:
            self.hold(IslandKind.LEFT_OUT, f"an {source[:6]} of the page's program", at, end, alone=True)
        return end

    def _follows_blank(self, at: int) -> bool:
        return not self.text[:at].rpartition("\n")[0].rpartition("\n")[2].strip()

    def _special(self, at: int) -> int:
        """Deal with a character that may begin something; the position after it."""
        character = self.text[at]
        after: int | None = None
        if character == "\\":
            after = self._escape(at)
        elif character == "`":
            after = self._code(at)
        elif character == "$":
            after = self._dollars(at)
        elif character == "<":
            after = self._angle(at)
        elif character == "{":
            after = self._expression(at) if self.mdx else self._dialects.braces(at)
        elif character in ":[(*":
            after = self._directives.inline(at)
            if after is None and character == "[":
                after = self._dialects.brackets(at)
        if after is None:
            self.copy(at, at + 1)
            after = at + 1
        return after

    def _escape(self, at: int) -> int:
        closing = {"(": "\\)", "[": "\\]"}.get(self.text[at + 1 : at + 2])
        end = self.text.find(closing, at + 2, self.paragraph_end(at)) if closing else -1
        if end > 0 and _LATEX.search(self.text[at + 2 : end]):
            kind = IslandKind.DISPLAY if self.text[at + 1] == "[" else IslandKind.MATHEMATICS
            self.hold(kind, self.text[at + 2 : end], at, end + 2, alone=kind is IslandKind.DISPLAY)
            return end + 2
        if self.text.startswith("\\begin{", at) and (after := self._dialects.environment(at)) is not None:
            return after
        self.copy(at, min(at + 2, len(self.text)))
        return at + 2

    def _code(self, at: int) -> int:
        run = re.compile("`+").match(self.text, at).end() - at  # type: ignore[union-attr]
        closing = re.compile(rf"(?<!`)`{{{run}}}(?!`)").search(self.text, at + run, self.paragraph_end(at))
        end = closing.end() if closing else at + run
        self.copy(at, end)
        return end

    def _dollars(self, at: int) -> int | None:
        text = self.text
        if text.startswith("$$", at):
            lone = not text[at + 2 : self._line_end(at)].strip()
            end = text.find("$$", at + 2, len(text) if lone else self.paragraph_end(at))
            if end < 0 or not text[at + 2 : end].strip():
                return None
            self.hold(IslandKind.DISPLAY, text[at + 2 : end], at, end + 2, alone=True)
            return end + 2
        if text.startswith("$`", at) and (end := text.find("`$", at + 2, self.paragraph_end(at))) > 0:
            self.hold(IslandKind.MATHEMATICS, text[at + 2 : end], at, end + 2, alone=False)
            return end + 2
        closing = re.compile(r"(?<!\\)(?:\\\\)*\$").search(text, at + 1, self.paragraph_end(at))
        if closing is None:
            return None
        latex = text[at + 1 : closing.end() - 1]
        if not latex or latex[0].isspace() or latex[-1].isspace() or text[closing.end() : closing.end() + 1].isdigit():
            return None
        if latex[0].isdigit() and not _LATEX.search(latex) and re.search(r"[^\W\d_]{2}", latex):
            return None  # '$5/month or US$' is money and words
        if "`" in latex and "\\" not in latex:
            return None  # '10$; `$HOME`' is money and code
        self.hold(IslandKind.MATHEMATICS, latex, at, closing.end(), alone=False)
        return closing.end()

    def _angle(self, at: int) -> int | None:
        if self.text.startswith("<!--", at):
            end = self.text.find("-->", at + 4)
            end = len(self.text) if end < 0 else end + 3
            self.leave_out("a comment", at, end)
            return end
        tag: Tag | None = read_tag(self.text, at, jsx=self.mdx)
        return self._elements.element(tag) if tag else None

    def _expression(self, at: int) -> int | None:
        end = balanced_end(self.text, at) if self._stray_braces < _MOST_STRAY_BRACES else None
        if end is None:
            self._stray_braces += 1
            return None
        source = self.text[at + 1 : end - 1]
        words = string_value(source.strip())
        if words is not None:
            self.put(" ".join(words.split()) or " ", at)
        else:
            comment = _COMMENT_EXPRESSION.match(source) is not None
            self.leave_out("a comment" if comment else "an expression that only the page can evaluate", at, end)
        return end
