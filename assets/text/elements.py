"""What each JSX component and HTML element of a page means to a listener."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from assets.text.components import Component
from assets.text.islands import IslandKind
from assets.text.javascript import string_value
from assets.text.phrases import phrases
from assets.text.tags import Tag, element_end

if TYPE_CHECKING:
    from assets.text.prepass import Scanner

_WITHOUT_WORDS = frozenset(
    "audio canvas embed form iframe map math noscript object script select style svg template textarea video".split()  # noqa: SIM905
)
_AROUND_THE_TEXT = frozenset({"nav", "footer", "aside", "button", "dialog"})
"""Of a whole page of HTML: what is for moving about in it."""
_BREAKING = frozenset(
    """address article aside blockquote center dd details div dl dt figcaption figure footer header li main nav ol p
    section summary ul hr""".split()  # noqa: SIM905
)
_HEADING = re.compile(r"h[1-6]\Z")
_TAG = re.compile(r"<[^<>]*>")
_ROW = re.compile(r"<tr\b[^>]*>", re.IGNORECASE)
_ROW_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)(?=</t[hdr]|<t[hd]\b|\Z)", re.DOTALL | re.IGNORECASE)
_SCRIPT_WORD = re.compile(r"[\w,+−-]{1,12}\Z")


class Elements:
    """Reads elements for one scanner and writes back what is to be spoken or accounted for."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._in_html = False

    def line(self, at: int) -> int:
        """In HTML, the indentation of a line means nothing, while Markdown would take it for code."""
        if not self._in_html and not self._scanner.html:
            return at
        text = self._scanner.text
        after = re.compile(r"[ \t]*").match(text, at).end()  # type: ignore[union-attr]
        self._in_html = after < len(text) and text[after] != "\n"
        return after

    def element(self, tag: Tag) -> int:
        """Write what a tag, or its whole element, is to a listener; the position after what was dealt with."""
        name = tag.name.lower()
        if tag.is_component:
            return self._component(tag, self._scanner.components.get(tag.name))
        if not self._scanner.mdx and name in _BREAKING and self._scanner.stands_alone(tag.start):
            self._in_html = True
        if name in _WITHOUT_WORDS or (self._scanner.html and name in _AROUND_THE_TEXT):
            return self._without_words(tag)
        if name in {"table", "pre"} and not tag.closing and not tag.self_closing:
            return self._table(tag) if name == "table" else self._preformatted(tag)
        if name == "img":
            return self._image(tag)
        if _HEADING.match(name) and not tag.closing:
            return self._heading(tag)
        if name in {"sub", "sup"} and not tag.closing:
            return self._script(tag)
        if name in _BREAKING:
            self._scanner.hold(IslandKind.BREAK, "", tag.start, tag.end, alone=True)
        elif name in {"br", "wbr"}:
            self._scanner.put(" " if name == "br" else "", tag.start)
        return tag.end

    def _mathematics(self, tag: Tag, component: Component) -> int:
        kind = IslandKind.DISPLAY if component.say == "display" else IslandKind.MATHEMATICS
        end = tag.end
        latex = next((tag.strings[name] for name in component.attributes if name in tag.strings), None)
        if not tag.self_closing and not tag.closing and (inside := element_end(self._scanner.text, tag)):
            end = inside[1]
            if latex is None:
                latex = self._children(self._scanner.text[tag.end : inside[0]])
        if latex is None:
            self._scanner.leave_out(f"mathematics of {tag.name} that only the page can evaluate", tag.start, end)
        else:
            self._scanner.hold(kind, latex, tag.start, end, alone=kind is IslandKind.DISPLAY)
        return end

    @staticmethod
    def _children(source: str) -> str | None:
        """LaTeX between two tags: as it is, or as a string in braces."""
        stripped = source.strip()
        if stripped.startswith("{") and stripped.endswith("}"):
            said = string_value(stripped[1:-1].strip())
            if said is not None:
                return said
            if re.match(r"\{\s*[A-Za-z_$][\w$.]*\s*\}\Z", stripped):
                return None
        return html.unescape(stripped.strip("$"))

    def _component(self, tag: Tag, component: Component) -> int:
        if component.say in {"mathematics", "display"}:
            return self._mathematics(tag, component)
        scanner = self._scanner
        if tag.closing:
            return tag.end
        alone = scanner.stands_alone(tag.end)
        if component.say in {"nothing", "attributes"}:
            return self._closed(tag, component, alone=alone)
        if not (alone or tag.self_closing):
            return tag.end  # a component within a sentence: its children are the words
        spoken = [words for name in component.attributes if (words := self._attribute(tag, name))]
        if announced := component.announces(tag.strings):
            spoken.insert(0, phrases(scanner.locale).notes.get(announced, announced.title()))
        for words in spoken:
            scanner.hold(IslandKind.WORDS, words, tag.start, tag.end, alone=alone)
        if tag.self_closing and not spoken:
            if (alt := tag.strings.get("alt", "").strip()) and alone:
                scanner.hold(IslandKind.IMAGE, alt, tag.start, tag.end, alone=True)
            else:
                scanner.leave_out(f"a component without words, {tag.name}", tag.start, tag.end)
        return tag.end

    def _closed(self, tag: Tag, component: Component, *, alone: bool) -> int:
        """A component whose children are not said: its attributes at most, and the reason."""
        scanner = self._scanner
        inside = None if tag.self_closing else element_end(scanner.text, tag)
        end = inside[1] if inside else tag.end
        if component.say == "attributes":
            for name in component.attributes:
                if words := self._attribute(tag, name):
                    scanner.hold(IslandKind.WORDS, words, tag.start, tag.end, alone=alone)
        scanner.leave_out(component.reason or f"what {tag.name} holds is for the eye", tag.start, end)
        return end

    def _attribute(self, tag: Tag, name: str) -> str:
        if name in tag.strings:
            return " ".join(tag.strings[name].split())
        source = tag.expressions.get(name, "").strip()
        return self._scanner.words_of(source, tag.start) if source.startswith("<") else ""

    def _without_words(self, tag: Tag) -> int:
        inside = None if tag.self_closing or tag.closing else element_end(self._scanner.text, tag)
        end = inside[1] if inside else tag.end
        self._scanner.leave_out(f"an element without words, {tag.name}", tag.start, end)
        return end

    def _table(self, tag: Tag) -> int:
        inside = element_end(self._scanner.text, tag)
        source = self._scanner.text[tag.end : inside[0]] if inside else ""
        end = inside[1] if inside else tag.end
        rows = [_ROW_CELL.findall(row) for row in _ROW.split(source)]
        said = [tuple(" ".join(html.unescape(_TAG.sub(" ", cell)).split()) for cell in row) for row in rows if row]
        headed = bool(re.search(r"<th[\s>]", source, re.IGNORECASE))
        columns = said[0] if said and headed else ()
        self._scanner.hold(
            IslandKind.TABLE, "", tag.start, end, alone=True, columns=columns, rows=tuple(said[bool(columns) :])
        )
        return end

    def _preformatted(self, tag: Tag) -> int:
        inside = element_end(self._scanner.text, tag)
        end = inside[1] if inside else tag.end
        source = html.unescape(_TAG.sub("", self._scanner.text[tag.end : inside[0]])) if inside else ""
        self._scanner.hold(IslandKind.CODE, "", tag.start, end, alone=True, source=source)
        return end

    def _image(self, tag: Tag) -> int:
        alt = tag.strings.get("alt", "").strip()
        if alt:
            self._scanner.hold(IslandKind.IMAGE, alt, tag.start, tag.end, alone=False)
        else:
            self._scanner.leave_out("an image without a description", tag.start, tag.end)
        return tag.end

    def _heading(self, tag: Tag) -> int:
        inside = element_end(self._scanner.text, tag)
        if inside is None or not self._scanner.stands_alone(tag.start):
            return tag.end
        words = self._scanner.words_of(self._scanner.text[tag.end : inside[0]], tag.end)
        self._scanner.put(f"\n\n{'#' * int(tag.name[1])} {words}\n\n", tag.start)
        return inside[1]

    def _script(self, tag: Tag) -> int:
        """Letters set low or high: an index or a power of a letter is mathematics, the `st` of `1st` is not."""
        inside = element_end(self._scanner.text, tag)
        words = self._scanner.text[tag.end : inside[0]].strip() if inside else ""
        if inside is None or not _SCRIPT_WORD.match(words):
            self._scanner.put(" " if tag.name == "sub" else "", tag.start)
            return tag.end
        if letter := self._scanner.take_back_letter():
            sign = "_" if tag.name.lower() == "sub" else "^"
            latex = f"{letter}{sign}{{{words}}}"
            self._scanner.hold(IslandKind.MATHEMATICS, latex, tag.start, inside[1], alone=False)
        else:
            self._scanner.put(words if tag.name.lower() == "sup" and words.isalpha() else f" {words}", tag.start)
        return inside[1]
