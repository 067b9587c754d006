"""The script: what will be said, in ordered sections and segments, each tied to the source block it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assets.domain.outlines import Block, BlockKind, Outline

SEGMENT_LIMIT_CHARS = 400
"""A segment is one call to a voice: long enough for natural intonation, short enough that an edit buys little."""


CHARACTERS_PER_SECOND = 15.0
"""The pace of calm speech in alphabetic languages: what a listening time is estimated by before there is audio."""


@dataclass(frozen=True, slots=True)
class Direction:
    """How to say what follows, for a voice that takes directions: `warmly` before the character `at` of the text."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a voice wants to be written for: its persona, and the directions that its model understands.

    Voices of the same style share their scripts.
    """

    persona: str = ""
    directions: tuple[str, ...] = ()


NO_STYLE = Style()


@dataclass(frozen=True, slots=True)
class Segment:
    """One speakable piece of a script: a paragraph or less. `ends_block` marks the last piece of its block.

    `text` is words alone; `directions` stand between them and are never read out. `also` names further blocks that
    this piece says, too.
    """

    text: str
    block_id: str
    kind: BlockKind
    ends_block: bool = True
    directions: tuple[Direction, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def blocks(self) -> tuple[str, ...]:
        """All blocks of the source that this piece says."""
        return (self.block_id, *self.also)

    def as_json(self) -> dict[str, Any]:
        """Plain data; `from_json` is its inverse."""
        data: dict[str, Any] = {
            "text": self.text,
            "block": self.block_id,
            "kind": self.kind.value,
            "ends_block": self.ends_block,
        }
        if self.directions:
            data["directions"] = [[each.at, each.name] for each in self.directions]
        if self.also:
            data["also"] = list(self.also)
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Segment:
        """The segment from what `as_json` gave."""
        return cls(
            text=data["text"],
            block_id=data["block"],
            kind=BlockKind(data["kind"]),
            ends_block=data["ends_block"],
            directions=tuple(Direction(at, name) for at, name in data.get("directions", ())),
            also=tuple(data.get("also", ())),
        )


def directed(text: str, directions: Iterable[Direction]) -> str:
    """A text with its directions put in, each in square brackets before the character it stands at."""
    parts, done = [], 0
    for each in directions:
        parts += [text[done : each.at], f"[{each.name}] "]
        done = each.at
    return "".join([*parts, text[done:]])


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the script under one heading; its title is a chapter of the audio. `level` is 1 for the opening."""

    id: str
    title: str
    level: int
    segments: tuple[Segment, ...]

    @property
    def spoken_text(self) -> str:
        """The words of the section, its segments joined by single spaces."""
        return " ".join(segment.text for segment in self.segments)

    def as_json(self) -> dict[str, Any]:
        """Plain data; `from_json` is its inverse."""
        return {
            "id": self.id,
            "title": self.title,
            "level": self.level,
            "segments": [segment.as_json() for segment in self.segments],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Section:
        """The section from what `as_json` gave."""
        return cls(
            data["id"], data["title"], data["level"], tuple(Segment.from_json(each) for each in data["segments"])
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of one source block: `spoken`, `summarised` or `left_out`, and why when it was not spoken."""

    block_id: str
    kind: BlockKind
    outcome: str
    lines: tuple[int, int]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """All that will be said of one content in one locale."""

    title: str
    description: str
    locale: str
    sections: tuple[Section, ...]
    coverage: tuple[Coverage, ...]
    warnings: tuple[str, ...] = ()

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments in speaking order."""
        return tuple(segment for section in self.sections for segment in section.segments)

    @property
    def characters(self) -> int:
        """How many characters a voice has to speak."""
        return sum(len(segment.text) for segment in self.segments)

    @property
    def spoken_text(self) -> str:
        """The whole script as plain text, one segment a line and a blank line between sections."""
        return "\n\n".join("\n".join(segment.text for segment in section.segments) for section in self.sections)

    def as_json(self) -> dict[str, Any]:
        """Plain data for files and `studio script --json`; `from_json` is its inverse."""
        return {
            "title": self.title,
            "description": self.description,
            "locale": self.locale,
            "sections": [section.as_json() for section in self.sections],
            "coverage": [
                {
                    "block": c.block_id,
                    "kind": c.kind.value,
                    "outcome": c.outcome,
                    "lines": list(c.lines),
                    "why": c.reason,
                }
                for c in self.coverage
            ],
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Script:
        """The script from what `as_json` gave."""
        return cls(
            title=data["title"],
            description=data["description"],
            locale=data["locale"],
            sections=tuple(Section.from_json(each) for each in data["sections"]),
            coverage=tuple(
                Coverage(c["block"], BlockKind(c["kind"]), c["outcome"], (c["lines"][0], c["lines"][1]), c["why"])
                for c in data["coverage"]
            ),
            warnings=tuple(data["warnings"]),
        )


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """The blocks of one section, as a script writer is given them. The opening section has the title as its heading."""

    id: str
    title: str
    level: int
    blocks: tuple[Block, ...]

    @property
    def spoken(self) -> tuple[Block, ...]:
        """The blocks that are to be said."""
        return tuple(block for block in self.blocks if block.kind is not BlockKind.LEFT_OUT)


def drafts(outline: Outline) -> tuple[SectionDraft, ...]:
    """The outline cut at its headings; what stands before the first heading opens under the title.

    The title is announced as a heading of its own, and the description follows it, so that a listener knows
    what begins. Section ids are made of the heading's words, not of positions, so that an inserted section
    does not rename the ones after it.
    """
    opening: list[Block] = [Block("title", BlockKind.HEADING, outline.title, (1, 1), level=1)]
    if outline.description:
        opening.append(Block("description", BlockKind.PARAGRAPH, outline.description, (1, 1)))
    found: list[SectionDraft] = []
    current_title, level, blocks = outline.title, 1, opening
    names: dict[str, int] = {}

    def close() -> None:
        stem = "-".join("".join(c if c.isalnum() else " " for c in current_title.lower()).split())[:60] or "section"
        names[stem] = names.get(stem, 0) + 1
        name = stem if names[stem] == 1 else f"{stem}-{names[stem]}"
        found.append(SectionDraft(name, current_title, level, tuple(blocks)))

    for block in outline.blocks:
        if block.kind is BlockKind.HEADING:
            if not found and block.text == outline.title and all(b.kind is BlockKind.LEFT_OUT for b in blocks[1:]):
                opening[0] = Block(block.id, block.kind, block.text, block.lines, level=1)
                continue
            close()
            current_title, level, blocks = block.text, max(2, block.level), [block]
        else:
            blocks.append(block)
    close()
    return tuple(found)
