"""The directives of textbook Markdown (`:label:`, `:citet:`, `:begin_tab:`, `%%tab`) and what is said for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assets.text.islands import IslandKind
from assets.text.phrases import phrases

if TYPE_CHECKING:
    from assets.text.prepass import Scanner

_LINE = re.compile(r"[ \t]*:([a-z_]+):(?:`[^`\n]*`)?[ \t]*(?=\n|\Z)")
_CONTAINER = re.compile(r"[ \t]*:{3,}[ \t]*\{?(?P<kind>[A-Za-z]+)?\}?(?P<title>[^\n]*)(?=\n|\Z)")
_BEGIN_TAB = re.compile(r"[ \t]*:begin_tab:(?:`([^`\n]*)`)?[ \t]*(?=\n|\Z)")
_END_TAB = re.compile(r"^[ \t]*:end_tab:[ \t]*$", re.MULTILINE)
_ROLE = re.compile(r"(\()?:([a-z_]+):`([^`\n]*)`(\))?")
_TAB_CELL = re.compile(r"\s*%%tab +([\w, ]+)")
_SETUP_CELL = re.compile(r"\s*%load_ext\b")
_HIGHLIGHTED = re.compile(r"\{\.\w+ \.input\}")
_REFERENCES = {"fig": "figure", "sec": "section", "subsec": "section", "chap": "section", "eq": "equation"}


class Directives:
    """Reads directives for one scanner."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._last_alternative = ("", -1)
        self._textbook = bool(_HIGHLIGHTED.search(scanner.text))

    def line(self, at: int) -> int | None:
        """A directive that fills a line; the position after it. Of alternative tabs in a row, the first is spoken."""
        scanner = self._scanner
        tab = _BEGIN_TAB.match(scanner.text, at)
        if tab and (end := _END_TAB.search(scanner.text, tab.end())):
            follows = self._follows_alternative("tab", at)
            self._last_alternative = ("tab", end.end())
            if follows:
                scanner.hold(IslandKind.LEFT_OUT, self._alternative(tab[1] or ""), at, end.end(), alone=True)
                return end.end()
        if container := _CONTAINER.match(scanner.text, at):
            return self._container(container)
        directive = _LINE.match(scanner.text, at)
        return directive.end() if directive else None

    def _container(self, found: re.Match[str]) -> int:
        """The beginning or the end of an admonition, `:::warning Title`: announced, with its title."""
        scanner, kind = self._scanner, (found["kind"] or "").lower()
        title = (found["title"] or "").strip(" []{}")
        if kind:
            announced = phrases(scanner.locale).notes.get(kind, kind.title())
            words = f"{announced}: {title}" if title else announced
            scanner.hold(IslandKind.WORDS, words, found.start(), found.end(), alone=True)
        else:
            scanner.hold(IslandKind.BREAK, "", found.start(), found.end(), alone=True)
        return found.end()

    def reason_to_leave_out(self, code: str, start: int, end: int) -> str:
        """Why a code cell is not even mentioned, or nothing: set-up, or the same example for another tool."""
        if _SETUP_CELL.match(code):
            return "the set-up of a notebook"
        cell = _TAB_CELL.match(code)
        if cell is None or cell[1].strip() == "all":
            return ""
        follows = self._follows_alternative("cell", start)
        self._last_alternative = ("cell", end)
        return self._alternative(cell[1]) if follows else ""

    def inline(self, at: int) -> int | None:
        """A role within a sentence, or the brackets that a textbook puts round what its slides show."""
        scanner = self._scanner
        role = _ROLE.match(scanner.text, at)
        if role:
            words = self._words(role[2], role[3])
            in_brackets = bool(role[1] and role[4])
            if not in_brackets:
                words = (role[1] or "") + words + (role[4] or "")
            elif role[2] != "citet":
                words = ""
            scanner.put(words, at)
            return role.end()
        if self._textbook and (mark := re.compile(r"[\[(](?=\*\*)|\*\*[\])](?!\()").match(scanner.text, at)):
            scanner.put("**" if mark.group().startswith("**") else "", at)
            return mark.end()
        return None

    def _words(self, role: str, target: str) -> str:
        if role in {"numref", "eqref", "ref"}:
            words = phrases(self._scanner.locale)
            kind = target.split("_")[0].split("-")[0]
            if kind in {"tab", "table"}:
                return words.table_word
            return str(getattr(words, _REFERENCES.get(kind, "section")))
        if role == "citet":
            return ", ".join(self._citation(key) for key in target.split(",") if key.strip())
        return ""

    @staticmethod
    def _citation(key: str) -> str:
        """`Petersen.Pedersen.ea.2008` as it is said."""
        parts = [part.replace("-", " ") for part in key.strip().split(".")]
        year = parts.pop() if len(parts) > 1 and parts[-1][:4].isdigit() else ""
        others = parts[-1:] == ["ea"]
        names = ", ".join(parts[:-1] if others else parts) + (" et al." if others else "")
        return f"{names} ({year})" if year else names

    def _follows_alternative(self, kind: str, at: int) -> bool:
        last, end = self._last_alternative
        return last == kind and end <= at and not self._scanner.text[end:at].strip()

    @staticmethod
    def _alternative(tool: str) -> str:
        return f"the same passage for another tool, {tool.strip()}" if tool.strip() else "the same passage, once more"
