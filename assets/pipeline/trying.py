"""Trying how a word is said: candidates for the lexicon, heard in an embedded voice before anything is saved."""

from __future__ import annotations

import asyncio
import io
import wave
from dataclasses import dataclass

from assets.domain.errors import Refused
from assets.domain.keys import Locale, VoiceKey
from assets.domain.lexicons import Entry, Lexicon
from assets.domain.voices import Voice
from assets.pipeline.desk import Desk
from assets.providers.base import PaidSpeechProvider, SpeechRequest, TakesIpa
from assets.text.saying.say import say

LONGEST_CHARS = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """A word as a voice says it: a WAV file, and what the voice was given to read."""

    voice: VoiceKey
    said: str
    wav: bytes
    takes_ipa: bool


def trying_voices(desk: Desk, locale: Locale) -> tuple[Voice, ...]:
    """The voices that can say a word of this locale at no cost, best first."""
    return tuple(
        voice
        for voice in desk.voices().for_locale(locale)
        if not isinstance(desk.speech_provider(voice), PaidSpeechProvider)
        and desk.speech_provider(voice).refusal(voice, locale) is None
    )


def takes_ipa(desk: Desk, voice: Voice) -> bool:
    """Whether a voice is told sounds; one that is not reads the respelling, or the word as it is written."""
    provider = desk.speech_provider(voice)
    return isinstance(provider, TakesIpa) and provider.takes_ipa(voice)


def try_word(desk: Desk, locale: Locale, text: str, entry: Entry | None = None, voice: str = "") -> Tried:
    """Say a text as the lexicon has it now, or as it would with an entry. Nothing is kept.

    Raises `Refused` for an entry that cannot be used and where no embedded voice speaks the locale, `ProviderError`.
    """
    if not text.strip() or len(text) > LONGEST_CHARS:
        raise Refused(
            "There is nothing to say.", remedy=f"Write a word or a phrase of at most {LONGEST_CHARS} characters."
        )
    able = trying_voices(desk, locale)
    if not able:
        raise Refused(
            f"No embedded voice speaks '{locale}' here.", remedy="Save the entry and listen to a narration with it."
        )
    chosen = next((each for each in able if each.key.name == voice), able[0])
    provider = desk.speech_provider(chosen)
    sounds = takes_ipa(desk, chosen)
    entries = desk.lexicons.of(locale).entries
    lexicon = Lexicon([*entries, entry.require_sound()] if entry is not None else entries)
    said = say(text, locale, lexicon, ipa=sounds)
    speech = asyncio.run(provider.speak(SpeechRequest(said.text, locale, chosen, pronunciations=said.pronunciations)))
    return Tried(chosen.key, said.text, _wav(speech.pcm, speech.sample_rate), sounds)


def _wav(pcm: bytes, rate: int) -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return kept.getvalue()
