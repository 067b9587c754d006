"""A doubtful take is spoken again, at most twice, and the best of them is kept; one that cannot be heard never is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assets.domain.errors import BadAnswer
from assets.domain.keys import Locale, NarrationKey
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.pipeline import hearing
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine, Made
from assets.pipeline.opening import open_desk
from assets.providers import registry
from assets.providers.base import SpeechRequest
from assets.settings import Settings

VOICES = '[hum]\nname = "Hum"\nprovider = "hum"\nmodel = "m"\nprovider_voice = "h"\nlocales = ["en"]\n'
KEY = NarrationKey.of("tides", "en", "hum")
ODD = "This paragraph is the odd one, and it is long enough to be judged by its pace alone."
RATE = 22_050
PER_CHARACTER = 0.07


class Hum:
    """Hums as long as a reader would take; for the odd paragraph as many times that as it was told."""

    name, adapter_version, parallel = "hum", "1", 1

    def __init__(self) -> None:
        self.odd = [1.0]
        self.asked: defaultdict[str, list[int]] = defaultdict(list)

    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        return None

    async def speak(self, request: SpeechRequest) -> Speech:
        times = self.odd[min(request.attempt, len(self.odd) - 1)] if request.text == ODD else 1.0
        self.asked[request.text].append(request.attempt)
        wave = np.sin(2 * np.pi * 200 * np.arange(round(times * PER_CHARACTER * len(request.text) * RATE)) / RATE)
        wave[-1000:] = 0
        return Speech((8_000 * wave).astype("<i2").tobytes(), RATE)


@pytest.fixture
def hum(monkeypatch: pytest.MonkeyPatch) -> Hum:
    made = Hum()
    monkeypatch.setitem(registry.SPEECH_PROVIDERS, "hum", registry.Place("hum:Hum"))  # type: ignore[index]
    monkeypatch.setitem(registry._MADE, ("hum:Hum",), made)
    return made


@pytest.fixture
def desk(tmp_path: Path, hum: Hum) -> Iterator[Desk]:
    yield from opened(tmp_path)


def opened(tmp_path: Path, **more: str) -> Iterator[Desk]:
    content = tmp_path / "content"
    content.mkdir()
    known = "\n\n".join(
        f"Paragraph {word} tells what the sea does at that hour." for word in "abcdefghijklmnopqrstuvwx"
    )
    (content / "tides.md").write_text(f"{known}\n\n{ODD}\n")
    (tmp_path / "voices.toml").write_text(VOICES)
    given = {"STUDIO_HOME": tmp_path / "home", "STUDIO_CONTENT": content, "STUDIO_VOICES": tmp_path / "voices.toml"}
    settings = {name: str(value) for name, value in given.items()} | {"STUDIO_SPEECH_CONCURRENCY": "1", **more}
    desk = open_desk(Settings.from_environment(settings))
    yield desk
    desk.ledger.close()


def make(desk: Desk) -> Made:
    return asyncio.run(Engine(desk, ()).make(KEY))


def kept(desk: Desk) -> float:
    """How many times its usual length the take of the odd paragraph has."""
    (take,) = [each for each in desk.ledger.takes.all() if each.text == ODD]
    return take.samples / take.sample_rate / (PER_CHARACTER * len(ODD))


def test_a_take_at_an_odd_pace_is_spoken_again_and_the_good_one_is_kept(desk, hum):
    hum.odd = [2.6, 1.0]
    assert make(desk).error is None
    assert hum.asked[ODD] == [0, 1]
    assert kept(desk) == pytest.approx(1.0, abs=0.01)


def test_when_none_is_good_the_best_is_kept_after_three_and_it_is_noted(desk, hum):
    hum.odd = [2.6, 2.5, 2.7]
    made = make(desk)
    assert made.error is None
    assert hum.asked[ODD] == [0, 1, 2]
    assert kept(desk) == pytest.approx(2.7, abs=0.01), "as good as the others, and made last"
    notes = [each.text for each in desk.ledger.narrations.happenings(KEY)]
    assert any("spoken again" in note for note in notes)


def test_a_doubtful_take_stands_in_for_later_ones_that_cannot_be_heard(desk, hum):
    hum.odd = [2.6, 0.05, 0.05]
    assert make(desk).error is None
    assert kept(desk) == pytest.approx(2.6, abs=0.01)


def test_what_cannot_be_heard_is_never_kept(desk, hum):
    hum.odd = [0.05]
    made = make(desk)
    assert isinstance(made.error, BadAnswer)
    assert hum.asked[ODD] == [0, 1, 2]


class Ears:
    """Understands everything but the odd paragraph, of which it hears what it was told."""

    def __init__(self, *odd: str) -> None:
        self.odd = list(odd)
        self.texts: list[str] = []

    def refusal(self) -> str | None:
        return None

    def transcribe(self, pcm: bytes, sample_rate: int, locale: Locale) -> str:
        if abs(len(pcm) / 2 / sample_rate - PER_CHARACTER * len(ODD)) < 0.01:
            return self.odd.pop(0)
        return "Paragraph a tells what the sea does at that hour."


def test_a_take_that_is_not_understood_is_spoken_again_and_what_was_heard_is_kept(tmp_path, hum, monkeypatch):
    ears = Ears("This paragraph.", ODD)
    monkeypatch.setattr(hearing, "_listener", lambda: ears)
    for desk in opened(tmp_path, STUDIO_LISTEN="takes"):
        made = make(desk)
        assert made.error is None
        assert hum.asked[ODD] == [0, 1]
        found = hearing.Hearing(desk).judgement(made.version)
        assert found.unheard == 0
        assert found.passages[-1].heard == ODD


def test_the_best_understood_of_three_is_kept(tmp_path, hum, monkeypatch):
    ears = Ears("Nothing.", f"{ODD[:55]}", "Other words altogether.")
    monkeypatch.setattr(hearing, "_listener", lambda: ears)
    for desk in opened(tmp_path, STUDIO_LISTEN="takes"):
        made = make(desk)
        assert made.error is None
        found = hearing.Hearing(desk).judgement(made.version)
        assert found.passages[-1].heard == ODD[:55]
        assert found.verdict.value == "fail", "kept as the best there is, and shown for what it is"
