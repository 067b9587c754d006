"""Just enough JavaScript to walk over it: where a literal or a bracket ends, and what a string says. Nothing is run."""

from __future__ import annotations

import re

_DEEPEST = 40
"""Templates in holes of templates; no page nests them deeper, and a hostile one must not end the interpreter."""
_LONGEST_BRACKET = 100_000
_CLOSING = {"{": "}", "(": ")", "[": "]"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r?\n)|(.))", re.DOTALL)
_SPECIAL = {"n": "\n", "t": " ", "r": " ", "b": "", "f": " ", "v": " ", "0": ""}
_RAW_TEMPLATE = re.compile(r"String\s*\.\s*raw\s*(?=`)")
_KEY = re.compile(r"\s*(?:([A-Za-z_$][\w$]*)|(?=[\"']))")
_UNFINISHED = re.compile(r"(?:[=+\-*/&|?:,.<(\[{]|=>)\s*\Z")


def string_end(text: str, start: int, depth: int = 0) -> int | None:
    """The position after the string or template literal that begins at `start`, or None when it never ends.

    A quoted string ends on its own line; an apostrophe in the words of nested JSX therefore opens nothing.
    """
    if depth > _DEEPEST:
        return None
    quote, at = text[start], start + 1
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 2
        elif character == quote:
            return at + 1
        elif character == "\n" and quote != "`":
            return None
        elif quote == "`" and text.startswith("${", at):
            inner = balanced_end(text, at + 1, depth + 1)
            if inner is None:
                return None
            at = inner
        else:
            at += 1
    return None


def balanced_end(text: str, start: int, depth: int = 0) -> int | None:
    """The position after the bracket that closes the one at `start`, or None; strings and comments are stepped over."""
    stack: list[str] = []
    at = start
    end = min(len(text), start + _LONGEST_BRACKET)
    if text.find(_CLOSING[text[start]], start, end) < 0:
        return None
    while at < end:
        character = text[at]
        if character in "\"'`":
            after = string_end(text, at, depth)
            if after is None and character == "`":
                return None  # a template that never ends swallows every bracket after it
            at = after or at + 1
            continue
        if (after := comment_end(text, at)) is not None:
            at = after
            continue
        if character in _CLOSING:
            stack.append(_CLOSING[character])
        elif stack and character == stack[-1]:
            stack.pop()
            if not stack:
                return at + 1
        at += 1
    return None


def comment_end(text: str, start: int) -> int | None:
    """The position after the comment at `start`, or None when there is none. `//` of an address is no comment."""
    if text.startswith("/*", start):
        end = text.find("*/", start + 2)
        return len(text) if end < 0 else end + 2
    if text.startswith("//", start) and (start == 0 or text[start - 1] in " \t\n;,{(["):
        end = text.find("\n", start)
        return len(text) if end < 0 else end
    return None


def statement_end(text: str, start: int) -> int:
    """The position after the statement at `start`: the end of its line, with every bracket closed.

    A bracket that is never closed must not swallow the page: then the statement ends at the next blank line.
    """
    at = start
    while at < len(text):
        character = text[at]
        after: int | None
        if character in "\"'`":
            after = string_end(text, at)
        elif character in _CLOSING:
            after = balanced_end(text, at)
            if after is None:
                blank = re.compile(r"\n[ \t]*\n").search(text, at)
                return blank.start() if blank else len(text)
        else:
            after = comment_end(text, at)
        if after is not None:
            at = after
        elif character == "\n" and not _UNFINISHED.search(text[start:at]):
            return at
        else:
            at += 1
    return len(text)


def string_value(expression: str) -> str | None:
    """What a string expression says: a literal, a template without holes, `String.raw`, or such joined by `+`."""
    at, said = 0, ""
    while True:
        while at < len(expression) and (expression[at].isspace() or expression[at] in "()"):
            at += 1
        raw = _RAW_TEMPLATE.match(expression, at)
        at = raw.end() if raw else at
        if at >= len(expression) or expression[at] not in "\"'`":
            return None
        end = string_end(expression, at)
        if end is None or (expression[at] == "`" and "${" in expression[at:end]):
            return None
        inside = expression[at + 1 : end - 1]
        said += inside if raw else _ESCAPE.sub(_unescaped, inside)
        rest = expression[end:].lstrip(" \t\r\n)")
        if not rest or rest.startswith(";"):
            return said
        if not rest.startswith("+"):
            return None
        at = len(expression) - len(rest) + 1


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
    return "" if match[4] else _SPECIAL.get(match[5], match[5])


def object_strings(source: str) -> dict[str, str]:
    """The top-level entries of an object literal whose values are strings; every other value is stepped over."""
    found: dict[str, str] = {}
    at = source.find("{") + 1
    while 0 < at < len(source):
        if (after := comment_end(source, at)) is not None:
            at = after
            continue
        match = _KEY.match(source, at)
        if match is None:
            at += 1
            continue
        name, at = match[1], match.end()
        if name is None:
            end = string_end(source, at)
            if end is None:
                return found
            name, at = source[at + 1 : end - 1], end
        colon = re.compile(r"\s*:").match(source, at)
        if colon is None:
            continue
        at = _value_end(source, colon.end())
        value = string_value(source[colon.end() : at].strip())
        if value is not None:
            found[name] = value
    return found


def _value_end(source: str, start: int) -> int:
    at = start
    while at < len(source) and source[at] not in ",}":
        after: int | None = None
        if source[at] in "\"'`":
            after = string_end(source, at)
        elif source[at] in _CLOSING:
            after = balanced_end(source, at)
        at = after or comment_end(source, at) or at + 1
    return at
