"""Editing: what a person wrote for a passage is read like an answer of a writer, judged, and put into the script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assets.domain.edits import Edit, Placed, Placing
from assets.domain.errors import Refused
from assets.domain.gates import failed
from assets.domain.keys import Locale
from assets.domain.outlines import Block, Outline
from assets.domain.scripts import Script, Section, Segment, Style
from assets.text.answers import Reading, read, segments
from assets.text.coverage import assemble
from assets.text.script_gates import gates

LONGEST_CHARS = 4_000
"""What one piece of a passage may be at most; it is cut into segments like everything else."""
_LEFT_OUT = "an editor left it out"


def understood(text: str, blocks: Sequence[Block], style: Style) -> Reading:
    """What a person wrote for these blocks, as one passage. Raises `Refused` for what must never go to a voice."""
    if len(text) > LONGEST_CHARS:
        raise Refused(
            f"That passage has {len(text)} characters.", remedy=f"Write at most {LONGEST_CHARS}, or edit several."
        )
    if "<<" in text:
        raise Refused("'<<' cannot be said.", remedy="Write it in words.")
    reading = read(f"<<1-{len(blocks)}>> {text}", blocks, style.directions)
    if reading.faults:
        known = f" It understands: {', '.join(style.directions)}." if style.directions else ""
        raise Refused(f"That cannot be said. {' '.join(reading.faults)}", remedy=f"Write plain words.{known}")
    return reading


def doubts(said: Sequence[str], blocks: Sequence[Block], locale: Locale, style: Style) -> tuple[str, ...]:
    """What the gates of a written section would say about a passage; a person may know better. Raises `Refused`."""
    texts = [text for text in said if text.strip()]
    if not texts:
        return ()
    read_ones = [understood(text, blocks, style) for text in texts]
    whole = Reading(tuple(passage for each in read_ones for passage in each.passages), ())
    return tuple(_for_people(gate.detail) for gate in failed(gates(whole, blocks, locale, "complete")))


def with_edits(script: Script, outline: Outline, placing: Placing, locale: Locale, style: Style) -> Script:
    """The script with its edits said instead. Raises `Refused` when nothing would be left to say."""
    if not placing.placed:
        return script
    edited = assemble(outline, locale, edited_sections(script.sections, placing, style))
    left_out = {name for each in placing.placed if _says_nothing(each) for name in each.block_ids}
    return replace(
        edited,
        coverage=tuple(
            replace(entry, reason=_LEFT_OUT) if entry.outcome == "left_out" and entry.block_id in left_out else entry
            for entry in edited.coverage
        ),
    )


def edited_sections(sections: Sequence[Section], placing: Placing, style: Style) -> tuple[Section, ...]:
    """The sections with every edited passage in the place of what was written for its blocks."""
    found = list(sections)
    for each in placing.placed:
        names = set(each.block_ids)
        at = _place_of(found, names)
        said = _segments(each, style)
        for number, section in enumerate(found):
            kept = [segment for segment in section.segments if not set(segment.blocks) <= names]
            if at is not None and number == at[0]:
                kept[at[1] : at[1]] = said
            if len(kept) != len(section.segments) or (at is not None and number == at[0]):
                found[number] = replace(section, segments=tuple(kept))
    return tuple(found)


def _place_of(sections: Sequence[Section], names: set[str]) -> tuple[int, int] | None:
    """Where an edited passage belongs: its section, and how many segments that stay come before it there.

    Where a writer says its blocks together with others, it comes after those.
    """
    beside: tuple[int, int] | None = None
    for number, section in enumerate(sections):
        for before, segment in enumerate(section.segments):
            if set(segment.blocks) <= names:
                return number, before
            if names & set(segment.blocks):
                beside = number, before + 1
    return beside


def _segments(placed: Placed, style: Style) -> list[Segment]:
    first, *others = placed.block_ids
    found: list[Segment] = []
    for piece in placed.edit.pieces:
        if not piece.said.strip():
            continue
        found += [
            replace(segment, block_id=first, kind=placed.blocks[0].kind, also=tuple(others), ends_block=False)
            for segment in _kept(piece.said, placed.edit, style)
        ]
    return [*found[:-1], replace(found[-1], ends_block=True)] if found else []


def _kept(said: str, edit: Edit, style: Style) -> tuple[Segment, ...]:
    """What was understood when it was edited; a source that changed meanwhile changes nothing about it."""
    blocks = [Block("", anchor.kind, anchor.text, (0, 0)) for anchor in edit.anchors]
    return segments(read(f"<<1-{len(blocks)}>> {said}", blocks, style.directions), blocks, Locale(edit.locale))


def _says_nothing(placed: Placed) -> bool:
    return not any(piece.said.strip() for piece in placed.edit.pieces)


def _for_people(detail: str) -> str:
    """A sentence that was written for a model about numbered blocks, for a person who sees the one passage."""
    return detail.replace(" of block 1", "").replace("leave nothing out", "is something missing?")
