"""Renditions: a published narration in other formats, made of its one file when somebody wants them."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from assets.audio.encoding import ChapterTag, as_chapters
from assets.domain.errors import Cancelled, Corrupt, Unwritable


@dataclass(frozen=True, slots=True)
class Format:
    """How a rendition is written. `rate` is a sample rate that the codec takes."""

    muxer: str
    codec: Literal["aac", "libopus"]
    rate: int
    bits_per_second: int
    options: Mapping[str, str]
    muxer_options: Mapping[str, str]
    tags: Mapping[str, str]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        # An audiobook to players that know the difference (`stik` 2); its index stands first, so that it plays at once.
        "m4b": Format(
            "ipod", "aac", 24_000, 64_000, {}, {"movflags": "+faststart"}, {"media_type": "2", "genre": "Audiobook"}
        ),
        "opus": Format("opus", "libopus", 24_000, 32_000, {"application": "voip"}, {}, {}),
    }
)


def render(
    source: Path,
    out: Path,
    form: str,
    chapters: Sequence[ChapterTag],
    *,
    progress: Callable[[float], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Write the audio of `source` to `out` in a form of `FORMATS`, with the tags it has and these chapters.

    It is made of the published file and not of the takes, so that it is what was heard when that was judged, however
    takes are joined by now. Loudness and length stay. `progress` is told the share that is done, 0 to 1; `stop` is
    asked every second of audio and ends it with `Cancelled`. Raises `Corrupt` for a file that cannot be decoded.
    Blocking: about half a minute for an hour of audio.
    """
    import av

    chosen = FORMATS[form]
    try:
        with (
            av.open(str(source)) as heard,
            av.open(str(out), "w", chosen.muxer, options=dict(chosen.muxer_options)) as to,
        ):
            stream = to.add_stream(chosen.codec, rate=chosen.rate, options=dict(chosen.options))
            stream.bit_rate = chosen.bits_per_second
            stream.codec_context.layout = "mono"
            # FFmpeg names the encoder itself; what it takes the place of would leave its place to the last tag.
            kept = {name: text for name, text in heard.metadata.items() if name != "encoder"}
            to.metadata.update({**kept, **chosen.tags})
            if chosen.muxer == "opus":
                to.metadata.update(_vorbis_comments(chapters))
            else:
                to.set_chapters(as_chapters(chapters))
            length = max(1e-9, float(heard.duration or 0) / av.time_base)
            samples, told = 0, 0.0
            for frame in heard.decode(audio=0):
                # Counted anew from nothing: an MP3's moments begin after its encoder's delay, which is cut off here.
                frame.pts, frame.time_base = samples, Fraction(1, frame.sample_rate)
                samples += frame.samples
                to.mux(stream.encode(frame))
                if (now := samples / frame.sample_rate) >= told + 1:
                    told = now
                    progress(min(1.0, now / length))
                    if stop():
                        raise Cancelled("The file was not wanted any more.")
            to.mux(stream.encode(None))
    except av.error.FFmpegError as error:
        if error.errno == errno.ENOSPC:
            raise Unwritable("The disk is full.", remedy="Free some space and ask again; nothing is lost.") from error
        raise Corrupt(f"{source.name} cannot be decoded: {error}.", remedy="Make the narration again.") from error
    progress(1.0)


def _vorbis_comments(chapters: Sequence[ChapterTag]) -> dict[str, str]:
    """Chapters as the comments of an Ogg file. FFmpeg's own are a second late from the middle of each second on."""
    comments = {}
    for number, chapter in enumerate(chapters):
        minutes, milliseconds = divmod(round(chapter.start_seconds * 1000), 60_000)
        hours, minutes = divmod(minutes, 60)
        name = f"CHAPTER{number:03d}"
        comments[name] = f"{hours:02d}:{minutes:02d}:{milliseconds / 1000:06.3f}"
        comments[f"{name}NAME"] = chapter.title
    return comments
