"""Evening: consecutive takes are of one level, and the silence between them is as quiet as their own, never quieter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPEECH_DB = -23.0
"""The level that the sounding parts of every take are brought to, before the whole is made as loud as it should be."""
MOST_GAIN_DB = 6.0
"""A whisper is lifted and a shout is held back, and each stays what it is."""
LEAST_TONE_DB = -80.0
"""A take that is quieter than this between its words has no room of its own to be heard."""
MOST_TONE_DB = -45.0
"""What is louder than this at its quietest has no pause in it: its voice would be taken for its room."""
_WINDOW_SECONDS = 0.02
_SOUNDING_BELOW_DB = 25.0
_GRAIN_SECONDS = 0.06


def evened(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """The take brought towards the level of all others, by 6 dB at most and never into clipping."""
    level = speech_db(samples, rate)
    peak = int(np.abs(samples.astype(np.int32)).max(initial=0))
    if level is None or not peak:
        return samples
    gain = 10 ** (max(-MOST_GAIN_DB, min(MOST_GAIN_DB, SPEECH_DB - level)) / 20)
    made: NDArray[np.int16] = np.rint(samples * min(gain, 32767 / peak)).astype(np.int16)
    return made


def speech_db(samples: NDArray[np.int16], rate: int) -> float | None:
    """The level of the parts that sound, in dB below full scale; None for silence."""
    powers = _powers(samples, rate)
    if not len(powers) or powers.max() <= 0:
        return None
    sounding = powers[powers > powers.max() * 10 ** (-_SOUNDING_BELOW_DB / 10)]
    return float(10 * np.log10(sounding.mean()))


class Room:
    """The sound of a take's room: noise with the colour and the level of its quietest moment."""

    def __init__(self, samples: NDArray[np.int16], rate: int) -> None:
        self._grain: NDArray[np.float32] | None = None
        self.db = float("-inf")
        length = round(_GRAIN_SECONDS * rate)
        # Its very edges are fades, and no room.
        inside = samples[length // 4 : len(samples) - length // 4].astype(np.float32) / 32768
        count = len(inside) // length
        if count < 3:
            return
        grains = inside[: count * length].reshape(count, length)
        powers = np.square(grains).mean(axis=1)
        quietest = int(np.argmin(np.where(powers > 0, powers, np.inf)))
        if powers[quietest] > 0 and powers.min() > 0:
            self.db = float(10 * np.log10(powers[quietest]))
            if LEAST_TONE_DB < self.db < MOST_TONE_DB:
                self._grain = grains[quietest]

    def tone(self, count: int) -> NDArray[np.int16]:
        """So many samples of it; digital silence where the take has no room to be heard. The same every time."""
        if self._grain is None or not count:
            return np.zeros(count, np.int16)
        length = len(self._grain)
        colour = np.abs(np.fft.rfft(self._grain * np.hanning(length)))
        noise = np.random.default_rng(length)
        made = np.zeros(count + 2 * length, np.float32)
        for at in range(0, count + length, length // 2):
            phases = np.exp(2j * np.pi * noise.random(len(colour)))
            made[at : at + length] += np.fft.irfft(colour * phases, length)[:length] * np.hanning(length)
        made = made[length // 2 : length // 2 + count]
        made *= 10 ** (self.db / 20) / max(1e-9, float(np.sqrt(np.square(made).mean())))
        return np.rint(made * 32768).astype(np.int16)


def _powers(samples: NDArray[np.int16], rate: int) -> NDArray[np.float64]:
    length = round(_WINDOW_SECONDS * rate)
    count = len(samples) // length
    windows = samples[: count * length].reshape(count, length).astype(np.float64) / 32768
    powers: NDArray[np.float64] = np.square(windows).mean(axis=1)
    return powers
