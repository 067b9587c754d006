"""Speaks the segments of segments.toml, listens to them and to what they must be told apart from: data/voices baseline.

    python tests/asr/listening.py [--locale en] [--segments 20]

writes what was heard to baseline.json beside it; test_baseline.py judges that, and speaks a few segments anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from assets.domain.hearing import BOUNDS, HeardPassage, Judgement, judged, judgement
from assets.domain.keys import Locale, VoiceKey
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.pipeline.hearing import rate_of
from assets.providers.base import SpeechRequest
from assets.providers.registry import speech_provider
from assets.providers.whisper import LISTENER, Listener
from assets.storage.voice_files import load

HERE = Path(__file__).parent
BASELINE = HERE / "baseline.json"
VOICES = load(HERE.parents[1] / "data" / "catalogue" / "voices.toml")
SEGMENTS: dict[str, list[str]] = tomllib.loads((HERE / "segments.toml").read_text(encoding="utf-8"))
SPOKEN_BY = {"en": "joe", "es": "dora", "fr": "siwis", "id": "nicola", "de": "alejandro"}
"""The best embedded voice of each locale."""
NEGATIVES = ("truncated", "swapped", "wrong_language", "silence")
_WRONG = {"en": "de"}
"""By the rules of which other language a text is read to sound wrong; English where none is named."""


def voice_of(locale: str) -> Voice:
    """The best embedded voice of a locale."""
    return VOICES.get(SPOKEN_BY[locale])


def say(text: str, locale: str, voice: Voice) -> Speech:
    """The voice's own speech, from the provider itself."""
    provider = speech_provider(voice.provider)
    return asyncio.run(provider.speak(SpeechRequest(text, Locale(locale), voice)))


def wrongly(text: str, locale: str) -> Speech:
    """The text as somebody reads it who takes it for another language."""
    voice = voice_of(locale)
    if voice.provider != "kokoro":
        voice = Voice(VoiceKey("other"), "Other", "kokoro", "kokoro-82m-v1.0-int8", "af_heart", ("*",))
    return say(text, _WRONG.get(locale, "en"), voice)


def half(speech: Speech) -> Speech:
    """The first half of the audio, as after a cut connection."""
    return Speech(speech.pcm[: len(speech.pcm) // 4 * 2], speech.sample_rate)


def heard(listener: Listener, speech: Speech, locale: str) -> str:
    """What the listener writes down."""
    return listener.transcribe(speech.pcm, speech.sample_rate, Locale(locale))


def rated(said: str, text: str, locale: str) -> float:
    """The error rate of what was heard."""
    return rate_of(said, text, Locale(locale), BOUNDS[locale].measure)


def verdict(locale: str, pairs: list[tuple[str, str]]) -> Judgement:
    """The verdict on pairs of what was said and what was heard, as on the passages of a narration."""
    bounds = BOUNDS[locale]
    passages = []
    for number, (said, text) in enumerate(pairs):
        rate = rated(said, text, locale)
        passages.append(HeardPassage(number, 0.0, 0.0, said, text, rate, judged(said, text, rate, bounds)))
    return judgement(passages, bounds)


def pairs(found: dict[str, Any], what: str) -> list[tuple[str, str]]:
    """What was said and heard in a locale of the baseline, for the genuine speech or one of the negatives."""
    segments = found["segments"]
    if what == "swapped":
        return [
            (each["said"], other["heard"]) for each, other in zip(segments, [*segments[1:], segments[0]], strict=True)
        ]
    if what == "silence":
        return [(each["said"], found["silence"]) for each in segments]
    return [(each["said"], each["heard" if what == "genuine" else what]) for each in segments]


def listen(locale: str, count: int) -> dict[str, Any]:
    """What is heard of each segment of a locale, whole, cut, and read as another language; and of silence."""
    listener, voice = Listener(), voice_of(locale)
    segments = []
    for number, said in enumerate(SEGMENTS[locale][:count], 1):
        speech = say(said, locale, voice)
        segments.append(
            {
                "said": said,
                "seconds": round(speech.duration_seconds, 2),
                "heard": heard(listener, speech, locale),
                "truncated": heard(listener, half(speech), locale),
                "wrong_language": heard(listener, wrongly(said, locale), locale),
            }
        )
        sys.stderr.write(f"{locale} {number} of {count}: {rated(said, segments[-1]['heard'], locale):.3f}\n")
    silence = Speech(bytes(2 * 24_000 * 4), 24_000)
    return {
        "voice": str(voice.key),
        "adapter": speech_provider(voice.provider).adapter_version,
        "silence": heard(listener, silence, locale),
        "segments": segments,
    }


def main() -> None:
    """Measure the locales that are named, all by default, and write them into the baseline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locale", choices=sorted(SEGMENTS), action="append")
    parser.add_argument("--segments", type=int, default=20)
    given = parser.parse_args()
    found = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {"locales": {}}
    found["listener"] = LISTENER
    for locale in given.locale or SEGMENTS:
        found["locales"][locale] = listen(locale, given.segments)
        BASELINE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
