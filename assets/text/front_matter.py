"""The front matter of a page: YAML between two lines of dashes."""

from __future__ import annotations

import re

_FENCED = re.compile(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:[ \t]+(.+?)[ \t]*$", re.MULTILINE)
_ENTRY = re.compile(r"[\w\"'-]+[ \t]*:(?:\s|\Z)|#|\s*\Z")


def split(text: str) -> tuple[dict[str, str], int, str]:
    """The plain entries of the front matter, the position where the page itself begins, and a warning or nothing.

    Front matter that is not proper YAML (a title with a colon, most often) is read line by line instead.
    """
    match = _FENCED.match(text)
    if match is None or not _ENTRY.match(match[1]):
        return {}, 0, ""
    import yaml

    try:
        data = yaml.load(match[1], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, ValueError):
        entries = {name: value.strip("\"'") for name, value in _LINE.findall(match[1])}
        return entries, match.end(), "The front matter is not proper YAML; it was read line by line."
    if not isinstance(data, dict):
        return {}, match.end(), "The front matter holds no entries."
    return {str(key): str(value) for key, value in data.items() if _is_plain(value)}, match.end(), ""


def _is_plain(value: object) -> bool:
    return value is not None and not isinstance(value, dict | list | set)
