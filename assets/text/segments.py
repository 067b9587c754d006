"""Segments: a block's words cut into pieces that a voice can say in one breath of a call.

Cuts are chosen by what stands beside them and not by counting from the start: of all the places where a text may be
cut, the one whose following words have the smallest hash is cut first, then each side goes on alone until it is short
enough. An edited or inserted sentence therefore changes the piece it is in, and at most its neighbours.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from assets.domain.keys import Locale
from assets.domain.outlines import Block
from assets.domain.scripts import SEGMENT_LIMIT_CHARS, Segment
from assets.text.sentences import sentences

_CLAUSE = re.compile(r"(?<=[,;:–—])\s+|(?<=[、，；：—])(?=\S)")
_SPACE = re.compile(r"\s+")
_HASHED_CHARS = 12
_JOINING = "\u200c\u200d"


def segments(block: Block, locale: Locale, limit: int = SEGMENT_LIMIT_CHARS) -> tuple[Segment, ...]:
    """The block's text as segments of at most `limit` characters, in order; none when there is nothing to say.

    Joined, with a space where one stood, the segments are the text: no character is lost but spaces at cuts.
    """
    pieces = passages(block.text, locale, limit)
    last = len(pieces) - 1
    return tuple(Segment(piece, block.id, block.kind, ends_block=at == last) for at, piece in enumerate(pieces))


def passages(text: str, locale: Locale, limit: int = SEGMENT_LIMIT_CHARS) -> tuple[str, ...]:
    """A text in pieces of at most `limit` characters, each with a letter or a digit in it."""
    if limit < 1:
        raise ValueError(f"A segment cannot be at most {limit} characters long.")
    text = text.strip()
    if not _is_said(text):
        return ()
    if len(text) <= limit:
        return (text,)
    starts: list[int] = []
    at = 0
    for sentence in sentences(text, locale):
        at = text.index(sentence, at)
        starts.extend(at + offset for offset in _cut_long(sentence, limit))
        at += len(sentence)
    cuts = _settled(text, starts[1:], limit)
    return tuple(text[start:end].strip() for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True))


def _settled(text: str, places: list[int], limit: int) -> list[int]:
    """The places where the text is cut in the end."""
    hashes = {place: _hash(text, place) for place in places}
    cuts: list[int] = []
    waiting = [(0, len(text), places)]
    while waiting:
        start, end, within = waiting.pop()
        if len(text[start:end].strip()) <= limit:
            continue
        usable = [at for at in within if _is_said(text[start:at]) and _is_said(text[at:end])]
        if not usable:
            usable = [at for at in _hard_places(text, start, end, limit) if _is_said(text[start:at])]
            usable = [at for at in usable if _is_said(text[at:end])]
            if not usable:
                continue
        cut = min(usable, key=lambda at: (hashes.get(at, 0), at))
        cuts.append(cut)
        waiting.append((start, cut, [at for at in within if at < cut]))
        waiting.append((cut, end, [at for at in within if at > cut]))
    return sorted(cuts)


def _hash(text: str, place: int) -> int:
    words = text[place : place + _HASHED_CHARS].encode()
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest())


def _cut_long(sentence: str, limit: int) -> list[int]:
    """Where the parts of a sentence begin: at 0, and when it is too long, at clauses, else words, else characters."""
    starts = [0]
    while len(sentence) - starts[-1] > limit:
        start = starts[-1]
        rest = len(sentence) - start
        parts = -(-rest // limit)
        target, most = start + rest // parts, start + limit
        place = _nearest(_CLAUSE, sentence, start, target, most) or _nearest(_SPACE, sentence, start, target, most)
        if place is None:
            hard = _hard_places(sentence, start, len(sentence), limit)
            place = hard[0] if hard else None
        if place is None:
            return starts
        starts.append(place)
    return starts


def _nearest(pattern: re.Pattern[str], text: str, start: int, target: int, most: int) -> int | None:
    """The cut nearest to the target that leaves words on both sides and keeps to the limit."""
    places = [
        match.end()
        for match in pattern.finditer(text, start + 1, min(len(text), most + 1))
        if match.start() <= most and _is_said(text[start : match.end()]) and _is_said(text[match.end() :])
    ]
    return min(places, key=lambda at: abs(at - target), default=None)


def _hard_places(text: str, start: int, end: int, limit: int) -> list[int]:
    """The last place within the limit that cuts no grapheme, leaves words on both sides and, if possible, no number."""
    safe = [at for at in range(start + 1, min(start + limit, end - 1) + 1) if not _joined(text, at)]
    safe = [at for at in safe if _is_said(text[start:at]) and _is_said(text[at:end])] or safe
    whole = [at for at in safe if not (text[at - 1].isdigit() and (text[at].isdigit() or text[at] in ".,"))]
    whole = [at for at in whole if _is_said(text[start:at]) and _is_said(text[at:end])]
    best = whole or safe
    return best[-1:] if best else [min(start + limit, end - 1)] if end - 1 > start else []


def _joined(text: str, at: int) -> bool:
    """Whether the characters before and after a place are one grapheme."""
    before, after = text[at - 1], text[at]
    return (
        bool(unicodedata.combining(after))
        or unicodedata.category(after) in {"Mn", "Mc", "Me"}
        or (after in _JOINING or before in _JOINING)
    )


def _is_said(text: str) -> bool:
    return any(character.isalnum() for character in text)
