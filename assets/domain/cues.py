"""Cues: a timeline cut into captions that can be read in the time they stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from assets.domain.timelines import Sentence, Timeline
from assets.domain.words import words

LINE_WIDTH = 42
CUE_WIDTH = 2 * LINE_WIDTH
CUE_SECONDS = 7.0
LINGER_MS = 400
"""A cue stays this long after its last word, where nothing follows: the eye is slower than the ear."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a cue, the moment it is said if that is known, and what stands before the next: "", " " or a break."""

    text: str
    at_ms: int | None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption of one or two lines, in whole milliseconds: it ends after it starts and before the next one does."""

    start_ms: int
    end_ms: int
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The caption as it is shown, with its line break."""
        return "".join(piece.text + piece.after for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    spaced: bool
    """Whether white space follows it in its sentence."""
    start_seconds: float
    end_seconds: float
    timed: bool

    @property
    def width(self) -> int:
        return width(self.text) + self.spaced


def width(text: str) -> int:
    """How many columns a text takes: wide characters count twice, combining marks nothing."""
    return sum(
        0 if unicodedata.category(c) in {"Mn", "Me", "Cf"} else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def cues(timeline: Timeline) -> tuple[Cue, ...]:
    """The captions in order: at most two lines and 7 seconds each, unless one word alone is more."""
    found = [_cue(part) for sentence in timeline.sentences for part in _parts(_tokens(sentence))]
    return tuple(_settled(found, round(timeline.duration_seconds * 1000)))


def _tokens(sentence: Sentence) -> list[_Token]:
    if sentence.words:
        spans = _located(sentence.text, [word.text for word in sentence.words])
        moments = [(word.start_seconds, word.end_seconds) for word in sentence.words]
    else:
        spans = [span for word in words(sentence.text) or ((0, len(sentence.text)),) for span in _cut(sentence, *word)]
        moments = _shares(sentence, spans)
    ends = [first for first, _ in spans[1:]] + [len(sentence.text)]
    return [
        _Token(sentence.text[first:last], last < end, *moment, bool(sentence.words))
        for (first, last), end, moment in zip(spans, ends, moments, strict=True)
    ]


def _located(text: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    spans = []
    cursor = 0
    for part in parts:
        first = text.index(part, cursor)
        cursor = first + len(part)
        spans.append((first, cursor))
    return spans


def _cut(sentence: Sentence, first: int, last: int) -> Iterable[tuple[int, int]]:
    """A word that is wider than a line, as in languages without spaces, cut between letters and never before a mark."""
    start = first
    for at in range(first + 1, last):
        if width(sentence.text[start:at]) >= LINE_WIDTH // 2 and unicodedata.category(sentence.text[at])[0] != "M":
            yield start, at
            start = at
    yield start, last


def _shares(sentence: Sentence, spans: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    total = max(1, len(sentence.text))
    length = sentence.end_seconds - sentence.start_seconds
    ends = [first for first, _ in spans[1:]] + [total]
    return [
        (sentence.start_seconds + length * first / total, sentence.start_seconds + length * end / total)
        for (first, _), end in zip(spans, ends, strict=True)
    ]


def _need(tokens: Sequence[_Token]) -> int:
    """How many cues so many words need at least."""
    wide = sum(token.width for token in tokens) - tokens[-1].spaced
    seconds = tokens[-1].end_seconds - tokens[0].start_seconds
    return max(1, ceil(wide / CUE_WIDTH), ceil(seconds / CUE_SECONDS))


def _parts(tokens: list[_Token]) -> Iterable[list[_Token]]:
    """Parts that fit, cut where a reader would breathe, else into equal shares, so that no word is left alone."""
    while len(tokens) > 1 and (need := _need(tokens)) > 1:
        most = max((n for n in range(1, len(tokens)) if _need(tokens[:n]) == 1), default=1)
        share = len(tokens) / need
        ways = range((most + 1) // 2, most + 1)
        cut = max(ways, key=lambda n: (_breath(tokens[n - 1].text), -abs(n - share)))
        yield tokens[:cut]
        tokens = tokens[cut:]
    yield tokens


def _breath(text: str) -> bool:
    return text.rstrip("\"'”’»)]")[-1:] in set(",;:.!?—–，、；：。！？،؛؟।")


def _cue(tokens: Sequence[_Token]) -> Cue:
    pieces = [
        Piece(token.text, _ms(token.start_seconds) if token.timed else None, " " if token.spaced else "")
        for token in tokens
    ]
    pieces[-1] = replace(pieces[-1], after="")
    total = sum(token.width for token in tokens)
    if total - tokens[-1].spaced > LINE_WIDTH and len(tokens) > 1:
        taken = [sum(token.width for token in tokens[:n]) for n in range(1, len(tokens))]
        middle = min(range(len(taken)), key=lambda n: max(taken[n], total - taken[n]))
        pieces[middle] = replace(pieces[middle], after="\n")
    return Cue(_ms(tokens[0].start_seconds), _ms(tokens[-1].end_seconds), tuple(pieces))


def _settled(found: Sequence[Cue], duration_ms: int) -> list[Cue]:
    """The cues with moments that no player can stumble over; one that would have no time joins the one before it."""
    settled: list[Cue] = []
    latest = 0
    for cue in found:
        start = max(latest, cue.start_ms)
        end = min(duration_ms, max(cue.end_ms, start))
        if end > start:
            settled.append(replace(cue, start_ms=start, end_ms=end))
        elif settled:
            before = settled[-1]
            joined = (*before.pieces[:-1], replace(before.pieces[-1], after=" "), *cue.pieces)
            settled[-1] = replace(before, pieces=joined)
        elif duration_ms:
            settled.append(replace(cue, start_ms=0, end_ms=max(1, min(duration_ms, end))))
        latest = settled[-1].end_ms if settled else 0
    following = [cue.start_ms for cue in settled[1:]] + [duration_ms]
    return [
        replace(cue, end_ms=max(cue.end_ms, min(cue.end_ms + LINGER_MS, start)))
        for cue, start in zip(settled, following, strict=False)
    ]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
