"""Samples: each voice heard in a language before anything is made with it, and nothing paid for without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assets.domain.costs import speech_micros
from assets.domain.errors import Refused
from assets.domain.fingerprints import MIX_VERSION, digest, take_key, voice_digest
from assets.domain.keys import Locale
from assets.domain.mixing import TAIL_SECONDS, Plan
from assets.domain.said import Said
from assets.domain.samples import sentence
from assets.domain.voices import Voice
from assets.pipeline.desk import Desk
from assets.pipeline.paying import require_price
from assets.pipeline.publishing import speech_of
from assets.pipeline.renditions import Renditions
from assets.pipeline.speaking import Speaking
from assets.providers.base import PaidSpeechProvider, SpeechRequest
from assets.text.saying.say import say

_LONG_ENOUGH_CHARS = 40


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be heard of a voice: `ready` says that it costs nothing to listen, else `micros` is what it would.

    Neither, when `ready` is False and `micros` is 0: nobody has written a sample for that language yet.
    """

    ready: bool
    micros: int = 0


@dataclass(frozen=True, slots=True)
class _Take:
    key: str
    ask: SpeechRequest


class Samples:
    """One fixed sentence for each language.

    Voices on this machine say it when it is asked for; a voice that is paid for is heard in what it has said already,
    or says it at a stated price.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._renditions = Renditions(desk.files)

    def offer(self, voice: Voice, locale: Locale) -> Offer:
        """What can be heard of a voice in a locale that it speaks. Raises `Refused` when its price is not known."""
        take, provider = self._take(voice, locale), self._desk.speech_provider(voice)
        if not isinstance(provider, PaidSpeechProvider):
            return Offer(ready=take is not None)
        if self._heard_already(voice, locale, take) is not None:
            return Offer(ready=True)
        if take is None:
            return Offer(ready=False)
        price = require_price(self._desk, provider.name, voice.model)
        return Offer(ready=False, micros=speech_micros(price, len(provider.billed_text(take.ask))))

    def audio(self, voice: Voice, locale: Locale) -> Path:
        """The MP3 of a sample that is ready. Raises `Refused` for one that is not: it is never bought by listening."""
        take = self._take(voice, locale)
        if isinstance(self._desk.speech_provider(voice), PaidSpeechProvider):
            key = self._heard_already(voice, locale, take)
        else:
            key = take.key if take else None
        if key is None:
            raise Refused(f"There is no sample of {voice.name} in '{locale}' yet.", remedy="Have one made.")

        def render(draft: Path, tell: Callable[[float], None]) -> None:
            from assets.audio.encoding import Tags
            from assets.audio.mixdown import mix

            if take is not None and key == take.key:
                asyncio.run(Speaking(self._desk).one(take.key, take.ask))
            tags = Tags(title=voice.name, language=locale.tag)
            mix(Plan((TAIL_SECONDS,)), lambda _: speech_of(self._desk.files, key, Said("")), out=draft, tags=tags)
            tell(1.0)

        name = digest({"sample": key, "mix": MIX_VERSION})
        return self._renditions.begin(name, "mp3", render).result.result()

    def buy(self, voice: Voice, locale: Locale) -> Path:
        """Have the sample spoken by a voice that costs money, within the caps. Raises `Refused` and `ProviderError`."""
        take = self._take(voice, locale)
        if take is None:
            raise Refused(f"There is no sample sentence for '{locale}'.", remedy="Make a narration to hear the voice.")
        asyncio.run(Speaking(self._desk).one(take.key, take.ask))
        return self.audio(voice, locale)

    def _take(self, voice: Voice, locale: Locale) -> _Take | None:
        text = sentence(locale)
        if not text:
            return None
        ask = SpeechRequest(say(text, locale).text, locale, voice)
        return _Take(take_key(ask.directed, self._digest(voice, locale)), ask)

    def _heard_already(self, voice: Voice, locale: Locale, take: _Take | None) -> str | None:
        """A take that this voice, as it is set now, has spoken: the sample itself, or something of the same length."""
        if take is not None and self._desk.ledger.takes.get(take.key) is not None:
            return take.key
        spoken_by = self._digest(voice, locale)
        for each in self._desk.ledger.takes.spoken_by(voice.key, locale, at_least_chars=_LONG_ENOUGH_CHARS):
            if take_key(each.text, spoken_by) == each.key:
                return each.key
        return None

    def _digest(self, voice: Voice, locale: Locale) -> str:
        version = self._desk.speech_provider(voice).adapter_version
        return voice_digest(voice, locale=locale.tag, adapter_version=version)
