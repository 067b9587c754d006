"""The espeak-ng engine: a plain voice for over a hundred languages that runs on this machine and needs no key."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

from assets.domain.errors import BadAnswer, Rejected, StudioError
from assets.domain.keys import Locale
from assets.domain.speech import Speech, WordTiming
from assets.domain.voices import Voice
from assets.domain.words import words
from assets.providers.alignment import spread
from assets.providers.base import SpeechRequest
from assets.providers.espeak_library import EspeakLibrary, library
from assets.providers.pronunciation import respelled, without_controls

_MODEL, _BY_LOCALE = "espeak-ng-1.52", "default"
_SILENCE = 100
"""Loudest sample, of 32,767, of what nobody hears."""

_SETTINGS = {"rate_wpm": (160, 80, 450), "pitch": (50, 0, 99)}
"""Default, least and most. 160 words a minute is an unhurried reader; espeak's own 175 is a brisk one."""

_UNREADABLE = {
    "ja": "reads Japanese characters out as 'Chinese letter'",
    "hak": "reads Hakka characters out as 'Chinese letter'",
    "my": "drops the vowels of Burmese",
    "shn": "drops the vowels of Shan",
    "th": "drops and reorders the vowels of Thai",
}
_CANTONESE_REGIONS = frozenset({"HK", "MO"})
_SPAIN = frozenset({"ES", "GQ", "IC", "EA"})


class Espeak:
    """Speaks every language that espeak-ng reads well enough, one segment at a time in a process.

    `voice.provider_voice` is `default` or one of espeak's variants, such as `f3`. `voice.settings` may hold
    `rate_wpm` (80 to 450 words a minute, 160 by default) and `pitch` (0 to 99, 50 by default). The bytes of the same
    request may differ from call to call: a take is known by its request, never by its audio.
    """

    name = "espeak"
    adapter_version = "1"
    parallel = 1

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="espeak")

    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        """Why this voice cannot speak this locale here, with the remedy, or None when it can."""
        if voice.model != _MODEL:
            return f"espeak has no model '{voice.model}'; use {_MODEL}."
        if reason := _UNREADABLE.get(locale.language):
            return f"espeak {reason}; choose another voice for {locale}."
        if find_spec("espeakng_loader") is None:
            return "espeak is not installed. Install it with: pip install -e .[embedded]"
        try:
            engine = library()
        except StudioError as error:
            return str(error)
        if voice.provider_voice not in {_BY_LOCALE, *engine.variants}:
            return f"espeak has no variant '{voice.provider_voice}'; use {_BY_LOCALE}, or one such as f3 or m3."
        if reader_of(engine, locale) is None:
            return f"espeak does not speak {locale}; choose another voice, or another locale."
        return _settings_fault(voice.settings)

    def load(self) -> None:
        """Load the library now. Raises `ProviderError` when it cannot be loaded."""
        library()

    async def speak(self, request: SpeechRequest) -> Speech:
        """The audio of one segment with the moment of every word. Raises `ProviderError`.

        `Rejected` when the voice cannot speak this at all, `BadAnswer` when the audio would be silent.
        """
        if refusal := self.refusal(request.voice, request.locale):
            raise Rejected(refusal)
        return await asyncio.get_running_loop().run_in_executor(self._thread, _speak, request)


def _speak(request: SpeechRequest) -> Speech:
    spans = words(request.text)
    if not spans:
        raise Rejected(f"There is nothing to say in '{request.text[:40]}'.", remedy="Leave this segment out.")
    spoken, starts = _spelled(without_controls(request.text), spans, request.locale.language)
    engine = library()
    reader = reader_of(engine, request.locale)
    if reader is None:
        raise Rejected(f"espeak does not speak {request.locale}.", remedy="Choose another voice.")
    variant = request.voice.provider_voice
    settings = {name: int(request.voice.settings.get(name, default)) for name, (default, _, _) in _SETTINGS.items()}
    pcm, events = engine.speak(spoken, reader if variant == _BY_LOCALE else f"{reader}+{variant}", **settings)
    if _peak(pcm) < _SILENCE:
        raise BadAnswer(f"espeak made no sound of '{request.text[:40]}'.", remedy="Reword this paragraph.")
    return Speech(pcm, engine.sample_rate, _timings(spans, starts, events, pcm, engine.sample_rate))


def _spelled(text: str, spans: Sequence[tuple[int, int]], language: str) -> tuple[str, list[int]]:
    """The text as espeak is to read it, and where each word begins in it."""
    spoken, starts, here = "", [], 0
    for (first, last), spelling in zip(spans, respelled([text[f:e] for f, e in spans], language), strict=True):
        spoken += text[here:first]
        starts.append(len(spoken))
        spoken += spelling
        here = last
    return spoken + text[here:], starts


def _timings(
    spans: Sequence[tuple[int, int]], starts: Sequence[int], events: Sequence[tuple[int, int]], pcm: bytes, rate: int
) -> tuple[WordTiming, ...]:
    """The timings from espeak's events, each the place of a word in the text and the sample where it begins.

    A word has as many events as it is read as words ("250" has three) or none when it is read with the one before.
    It ends where it falls silent, not where the pause after it ends.
    """
    begins: list[int | None] = [None] * len(spans)
    latest = -1
    for place, sample in events:
        word = max(0, bisect_right(starts, place) - 1)
        if begins[word] is None and sample > latest:
            begins[word] = latest = sample
    moments: list[tuple[float, float] | None] = []
    following = len(pcm) // 2
    for begin in reversed(begins):
        moments.append(None if begin is None else (begin / rate, _audible_end(pcm, begin, following) / rate))
        following = following if begin is None else begin
    return spread(spans, moments[::-1], len(pcm) / 2 / rate)


def _audible_end(pcm: bytes, first: int, last: int) -> int:
    import numpy as np

    loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2")[first:last].astype(np.int32)) >= _SILENCE)
    return first + int(loud[-1]) + 1 if loud.size else last


def _peak(pcm: bytes) -> int:
    import numpy as np

    return int(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)).max(initial=0))


def reader_of(engine: EspeakLibrary, locale: Locale) -> str | None:
    """The espeak voice that reads a locale: `roa/pt-BR` of `pt-BR`, `sit/cmn` of `zh`, or None."""
    region = locale.tag.rsplit("-", 1)[-1]
    tags = [locale.tag.lower(), f"{locale.language}-{region.lower()}"]
    if locale.language == "zh" and region in _CANTONESE_REGIONS:
        tags.insert(0, "yue")
    if locale.language == "es" and region.isupper() and region not in _SPAIN:
        tags.append("es-419")
    return next((engine.readers[tag] for tag in [*tags, locale.language] if tag in engine.readers), None)


def _settings_fault(settings: Mapping[str, str | int | float | bool]) -> str | None:
    for name, value in settings.items():
        if name not in _SETTINGS:
            return f"espeak has no setting '{name}'; it has {' and '.join(_SETTINGS)}."
        _, least, most = _SETTINGS[name]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return f"{name} is {value!r}; use a whole number from {least} to {most}."
    return None
