"""What a piece of code is and does, as far as its own names and comments say so; or its lines, one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.text.saying.addresses import parted

_LINE_BY_LINE = frozenset({"read-aloud", "line-by-line"})
"""Words beside a fence by which an author asks that code is read."""
_DEFINITIONS = re.compile(
    r"^[ \t]*(?:export\s+|default\s+|public\s+|private\s+|static\s+|async\s+|pub\s+)*"
    r"(?:def|class|function\*?|func|fn|struct|interface|trait|enum|type)\s+([A-Za-z_]\w*)|"
    r"^[ \t]*(?:export\s+)?const\s+([A-Za-z_]\w*)\s*=\s*(?:async\s*)?(?:\([^)\n]*\)|\w+)\s*=>|"
    r"^[ \t]*create\s+table\s+(?:if\s+not\s+exists\s+)?([A-Za-z_]\w*)",
    re.MULTILINE | re.IGNORECASE,
)
_COMMENT = re.compile(
    r"^[ \t]*(?:#(?![!%])|//|--(?=\s)|;;|%(?![%\w]))[ \t]*(?P<line>\S[^\n]*)|/\*+\s*(?P<block>.+?)\*/|"
    r"^[ \t]*(?P<quote>\"\"\"|''')\s*(?P<text>.+?)(?P=quote)|<!--\s*(?P<markup>.+?)-->",
    re.MULTILINE | re.DOTALL,
)
_MOST_NAMES = 4
_LONGEST_COMMENT = 160
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NO_SENTENCE = re.compile(r"(?:@|pylint|noqa|type:|eslint|todo\b|fixme\b|copyright|saved in|defined in)", re.IGNORECASE)
_BRACKETS = re.compile(r"[(){}\[\];\"'`\\]+")


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of code: how many lines it has, the names that it defines as words, and what it says of itself first."""

    count: int
    names: tuple[str, ...] = ()
    comment: str = ""


def example(source: str) -> Example:
    """What a piece of code says of itself."""
    lines = source.strip("\n")
    if not lines.strip():
        return Example(0)
    found = (match[1] or match[2] or match[3] for match in _DEFINITIONS.finditer(source))
    names = [parted(name.strip("_").replace("_", " ")) for name in dict.fromkeys(found) if not name.startswith("__")]
    return Example(lines.count("\n") + 1, tuple(name for name in names if name)[:_MOST_NAMES], _comment(source))


def wants_lines(info: str) -> bool:
    """Whether the author asks that it is read line by line, by a word beside the fence."""
    return not _LINE_BY_LINE.isdisjoint(info.split())


def spoken_lines(source: str) -> list[str]:
    """The lines of a piece of code as they can be read: without brackets and quotes, with operators for the voice."""
    found = []
    for line in source.splitlines():
        said = " ".join(_BRACKETS.sub(" ", line.strip().lstrip("#/")).split()).strip(" :,")
        if _WORDS.search(said) or re.search(r"\w", said):
            found.append(re.sub(r"\s+([,:])", r"\1", said))
    return found


def _comment(source: str) -> str:
    for match in _COMMENT.finditer(source):
        text = " ".join((match["line"] or match["block"] or match["text"] or match["markup"] or "").split())
        said = text.strip("*=-#/ ").partition(". ")[0]
        if len(_WORDS.findall(said)) < 2 or _NO_SENTENCE.match(said):
            continue
        if len(said) > _LONGEST_COMMENT:
            said = f"{said[:_LONGEST_COMMENT].rpartition(' ')[0]} …"
        return said
    return ""
