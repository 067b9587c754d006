"""The coverage map, and the script that it makes of the written sections: nothing vanishes without a reason."""

from __future__ import annotations

from collections.abc import Sequence

from assets.domain.counting import counted
from assets.domain.errors import Refused
from assets.domain.keys import Locale
from assets.domain.outlines import Block, Outline
from assets.domain.scripts import Coverage, Script, Section
from assets.text.saying.say import speaks


def coverage(outline: Outline, sections: Sequence[Section]) -> tuple[Coverage, ...]:
    """What became of every source block, in the order of the source."""
    said = {block for section in sections for segment in section.segments for block in segment.blocks}
    return tuple(_outcome(block, block.id in said) for block in outline.blocks)


def _outcome(block: Block, said: bool) -> Coverage:
    if not said:
        reason = block.reason or "the script writer passed over it"
        return Coverage(block.id, block.kind, "left_out", block.lines, reason)
    if block.summary:
        return Coverage(block.id, block.kind, "summarised", block.lines, block.summary)
    return Coverage(block.id, block.kind, "spoken", block.lines)


def assemble(outline: Outline, locale: Locale, sections: Sequence[Section]) -> Script:
    """The script of a content from its written sections. Raises `Refused` when the source holds nothing to say."""
    spoken = tuple(section for section in sections if section.segments)
    covered = coverage(outline, spoken)
    if all(entry.outcome == "left_out" for entry in covered):
        raise Refused(
            f"There is nothing to speak in '{outline.title}'.",
            remedy="Its text holds no words outside of code, components and comments; add some.",
        )
    warnings = (*outline.warnings, *figures_left(spoken, locale))
    return Script(outline.title, outline.description, locale.tag, spoken, covered, warnings)


def figures_left(sections: Sequence[Section], locale: Locale) -> tuple[str, ...]:
    """A warning, once, where figures are said and the language has no rules for them; else none."""
    if speaks(locale):
        return ()
    segments = [segment for section in sections for segment in section.segments]
    count = sum(any(map(str.isdecimal, segment.text)) for segment in segments)
    if not count:
        return ()
    return (
        f"There are no rules for figures in '{locale}' yet: numbers, dates, units and signs are left to the voice in "
        f"{count} of {counted(len(segments), 'segment')}. Listen to them before you publish, or write them in words.",
    )
