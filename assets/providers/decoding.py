"""Decoding what a provider sends encoded."""

from __future__ import annotations

import io

from assets.domain.errors import BadAnswer

_MARKS = (b"RIFF", b"OggS", b"fLaC", b"ID3")


def is_encoded(audio: bytes, content_type: str | None) -> bool:
    """Whether audio is a file of its own and not raw samples: by its first bytes, or by what it is said to be."""
    return audio.startswith(_MARKS) or (content_type or "").lower() in {"audio/mpeg", "audio/mp3"}


def decode_mono(audio: bytes, rate: int) -> bytes:
    """16-bit mono samples at `rate` hertz of an encoded file. Raises `BadAnswer` when it cannot be decoded."""
    import av

    found = []
    try:
        with av.open(io.BytesIO(audio), "r") as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            for frame in container.decode(audio=0):
                found += [part.to_ndarray().tobytes() for part in resampler.resample(frame)]
            found += [part.to_ndarray().tobytes() for part in resampler.resample(None)]
    except (av.FFmpegError, IndexError) as fault:
        raise BadAnswer("The audio cannot be decoded.", remedy="Ask again; it is spoken anew.") from fault
    return b"".join(found)
