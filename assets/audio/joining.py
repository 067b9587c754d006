"""Joining: takes one after another, with their pauses, as one stream of samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from assets.audio.evening import Room, evened
from assets.audio.filters import frame
from assets.audio.trimming import trim
from assets.domain.errors import Corrupt
from assets.domain.mixing import LEAD_IN_SECONDS, Placed
from assets.domain.speech import Speech

FADE_SECONDS = 0.005
"""Long enough that no click is heard where a take begins or ends, too short to be heard itself."""

PUBLISHED_RATES = (22_050, 24_000)


def published_rate(take_rate: int) -> int:
    """The sample rate of a narration whose takes have this one: theirs if it may be, else 24 kHz.

    Voices have nothing above 12 kHz that a listener would miss, and 44.1 kHz costs twice the time to encode.
    """
    return take_rate if take_rate in PUBLISHED_RATES else PUBLISHED_RATES[-1]


class Join:
    """The takes as one mono stream at one sample rate, loaded one by one as the stream is read, each once."""

    def __init__(self, pauses: Sequence[float], load: Callable[[int], Speech]) -> None:
        self.takes = len(pauses)
        self._pauses = pauses
        self._load = load
        self.rate = 0
        """Known once the first chunk is there."""
        self.placed: list[Placed] = []
        """Where the takes came to lie, to the sample; whole once the stream is read."""
        self.samples = 0

    def chunks(self) -> Iterator[NDArray[np.int16]]:
        """The stream, a take or a pause at a time. Raises `Corrupt` for a take that cannot be played."""
        for number, pause in enumerate(self._pauses):
            speech = self._load(number)
            _check(speech, number)
            speech = trim(speech)
            if not self.rate:
                self.rate = published_rate(speech.sample_rate)
                yield self._silence(LEAD_IN_SECONDS)
            samples = resampled(np.frombuffer(speech.pcm, "<i2"), speech.sample_rate, self.rate)
            samples = evened(samples, self.rate)
            room = Room(samples, self.rate)
            samples = _faded(samples, self.rate)
            start = self.samples
            self.samples += len(samples)
            self.placed.append(Placed(start / self.rate, self.samples / self.rate, speech.words))
            yield samples
            yield self._pause(pause, room)

    def _pause(self, seconds: float, room: Room) -> NDArray[np.int16]:
        """Silence in the sound of the take before it, faded in and out as the takes are: the two make an even sum."""
        samples = _faded(room.tone(round(seconds * self.rate)), self.rate)
        self.samples += len(samples)
        return samples

    def _silence(self, seconds: float) -> NDArray[np.int16]:
        samples = np.zeros(round(seconds * self.rate), np.int16)
        self.samples += len(samples)
        return samples


def resampled(samples: NDArray[np.int16], rate: int, to_rate: int) -> NDArray[np.int16]:
    """The same sound at another sample rate."""
    if rate == to_rate:
        return samples
    from av import AudioResampler

    resampler = AudioResampler("s16", "mono", to_rate)
    frames = [*resampler.resample(frame(samples, rate)), *resampler.resample(None)]
    made: NDArray[np.int16] = np.concatenate([made.to_ndarray()[0] for made in frames])
    return made


def _faded(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    length = min(round(FADE_SECONDS * rate), len(samples) // 2)
    slope = np.sin(np.linspace(0, np.pi / 2, length, endpoint=False)) ** 2
    faded = samples.copy()
    faded[:length] = np.rint(samples[:length] * slope)
    faded[len(faded) - length :] = np.rint(samples[len(samples) - length :] * slope[::-1])
    return faded


def _check(speech: Speech, number: int) -> None:
    if not speech.pcm or len(speech.pcm) % 2 or speech.sample_rate <= 0:
        raise Corrupt(
            f"Take {number + 1} is no audio: {len(speech.pcm)} bytes at {speech.sample_rate} Hz.",
            remedy="Remove the take and make the narration again; it will be spoken anew.",
        )
