"""From a script to the published file and its captions, with real voices."""

import asyncio

import numpy as np
import pytest

from assets.audio.encoding import Tags, decode, encode_flac
from assets.audio.measuring import measure_file, measure_speech
from assets.audio.mixdown import mix
from assets.domain.captions import srt, webvtt
from assets.domain.gates import failed, narration_gates, take_gates
from assets.domain.keys import Locale, VoiceKey
from assets.domain.mixing import plan, timeline
from assets.domain.outlines import BlockKind
from assets.domain.scripts import Script, Section, Segment
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.providers.base import SpeechRequest

TEXTS = {
    "en": (
        "Vectors",
        "A vector is an arrow. It has a length, and it points somewhere.",
        "Two arrows laid end to end add up to a third.",
    ),
    "id": (
        "Vektor",
        "Vektor adalah anak panah. Panjangnya tertentu, dan arahnya juga.",
        "Dua anak panah yang disambung menjadi anak panah ketiga.",
    ),
}


def script_in(locale: str) -> Script:
    title, *paragraphs = TEXTS[locale]
    segments = (Segment(title, "t", BlockKind.HEADING), *(Segment(p, p, BlockKind.PARAGRAPH) for p in paragraphs))
    return Script(title, "", locale, (Section("s", title, 1, segments),), ())


def cut(text: str) -> list[str]:
    return [piece for piece in text.replace(". ", ".\0").split("\0") if piece]


def spoken(locale: str) -> list[Speech]:
    if locale == "en":
        pytest.importorskip("piper")
        from assets.providers.piper import Piper

        provider, voice = Piper(), Voice(VoiceKey("joe"), "Joe", "piper", "en_US-joe-medium", "joe", ("en",))
    else:
        pytest.importorskip("espeakng_loader")
        from assets.providers.espeak import Espeak

        provider, voice = Espeak(), Voice(VoiceKey("espeak"), "eSpeak", "espeak", "espeak-ng-1.52", "default", ("*",))

    async def all_of_it() -> list[Speech]:
        return [await provider.speak(SpeechRequest(text, Locale(locale), voice)) for text in TEXTS[locale]]

    return asyncio.run(all_of_it())


@pytest.mark.parametrize("locale", ["en", "id"])
def test_a_real_voice_becomes_a_narration_that_passes_every_gate(tmp_path, locale):
    script, takes = script_in(locale), spoken(locale)
    for text, take in zip(TEXTS[locale], takes, strict=True):
        assert failed(take_gates(text, measure_speech(take), take.words[-1].end_seconds)) == ()
        half = Speech(take.pcm[: len(take.pcm) // 4 * 2], take.sample_rate)
        assert failed(take_gates(text, measure_speech(half), take.words[-1].end_seconds)) != ()
    kept = [encode_flac(take.pcm, take.sample_rate) for take in takes]

    def load(number: int) -> Speech:
        pcm, rate = decode(kept[number])
        return Speech(pcm, rate, takes[number].words)

    out = tmp_path / "narration.mp3"
    made = mix(plan(script), load, out=out, tags=Tags(script.title, language=locale))
    heard = timeline(script, made.placed, cut, made.duration_seconds)
    assert failed(narration_gates(heard, measure_file(out))) == ()

    pcm, rate = decode(out)
    wave = np.frombuffer(pcm, "<i2") / 32768
    for sentence in heard.sentences:
        for word in sentence.words:
            assert np.abs(wave[round(word.start_seconds * rate) : round(word.end_seconds * rate)]).max() > 0.02, word
        assert " ".join(word.text for word in sentence.words) == sentence.text
    assert webvtt(heard).count(" --> ") == srt(heard).count(" --> ") == 4
