"""What the embedded English voice says is what a listener of another make writes down."""

import asyncio

import pytest

from assets.domain.errors import Refused
from assets.domain.hearing import BOUNDS
from assets.domain.keys import Locale, VoiceKey
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.pipeline.hearing import rate_of
from assets.providers import whisper
from assets.providers.base import SpeechRequest
from assets.providers.registry import speech_provider
from assets.providers.whisper import Listener

EN = Locale("en")
JOE = Voice(VoiceKey("joe"), "Joe", "piper", "en_US-joe-medium", "joe", ("en",))
BOUND = BOUNDS["en"].good
PASSAGES = [
    "The length of a vector is the square root of the sum of the squares of its parts. Please read the first chapter "
    "of the book, and answer the 12 questions at the end of it. A over B equals 3, and a squared plus b squared equals "
    "c squared.",
    "When water is heated to 100 degrees it boils — but on a high mountain it boils sooner. The air is thinner there, "
    "so it presses less on the water. For every 300 metres of height, the water boils about one degree earlier.",
]
"""As long as a segment: one misheard word of a short sentence says little about a voice."""


@pytest.fixture(scope="module")
def listener() -> Listener:
    found = Listener()
    for refusal in (found.refusal(), speech_provider("piper").refusal(JOE, EN)):
        if refusal:
            pytest.skip(refusal)
    return found


@pytest.fixture(scope="module", params=PASSAGES)
def clip(request) -> tuple[str, Speech]:
    return request.param, asyncio.run(speech_provider("piper").speak(SpeechRequest(request.param, EN, JOE)))


def heard_wrong(said: str, heard: str) -> float:
    return rate_of(said, heard, EN, BOUNDS["en"].measure)


def test_what_the_embedded_voice_says_is_understood(listener, clip):
    text, speech = clip
    heard = listener.transcribe(speech.pcm, speech.sample_rate, EN)
    assert heard_wrong(text, heard) <= BOUND, heard


def test_a_clip_that_is_cut_off_fails_the_same_bound(listener, clip):
    text, speech = clip
    cut = speech.pcm[: len(speech.pcm) // 4 * 2]
    assert heard_wrong(text, listener.transcribe(cut, speech.sample_rate, EN)) > BOUND


def test_another_clip_fails_the_same_bound(listener, clip):
    text, speech = clip
    heard = listener.transcribe(speech.pcm, speech.sample_rate, EN)
    other = PASSAGES[1 - PASSAGES.index(text)]
    assert heard_wrong(other, heard) > BOUND


def test_nothing_is_heard_in_silence(listener):
    assert listener.transcribe(bytes(2 * 22_050 * 3), 22_050, EN) == ""


def test_numbers_are_compared_as_words():
    assert (
        heard_wrong("the 4th of 1,250 is 3.5", "the fourth of one thousand two hundred fifty is three point five") == 0
    )


def test_without_the_extra_the_listener_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(whisper, "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"Install it with: pip install -e \.\[asr\]"):
        Listener().transcribe(b"", 16_000, EN)
