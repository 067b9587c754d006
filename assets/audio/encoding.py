"""Encoding: published narrations as MP3, takes as FLAC."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from assets.audio.filters import frame
from assets.domain.errors import Corrupt

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container.core import Chapter

MP3_BITS_PER_SECOND = 64_000
"""Constant, so that a player may jump to any moment by its byte; at 22 and 24 kHz mono it is close to transparent."""

_LAME_QUALITY = "7"
"""At this bit rate the slower settings measured no nearer to the source (25 dB against 24) and took twice the time."""

LAME_GAIN_DB = -0.4455
"""LAME makes everything 5 % quieter at these bit rates; what is encoded must be that much louder."""


MOST_CHAPTERS = 255
"""The table of contents of an MP3 has one byte to count them; what follows is heard all the same."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a player shows. `language` is a BCP 47 tag; empty fields are left out."""

    title: str
    artist: str = ""
    album: str = ""
    language: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ChapterTag:
    """A chapter of the file, in seconds."""

    title: str
    start_seconds: float
    end_seconds: float


def as_chapters(chapters: Sequence[ChapterTag]) -> list[Chapter]:
    """Chapters as a container takes them, in milliseconds."""
    return [
        {
            "id": number,
            "start": round(chapter.start_seconds * 1000),
            "end": round(chapter.end_seconds * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(chapters)
    ]


class Mp3:
    """A mono MP3 being written, with ID3v2 tags and chapters, gapless: as many samples come out of it as went in.

    Leaving the block completes the file and sees it safely on the disk.
    """

    def __init__(self, path: Path, rate: int, tags: Tags, chapters: Sequence[ChapterTag] = ()) -> None:
        import av

        self._path = path
        self._container = av.open(str(path), "w", format="mp3", options={"id3v2_version": "4"})
        self._stream = self._container.add_stream("libmp3lame", rate=rate, options={"compression_level": _LAME_QUALITY})
        self._stream.bit_rate = MP3_BITS_PER_SECOND
        self._stream.codec_context.layout = "mono"
        self._stream.codec_context.format = "fltp"
        shown = {**asdict(tags), "language": _three_letters(tags.language) if tags.language else ""}
        self._container.metadata.update({name: text for name, text in shown.items() if text})
        self._container.set_chapters(as_chapters(chapters[:MOST_CHAPTERS]))

    def write(self, frames: Iterable[AudioFrame]) -> None:
        """Encodes the next frames."""
        for each in frames:
            self._container.mux(self._stream.encode(each))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._container.mux(self._stream.encode(None))
        self._container.close()
        if error is None:
            with self._path.open("rb") as file:
                os.fsync(file.fileno())


def encode_flac(pcm: bytes, rate: int) -> bytes:
    """16-bit little-endian mono PCM as FLAC, without loss. Raises `Corrupt` when it is no such PCM."""
    import av

    if not pcm or len(pcm) % 2:
        raise Corrupt(f"{len(pcm)} bytes are no 16-bit audio.", remedy="Speak the segment again.")
    target = io.BytesIO()
    with av.open(target, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate)
        stream.codec_context.layout = "mono"
        stream.codec_context.format = "s16"
        container.mux(stream.encode(frame(np.frombuffer(pcm, "<i2"), rate)))
        container.mux(stream.encode(None))
    return target.getvalue()


def decode(source: Path | bytes) -> tuple[bytes, int]:
    """A file or its bytes as 16-bit little-endian mono PCM and its sample rate; bit-exact for FLAC made here.

    Raises `Corrupt` when it cannot be decoded.
    """
    import av

    name = "The take" if isinstance(source, bytes) else source.name
    found = bytearray()
    rate = 0
    try:
        with av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source), "r") as container:
            resampler = av.AudioResampler("s16", "mono")
            for each in container.decode(audio=0):
                rate = each.sample_rate
                for made in resampler.resample(each):
                    found += made.to_ndarray().astype("<i2", copy=False).tobytes()
    except (av.error.FFmpegError, IndexError) as error:
        raise Corrupt(f"{name} cannot be decoded: {error}.", remedy="Speak the segment again.") from error
    if not found:
        raise Corrupt(f"{name} has no audio in it.", remedy="Speak the segment again.")
    return bytes(found), rate


def _three_letters(language: str) -> str:
    """ISO 639-2 as ID3 wants it; `und` where the language has no such code."""
    from babel.core import get_global

    short = language.split("-")[0]
    if len(short) == 3:
        return short
    longer = [long for long, two in get_global("language_aliases").items() if two == short and len(long) == 3]
    return next(iter(longer), "und")
