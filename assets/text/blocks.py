"""The blocks of an outline as they are found, each with a name that does not depend on where it stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from assets.domain.keys import Locale
from assets.domain.outlines import Block, BlockKind
from assets.text.examples import example, spoken_lines, wants_lines
from assets.text.phrases import counted, listed, phrases
from assets.text.plain import plain
from assets.text.tables import readable, sentences

_MOST_NAMED_COLUMNS = 8
_FILE_NAME = re.compile(r"[\w-]+\.(?:png|jpe?g|gif|svg|webp|avif|bmp)\Z|(?:image|img|screenshot|alt)[ _-]?\d*\Z", re.I)
_LANGUAGES = {
    "bash": "Bash", "c": "C", "cpp": "C++", "c++": "C++", "csharp": "C#", "cs": "C#", "css": "CSS", "dart": "Dart",
    "go": "Go", "haskell": "Haskell", "html": "HTML", "java": "Java", "javascript": "JavaScript", "js": "JavaScript",
    "json": "JSON", "jsx": "JavaScript", "julia": "Julia", "kotlin": "Kotlin", "kt": "Kotlin", "lua": "Lua",
    "matlab": "MATLAB", "mermaid": "Mermaid", "perl": "Perl", "php": "PHP", "py": "Python", "python": "Python",
    "python3": "Python", "r": "R", "rb": "Ruby", "ruby": "Ruby", "rs": "Rust", "rust": "Rust", "scala": "Scala",
    "sh": "Bash", "shell": "Bash", "sql": "SQL", "swift": "Swift", "toml": "TOML", "ts": "TypeScript",
    "tsx": "TypeScript", "typescript": "TypeScript", "xml": "XML", "yaml": "YAML", "yml": "YAML",
}  # fmt: skip


class Blocks:
    """Collects the blocks of one page in reading order."""

    def __init__(self, locale: Locale) -> None:
        self.found: list[Block] = []
        self._locale = locale
        self._phrases = phrases(locale)
        self._names: dict[str, int] = {}

    def words(
        self, kind: BlockKind, text: str, lines: tuple[int, int], level: int = 0, formulas: tuple[str, ...] = ()
    ) -> None:
        """A block that is spoken as it is; one without words is left out."""
        if text:
            self._add(kind, text, lines, level, formulas=formulas)
        else:
            self.leave_out("nothing in it can be said", lines)

    def image(self, alt: str, lines: tuple[int, int]) -> None:
        """An image, by its description; the name of a file describes nothing."""
        if alt and not _FILE_NAME.match(alt):
            self._add(BlockKind.IMAGE, self._phrases.image.format(alt=alt), lines)
        else:
            self.leave_out("an image without a description", lines)

    def code(self, info: str, source: str, lines: tuple[int, int]) -> None:
        """A code block: what it is and says of itself, or its lines. `info` is what stands beside its fence."""
        found = example(source)
        if not found.count:
            self.leave_out("a code block without code", lines)
            return
        words = info.strip(" {}.").split()
        language = _LANGUAGES.get(words[0].strip("{}.,").lower(), "") if words else ""
        how_many = counted(found.count, self._phrases.lines)
        sentence = self._phrases.code_named if language else self._phrases.code
        said = [sentence.format(language=language, lines=how_many)]
        if wants_lines(info):
            read = [plain(line, self._locale) for line in spoken_lines(source)]
            self._add(BlockKind.CODE, " ".join([*said, *(f"{line}." for line in read if line)]), lines)
            return
        if found.names and self._phrases.defines:
            said.append(self._phrases.defines.format(names=listed(found.names, self._locale)))
        if self._phrases.comment and (comment := plain(found.comment, self._locale).rstrip(".:")):
            said.append(self._phrases.comment.format(comment=comment))
        self._add(BlockKind.CODE, " ".join(said), lines, summary="code is told of, not read")

    def table(self, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], lines: tuple[int, int]) -> None:
        """A table under its headings: row by row where it is small, else only that it is there."""
        named = bool(columns) and all(columns) and len(columns) <= _MOST_NAMED_COLUMNS
        reads = bool(self._phrases.table_read) and readable(columns, rows)
        sentence = self._phrases.table_named if named else self._phrases.table
        text = (self._phrases.table_read if reads else sentence).format(
            columns=counted(len(columns), self._phrases.columns),
            names=listed(tuple(name for name in columns if name), self._locale),
            rows=counted(len(rows), self._phrases.rows),
        )
        if reads:
            self._add(BlockKind.TABLE, " ".join([text, *sentences(columns, rows)]), lines)
        else:
            self._add(BlockKind.TABLE, text, lines, summary="a table of this size is mentioned, not read")

    def leave_out(self, reason: str, lines: tuple[int, int]) -> None:
        """A block that is not spoken, and why."""
        self._add(BlockKind.LEFT_OUT, "", lines, reason=reason)

    def _add(
        self,
        kind: BlockKind,
        text: str,
        lines: tuple[int, int],
        level: int = 0,
        reason: str = "",
        formulas: tuple[str, ...] = (),
        summary: str = "",
    ) -> None:
        name = hashlib.sha256(f"{kind.value}\n{text or reason}".encode()).hexdigest()[:10]
        self._names[name] = count = self._names.get(name, 0) + 1
        name = name if count == 1 else f"{name}-{count}"
        self.found.append(Block(name, kind, text, lines, level, reason, formulas, summary))
