import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from assets.audio.encoding import Tags, decode
from assets.audio.measuring import decoded_duration_seconds
from assets.audio.mixdown import Mixed, mix
from assets.domain.errors import Cancelled, Corrupt, Refused
from assets.domain.gates import TARGET_LUFS, TRUE_PEAK_DB
from assets.domain.mixing import LEAD_IN_SECONDS, ChapterMark, Plan
from assets.domain.speech import Speech, WordTiming

RATE = 22_050


def speechlike(seconds: float, level: float = 0.3, rate: int = RATE, seed: int = 1) -> np.ndarray:
    """Syllables of a buzzing voice, four a second, with a pause for breath every two seconds."""
    t = np.arange(round(seconds * rate)) / rate
    pitch = 2 * np.pi * np.cumsum(120 + 15 * np.sin(2 * np.pi * 0.7 * t)) / rate
    buzz = sum(np.sin(n * pitch) / n for n in range(1, 20))
    shape = np.clip(np.sin(2 * np.pi * 4 * t), 0, None) ** 0.5 * (t % 2 < 1.7)
    noise = np.random.default_rng(seed).normal(0, 0.02, len(t))
    wave = (buzz + noise) * shape
    return level * wave / np.abs(wave).max()


def take(wave: np.ndarray, rate: int = RATE, words: tuple[WordTiming, ...] = ()) -> Speech:
    return Speech(np.rint(np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes(), rate, words)


def mixed(tmp_path: Path, *takes: Speech, pause: float = 0.5, **more) -> tuple[Mixed, Path]:
    out = tmp_path / "narration.mp3"
    plan = Plan((pause,) * len(takes), (ChapterMark("One", 0),) if takes else ())
    return mix(plan, takes.__getitem__, out=out, tags=Tags("T"), **more), out


def heard(path: Path) -> tuple[np.ndarray, int]:
    pcm, rate = decode(path)
    return np.frombuffer(pcm, "<i2") / 32768, rate


HOT = {
    "speech at full scale": lambda: speechlike(8, 1.0),
    "clipped speech": lambda: np.clip(speechlike(8, 3.0), -1, 1),
    "quiet speech": lambda: speechlike(8, 0.01),
    "white noise": lambda: np.random.default_rng(5).normal(0, 0.4, 8 * RATE),
    "square wave": lambda: 0.9 * np.sign(np.sin(2 * np.pi * 311 * np.arange(8 * RATE) / RATE)),
    "rare shouts": lambda: speechlike(8, 0.1) * np.where(np.arange(8 * RATE) % (2 * RATE) < 2_000, 5, 1),
}


def whistling() -> np.ndarray:
    """Soft speech with bursts at a quarter of the sample rate, whose tops lie 3 dB above every sample."""
    whistle = np.sin(2 * np.pi * 0.25 * np.arange(200) + np.pi / 4) * np.hanning(200)
    wave = speechlike(8, 0.2)
    for at in range(RATE, len(wave), 2 * RATE):
        wave[at : at + 200] += 0.6 * whistle
    return wave


HOT["whistles between the samples"] = whistling


@pytest.mark.parametrize("name", HOT)
def test_every_narration_is_as_loud_as_every_other_and_never_too_loud(tmp_path, name):
    made, _ = mixed(tmp_path, take(HOT[name]()))
    assert made.measured.true_peak_db <= TRUE_PEAK_DB
    assert made.measured.clipped_samples == 0
    assert made.measured.loudness_lufs == pytest.approx(TARGET_LUFS, abs=1.0)


def test_where_nothing_needs_limiting_the_loudness_is_exact(tmp_path):
    smooth = 0.2 * np.sin(2 * np.pi * 300 * np.arange(6 * RATE) / RATE)
    made, _ = mixed(tmp_path, take(smooth))
    assert made.measured.loudness_lufs == pytest.approx(TARGET_LUFS, abs=0.1)


def test_not_a_millisecond_is_lost_on_the_way_to_the_file(tmp_path):
    made, out = mixed(tmp_path, take(np.r_[np.zeros(RATE // 25), np.full(RATE, 0.5) * (-1) ** (np.arange(RATE) // 40)]))
    wave, rate = heard(out)
    onset = int(np.argmax(np.abs(wave) > 0.5 * np.abs(wave).max())) / rate
    assert onset == pytest.approx(made.placed[0].start_seconds + 0.04, abs=0.001)


def test_takes_of_other_levels_do_not_jump_and_a_whisper_stays_softer(tmp_path):
    made, out = mixed(tmp_path, *(take(speechlike(4, level)) for level in (0.2, 0.1, 0.32, 0.02)))
    wave, rate = heard(out)
    levels = [
        20 * np.log10(wave[round(p.start_seconds * rate) : round(p.end_seconds * rate)].std()) for p in made.placed
    ]
    assert np.ptp(levels[:3]) < 1.0
    assert 6 < levels[0] - levels[3] < 14


def test_no_click_at_the_joins(tmp_path):
    # A tone that is cut in mid-swing by its provider: the worst edge that a take can have.
    tone = 0.5 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE + np.pi / 2)
    made, out = mixed(tmp_path, *[take(tone)] * 6, pause=0.15)
    wave, rate = heard(out)
    jumps = np.abs(np.diff(wave))
    edges = np.zeros(len(jumps), bool)
    for placed in made.placed:
        for moment in (placed.start_seconds, placed.end_seconds):
            edges[max(0, round((moment - 0.02) * rate)) : round((moment + 0.02) * rate)] = True
    assert jumps[edges].max() <= 1.1 * jumps[~edges].max()


def test_takes_lie_exactly_where_the_mix_says(tmp_path):
    made, out = mixed(tmp_path, *(take(np.r_[np.zeros(n), speechlike(1, 0.5)]) for n in (0, 4_000, 9_000)), pause=0.3)
    wave, rate = heard(out)
    assert made.placed[0].start_seconds == pytest.approx(LEAD_IN_SECONDS, abs=1 / rate)
    for placed, following in zip(made.placed, made.placed[1:], strict=False):
        assert following.start_seconds - placed.end_seconds == pytest.approx(0.3, abs=1 / rate)
        silence = wave[round((placed.end_seconds + 0.03) * rate) : round((following.start_seconds - 0.03) * rate)]
        assert np.abs(silence).max() < 0.003
        sound = wave[round(placed.start_seconds * rate) : round((placed.start_seconds + 0.12) * rate)]
        assert np.abs(sound).max() > 0.1
    assert decoded_duration_seconds(out) == pytest.approx(made.duration_seconds, abs=0.001)


def test_takes_of_other_sample_rates_are_brought_to_one(tmp_path):
    made, _ = mixed(
        tmp_path,
        take(speechlike(2)),
        take(speechlike(2, rate=24_000), 24_000),
        take(speechlike(2, rate=16_000), 16_000),
    )
    first, second, third = (placed.end_seconds - placed.start_seconds for placed in made.placed)
    assert made.sample_rate == RATE
    assert second == pytest.approx(first, abs=0.01)
    assert third == pytest.approx(first, abs=0.01)


def test_a_voice_of_44_kilohertz_is_published_at_24(tmp_path):
    made, out = mixed(tmp_path, take(speechlike(2, rate=44_100), 44_100))
    assert made.sample_rate == heard(out)[1] == 24_000


def test_words_move_with_the_trimmed_silence(tmp_path):
    silence = np.zeros(RATE)
    words = (WordTiming(1.0, 1.5, 0, 3), WordTiming(1.5, 3.9, 4, 7))
    made, _ = mixed(tmp_path, take(np.r_[silence, speechlike(1), silence, silence], words=words))
    (placed,) = made.placed
    length = placed.end_seconds - placed.start_seconds
    assert 0.7 < length < 1.11
    assert placed.words[0].start_seconds == pytest.approx(0.04, abs=0.01)
    assert placed.words[1].end_seconds == pytest.approx(length, abs=0.001)


def test_silence_stays_silence_and_is_no_error_of_the_mix(tmp_path):
    made, _ = mixed(tmp_path, take(np.zeros(RATE)))
    assert made.gain_db == 0.0
    assert made.measured.peak_db < -80
    assert made.measured.loudness_lufs is None


def test_each_take_is_loaded_once_and_progress_only_rises(tmp_path):
    speech, loaded, told = take(whistling()), [], []  # which has to be encoded more than once

    def load(number: int) -> Speech:
        loaded.append(number)
        return speech

    mix(Plan((0.3,) * 5), load, out=tmp_path / "n.mp3", tags=Tags("T"), progress=told.append)
    assert loaded == [0, 1, 2, 3, 4]
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("calls", [0, 3, 12])
def test_it_stops_when_it_is_told_to(tmp_path, calls):
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > calls

    with pytest.raises(Cancelled):
        mixed(tmp_path, *[take(speechlike(2))] * 4, stop=stop)
    assert len(asked) == calls + 1
    assert [path.name for path in tmp_path.iterdir()] in ([], ["narration.mp3"])


@pytest.mark.parametrize("pcm", [b"", b"\1"])
def test_a_take_that_is_no_audio_is_named(tmp_path, pcm):
    with pytest.raises(Corrupt, match="Take 2 is no audio"):
        mixed(tmp_path, take(speechlike(1)), Speech(pcm, RATE))


def test_nothing_to_say_is_refused(tmp_path):
    with pytest.raises(Refused):
        mixed(tmp_path)


def test_ten_minutes_take_no_more_memory_than_one(tmp_path):
    speech = take(speechlike(20))  # ten minutes are thirty of them

    def peak(takes: int) -> int:
        tracemalloc.start()
        try:
            mix(Plan((0.5,) * takes), lambda _: speech, out=tmp_path / "n.mp3", tags=Tags("T"))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    one, ten = peak(3), peak(30)
    assert ten < one + 1_000_000
