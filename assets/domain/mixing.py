"""How takes become one narration: the silence between them, its chapters, and what is heard when."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assets.domain.outlines import BlockKind
from assets.domain.scripts import Script, Section, Segment
from assets.domain.speech import WordTiming
from assets.domain.timelines import Chapter, Passage, Sentence, Timeline, Word
from assets.domain.words import words

LEAD_IN_SECONDS = 0.2
"""Players and headphones swallow the first moment of a file."""
TAIL_SECONDS = 0.5
SECTION_SECONDS = 1.0
_LONGEST_STRETCH = 16
WITHIN_BLOCK_SECONDS = 0.15
TITLE_SECONDS = 0.9
AFTER_SECONDS = {
    BlockKind.HEADING: 0.7,
    BlockKind.PARAGRAPH: 0.55,
    BlockKind.LIST_ITEM: 0.35,
    BlockKind.QUOTE: 0.6,
    BlockKind.MATHEMATICS: 0.6,
    BlockKind.TABLE: 0.6,
    BlockKind.CODE: 0.6,
    BlockKind.IMAGE: 0.6,
    BlockKind.LEFT_OUT: 0.55,
}
"""Silence after the last segment of a block, by its kind: what is heard of the page's white space."""


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """Where a chapter begins: at the take of the segment with this number, counted from 0 over the script."""

    title: str
    first_take: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How the takes of a script are joined: the seconds of silence after each, and where chapters begin."""

    pauses: tuple[float, ...]
    chapters: tuple[ChapterMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A take as it lies in the narration, in seconds from its start; `words` count from the take's own start."""

    start_seconds: float
    end_seconds: float
    words: tuple[WordTiming, ...] = ()


def plan(script: Script) -> Plan:
    """The pauses and chapters of a script. A section without segments is not heard and has no chapter."""
    pauses: list[float] = []
    chapters: list[ChapterMark] = []
    for section in _heard(script):
        chapters.append(ChapterMark(section.title, len(pauses)))
        pauses += [_pause(section, *pair) for pair in pairwise(section.segments)]
        pauses.append(SECTION_SECONDS)
    if pauses:
        pauses[-1] = TAIL_SECONDS
    return Plan(tuple(pauses), tuple(chapters))


def stretches(segments: Sequence[int]) -> list[tuple[int, int, int]]:
    """The stretches in which a narration can be heard while it is being spoken: section, first segment and last + 1.

    `segments` counts those of each section. A stretch has one segment, then at most 1, 2, 4 and so on, and is never of
    two sections: the first sound comes with the first take, and while a stretch is heard, one twice as long is spoken.
    """
    found, most, following = [], 1, 1
    for section, count in enumerate(segments):
        first = 0
        while first < count:
            last = min(count, first + most)
            found.append((section, first, last))
            first, most, following = last, following, min(_LONGEST_STRETCH, 2 * following)
    return found


def early_pauses(section: Section, first: int, last: int) -> Plan:
    """How the takes of a stretch are joined.

    What is silent where the next stretch begins is taken from the pause before it: one after another they are as long
    as in the whole.
    """
    pauses = [_pause(section, *pair) for pair in pairwise(section.segments)][first:last]
    if last == len(section.segments):
        pauses.append(TAIL_SECONDS)
    else:
        pauses[-1] = max(0.0, pauses[-1] - LEAD_IN_SECONDS)
    return Plan(tuple(pauses), (ChapterMark(section.title, 0),))


def timeline(
    script: Script,
    placed: Sequence[Placed],
    sentences: Callable[[str], Sequence[str]],
    duration_seconds: float,
) -> Timeline:
    """What is heard when. `placed` has one entry for every segment of the script, in order.

    `sentences` cuts the text of a segment. Where a voice gave no word timings, its sentences share the take's time
    by their length and have no words. Words cover their sentence: a word that the voice did not report, or that it
    said in one breath with another, is part of the word beside it, and punctuation belongs to its word. Whatever a
    provider reports, moments never run backwards and never leave their take. Raises `ValueError` when takes are
    missing.
    """
    sections = _heard(script)
    if len(placed) != len(script.segments):
        raise ValueError(f"{len(script.segments)} segments need as many takes, not {len(placed)}")
    takes = iter(placed)
    passages = [
        tuple(_passage(segment, next(takes), sentences) for segment in section.segments) for section in sections
    ]
    starts = [found[0].start_seconds for found in passages]
    ends = [*starts[1:], duration_seconds]
    chapters = tuple(
        Chapter(section.title, start, end, found)
        for section, start, end, found in zip(sections, starts, ends, passages, strict=False)
    )
    return Timeline(script.title, script.locale, duration_seconds, chapters)


def _heard(script: Script) -> list[Section]:
    return [section for section in script.sections if section.segments]


def _pause(section: Section, segment: Segment, following: Segment) -> float:
    if not segment.ends_block and following.block_id == segment.block_id:
        return WITHIN_BLOCK_SECONDS
    if segment.kind is BlockKind.HEADING and section.level == 1:
        return TITLE_SECONDS
    return AFTER_SECONDS[segment.kind]


def _passage(segment: Segment, take: Placed, cut: Callable[[str], Sequence[str]]) -> Passage:
    spans = _spans(segment.text, cut(segment.text))
    found = _spoken(segment.text, spans, take) if take.words else _estimated(segment.text, spans, take)
    return Passage(segment.block_id, segment.kind.value, take.start_seconds, take.end_seconds, found)


def _spans(text: str, pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Where the sentences are in their text. What the cutter changed stays with the sentence before it."""
    starts: list[int] = []
    cursor = 0
    for piece in pieces:
        stripped = piece.strip()
        at = text.find(stripped, cursor) if stripped else -1
        if at >= 0:
            starts.append(at if starts else 0)
            cursor = at + len(stripped)
    starts = starts or [0]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _estimated(text: str, spans: list[tuple[int, int]], take: Placed) -> tuple[Sentence, ...]:
    lengths = [max(1, sum(map(str.isalnum, text[first:last]))) for first, last in spans]
    per_character = (take.end_seconds - take.start_seconds) / sum(lengths)
    found = []
    start = take.start_seconds
    for (first, last), length in zip(spans, lengths, strict=True):
        end = min(take.end_seconds, start + length * per_character)
        found.append(Sentence(_plain(text[first:last]), start, end))
        start = end
    return tuple(found)


def _spoken(text: str, spans: list[tuple[int, int]], take: Placed) -> tuple[Sentence, ...]:
    marks = _marks(text, spans, take)
    groups: list[tuple[int, int, list[_Mark]]] = []
    waiting: int | None = None
    for first, last in spans:
        begin = first if waiting is None else waiting
        if mine := [mark for mark in marks if first <= mark.first_char < last]:
            groups.append((begin, last, mine))
            waiting = None
        elif groups:
            groups[-1] = (groups[-1][0], last, groups[-1][2])
        else:
            waiting = begin
    if not groups:
        return _estimated(text, spans, take)
    return tuple(_sentence(text, *group) for group in groups)


def _sentence(text: str, first: int, last: int, marks: Sequence[_Mark]) -> Sentence:
    cuts = [first, *(mark.first_char for mark in marks[1:]), last]
    heard = tuple(
        Word(_plain(text[begin:end]), mark.start_seconds, mark.end_seconds)
        for (begin, end), mark in zip(pairwise(cuts), marks, strict=True)
    )
    return Sentence(_plain(text[first:last]), heard[0].start_seconds, heard[-1].end_seconds, heard)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A word of the text that is known to be heard at this moment."""

    first_char: int
    start_seconds: float
    end_seconds: float


def _marks(text: str, spans: list[tuple[int, int]], take: Placed) -> list[_Mark]:
    timings = deque(_in_order(take))
    marks = []
    for begin, end in spans:
        for first, last in words(text[begin:end]):
            said = []
            while timings and timings[0].first_char < begin + last:
                said.append(timings.popleft())
            if said:
                marks.append(_Mark(begin + first, said[0].start_seconds, said[-1].end_seconds))
    return marks


def _in_order(take: Placed) -> list[WordTiming]:
    """The words of a take in the order of its text, at moments of the narration that neither overlap nor run back."""
    ordered = sorted(take.words, key=lambda word: (word.first_char, word.last_char))
    starts = []
    latest = take.start_seconds
    for word in ordered:
        latest = min(take.end_seconds, max(latest, take.start_seconds + word.start_seconds))
        starts.append(latest)
    return [
        WordTiming(
            start, min(following, max(start, take.start_seconds + word.end_seconds)), word.first_char, word.last_char
        )
        for word, start, following in zip(ordered, starts, [*starts[1:], take.end_seconds], strict=True)
    ]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
