"""Gates: what audio must be before anybody may hear it, as verdicts from measurements."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from assets.domain.timelines import Timeline

LONGEST_SILENCE_SECONDS = 4.0
SILENT_DB = -50.0
"""What stays below this is heard as silence."""
CLIPPED_SHARE = 0.001
CUT_BELOW_PEAK_DB = 10.0
MOST_OFFSET = 0.02
"""A wave that is further off its middle clicks wherever it begins and ends."""
LEAST_KNOWN_TAKES = 20
"""From how many takes on it is known how fast a voice speaks a locale."""
PACE_TOLERANCE = 1.8
"""So many times slower or faster than a voice usually speaks is doubtful: words are missing, or said twice."""
DRIFT_SECONDS = 0.1
TARGET_LUFS = -19.0
"""Spoken mono: played by two loudspeakers it is as loud as the -16 LUFS of a stereo podcast."""
LOUDNESS_TOLERANCE_LU = 1.0
TRUE_PEAK_DB = -1.0
SLACK_SECONDS = 1.5
"""Added to the longest time a text may take: a word alone is spoken slowly, and there is silence around it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on decoded audio. Levels are dB below full scale, -inf for digital silence.

    `clipped_samples` lie in runs at full scale; `end_db` is the level of the last 20 ms; `offset` is the mean
    of all samples, 1.0 being full scale. Loudness and true peak are None where they were not measured.
    """

    duration_seconds: float
    samples: int
    peak_db: float
    end_db: float
    longest_silence_seconds: float
    clipped_samples: int
    offset: float
    loudness_lufs: float | None = None
    true_peak_db: float | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """One verdict; `detail` says in words and numbers what was found."""

    name: str
    passed: bool
    detail: str
    doubt: bool = False
    """Whether a failure is a doubt alone: it is worth another take, and no reason to keep none."""


def take_gates(
    text: str, measured: Measured, last_word_seconds: float | None = None, pace: float | None = None
) -> tuple[Gate, ...]:
    """The verdicts on one take of a text. `last_word_seconds` is when the voice says that its last word ends.

    `pace` is how fast this voice speaks this locale, from `pace_of`; None where that is not known.
    """
    return (
        _length(text, measured.duration_seconds),
        *_pace(text, measured.duration_seconds, pace),
        _sound(measured),
        _silence(measured),
        _clipping(measured),
        _offset(measured),
        _ending(measured, last_word_seconds),
    )


def pace_of(takes: Iterable[tuple[str, float]]) -> float | None:
    """How long a voice speaks, per second that is plausible for a text: the middle of its takes, each text and seconds.

    None when there are too few to tell.
    """
    known = [seconds / _plausible(text) for text, seconds in takes if _plausible(text) > 0]
    return median(known) if len(known) >= LEAST_KNOWN_TAKES else None


def narration_gates(timeline: Timeline, measured: Measured) -> tuple[Gate, ...]:
    """The verdicts on a whole narration, `measured` on the encoded file."""
    drift = abs(measured.duration_seconds - timeline.duration_seconds)
    last = max((sentence.end_seconds for sentence in timeline.sentences), default=None)
    passages = [passage for chapter in timeline.chapters for passage in chapter.passages]
    spoken = sum(passage.end_seconds - passage.start_seconds for passage in passages)
    return (
        _length(" ".join(sentence.text for sentence in timeline.sentences), spoken, takes=len(passages)),
        Gate(
            "decoded duration",
            drift <= DRIFT_SECONDS,
            f"The file plays {measured.duration_seconds:.2f} s; its timeline has {timeline.duration_seconds:.2f} s.",
        ),
        _sound(measured),
        _silence(measured),
        _clipping(measured),
        _offset(measured),
        _ending(measured, last),
        *_loudness(measured),
    )


def failed(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """The gates that did not pass."""
    return tuple(gate for gate in gates if not gate.passed)


def expected_seconds(text: str) -> tuple[float, float]:
    """The least and the most seconds a text may be spoken in, generously.

    The measure is the character, not the locale: a syllable of Chinese takes as long as three letters, a digit as
    long as a word, and every language has foreign words, figures and abbreviations in it.
    """
    least = most = 0.0
    for character in text:
        shortest, longest = _seconds(character)
        least += shortest
        most += longest
    return least, most


def _seconds(character: str) -> tuple[float, float]:
    category = unicodedata.category(character)
    if category[0] == "N":
        return 0.03, 0.9
    if category[0] == "S":
        return 0.0, 0.9
    if category[0] != "L":
        return 0.0, 0.15
    if unicodedata.east_asian_width(character) in "WF":
        return 0.06, 0.7
    if category == "Lu":
        return 0.03, 0.6  # perhaps spelt out
    return (0.03, 0.2) if ord(character) < 0x0590 else (0.02, 0.45)


def _length(text: str, seconds: float, takes: int = 1) -> Gate:
    least, most = expected_seconds(text)
    most += SLACK_SECONDS * takes
    detail = f"{len(text)} characters in {seconds:.2f} s; {least:.1f} to {most:.1f} s are plausible."
    return Gate("duration against text", least <= seconds <= most, detail)


def _plausible(text: str) -> float:
    least, most = expected_seconds(text)
    return (least + most) / 2


def _pace(text: str, seconds: float, pace: float | None) -> Iterable[Gate]:
    if pace is not None:
        usual = pace * _plausible(text)
        least, most = usual / PACE_TOLERANCE - SLACK_SECONDS / 3, usual * PACE_TOLERANCE + SLACK_SECONDS
        detail = f"This voice usually takes {usual:.1f} s for it; it took {seconds:.1f} s."
        yield Gate("pace", least <= seconds <= most, detail, doubt=True)


def _offset(measured: Measured) -> Gate:
    return Gate("offset", abs(measured.offset) <= MOST_OFFSET, f"The wave is {measured.offset:+.3f} off its middle.")


def _sound(measured: Measured) -> Gate:
    return Gate("sound", measured.peak_db > SILENT_DB, f"The loudest moment is at {measured.peak_db:.1f} dB.")


def _silence(measured: Measured) -> Gate:
    longest = measured.longest_silence_seconds
    return Gate("silence", longest < LONGEST_SILENCE_SECONDS, f"The longest silence is {longest:.2f} s.")


def _clipping(measured: Measured) -> Gate:
    allowed = CLIPPED_SHARE * measured.samples
    return Gate("clipping", measured.clipped_samples <= allowed, f"{measured.clipped_samples} clipped samples.")


def _ending(measured: Measured, last_word_seconds: float | None) -> Gate:
    loud = measured.end_db > max(SILENT_DB, measured.peak_db - CUT_BELOW_PEAK_DB)
    beyond = last_word_seconds is not None and last_word_seconds > measured.duration_seconds + DRIFT_SECONDS
    if beyond:
        detail = f"The last word ends at {last_word_seconds:.2f} s, the audio at {measured.duration_seconds:.2f} s."
    else:
        detail = f"The audio ends at {measured.end_db:.1f} dB."
    return Gate("truncation", not loud and not beyond, detail)


def _loudness(measured: Measured) -> Iterable[Gate]:
    if measured.loudness_lufs is not None:
        off = abs(measured.loudness_lufs - TARGET_LUFS)
        yield Gate("loudness", off <= LOUDNESS_TOLERANCE_LU, f"{measured.loudness_lufs:.1f} LUFS.")
    if measured.true_peak_db is not None:
        yield Gate("true peak", measured.true_peak_db <= TRUE_PEAK_DB, f"{measured.true_peak_db:.1f} dBTP.")
