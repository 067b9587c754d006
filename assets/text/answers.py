"""Reading what a model wrote: passages with the numbers of their blocks become segments, faults become sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assets.domain.keys import Locale
from assets.domain.outlines import Block
from assets.domain.scripts import SEGMENT_LIMIT_CHARS, Direction, Segment
from assets.text.leaks import leaks
from assets.text.segments import passages

_MARK = re.compile(r"<<\s*(\d{1,4}(?:\s*[,–-]\s*\d{1,4})*)\s*>>")
_BRACKETS = re.compile(r"\[([^\[\]]{0,60})\]\s*")


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of an answer: the places (from 0) of the blocks it says, its words, and its directions."""

    blocks: tuple[int, ...]
    text: str
    directions: tuple[Direction, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of an answer, and what was not, as sentences that a model can act on."""

    passages: tuple[Passage, ...]
    faults: tuple[str, ...]


def read(answer: str, blocks: Sequence[Block], directions: Sequence[str] = ()) -> Reading:
    """The passages of an answer about these blocks. Directions that the voice does not know are faults."""
    parts = _MARK.split(answer)
    faults: list[str] = []
    if parts[0].strip():
        faults.append(f"The text begins before the first mark: '{_short(parts[0])}'.")
    found: list[Passage] = []
    for numbers, written in zip(parts[1::2], parts[2::2], strict=True):
        places = _places(numbers)
        if wrong := [place + 1 for place in places if not 0 <= place < len(blocks)]:
            faults.append(f"There is no block {wrong[0]}; the section has {len(blocks)}.")
            continue
        text, said = _directed(_quoted(" ".join(written.split()), [blocks[place].text for place in places]))
        faults += [f"'[{each.name}]' is no direction of this voice." for each in said if each.name not in directions]
        if not any(character.isalnum() for character in text):
            faults.append(f"The passage of block {places[0] + 1} says nothing.")
            continue
        faults += [f"It would read markup aloud: {leak}." for leak in leaks(text)]
        found.append(Passage(places, text, said))
    if not parts[1:]:
        faults.append("No passage begins with the number of a block in double angle brackets.")
    return Reading(tuple(found), tuple(faults))


def segments(reading: Reading, blocks: Sequence[Block], locale: Locale) -> tuple[Segment, ...]:
    """The passages as segments, each naming its blocks by their places; long passages are cut at sentences."""
    found: list[Segment] = []
    for passage in reading.passages:
        first, *others = (str(place) for place in passage.blocks)
        pieces = passages(passage.text, locale, SEGMENT_LIMIT_CHARS)
        start = 0
        for number, piece in enumerate(pieces, 1):
            at = passage.text.index(piece, start)
            start = at + len(piece)
            own = tuple(Direction(each.at - at, each.name) for each in passage.directions if at <= each.at < start)
            found.append(
                Segment(
                    text=piece,
                    block_id=first,
                    kind=blocks[passage.blocks[0]].kind,
                    ends_block=number == len(pieces),
                    directions=own,
                    also=tuple(others),
                )
            )
    return tuple(found)


def _places(numbers: str) -> tuple[int, ...]:
    """`3, 5-7` as places from 0."""
    places: list[int] = []
    for part in numbers.replace("–", "-").split(","):
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        places += range(start - 1, min(end, start + 1_000))
    return tuple(dict.fromkeys(places)) or (-1,)


def _quoted(words: str, source: Sequence[str]) -> str:
    """The words with those brackets taken off that are the author's own, such as those of a reference."""

    def bare(match: re.Match[str]) -> str:
        theirs = match[0].rstrip()
        return match[0].replace(theirs, match[1], 1) if any(theirs in text for text in source) else match[0]

    return _BRACKETS.sub(bare, words)


def _directed(text: str) -> tuple[str, tuple[Direction, ...]]:
    """The words without what stands in square brackets, and that as directions at its places."""
    words, said, done = "", [], 0
    for match in _BRACKETS.finditer(text):
        words += text[done : match.start()]
        said.append(Direction(len(words), match[1].strip().lower()))
        done = match.end()
    words += text[done:]
    kept = words.rstrip()
    return kept, tuple(Direction(min(each.at, max(0, len(kept) - 1)), each.name) for each in said)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:59] + "…"
