from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3

from assets.audio.encoding import LAME_GAIN_DB, MOST_CHAPTERS, ChapterTag, Mp3, Tags, decode, encode_flac
from assets.audio.filters import frame
from assets.audio.measuring import decoded_chunks, decoded_duration_seconds
from assets.domain.errors import Corrupt


def tone(seconds: float, rate: int) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encoded(path: Path, wave: np.ndarray, rate: int, tags: Tags | None = None, chapters=()) -> Path:
    with Mp3(path, rate, tags or Tags("Title"), chapters) as mp3:
        mp3.write(frame(wave[at : at + rate], rate, at) for at in range(0, len(wave), rate))
    return path


@pytest.mark.parametrize("rate", [22_050, 24_000])
@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.0, 2.03, 7.77, 60.0])
def test_as_many_samples_come_out_of_an_mp3_as_went_in(tmp_path, seconds, rate):
    path = encoded(tmp_path / "a.mp3", tone(seconds, rate), rate, Tags("Title"), [ChapterTag("One", 0, seconds)])
    assert decoded_duration_seconds(path) == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("rate", [22_050, 24_000])
def test_the_encoder_is_as_much_quieter_as_we_make_up_for(tmp_path, rate):
    path = encoded(tmp_path / "a.mp3", tone(3, rate), rate)
    wave = np.concatenate([samples for samples, _ in decoded_chunks(path)])
    assert 20 * np.log10(np.abs(wave[rate : 2 * rate]).max() / 0.3) == pytest.approx(LAME_GAIN_DB, abs=0.02)


def test_an_mp3_is_constant_in_bit_rate_and_as_long_as_any_player_thinks(tmp_path):
    path = encoded(tmp_path / "a.mp3", tone(60, 22_050), 22_050)
    assert path.stat().st_size == pytest.approx(60 * 64_000 / 8, rel=0.01)
    with av.open(str(path)) as container:
        assert container.duration / 1_000_000 == pytest.approx(60, abs=0.06)


def test_tags_and_chapters_are_read_back(tmp_path):
    chapters = [ChapterTag("Panah & vektor", 0.2, 1.5), ChapterTag("向量", 1.5, 3.0)]
    tags = Tags("Vektor", "Nina", "Matematika", "id-ID", "Dibuat")
    path = encoded(tmp_path / "a.mp3", tone(3, 22_050), 22_050, tags, chapters)
    tags = ID3(path)
    assert [str(tags[name]) for name in ("TIT2", "TPE1", "TALB", "TLAN", "TXXX:comment")] == [
        "Vektor",
        "Nina",
        "Matematika",
        "ind",
        "Dibuat",
    ]
    assert tags["CTOC:toc"].child_element_ids == ["ch0", "ch1"]
    with av.open(str(path)) as container:
        found = [(c["metadata"]["title"], c["start"], c["end"]) for c in container.chapters()]
    assert found == [("Panah & vektor", 200, 1500), ("向量", 1500, 3000)]


def test_more_chapters_than_a_table_can_count_do_no_harm(tmp_path):
    chapters = [ChapterTag(str(n), n / 100, (n + 1) / 100) for n in range(300)]
    path = encoded(tmp_path / "a.mp3", tone(3, 22_050), 22_050, Tags("Book"), chapters)
    with av.open(str(path)) as container:
        assert len(container.chapters()) == MOST_CHAPTERS
    assert len(ID3(path)["CTOC:toc"].child_element_ids) == MOST_CHAPTERS


@pytest.mark.parametrize(
    ("tag", "three"), [("en", "eng"), ("de", "deu"), ("pt-BR", "por"), ("zh-Hant", "zho"), ("fil", "fil")]
)
def test_a_language_has_the_three_letters_that_players_know(tmp_path, tag, three):
    path = encoded(tmp_path / "a.mp3", tone(0.3, 22_050), 22_050, Tags("T", language=tag))
    found = str(ID3(path)["TLAN"])
    assert len(found) == 3
    # Some languages have two codes, one for libraries and one for everyone else; both are right.
    assert found in {three, {"deu": "ger", "zho": "chi"}.get(three), "cmn" if three == "zho" else three}


@given(
    st.binary(min_size=2, max_size=9_000).map(lambda b: b[: len(b) // 2 * 2]),
    st.sampled_from([16_000, 22_050, 24_000, 44_100]),
)
def test_a_take_comes_back_bit_for_bit(pcm, rate):
    assert decode(encode_flac(pcm, rate)) == (pcm, rate)


def test_a_long_take_comes_back_bit_for_bit_from_a_file(tmp_path):
    pcm = np.random.default_rng(2).integers(-32768, 32768, 30 * 24_000, np.int16).tobytes()
    path = tmp_path / "take.flac"
    path.write_bytes(encode_flac(pcm, 24_000))
    assert decode(path) == (pcm, 24_000)


@pytest.mark.parametrize("pcm", [b"", b"\0"])
def test_what_is_no_audio_is_not_stored(pcm):
    with pytest.raises(Corrupt):
        encode_flac(pcm, 22_050)


def test_a_damaged_take_is_corrupt(tmp_path):
    whole = encode_flac(tone(1, 22_050).astype("<i2").tobytes(), 22_050)
    for damaged in (b"", b"not audio at all", whole[:20]):
        with pytest.raises(Corrupt, match=r"Speak the segment again\."):
            decode(damaged)
    with pytest.raises(Corrupt, match=r"nowhere\.flac"):
        decode(tmp_path / "nowhere.flac")
