"""Where two takes meet nothing clicks, nothing jumps, and the room stays the same."""

from __future__ import annotations

import asyncio
import importlib.util
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from assets.audio.encoding import Tags, decode
from assets.audio.evening import Room, evened, speech_db
from assets.audio.mixdown import Mixed, mix
from assets.domain.keys import Locale
from assets.domain.mixing import Plan
from assets.domain.speech import Speech
from assets.providers.base import SpeechRequest
from assets.providers.registry import speech_provider
from assets.storage.voice_files import load

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("clicks", HERE / "clicks.py")
assert _spec is not None and _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
clicks = _module.clicks

VOICES = load(HERE.parents[1] / "data" / "catalogue" / "voices.toml")
RATE = 22_050
LINES = (
    "Tides.",
    "The sea rises and falls twice a day.",
    "The Moon pulls on the water!",
    "Why is that so?",
    "It turns.",
)


def take(wave: np.ndarray) -> Speech:
    return Speech(np.rint(np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes(), RATE)


def tone(seconds: float, level: float = 0.4, hertz: float = 180.0) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE + 1.3)


def noisy(seconds: float, floor_db: float, seed: int = 3) -> np.ndarray:
    """A hum with pauses, in a room of that noise."""
    t = np.arange(round(seconds * RATE)) / RATE
    room = np.random.default_rng(seed).normal(0, 10 ** (floor_db / 20), len(t))
    return tone(seconds) * (t % 1.0 < 0.7) * np.clip(np.sin(np.pi * (t % 1.0) / 0.7), 0, 1) + room


def mixed(tmp_path: Path, *takes: Speech, pause: float = 0.5) -> tuple[Mixed, np.ndarray, int]:
    out = tmp_path / "n.mp3"
    made = mix(Plan((pause,) * len(takes)), takes.__getitem__, out=out, tags=Tags("T"))
    pcm, rate = decode(out)
    return made, np.frombuffer(pcm, "<i2") / 32768, rate


def joins(made: Mixed) -> list[float]:
    return [moment for placed in made.placed for moment in (placed.start_seconds, placed.end_seconds)]


def test_the_detector_hears_a_cut_wave_and_not_a_faded_one():
    silence = np.zeros(RATE // 2)
    cut = np.r_[silence, tone(0.5), silence]
    assert [moment for moment, _ in clicks(cut, RATE, [0.5, 1.0])] == [0.5, 1.0]
    faded = tone(0.5) * np.clip(np.minimum(np.arange(RATE // 2), np.arange(RATE // 2)[::-1]) / (0.005 * RATE), 0, 1)
    assert clicks(np.r_[silence, faded, silence], RATE, [0.5, 1.0]) == []


def test_takes_that_are_cut_in_mid_swing_are_joined_without_a_click(tmp_path):
    made, wave, rate = mixed(tmp_path, *[take(tone(1.0))] * 5, pause=0.15)
    assert clicks(wave, rate, joins(made)) == []


@pytest.mark.parametrize("voice", ["joe", "espeak"])
def test_a_real_voice_is_joined_without_a_click_and_without_a_jump(tmp_path, voice):
    chosen = VOICES.get(voice)
    provider = speech_provider(chosen.provider)
    if refusal := provider.refusal(chosen, Locale("en")):
        pytest.skip(refusal)
    said = [asyncio.run(provider.speak(SpeechRequest(line, Locale("en"), chosen))) for line in LINES]
    made, wave, rate = mixed(tmp_path, *said)
    assert clicks(wave, rate, joins(made)) == []
    parts = [wave[round(p.start_seconds * rate) : round(p.end_seconds * rate)] for p in made.placed]
    levels = [speech_db((part * 32767).astype(np.int16), rate) or 0.0 for part in parts]
    assert max(abs(before - after) for before, after in pairwise(levels)) < 3.0


def test_the_room_of_a_take_goes_on_through_the_pause(tmp_path):
    made, wave, rate = mixed(tmp_path, *(take(noisy(3, -58, seed)) for seed in (1, 2)))
    first, second = made.placed
    pause = wave[round((first.end_seconds + 0.02) * rate) : round((second.start_seconds - 0.02) * rate)]
    own = wave[round((first.start_seconds + 0.75) * rate) : round((first.start_seconds + 0.95) * rate)]
    assert 20 * np.log10(pause.std() / own.std()) == pytest.approx(0, abs=3)
    assert clicks(wave, rate, joins(made)) == []


def test_a_voice_without_a_room_has_silence_between_its_takes(tmp_path):
    made, wave, rate = mixed(tmp_path, take(tone(1.0)), take(tone(1.0)))
    pause = wave[
        round((made.placed[0].end_seconds + 0.02) * rate) : round((made.placed[1].start_seconds - 0.02) * rate)
    ]
    assert np.abs(pause).max() < 0.003


def test_a_take_is_lifted_by_six_decibels_at_most_and_never_clipped():
    soft = np.rint(tone(2, 0.01) * 32767).astype(np.int16)
    assert evened(soft, RATE).std() / soft.std() == pytest.approx(2, rel=0.01)
    peaky = np.rint(tone(2, 0.02) * 32767).astype(np.int16)
    peaky[1000] = 30_000
    assert np.abs(evened(peaky, RATE).astype(int)).max() <= 32_767
    silent = np.zeros(RATE, np.int16)
    assert speech_db(silent, RATE) is None
    assert (evened(silent, RATE) == 0).all()
    assert (Room(silent, RATE).tone(100) == 0).all()
