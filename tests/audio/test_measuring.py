import numpy as np
import pytest

from assets.audio.filters import Chain
from assets.audio.measuring import (
    LoudnessMeter,
    TruePeakMeter,
    decibels,
    decoded_duration_seconds,
    measure_file,
    measure_speech,
)
from assets.domain.errors import Corrupt
from assets.domain.speech import Speech

RATE = 24_000


def speech(wave: np.ndarray) -> Speech:
    return Speech(np.rint(np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes(), RATE)


def sine(seconds: float, hertz: float = 1_000, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def test_the_longest_silence_is_found_at_the_start_between_and_at_the_end():
    for gaps in ((2.5, 0.5, 0.2), (0.2, 2.5, 0.5), (0.5, 0.2, 2.5)):
        first, second, third = (np.zeros(round(gap * RATE)) for gap in gaps)
        measured = measure_speech(speech(np.r_[first, sine(1), second, sine(1), third]))
        assert measured.longest_silence_seconds == pytest.approx(2.5, abs=0.03)
        assert measured.duration_seconds == pytest.approx(2 + sum(gaps), abs=0.001)


def test_silence_alone_is_as_long_as_the_audio():
    measured = measure_speech(speech(np.zeros(3 * RATE)))
    assert measured.longest_silence_seconds == pytest.approx(3)
    assert measured.peak_db == measured.end_db == float("-inf")


def test_silence_is_the_same_however_the_file_is_cut_into_chunks(tmp_path):
    import wave as wav

    audio = speech(np.r_[sine(0.4), np.zeros(round(2.337 * RATE)), sine(0.9)])
    path = tmp_path / "a.wav"
    with wav.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(audio.pcm)
    of_file, of_take = measure_file(path), measure_speech(audio)
    assert of_file.longest_silence_seconds == of_take.longest_silence_seconds == pytest.approx(2.33, abs=0.011)
    assert of_file.samples == of_take.samples
    assert of_file.end_db == pytest.approx(of_take.end_db, abs=0.01)


def test_clipping_is_a_run_at_full_scale_and_not_one_high_sample():
    lone = np.zeros(RATE)
    lone[100] = 1.0
    assert measure_speech(speech(lone)).clipped_samples == 0
    assert measure_speech(speech(sine(1, level=1.5))).clipped_samples > 1_000


def test_an_offset_and_a_cut_end_are_seen():
    measured = measure_speech(speech(sine(1) + 0.1))
    assert measured.offset == pytest.approx(0.1, abs=0.001)
    assert measured.end_db > -10
    assert measure_speech(speech(np.r_[sine(1), np.zeros(600)])).end_db < -80


def test_the_loudness_of_a_known_tone_is_known():
    # EBU Tech 3341: a 1 kHz tone at -20 dBFS in one channel alone is 3 LU below the same in two, -20 - 3.01.
    meter = LoudnessMeter(RATE, np.float32)
    meter.feed(sine(10, 997, 0.1).astype(np.float32))
    assert meter.finish() == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_what_is_too_short_has_no_loudness(seconds):
    meter = LoudnessMeter(RATE, np.float32)
    meter.feed(sine(seconds).astype(np.float32))
    assert meter.finish() is None


def true_peak(wave: np.ndarray, chunk: int) -> float:
    meter = TruePeakMeter()
    for at in range(0, len(wave), chunk):
        meter.feed(wave[at : at + chunk].astype(np.float32))
    return meter.finish()


@pytest.mark.parametrize("chunk", [7, 1_000, 24_000])
def test_the_peak_between_two_samples_is_found(chunk):
    # A quarter of the sample rate, sampled 45 degrees off its tops: every sample is 3 dB below the wave.
    swell = np.hanning(RATE // 4)
    wave = 0.5 * swell * np.sin(2 * np.pi * 0.25 * np.arange(len(swell)) + np.pi / 4)
    assert decibels(float(np.abs(wave).max())) < -8.9
    assert true_peak(wave, chunk) == pytest.approx(-6.02, abs=0.1)


def test_the_true_peak_agrees_with_that_of_ffmpeg():
    rng = np.random.default_rng(8)
    noise = np.convolve(rng.normal(0, 0.3, 5 * RATE), np.hanning(5) / 2.0, "same") * np.hanning(5 * RATE)
    chain = Chain(RATE, np.float32, ("ebur128", "metadata=1:framelog=quiet:peak=true"))
    frames = [*chain.feed(noise.astype(np.float32)), *chain.finish()]
    theirs = [frame.metadata["lavfi.r128.true_peak"] for frame in frames if frame.metadata][-1]
    assert true_peak(noise, 5_000) == pytest.approx(decibels(float(theirs)), abs=0.15)


def test_a_file_that_is_no_audio_is_corrupt(tmp_path):
    path = tmp_path / "a.mp3"
    for damage in (b"", b"<html>Bad gateway</html>" * 40):
        path.write_bytes(damage)
        with pytest.raises(Corrupt, match=r"a\.mp3"):
            measure_file(path)
        with pytest.raises(Corrupt):
            decoded_duration_seconds(path)
