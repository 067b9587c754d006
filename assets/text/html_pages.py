"""A page of HTML made a page that the scanner reads: its own marks are words, and only its main part is the text."""

from __future__ import annotations

import html
import re

_TITLE = re.compile(r"<title[^>]*>(.*?)</title\s*>", re.DOTALL | re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_NAME = re.compile(r"\bname\s*=\s*[\"']?description\b", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_MAIN = tuple(re.compile(rf"<{name}\b[^>]*>", re.IGNORECASE) for name in ("main", "article", "body"))
_WRITTEN = re.compile(r"<!--.*?-->|<(script|style|pre|code)\b.*?</\1\s*>|<[^>]*>|([^<]+)", re.DOTALL | re.IGNORECASE)
_FORMULA = r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$"
_MARKS = re.compile(rf"({_FORMULA})|[\\`*_#\[\]>|~+-]|(?<=\d)[.)](?=\s)|:(?=:)", re.DOTALL)


def title_and_description(text: str) -> dict[str, str]:
    """What the head of a page says of it."""
    found = {}
    if title := _TITLE.search(text):
        found["title"] = " ".join(html.unescape(title[1]).split())
    for meta in _META.finditer(text):
        if _NAME.search(meta[0]) and (content := _CONTENT.search(meta[0])):
            found["description"] = " ".join(html.unescape(content[1][1:-1]).split())
    return found


def main_start(text: str) -> int:
    """Where the main part of a page begins: its <main>, <article> or <body>; 0 where there is none."""
    return next((match.start() for pattern in _MAIN if (match := pattern.search(text))), 0)


def as_markdown(text: str) -> str:
    """The page with every sign of its text escaped that Markdown would take for a mark; tags and lines stay."""

    def escaped(match: re.Match[str]) -> str:
        return _MARKS.sub(lambda mark: mark[1] or f"\\{mark[0]}", match[2]) if match[2] else match[0]

    return _WRITTEN.sub(escaped, text)
