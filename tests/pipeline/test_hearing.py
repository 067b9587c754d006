"""What was heard of a narration is kept by take, judged whenever it is wanted, and heard only once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assets.domain.errors import Corrupt, Refused
from assets.domain.hearing import BOUNDS, Verdict
from assets.domain.keys import Locale, NarrationKey
from assets.domain.narrations import Version
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine
from assets.pipeline.hearing import Hearing, rate_of
from assets.pipeline.opening import open_desk
from assets.settings import Settings

LESSON = """# Tides

The sea rises and falls twice a day, and people plan their work around it.

## The Moon

The Moon pulls on the water. In 1883 the island of Krakatau made a wave that was 40 metres high.
"""
KEY = NarrationKey.of("tides", "en", "joe")
EN = Locale("en")


class Ears:
    """Hears what it is told to: the texts in the order of the script, or something else for some of them."""

    def __init__(self, *heard: str) -> None:
        self.heard = list(heard)
        self.clips = 0

    def refusal(self) -> str | None:
        return None

    def transcribe(self, pcm: bytes, sample_rate: int, locale: Locale) -> str:
        assert len(pcm) > 2 * sample_rate * 0.3, "a take is audio"
        self.clips += 1
        return self.heard.pop(0)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    pytest.importorskip("piper")
    content = tmp_path / "content"
    content.mkdir()
    (content / "tides.md").write_text(LESSON)
    desk = open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)}))
    yield desk
    desk.ledger.close()


def made(desk: Desk) -> Version:
    version = asyncio.run(Engine(desk, ()).make(KEY)).version
    assert version is not None
    return version


def said(desk: Desk, version: Version) -> list[str]:
    return [passage.said for passage in Hearing(desk).judgement(version).passages]


def test_what_is_heard_as_it_is_written_passes_and_every_passage_has_its_place(desk):
    version = made(desk)
    assert Hearing(desk).judgement(version).verdict is Verdict.INCONCLUSIVE
    told: list[tuple[int, int]] = []
    ears = Ears(*said(desk, version))
    found = Hearing(desk, ears).listen(version, lambda done, total: told.append((done, total)))
    assert (found.verdict, found.rate, found.unheard) == (Verdict.PASS, 0.0, 0)
    assert told == [(done, len(found.passages)) for done in range(len(found.passages) + 1)]
    ends = [passage.end_seconds for passage in found.passages]
    assert ends == sorted(ends)
    assert 0 <= ends[-1] <= version.duration_seconds
    assert all(each.start_seconds < each.end_seconds for each in found.passages)


def test_listening_again_hears_nothing_anew_and_an_edit_only_what_is_new(desk):
    version = made(desk)
    Hearing(desk, Ears(*said(desk, version))).listen(version)
    assert Hearing(desk, Ears()).listen(version).verdict is Verdict.PASS
    (desk.settings.content / "tides.md").write_text(LESSON.replace("twice a day", "two times each day"))
    version = made(desk)
    new = next(each for each in said(desk, version) if "two times" in each)
    ears = Ears(new)
    assert Hearing(desk, ears).listen(version).verdict is Verdict.PASS
    assert ears.clips == 1


def test_a_passage_that_was_not_heard_fails_and_says_where(desk):
    version = made(desk)
    texts = said(desk, version)
    found = Hearing(desk, Ears(*texts[:-1], "The Moon pulls.")).listen(version)
    assert found.verdict is Verdict.FAIL
    (bad,) = [each for each in found.passages if each.verdict is Verdict.FAIL]
    assert (bad.number, bad.heard) == (len(texts) - 1, "The Moon pulls.")


def test_other_bounds_need_no_ears(desk):
    version = made(desk)
    texts = said(desk, version)
    texts[1] = texts[1].replace("rises", "rices")
    Hearing(desk, Ears(*texts)).listen(version)
    assert Hearing(desk).judgement(version).verdict is Verdict.PASS
    strict = replace(BOUNDS["en"], good=0.01, bad=0.02)
    assert Hearing(desk).judgement(version, strict).verdict is Verdict.FAIL


def test_a_voice_that_the_listener_does_not_understand_is_left_open_and_not_listened_to(desk):
    key = NarrationKey.of("tides", "en", "espeak")
    version = asyncio.run(Engine(desk, ()).make(key)).version
    assert version is not None
    found = Hearing(desk, Ears()).listen(version)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "espeak" in found.why


def test_without_the_extra_listening_is_refused_with_the_remedy(desk, monkeypatch):
    from assets.providers import whisper

    version = made(desk)
    monkeypatch.setattr(whisper, "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"\[asr\]"):
        Hearing(desk).listen(version)


def test_damaged_files_are_said_to_be_so(desk):
    version = made(desk)
    desk.files.resolve(version.files["transcript"].path).write_text("{}{")
    with pytest.raises(Corrupt, match="transcript"):
        Hearing(desk).judgement(version)


def test_a_version_of_an_earlier_studio_is_left_open(desk):
    version = made(desk)
    path = desk.files.resolve(version.files["script"].path)
    facts = json.loads(path.read_text())
    del facts["takes"]
    path.write_text(json.dumps(facts))
    found = Hearing(desk).judgement(version)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "make it again" in found.why


def test_years_figures_and_names_are_no_faults():
    bounds = BOUNDS["en"]
    said = "In eighteen eighty-three the island of Krakatau made a wave that was forty metres high."
    heard = "In 1883, the island of cracker tower made a wave that was 40 metres high."
    assert rate_of(said, heard, EN, bounds.measure) == 0.0
    assert rate_of(said, "In 1884 the island made a wave.", EN, bounds.measure) > bounds.bad
