"""Samples: heard at no cost where there is none, and never bought by listening."""

import importlib.util
import sys
from pathlib import Path

import pytest

from assets.audio.measuring import decoded_duration_seconds
from assets.domain.errors import BudgetExceeded, Refused
from assets.domain.keys import Locale, NarrationKey
from assets.domain.samples import SENTENCES, sentence
from assets.pipeline.opening import open_desk
from assets.pipeline.samples import Offer, Samples
from assets.providers import registry
from assets.settings import Settings

VOICES = """
[espeak]
name = "eSpeak"
provider = "espeak"
model = "espeak-ng-1.52"
provider_voice = "default"
locales = ["*"]

[ann]
name = "Ann"
provider = "paid"
model = "m"
provider_voice = "a"
locales = ["en"]
"""
PRICES = '[[price]]\nprovider = "paid"\nmodel = "m"\nsince = 2020-01-01\ncharacters = 80.0\n'
EN = Locale("en")


def _fake():
    spec = importlib.util.spec_from_file_location("paid_voice", Path(__file__).parents[1] / "fakes" / "paid_voice.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["paid_voice"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def paid(monkeypatch):
    made = _fake().PaidVoice()
    monkeypatch.setitem(registry.SPEECH_PROVIDERS, "paid", registry.Place("paid_voice:PaidVoice"))
    monkeypatch.setitem(registry._MADE, ("paid_voice:PaidVoice",), made)
    return made


@pytest.fixture
def open_it(tmp_path, paid):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "tides.en.md").write_text(
        "# Tides\n\nThe sea rises and falls, twice a day, for the Moon.\n"
    )
    (tmp_path / "voices.toml").write_text(VOICES)
    (tmp_path / "prices.toml").write_text(PRICES)
    opened = []

    def make(**more):
        settings = Settings.from_environment(
            {
                "STUDIO_HOME": str(tmp_path / "home"),
                "STUDIO_CONTENT": str(tmp_path / "content"),
                "STUDIO_VOICES": str(tmp_path / "voices.toml"),
                "STUDIO_PRICES": str(tmp_path / "prices.toml"),
                **more,
            }
        )
        opened.append(open_desk(settings))
        return opened[-1]

    yield make
    for desk in opened:
        desk.ledger.close()


def test_a_voice_of_this_machine_says_its_sentence_when_it_is_asked_for(open_it):
    desk = open_it()
    samples, espeak = Samples(desk), desk.voices().get("espeak")
    assert samples.offer(espeak, EN) == Offer(ready=True)
    path = samples.audio(espeak, EN)
    assert 2 < decoded_duration_seconds(path) < 10
    assert samples.audio(espeak, EN) == path
    assert samples.audio(espeak, Locale("id")) != path


def test_a_paid_voice_says_what_a_sample_would_cost_and_is_not_called_by_listening(open_it, paid):
    desk = open_it()
    samples, ann = Samples(desk), desk.voices().get("ann")
    assert samples.offer(ann, EN) == Offer(ready=False, micros=80 * len(sentence(EN)))
    with pytest.raises(Refused, match="no sample of Ann"):
        samples.audio(ann, EN)
    assert paid.calls == []


def test_a_sample_that_was_bought_is_paid_for_once(open_it, paid):
    desk = open_it()
    samples, ann = Samples(desk), desk.voices().get("ann")
    assert samples.buy(ann, EN) == samples.buy(ann, EN)
    assert paid.calls == [sentence(EN)]
    assert samples.offer(ann, EN) == Offer(ready=True)


def test_what_a_paid_voice_has_said_already_is_its_sample(open_it, paid):
    import asyncio

    from assets.pipeline.engine import Engine, Result

    desk = open_it()
    made = asyncio.run(Engine(desk, []).make(NarrationKey.of("tides", "en", "ann")))
    assert made.result is Result.MADE
    before = list(paid.calls)
    samples, ann = Samples(desk), desk.voices().get("ann")
    assert samples.offer(ann, EN) == Offer(ready=True)
    assert decoded_duration_seconds(samples.audio(ann, EN)) > 1
    assert paid.calls == before


def test_a_sample_is_not_bought_beyond_the_cap(open_it, paid):
    desk = open_it(STUDIO_BUDGET_USD_PER_DAY="0.001")
    with pytest.raises(BudgetExceeded):
        Samples(desk).buy(desk.voices().get("ann"), EN)
    assert paid.calls == []


def test_a_language_without_a_sentence_has_no_sample_and_no_price(open_it):
    desk = open_it()
    samples, espeak = Samples(desk), desk.voices().get("espeak")
    assert sentence(Locale("eo")) == ""
    assert samples.offer(espeak, Locale("eo")) == Offer(ready=False)
    with pytest.raises(Refused):
        samples.audio(espeak, Locale("eo"))


@pytest.mark.parametrize("language", SENTENCES)
def test_every_sentence_is_one_language_and_of_a_length_that_tells_something(language):
    assert Locale(language).language == language
    assert 20 <= len(SENTENCES[language]) <= 100
