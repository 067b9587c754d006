"""Measurements on decoded audio: how long, how loud, how silent, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import log10
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assets.audio.filters import Chain, Samples
from assets.domain.errors import Corrupt
from assets.domain.gates import SILENT_DB, Measured
from assets.domain.speech import Speech

if TYPE_CHECKING:
    from av import AudioFrame

_WINDOW_SECONDS = 0.01
_END_SECONDS = 0.02
_UNMEASURED_LUFS = -70.0
"""What EBU R 128 calls silence, and what its meter says of anything shorter than its first window of 400 ms."""


def decibels(level: float) -> float:
    """A level, 1.0 being full scale, in dB; -inf for nothing."""
    return 20 * log10(level) if level > 0 else float("-inf")


class LoudnessMeter:
    """Integrated loudness after EBU R 128."""

    def __init__(self, rate: int, form: type[np.int16] | type[np.float32]) -> None:
        self._chain = Chain(rate, form, ("ebur128", "metadata=1:framelog=quiet"))
        self._latest: dict[str, str] = {}

    def feed(self, samples: Samples) -> None:
        """Takes the next samples in."""
        self._read(self._chain.feed(samples))

    def finish(self) -> float | None:
        """Loudness in LUFS; None for what is silent or shorter than 0.4 s."""
        self._read(self._chain.finish())
        loudness = float(self._latest.get("lavfi.r128.I", "nan"))
        return loudness if loudness > _UNMEASURED_LUFS else None

    def _read(self, frames: Iterable[AudioFrame]) -> None:
        for frame in frames:
            self._latest = frame.metadata or self._latest  # the last, short frame has none


class TruePeakMeter:
    """The true peak: the highest point of the wave that the samples describe, often between two of them.

    Four-fold interpolation as in ITU-R BS.1770, but only round samples within 3 dB of the highest: a wave swings no
    further between two samples of speech, and everywhere else the work would be for nothing (it was a third of all).
    """

    _REACH = 16
    _NEAR = 0.7
    _PHASES = np.array([-0.75, -0.5, -0.25, 0.25, 0.5, 0.75])
    _DISTANCES = np.arange(-_REACH, _REACH + 1)[:, None] - _PHASES
    _KERNEL = (np.sinc(_DISTANCES) * np.cos(np.pi * _DISTANCES / (2 * _REACH + 2)) ** 2).astype(np.float32)

    def __init__(self) -> None:
        self._rest = np.zeros(self._REACH, np.float32)
        self._highest = self._peak = 0.0

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Takes the next samples in, 1.0 being full scale."""
        wave = np.concatenate((self._rest, samples))
        reach = self._REACH
        self._rest = wave[-2 * reach :]
        if len(wave) <= 2 * reach:
            self._rest = wave
            return
        sizes = np.abs(wave[reach:-reach])
        self._highest = max(self._highest, float(sizes.max()))
        near = np.flatnonzero(sizes >= max(self._NEAR * self._highest, 1e-9))
        if len(near):
            between = np.lib.stride_tricks.sliding_window_view(wave, 2 * reach + 1)[near] @ self._KERNEL
            self._peak = max(self._peak, self._highest, float(np.abs(between).max()))

    def finish(self) -> float:
        """The true peak in dBTP; -inf for digital silence."""
        self.feed(np.zeros(self._REACH, np.float32))
        return decibels(self._peak)


class _Meter:
    """All that can be told from the samples alone, a chunk at a time."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.samples = self.clipped = 0
        self.peak = self.total = 0.0
        self._window = max(1, round(rate * _WINDOW_SECONDS))
        self._rest = np.empty(0, np.float32)
        self._tail = np.empty(0, np.float32)
        self._quiet = self._quietest = 0

    def feed(self, samples: Samples) -> None:
        whole = samples.dtype == np.int16
        values = samples.astype(np.float32) / (32768.0 if whole else 1.0)
        sizes = np.abs(values)
        self.samples += len(values)
        self.peak = max(self.peak, float(sizes.max(initial=0.0)))
        self.total += float(values.sum(dtype=np.float64))
        full = sizes >= 32767 / 32768
        # A lone sample at full scale is a peak that just fits; two side by side are a wave with its top cut off.
        self.clipped += int(np.count_nonzero(full[1:] & full[:-1]))
        self._tail = np.concatenate((self._tail, values))[-max(1, round(self.rate * _END_SECONDS)) :]
        self._listen(np.concatenate((self._rest, sizes)))

    def _listen(self, sizes: NDArray[np.float32]) -> None:
        count = len(sizes) // self._window
        self._rest = sizes[count * self._window :]
        loud = sizes[: count * self._window].reshape(count, self._window).max(axis=1, initial=0.0)
        heard = np.flatnonzero(loud > 10 ** (SILENT_DB / 20))
        if len(heard):
            between = int(np.diff(heard).max(initial=1)) - 1
            self._quietest = max(self._quietest, self._quiet + int(heard[0]), between)
            self._quiet = count - 1 - int(heard[-1])
        else:
            self._quiet += count
        self._quietest = max(self._quietest, self._quiet)

    def measured(self, loudness: float | None, true_peak: float | None) -> Measured:
        end = float(np.sqrt(np.mean(np.square(self._tail, dtype=np.float64)))) if len(self._tail) else 0.0
        return Measured(
            duration_seconds=self.samples / self.rate,
            samples=self.samples,
            peak_db=decibels(self.peak),
            end_db=decibels(end),
            longest_silence_seconds=self._quietest * self._window / self.rate,
            clipped_samples=self.clipped,
            offset=self.total / max(1, self.samples),
            loudness_lufs=loudness,
            true_peak_db=true_peak,
        )


def measure_speech(speech: Speech) -> Measured:
    """What is in one take, without loudness: the gates for a take need no more."""
    meter = _Meter(speech.sample_rate)
    meter.feed(np.frombuffer(speech.pcm, "<i2"))
    return meter.measured(None, None)


def measure_file(path: Path) -> Measured:
    """What a listener's player will decode from a file, loudness and true peak included. Raises `Corrupt`."""
    meter: _Meter | None = None
    loudness: LoudnessMeter | None = None
    true_peak = TruePeakMeter()
    for samples, rate in decoded_chunks(path):
        if meter is None or loudness is None:
            meter, loudness = _Meter(rate), LoudnessMeter(rate, np.float32)
        meter.feed(samples)
        loudness.feed(samples)
        true_peak.feed(samples)
    if meter is None or loudness is None:
        raise Corrupt(f"{path.name} has no audio in it.", remedy="Make the narration again.")
    return meter.measured(loudness.finish(), true_peak.finish())


def decoded_duration_seconds(path: Path) -> float:
    """How long a file plays, by counting the samples that come out of it. Raises `Corrupt`."""
    return sum(len(samples) / rate for samples, rate in decoded_chunks(path))


def decoded_chunks(path: Path) -> Iterator[tuple[NDArray[np.float32], int]]:
    """The audio of a file as mono floats and their rate, about a second at a time. Raises `Corrupt`."""
    import av

    waiting: list[NDArray[np.float32]] = []
    rate = count = 0
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler("flt", "mono")
            for frame in container.decode(audio=0):
                rate = frame.sample_rate
                ready = frame.layout.name == "mono" and frame.format.name in {"flt", "fltp"}
                # A quarter of the time of to_ndarray, and there are forty frames in a second.
                waiting += [
                    np.frombuffer(memoryview(made.planes[0]), np.float32, made.samples)
                    for made in ([frame] if ready else resampler.resample(frame))
                ]
                count += frame.samples
                if count >= rate:
                    yield np.concatenate(waiting), rate
                    waiting, count = [], 0
    except (av.error.FFmpegError, IndexError) as error:
        raise Corrupt(f"{path.name} cannot be decoded: {error}.", remedy="Make the narration again.") from error
    if waiting:
        yield np.concatenate(waiting), rate
