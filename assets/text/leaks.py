"""What must never be said: traces of markup in words that go to a voice."""

from __future__ import annotations

import re
from html.entities import html5

_PATTERNS = {
    "a backslash": re.compile(r"\\\w*"),
    "dollar signs round mathematics": re.compile(r"\$\$|\$\\"),
    "braces": re.compile(r"[{}]"),
    "a tag": re.compile(r"</?[A-Za-z!>][^>\s]*"),
    "emphasis": re.compile(r"\*\*|~~|(?<!\w)__(?=\w)|(?<![\w*])\*\w[^*\n]*\w\*(?![\w*])|(?<!\w)_\w[^_\n]*\w_(?!\w)"),
    "code marks": re.compile(r"`"),
    "a heading mark": re.compile(r"(?m)^\s*#{1,6}\s"),
    "a table": re.compile(r"\|\s*:?-{2,}|\|[^|\n]*\|"),
    "a link": re.compile(r"\]\(|\]\[|!\["),
    "an address": re.compile(r"\b[a-z][a-z0-9+.-]*://", re.IGNORECASE),
    "a line of a program": re.compile(
        r"(?m)^\s*(?:import\s+(?:[\w$*,\s]+\s+from\s+)?['\"][^'\"\n]+['\"]|export\s+(?:const|let|var)\s+\w+\s*=)"
    ),
    "a directive": re.compile(r"(?<![\w:]):[a-z][a-z_]*:(?![:\w])|(?<![\w:]):(?:label|eqref|numref|cite[tp]?|ref):"),
    "a private character": re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]"),
}
_ENTITY = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")


def leaks(text: str) -> tuple[str, ...]:
    """Every trace of markup in a text that is to be spoken, each named with the place; nothing for plain words."""
    found = [
        f"{name}: '{_place(text, match)}'" for name, pattern in _PATTERNS.items() for match in pattern.finditer(text)
    ]
    found.extend(
        f"an HTML entity: '{match.group()}'"
        for match in _ENTITY.finditer(text)
        if match[1].startswith("#") or f"{match[1]};" in html5
    )
    return tuple(found)


def _place(text: str, match: re.Match[str]) -> str:
    return " ".join(text[max(0, match.start() - 12) : match.end() + 24].split())
