"""When each word is said: from the sounds a voice made, or from the moments that it reports."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assets.domain.speech import WordTiming

GAP = " "
"""The sound between two words."""

_TONES = "→↗↘↓"
_VOWELS = frozenset("aeiouyæœøɐɑɒɔəɚɛɜɝɞɘɤɨɪɵʉʊʌʏᵻɯ")

# Prices of an alignment; whole numbers, so that the way back is found by equality.
_OTHER_SOUND, _OTHER_KIND, _NEVER = 4, 7, 1_000
_SOUND_ALONE, _GAP_ALONE = 5, 2


@dataclass(frozen=True, slots=True)
class Sound:
    """One phoneme, or a `GAP`, and when it is heard."""

    symbol: str
    start_seconds: float
    end_seconds: float


def sounds_of(phonemes: Sequence[str], lengths: Sequence[int], begin: int, sample_rate: int) -> list[Sound]:
    """The sounds of a sentence that begins at a sample, ended by a gap.

    `lengths` are those of the start and then of each phoneme, in samples. A stress mark is part of the sound after it,
    a length mark or a tone of the one before; punctuation is a gap.
    """
    sounds: list[Sound] = []
    start = end = begin + lengths[0]
    for phoneme, length in zip(phonemes, lengths[1:], strict=False):
        end += length
        if is_sound(phoneme):
            sounds.append(Sound(phoneme, start / sample_rate, end / sample_rate))
        elif phoneme in "ˈˌ":
            continue
        elif _is_mark(phoneme) and sounds:
            sounds[-1] = Sound(sounds[-1].symbol, sounds[-1].start_seconds, end / sample_rate)
        elif sounds and sounds[-1].symbol != GAP:
            sounds.append(Sound(GAP, start / sample_rate, end / sample_rate))
        start = end
    if sounds and sounds[-1].symbol != GAP:
        sounds.append(Sound(GAP, end / sample_rate, end / sample_rate))
    return sounds


def is_sound(phoneme: str) -> bool:
    """Whether it is heard as a sound of its own, and is no stress, length or tone mark and no punctuation."""
    return unicodedata.category(phoneme) in {"Ll", "Lu", "Lo"}


def _is_mark(phoneme: str) -> bool:
    return unicodedata.category(phoneme) in {"Lm", "Mn", "Sk"} or phoneme in _TONES


def cuts(expected: Sequence[str], heard: str) -> list[tuple[int, int]]:
    """Which stretch of what was heard belongs to each word: half-open ranges of `heard`, in order.

    `expected` is how each word sounds alone, one character a sound; `heard` is how all of them sounded together,
    with a `GAP` wherever the voice kept words apart. Voices merge words ("of the" is one), split them ("250" is
    four) and change their sounds, so the two are aligned at the least price, a gap being a sound like any other.
    The ranges cover all of it, a gap going to the word after it; a word that left no sound has an empty one.
    """
    import numpy as np

    if not expected:
        return []
    said = GAP.join(expected)
    codes = np.array([ord(sound) for sound in heard], dtype=np.int32)
    gaps = codes == ord(GAP)
    vowels = np.array([sound in _VOWELS for sound in heard], dtype=bool)
    unexpected = np.where(gaps, _GAP_ALONE, _SOUND_ALONE)
    from_start = np.concatenate(([0], np.cumsum(unexpected)))
    price = np.empty((len(said) + 1, len(heard) + 1), dtype=np.int32)
    instead = np.empty((len(said), len(heard)), dtype=np.int32)
    price[0] = from_start
    for row, sound in enumerate(said):
        instead[row] = np.where(vowels == (sound in _VOWELS), _OTHER_SOUND, _OTHER_KIND)
        instead[row, gaps != (sound == GAP)] = _NEVER
        instead[row, codes == ord(sound)] = 0
        best = price[row] + _alone(sound)
        best[1:] = np.minimum(best[1:], price[row, :-1] + instead[row])
        # A running minimum stands for the walk along the row over sounds that nobody expected.
        price[row + 1] = from_start + np.minimum.accumulate(best - from_start)

    found: list[tuple[int, int]] = []
    row, column, end = len(said), len(heard), len(heard)
    while row:
        sound, here = said[row - 1], price[row, column]
        matched = column > 0 and here == price[row - 1, column - 1] + instead[row - 1, column - 1]
        if not matched and here != price[row - 1, column] + _alone(sound):
            column -= 1
            continue
        row, column = row - 1, column - matched
        if sound == GAP:
            found.append((column, end))
            end = column
    found.append((0, end))
    return found[::-1]


def word_timings(
    spans: Sequence[tuple[int, int]], expected: Sequence[str], sounds: Sequence[Sound], duration_seconds: float
) -> tuple[WordTiming, ...]:
    """When each word is said, from every sound of the audio.

    `spans` are the words' places in the text, `expected` their sounds when each is said alone.
    """
    moments: list[tuple[float, float] | None] = []
    for first, last in cuts(expected, "".join(sound.symbol for sound in sounds)):
        own = [sound for sound in sounds[first:last] if sound.symbol != GAP]
        moments.append((own[0].start_seconds, own[-1].end_seconds) if own else None)
    return spread(spans, moments, duration_seconds)


def spread(
    spans: Sequence[tuple[int, int]], moments: Sequence[tuple[float, float] | None], duration_seconds: float
) -> tuple[WordTiming, ...]:
    """A timing for every word: those without a moment of their own share that of the word before, by their length.

    At the beginning they share that of the first word that has one. Starts never go back, and nothing is outside
    the audio.
    """
    groups: list[tuple[list[tuple[int, int]], tuple[float, float] | None]] = []
    for span, moment in zip(spans, moments, strict=True):
        if groups and (moment is None or groups[-1][1] is None):
            groups[-1] = ([*groups[-1][0], span], groups[-1][1] or moment)
        else:
            groups.append(([span], moment))
    timings: list[WordTiming] = []
    now = 0.0
    for members, moment in groups:
        start, end = moment or (0.0, duration_seconds)
        start = min(max(start, now), duration_seconds)
        end = min(max(end, start), duration_seconds)
        letters = sum(last - first for first, last in members)
        said = 0
        for first, last in members:
            said += last - first
            begin, now = max(start, now), min(end, start + (end - start) * said / letters)
            timings.append(WordTiming(begin, now, first, last))
    return tuple(timings)


def _alone(sound: str) -> int:
    return _GAP_ALONE if sound == GAP else _SOUND_ALONE
