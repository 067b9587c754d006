"""Edits: what people want said instead of what was written, and how an edit finds its place again.

An edit is of one passage: all that is said for one block of the source, or for several that are said together. It
keeps the whole passage as it was then, so that writing its section anew cannot move it; it is locked until somebody
releases it. It is tied to its blocks by their words, not by their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from assets.domain.fingerprints import digest
from assets.domain.outlines import Block, BlockKind, Outline
from assets.domain.scripts import NO_STYLE, Style, drafts

_STILL_THE_SAME = 0.5
"""From this share of equal words on, a block of the source is taken for a changed one, below it for another one."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A block of the source as it was when what is said for it was edited.

    `occurrence` counts, from 1, among the blocks that have these very words.
    """

    kind: BlockKind
    text: str
    occurrence: int = 1

    def as_json(self) -> dict[str, Any]:
        """Plain data; `from_json` is its inverse."""
        return {"kind": self.kind.value, "text": self.text, "occurrence": self.occurrence}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Anchor:
        """The anchor from what `as_json` gave."""
        return cls(BlockKind(data["kind"]), str(data["text"]), int(data["occurrence"]))


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment of an edited passage: as it was written, and as it is to be said; nothing is said when that is empty.

    Directions stand in square brackets, as `directed` puts them.
    """

    written: str
    said: str

    @property
    def edited(self) -> bool:
        """Whether somebody changed it; its neighbours in the passage are merely kept."""
        return self.written != self.said


@dataclass(frozen=True, slots=True)
class Edit:
    """One edited passage of a content in a locale, for all voices that are written for in the same style."""

    id: int
    content: str
    locale: str
    style: str
    anchors: tuple[Anchor, ...]
    pieces: tuple[Piece, ...]
    made_by: str
    made_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An edit with the blocks of today's source that it is about.

    `changed` says that their words are not the ones that were there when it was made: it is still said, and
    somebody should look at it.
    """

    edit: Edit
    blocks: tuple[Block, ...]
    changed: bool

    @property
    def block_ids(self) -> tuple[str, ...]:
        """The names of its blocks."""
        return tuple(block.id for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where all edits of a script stand, in the order of the source; `homeless` ones have no block left."""

    placed: tuple[Placed, ...] = ()
    homeless: tuple[Edit, ...] = ()

    def of(self, block_ids: Sequence[str]) -> Placed | None:
        """The edit of a passage, named by its blocks."""
        return next((each for each in self.placed if each.block_ids == tuple(block_ids)), None)


NOWHERE = Placing()


def style_key(style: Style) -> str:
    """The style of a script as edits name it: voices of the same style share their edits. Empty for no style."""
    return "" if style == NO_STYLE else digest({"persona": style.persona, "directions": list(style.directions)})


def speakable(outline: Outline) -> tuple[Block, ...]:
    """The blocks that can be said, title and description included, in the order of the source."""
    return tuple(block for draft in drafts(outline) for block in draft.spoken)


def anchors(blocks: Sequence[Block], of: Sequence[Block]) -> tuple[Anchor, ...]:
    """What an edit of these blocks is tied to; `of` are all blocks of the source, in order."""
    found = []
    for block in blocks:
        alike = [each.id for each in of if (each.kind, each.text) == (block.kind, block.text)]
        found.append(Anchor(block.kind, block.text, alike.index(block.id) + 1))
    return tuple(found)


def place(edits: Iterable[Edit], outline: Outline) -> Placing:
    """Find the blocks of each edit: those of the same words, or else the one whose words are most like them."""
    waiting = sorted(edits, key=lambda edit: edit.id)
    if not waiting:
        return NOWHERE
    blocks = speakable(outline)
    order = {block.id: number for number, block in enumerate(blocks)}
    exact = {(edit.id, anchor): _exactly(anchor, blocks) for edit in waiting for anchor in edit.anchors}
    free = [block for block in blocks if block.id not in {found.id for found in exact.values() if found}]
    placed, homeless = [], []
    for edit in waiting:
        found: dict[str, Block] = {}
        changed = False
        for anchor in edit.anchors:
            block = exact[edit.id, anchor]
            if block is None:
                changed = True
                block = _most_like(anchor, free)
                if block is not None:
                    free.remove(block)
            if block is not None:
                found[block.id] = block
        if found:
            placed.append(Placed(edit, tuple(sorted(found.values(), key=lambda each: order[each.id])), changed))
        else:
            homeless.append(edit)
    placed.sort(key=lambda each: (order[each.blocks[0].id], each.edit.id))
    return Placing(tuple(placed), tuple(homeless))


def edits_digest(placing: Placing) -> str:
    """What of the edits can be heard, and where; empty when there is none."""
    if not placing.placed:
        return ""
    return digest(
        {
            "edits": [
                [[[b.kind.value, b.text] for b in each.blocks], [piece.said for piece in each.edit.pieces]]
                for each in placing.placed
            ]
        }
    )


def edited_fingerprint(script: str, placing: Placing) -> str:
    """The fingerprint of a script with its edits; that of the script as it was written where there is none."""
    edits = edits_digest(placing)
    return digest({"script": script, "edits": edits}) if edits else script


def _exactly(anchor: Anchor, blocks: Sequence[Block]) -> Block | None:
    alike = [block for block in blocks if (block.kind, block.text) == (anchor.kind, anchor.text)]
    return alike[min(anchor.occurrence, len(alike)) - 1] if alike else None


def _most_like(anchor: Anchor, blocks: Sequence[Block]) -> Block | None:
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(anchor.text.split())
    best, found = _STILL_THE_SAME, None
    for block in blocks:
        if block.kind is not anchor.kind:
            continue
        matcher.set_seq1(block.text.split())
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best and (share := matcher.ratio()) >= best:
            best, found = share, block
    return found
