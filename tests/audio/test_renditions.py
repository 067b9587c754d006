"""Renditions: the same sound at the same moments, with its chapters, in other formats."""

import av
import numpy as np
import pytest

from assets.audio.encoding import ChapterTag, Mp3, Tags
from assets.audio.filters import frame
from assets.audio.measuring import decoded_chunks
from assets.audio.renditions import FORMATS, render
from assets.domain.errors import Cancelled, Corrupt

RATE = 22_050
CHAPTERS = [ChapterTag("Eins & <b>", 0, 1.882), ChapterTag("ثلاثة", 1.882, 4)]


@pytest.fixture
def narration(tmp_path):
    """Four seconds: silence, and one tone from the second to the third."""
    wave = np.zeros(4 * RATE, np.float32)
    wave[2 * RATE : 3 * RATE] = 0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    path = tmp_path / "narration.mp3"
    with Mp3(path, RATE, Tags("Vetores <b>", "Joe", "Matemática", "pt-BR"), CHAPTERS) as mp3:
        mp3.write(frame(wave[at : at + RATE], RATE, at) for at in range(0, len(wave), RATE))
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_a_rendition_sounds_at_the_same_moments(narration, tmp_path, form):
    out = tmp_path / "out"
    told = []
    render(narration, out, form, CHAPTERS, progress=told.append)
    chunks = list(decoded_chunks(out))
    wave, rate = np.concatenate([samples for samples, _ in chunks]), chunks[0][1]
    loud = np.flatnonzero(np.abs(wave) > 0.15)
    assert len(wave) / rate == pytest.approx(4, abs=0.08)
    assert (loud[0] / rate, loud[-1] / rate) == pytest.approx((2, 3), abs=0.03)
    middle = wave[round(2.2 * rate) : round(2.8 * rate)]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 2


@pytest.mark.parametrize("form", FORMATS)
def test_a_rendition_has_the_chapters_and_the_tags(narration, tmp_path, form):
    out = tmp_path / "out"
    render(narration, out, form, CHAPTERS)
    with av.open(str(out)) as container:
        found = container.chapters()
        tags = {**container.metadata, **container.streams.audio[0].metadata}
    assert [(each["metadata"]["title"], each["start"] / 1000) for each in found] == [
        ("Eins & <b>", 0),
        ("ثلاثة", 1.882),
    ]
    assert (tags["title"], tags["artist"], tags["album"]) == ("Vetores <b>", "Joe", "Matemática")


def test_an_m4b_is_an_audiobook_whose_index_stands_first(narration, tmp_path):
    out = tmp_path / "out"
    render(narration, out, "m4b", CHAPTERS)
    content = out.read_bytes()
    assert b"stik" in content and b"chpl" in content
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_rendition_that_is_not_wanted_any_more_is_left(narration, tmp_path):
    with pytest.raises(Cancelled):
        render(narration, tmp_path / "out", "opus", CHAPTERS, stop=lambda: True)


def test_a_file_that_is_no_audio_is_said_to_be_damaged(tmp_path):
    broken = tmp_path / "narration.mp3"
    broken.write_bytes(b"nothing" * 100)
    with pytest.raises(Corrupt, match=r"narration\.mp3"):
        render(broken, tmp_path / "out", "m4b", CHAPTERS)
