"""Chains of FFmpeg's filters over one mono stream, fed a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import AudioFrame

Samples = NDArray[np.int16] | NDArray[np.float32]


def frame(samples: Samples, rate: int, position: int = 0) -> AudioFrame:
    """Mono samples (16-bit whole numbers, or floats with 1.0 as full scale) as a frame; `position` is in samples."""
    from av import AudioFrame

    made = AudioFrame.from_ndarray(
        samples[None, :], format="s16" if samples.dtype == np.int16 else "flt", layout="mono"
    )
    made.sample_rate, made.pts, made.time_base = rate, position, Fraction(1, rate)
    return made


class Chain:
    """Filters one after another, each `(name, arguments)`. Every sample comes out, after `finish` at the latest."""

    def __init__(self, rate: int, form: type[np.int16] | type[np.float32], *filters: tuple[str, str]) -> None:
        from av.filter import Graph

        self._rate = rate
        self._position = 0
        self._graph = Graph()
        sample_format = "s16" if form is np.int16 else "flt"
        last = self._graph.add_abuffer(
            sample_rate=rate, format=sample_format, layout="mono", time_base=Fraction(1, rate)
        )
        for name, arguments in (*filters, ("abuffersink", "")):
            here = self._graph.add(name, arguments) if arguments else self._graph.add(name)
            last.link_to(here)
            last = here
        self._graph.configure()

    def feed(self, samples: Samples) -> Iterator[AudioFrame]:
        """Gives samples in, of the form the chain was made for, and takes out what is ready."""
        self._graph.push(frame(samples, self._rate, self._position))
        self._position += len(samples)
        yield from self._ready()

    def finish(self) -> Iterator[AudioFrame]:
        """Takes out all that is left; nothing may be fed any more."""
        self._graph.push(None)
        yield from self._ready()

    def _ready(self) -> Iterator[AudioFrame]:
        from av.error import BlockingIOError as NothingReady
        from av.error import EOFError as NothingLeft

        while True:
            try:
                yield cast("AudioFrame", self._graph.pull())
            except (NothingReady, NothingLeft):
                return
