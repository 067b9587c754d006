"""The outline of a content: its title, its description and its blocks in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block of the source is. `LEFT_OUT` blocks are never spoken and say why in `reason`."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    MATHEMATICS = "mathematics"
    TABLE = "table"
    CODE = "code"
    IMAGE = "image"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the source, already as words that can be spoken in the content's locale.

    `text` holds no markup. `lines` are the 1-based first and last source lines. `level` is 1-6 for headings,
    the depth (from 1) for list items, else 0. `reason` says, for a block that is left out, why. `formulas` are the
    parts of `text` that are formulas in words: whoever writes the script must keep them. `summary` says, where `text`
    only tells what there is, so.
    """

    id: str
    kind: BlockKind
    text: str
    lines: tuple[int, int]
    level: int = 0
    reason: str = ""
    formulas: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """All that a narration may say about one content in one locale."""

    title: str
    description: str
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()
