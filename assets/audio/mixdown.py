"""The mixdown: from takes to the published file, at one loudness, encoded once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from assets.audio.encoding import LAME_GAIN_DB, ChapterTag, Mp3, Tags
from assets.audio.filters import Chain
from assets.audio.joining import Join
from assets.audio.measuring import LoudnessMeter, decibels, measure_file
from assets.domain.errors import Cancelled, Refused
from assets.domain.gates import TARGET_LUFS, TRUE_PEAK_DB, Measured
from assets.domain.mixing import Placed, Plan
from assets.domain.progress import CHECKED_FROM
from assets.domain.speech import Speech

CEILING_DB = -1.5
"""Where samples are limited: true peaks lie between samples, and encoding moves them a little more."""
_GAIN_DB = (-40.0, 40.0)
_REGAIN_DB = 6.0
"""What limiting takes from the loudness is given back up to here: beyond, a shout would squash all that is said."""
_NEAR_ENOUGH_LU = 0.6
_LIMITS = "level=disabled:latency=1:attack=5:release=25"
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Mixed:
    """A narration on disk. `duration_seconds` is that of the joined samples; `measured` is what the file decodes to.

    `placed` says where each take lies, in order, with its words.
    """

    duration_seconds: float
    sample_rate: int
    placed: tuple[Placed, ...]
    gain_db: float
    measured: Measured


def mix(
    plan: Plan,
    load: Callable[[int], Speech],
    *,
    out: Path,
    tags: Tags,
    progress: Callable[[float], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Mixed:
    """Joins the takes of a plan, brings them to -19 LUFS and writes one MP3 with tags and chapters to `out`.

    `load` gives the take of a number, counted from 0; it is called once for each, in order, and memory stays flat
    however long the narration is. Takes are evened, so that none jumps out of its row; then one gain goes over all of
    it, and a limiter holds the few peaks that would pass -1 dBTP. `out` is complete and on disk when this returns, and
    must be thrown away when it raises: `Cancelled` once `stop` says so, `Corrupt` for a take that cannot be played,
    `Refused` when there is nothing to join. `progress` is told the share that is done, 0 to 1. Blocking: call it in a
    thread.
    """
    if not plan.pauses:
        raise Refused("There is nothing to say.", remedy="Give the content a title or some text.")
    join = Join(plan.pauses, load)
    progress = _rising(progress)
    with tempfile.TemporaryFile(dir=out.parent) as joined:
        loudness, peak_db = _gather(join, joined, lambda share: progress(0.2 * share), stop)
        wanted = 0.0 if loudness is None else min(_GAIN_DB[1], max(_GAIN_DB[0], TARGET_LUFS - loudness))
        chapters = _chapters(plan, join)
        ceiling = CEILING_DB
        for _ in range(_ATTEMPTS):
            limited = loudness is not None and peak_db + wanted > ceiling
            gain = _regained(joined, join.rate, (wanted, ceiling), stop) if limited else wanted
            progress(0.25)
            with Mp3(out, join.rate, tags, chapters) as mp3:
                _encode(
                    joined,
                    join,
                    mp3,
                    (gain, ceiling),
                    lambda share: progress(0.25 + (CHECKED_FROM - 0.25) * share),
                    stop,
                )
            measured = measure_file(out)
            over = -1.0 if measured.true_peak_db is None else measured.true_peak_db - TRUE_PEAK_DB
            if over <= 0:
                break
            ceiling -= over + 0.1
    progress(1.0)
    return Mixed(join.samples / join.rate, join.rate, tuple(join.placed), gain, measured)


def _rising(progress: Callable[[float], None]) -> Callable[[float], None]:
    """Progress that never goes back when a file has to be encoded again."""
    most = 0.0

    def tell(share: float) -> None:
        nonlocal most
        if share > most:
            most = share
            progress(share)

    return tell


def _gather(
    join: Join, joined: IO[bytes], progress: Callable[[float], None], stop: Callable[[], bool]
) -> tuple[float | None, float]:
    """Joins the takes into a file without a name, which vanishes with this process; their loudness and their peak."""
    meter: LoudnessMeter | None = None
    peak = 0.0
    takes = 0
    for samples in join.chunks():
        _heed(stop)
        meter = meter or LoudnessMeter(join.rate, np.int16)
        if len(samples):
            meter.feed(samples)
            peak = max(peak, float(np.abs(samples.astype(np.int32)).max()) / 32768)
            joined.write(samples.tobytes())
        if len(join.placed) > takes:
            takes = len(join.placed)
            progress(takes / join.takes)
    return (meter.finish() if meter else None), decibels(peak)


def _regained(joined: IO[bytes], rate: int, levels: tuple[float, float], stop: Callable[[], bool]) -> float:
    """The gain that reaches the target through the limiter, which takes some of the loudness away."""
    gain, ceiling = levels
    most = gain + _REGAIN_DB
    for _ in range(3):
        chain = Chain(rate, np.int16, *_levels(gain, ceiling), ("aformat", "sample_fmts=flt"))
        meter = LoudnessMeter(rate, np.float32)
        for samples in _seconds(joined, rate):
            _heed(stop)
            for frame in chain.feed(samples):
                meter.feed(frame.to_ndarray()[0])
        for frame in chain.finish():
            meter.feed(frame.to_ndarray()[0])
        missing = TARGET_LUFS - (meter.finish() or TARGET_LUFS)
        gain = min(most, gain + max(0.0, missing))
        if missing < _NEAR_ENOUGH_LU or gain == most:
            break
    return gain


def _encode(
    joined: IO[bytes],
    join: Join,
    mp3: Mp3,
    levels: tuple[float, float],
    progress: Callable[[float], None],
    stop: Callable[[], bool],
) -> None:
    made_up = (("volume", f"{-LAME_GAIN_DB}dB"), ("aformat", "sample_fmts=fltp"))
    chain = Chain(join.rate, np.int16, *_levels(*levels), *made_up)
    done = 0
    for samples in _seconds(joined, join.rate):
        _heed(stop)
        mp3.write(chain.feed(samples))
        done += len(samples)
        progress(done / join.samples)
    mp3.write(chain.finish())


def _levels(gain: float, ceiling: float) -> tuple[tuple[str, str], ...]:
    return ("volume", f"{gain}dB:precision=float"), ("alimiter", f"{_LIMITS}:limit={10 ** (ceiling / 20)}")


def _seconds(joined: IO[bytes], rate: int) -> Iterator[NDArray[np.int16]]:
    joined.seek(0)
    while chunk := joined.read(2 * rate):
        yield np.frombuffer(chunk, np.int16)


def _chapters(plan: Plan, join: Join) -> list[ChapterTag]:
    starts = [join.placed[mark.first_take].start_seconds for mark in plan.chapters]
    ends = [*starts[1:], join.samples / join.rate]
    return [ChapterTag(mark.title, *times) for mark, *times in zip(plan.chapters, starts, ends, strict=False)]


def _heed(stop: Callable[[], bool]) -> None:
    if stop():
        raise Cancelled("The narration was stopped while its audio was joined.")
