"""Reviewing: the source beside what will be said, and edits of it, each with its price before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assets.domain.costs import Estimate, speech_micros
from assets.domain.edits import Edit, Piece, Placed, anchors, place, speakable, style_key
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.outlines import Block, BlockKind
from assets.domain.scripts import Coverage, Script, SectionDraft, Segment, directed, drafts
from assets.pipeline.desk import Desk
from assets.pipeline.paying import require_price
from assets.pipeline.planning import Planning
from assets.pipeline.wanted import Wanted
from assets.pipeline.writing import Writing, edited
from assets.storage.ledger.approvals import Approval
from assets.text.editing import doubts, understood


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks of the source, and what will be said for them, line by line; no line where nothing is.

    `placed` is the edit that holds here, `doubts` what the gates of a written section find in what is said.
    """

    blocks: tuple[Block, ...]
    lines: tuple[Piece, ...]
    outcome: str
    reason: str = ""
    placed: Placed | None = None
    doubts: tuple[str, ...] = ()

    @property
    def name(self) -> tuple[str, ...]:
        """The names of its blocks, by which it is edited."""
        return tuple(block.id for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Chapter:
    """The passages under one heading."""

    id: str
    title: str
    level: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A script as people look it through; without a `script` it is not written yet.

    `estimate` is what making the narration takes now. `homeless` are edits whose blocks are gone from the source: they
    are not said, and are kept until released. `approval` is that of this very script.
    """

    key: NarrationKey
    wanted: Wanted
    script: Script | None
    chapters: tuple[Chapter, ...]
    homeless: tuple[Edit, ...]
    estimate: Estimate
    approval: Approval | None = None

    @property
    def edits(self) -> tuple[Passage, ...]:
        """The passages that somebody edited."""
        return tuple(each for chapter in self.chapters for each in chapter.passages if each.placed is not None)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a passage, to be said in another way; not at all where `text` is empty.

    `seen` is the line as whoever changes it saw it, so that nobody overwrites what they never read.
    """

    passage: tuple[str, ...]
    line: int
    seen: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangePrice:
    """What a change comes to: segments to speak for it and what they cost, and what the whole narration takes then.

    `touched` are the published narrations that are out of date when it is made, in this voice and in others.
    """

    segments: int
    characters: int
    micros: int
    whole: Estimate
    doubts: tuple[str, ...]
    touched: tuple[NarrationKey, ...]


class Reviewing:
    """Looks scripts through and edits them. Nothing here is claimed, written or spoken."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._writing = Writing(desk)

    def review(self, key: NarrationKey) -> Review:
        """A script with its source. Raises `Refused`."""
        wanted = self._desk.wanted(key)
        script, estimate = self._script(wanted)
        if script is None:
            return Review(key, wanted, None, (), wanted.edits.homeless, estimate)
        outcomes = {entry.block_id: entry for entry in script.coverage}
        by_section = {section.id: section.segments for section in script.sections}
        chapters = tuple(
            Chapter(
                draft.id,
                draft.title,
                draft.level,
                self._chapter(draft, by_section.get(draft.id, ()), wanted, outcomes),
            )
            for draft in drafts(wanted.outline)
        )
        approval = self._desk.ledger.approvals.of(wanted.script_fingerprint)
        return Review(key, wanted, script, chapters, wanted.edits.homeless, estimate, approval)

    def price(self, key: NarrationKey, change: Change) -> ChangePrice:
        """What a change would come to. Raises `Refused` when it cannot be made."""
        wanted = self._desk.wanted(key)
        there, edit = self._edit(wanted, change)
        others = tuple(each for each in self._all_edits(wanted) if each.id != (there.edit.id if there else 0))
        then = self._desk.wanted(key, edits=[*others, edit] if edit else others)
        return self._price(then, edit)

    def edit(self, key: NarrationKey, change: Change, *, by: str) -> Review:
        """Make a change; it holds for every voice of this style until it is released. Raises `Refused`."""
        wanted = self._desk.wanted(key)
        there, edit = self._edit(wanted, change)
        if edit is None:
            assert there is not None
            return self.release(key, there.edit.id, by=by)
        others = tuple(each for each in self._all_edits(wanted) if each.id != (there.edit.id if there else 0))
        # Refused here when nothing would be left to say, before anything is kept.
        self._script(self._desk.wanted(key, edits=[*others, edit]))
        self._desk.ledger.edits.put(
            edit.content,
            edit.locale,
            edit.style,
            edit.anchors,
            edit.pieces,
            by=by,
            instead_of=there.edit.id if there else None,
        )
        return self.review(key)

    def release(self, key: NarrationKey, edit_id: int, *, by: str) -> Review:
        """Let go of an edit of this script: what is written for its passage is said again. Raises `Refused`."""
        if all(each.id != edit_id for each in self._all_edits(self._desk.wanted(key))):
            raise Refused("There is no such edit of this script.", remedy="Look at it again.")
        self._desk.ledger.edits.release(edit_id, by=by)
        return self.review(key)

    def approve(self, key: NarrationKey, *, by: str, seen: str | None = None) -> Approval:
        """Approve a script, for every voice that says it; whoever asks next has it spoken.

        `seen` is the fingerprint of the script that was read. Raises `Refused` when it is another one by now, or is
        not written yet.
        """
        wanted = self._desk.wanted(key)
        if seen is not None and seen != wanted.script_fingerprint:
            raise Refused("The script has changed meanwhile.", remedy="Read it again, then approve it.")
        if self._script(wanted)[0] is None:
            raise Refused("This script is not written yet.", remedy="Have it written first.")
        return self._desk.ledger.approvals.give(wanted.script_fingerprint, by=by)

    def sharing(self, wanted: Wanted) -> tuple[NarrationKey, ...]:
        """The published narrations that say this script, in any voice, sorted."""
        shared = []
        for narration in self._desk.ledger.narrations.find(
            content=wanted.key.content.path, locale=wanted.key.locale.tag, limit=None
        ):
            if narration.version is None:
                continue
            try:
                other = self._desk.wanted(narration.key)
            except Refused:  # a voice that is gone speaks nothing anew
                continue
            if other.written_fingerprint == wanted.written_fingerprint:
                shared.append(narration.key)
        return tuple(sorted(shared, key=str))

    def _script(self, wanted: Wanted) -> tuple[Script | None, Estimate]:
        """The script, unless writing it would cost money, and what making the narration would take."""

        async def look() -> tuple[Script | None, Estimate]:
            estimate = await Planning(self._desk).estimate(wanted)
            if estimate.script_calls:
                return None, estimate
            return edited(await self._writing.written(wanted), wanted), estimate

        return asyncio.run(look())

    def _all_edits(self, wanted: Wanted) -> tuple[Edit, ...]:
        return (*(each.edit for each in wanted.edits.placed), *wanted.edits.homeless)

    def _chapter(
        self, draft: SectionDraft, segments: Sequence[Segment], wanted: Wanted, outcomes: dict[str, Coverage]
    ) -> tuple[Passage, ...]:
        """What is said in a section, passage by passage in the order of the source, and what is not."""
        order = {block.id: number for number, block in enumerate(draft.blocks)}
        blocks = {block.id: block for block in draft.blocks}
        found: list[Passage] = []
        for names, group in _passages(segments).items():
            placed = wanted.edits.of(names)
            lines = placed.edit.pieces if placed else tuple(_unedited(segment) for segment in group)
            own = tuple(blocks[name] for name in names if name in blocks)
            if not own:  # an edit whose blocks have moved into several sections is shown in the first of them
                continue
            entry = outcomes.get(own[0].id)
            became, why = (entry.outcome, entry.reason) if entry else ("spoken", "")
            about = self._doubts(wanted, placed.edit) if placed else _doubts_of(wanted, lines, own, became)
            found.append(Passage(own, lines, became, why, placed, about))
        said = {name for passage in found for name in passage.name}
        for block in draft.blocks:
            if block.id in said:
                continue
            placed = next((each for each in wanted.edits.placed if block.id in each.block_ids), None)
            if placed is not None and placed.blocks[0].id != block.id:
                continue
            outcome = outcomes.get(block.id)
            reason = block.reason or (outcome.reason if outcome else "")
            own = tuple(blocks[name] for name in placed.block_ids if name in blocks) if placed else (block,)
            found.append(Passage(own, placed.edit.pieces if placed else (), "left_out", reason, placed))
        return tuple(sorted(found, key=lambda passage: order[passage.blocks[0].id]))

    def _edit(self, wanted: Wanted, change: Change) -> tuple[Placed | None, Edit | None]:
        """The edit that holds for the passage now, and the one that a change makes; None when nothing stays edited."""
        script, _ = self._script(wanted)
        if script is None:
            raise Refused("This script is not written yet.", remedy="Have it written first.")
        there = wanted.edits.of(change.passage)
        blocks = tuple(block for block in speakable(wanted.outline) if block.id in change.passage)
        pieces = list(there.edit.pieces) if there else self._written(script, change.passage)
        if not blocks or not 0 <= change.line < len(pieces) or pieces[change.line].said != change.seen:
            raise Refused("This passage has changed meanwhile.", remedy="Look at it again, and edit what is there now.")
        text = " ".join(change.text.split())
        if text == pieces[change.line].said:
            raise Refused("Nothing is changed.", remedy="Write what should be said instead.")
        if text:
            understood(text, blocks, wanted.writer.style)
        pieces[change.line] = replace(pieces[change.line], said=text)
        if not any(piece.edited for piece in pieces) and there is not None:
            return there, None
        return there, Edit(
            id=there.edit.id if there else _NEWEST,
            content=wanted.key.content.path,
            locale=wanted.key.locale.tag,
            style=style_key(wanted.writer.style),
            # An edit of a passage is about the source that whoever makes it sees.
            anchors=anchors(blocks, speakable(wanted.outline)),
            pieces=tuple(pieces),
            made_by="",
            made_at=datetime.now(UTC),
        )

    def _written(self, script: Script, passage: tuple[str, ...]) -> list[Piece]:
        """The lines of a passage that nobody has edited yet."""
        found = [_passages(section.segments).get(passage, []) for section in script.sections]
        return [_unedited(segment) for segments in found for segment in segments]

    def _price(self, then: Wanted, edit: Edit | None) -> ChangePrice:
        script, whole = self._script(then)
        assert script is not None, "a script that is not written cannot be edited"
        names = {name for each in then.edits.placed if each.edit is edit for name in each.block_ids}
        said = [each for each in script.segments if edit is None or set(each.blocks) <= names]
        price = require_price(self._desk, self._desk.speech_provider(then.voice).name, then.voice.model)
        new = Planning(self._desk).unspoken(then, said)
        return ChangePrice(
            segments=len(new),
            characters=sum(new.values()),
            micros=sum(speech_micros(price, length) for length in new.values()),
            whole=whole,
            doubts=self._doubts(then, edit),
            touched=self.sharing(then),
        )

    def _doubts(self, wanted: Wanted, edit: Edit | None) -> tuple[str, ...]:
        if edit is None:
            return ()
        placed = next((each for each in place([edit], wanted.outline).placed), None)
        if placed is None or all(block.kind is BlockKind.HEADING for block in placed.blocks):
            return ()
        said = [piece.said for piece in edit.pieces]
        return doubts(said, placed.blocks, wanted.key.locale, wanted.writer.style)


def _unedited(segment: Segment) -> Piece:
    text = directed(segment.text, segment.directions)
    return Piece(text, text)


def _doubts_of(wanted: Wanted, lines: Sequence[Piece], blocks: tuple[Block, ...], outcome: str) -> tuple[str, ...]:
    """What the gates say of a passage that nobody has edited; a summary says less than its source on purpose."""
    if outcome != "spoken" or all(block.kind is BlockKind.HEADING for block in blocks):
        return ()
    try:
        return doubts([piece.said for piece in lines], blocks, wanted.key.locale, wanted.writer.style)
    except Refused as refused:
        return (refused.message,)


def _passages(segments: Iterable[Segment]) -> dict[tuple[str, ...], list[Segment]]:
    """The segments of a section by passage: one that says part of another's blocks belongs to that one."""
    listed = list(segments)
    names = sorted({segment.blocks for segment in listed}, key=lambda blocks: (-len(blocks), blocks))
    found: dict[tuple[str, ...], list[Segment]] = {}
    for segment in listed:
        owner = next(blocks for blocks in names if set(segment.blocks) <= set(blocks))
        found.setdefault(owner, []).append(segment)
    return found


_NEWEST = 1 << 62
"""The number of an edit that is not kept yet: it comes after all others."""
