"""One JSX or HTML tag, read as a parser reads it: nested braces, strings that hold `>`, attributes over many lines."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from assets.text.javascript import balanced_end, string_value

_NAME = re.compile(r"[A-Za-z][\w.:-]*")
_ATTRIBUTE = re.compile(r"[A-Za-z_$@:][\w$.:@-]*")
_SPACE = re.compile(r"\s*")
_BARE_VALUE = re.compile(r"[^\s\"'=<>`{}]+")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag between `start` and `end`; the name of a fragment (`<>`) is empty.

    `strings` are attributes that are plain words, `expressions` the source of all others that were given in braces.
    """

    name: str
    start: int
    end: int
    strings: dict[str, str]
    expressions: dict[str, str]
    closing: bool = False
    self_closing: bool = False

    @property
    def is_component(self) -> bool:
        """Whether it is a component of the page's author and not an element of HTML."""
        return self.name[:1].isupper() or "." in self.name


def read_tag(text: str, start: int, *, jsx: bool) -> Tag | None:
    """The tag that begins at `start`, or None when that `<` is only a sign. HTML knows no braces and no fragments."""
    closing = text.startswith("</", start)
    at = start + (2 if closing else 1)
    name = _NAME.match(text, at)
    if name is None and not (jsx and text.startswith(">", at)):
        return None
    at = name.end() if name else at
    strings: dict[str, str] = {}
    expressions: dict[str, str] = {}
    while True:
        before, at = at, _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text.startswith("/>", at) or text.startswith(">", at):
            end = at + (2 if text[at] == "/" else 1)
            return Tag(
                name.group() if name else "", start, end, strings, expressions, closing, self_closing=text[at] == "/"
            )
        if jsx and text.startswith("{", at):
            after = balanced_end(text, at)
        elif at > before:
            after = _read_attribute(text, at, strings, expressions, jsx=jsx)
        else:
            return None
        if after is None:
            return None
        at = after


def _read_attribute(
    text: str, start: int, strings: dict[str, str], expressions: dict[str, str], *, jsx: bool
) -> int | None:
    name = _ATTRIBUTE.match(text, start)
    if name is None:
        return None
    equals = re.compile(r"\s*=\s*").match(text, name.end())
    if equals is None:
        return name.end()
    at = equals.end()
    if at < len(text) and text[at] in "\"'":
        end = text.find(text[at], at + 1)
        if end < 0:
            return None
        strings[name.group()] = html.unescape(text[at + 1 : end])
        return end + 1
    if jsx and text.startswith("{", at):
        after = balanced_end(text, at)
        if after is None:
            return None
        inside = text[at + 1 : after - 1]
        said = string_value(inside.strip())
        if said is None:
            expressions[name.group()] = inside
        else:
            strings[name.group()] = said
        return after
    bare = _BARE_VALUE.match(text, at)
    if bare is None or jsx:
        return None
    strings[name.group()] = html.unescape(bare.group())
    return bare.end()


def element_end(text: str, tag: Tag) -> tuple[int, int] | None:
    """Where the content of an opened element ends, and the position after its closing tag; None when never closed."""
    depth, at = 1, tag.end
    if not re.compile(rf"</{re.escape(tag.name)}", re.IGNORECASE).search(text, at):
        return None
    pattern = re.compile(rf"<(/?){re.escape(tag.name)}(?=[\s/>])", re.IGNORECASE if not tag.is_component else 0)
    while match := pattern.search(text, at):
        inner = read_tag(text, match.start(), jsx=tag.is_component)
        at = inner.end if inner else match.end()
        if match[1]:
            depth -= 1
        elif inner is None or not inner.self_closing:
            depth += 1
        if depth == 0:
            return match.start(), at
    return None
