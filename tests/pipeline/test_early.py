"""Early listening: what is spoken can be heard while the rest is not, and sounds as it will in the whole."""

import asyncio
import json

import pytest

from assets.audio.measuring import decoded_duration_seconds
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.pipeline.early import Early
from assets.pipeline.engine import Engine, Result
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.storage.ledger.work import Work

KEY = NarrationKey.of("tides", "en", "espeak")
LESSON = "# Tides\n\nThe sea rises. It falls.\n\n## The Moon\n\nIt pulls.\n\n## The Sun\n\nIt pulls, too, but less.\n"


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "tides.en.md").write_text(LESSON)
    settings = Settings.from_environment(
        {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(tmp_path / "content")}
    )
    opened = open_desk(settings)
    yield opened
    opened.ledger.close()


@pytest.fixture
def watching(desk, monkeypatch):
    """Make the narration, and look at what could be heard after each take."""

    def make(look):
        took = Work.took

        def and_look(work, **how):
            took(work, **how)
            look(desk.ledger.narrations.get(KEY))

        monkeypatch.setattr(Work, "took", and_look)
        made = asyncio.run(Engine(desk, []).make(KEY))
        assert made.result is Result.MADE
        return made.version

    return make


def test_each_stretch_can_be_heard_as_soon_as_it_is_spoken(desk, watching):
    early, heard = Early(desk), []

    def look(narration):
        stretches = early.stretches(narration)
        heard.append([stretch.number for stretch in stretches])
        audio = early.audio(KEY, stretches[-1].name)
        transcript = json.loads(early.transcript(KEY, stretches[-1].name).read_bytes())
        assert decoded_duration_seconds(audio) == pytest.approx(transcript["duration"], abs=0.05)
        assert [chapter["title"] for chapter in transcript["chapters"]] == [stretches[-1].title]

    watching(look)
    assert heard[0] == [0], "the first take is heard before its section is spoken"
    assert heard[1] == [0, 0]
    assert heard[-1] == [0, 0, 1, 2]


def test_what_is_heard_early_lies_in_the_whole_as_it_was(desk, watching):
    early, kept = Early(desk), {}

    def look(narration):
        for stretch in early.stretches(narration):
            if stretch.name not in kept:
                kept[stretch.name] = (stretch.number, json.loads(early.transcript(KEY, stretch.name).read_bytes()))

    version = watching(look)
    whole = json.loads(desk.files.resolve(version.files["transcript"].path).read_bytes())
    for number, chapter in enumerate(whole["chapters"]):
        there, before = [], chapter["start"]
        for part in (part for section, part in kept.values() if section == number):
            lead = part["chapters"][0]["start"]
            said = [s for p in part["paragraphs"] for s in p["sentences"]]
            there += [(s["text"], s["start"] - lead + before) for s in said]
            before += part["duration"]
        here = [s for p in whole["paragraphs"] if p["chapter"] == number for s in p["sentences"]]
        assert [s["text"] for s in here] == [text for text, _ in there]
        assert [s["start"] for s in here] == pytest.approx([start for _, start in there], abs=0.01)


def test_a_stretch_that_was_heard_stays_for_those_in_the_middle_of_it_when_the_whole_is_there(desk, watching):
    early, names = Early(desk), []

    def look(narration):
        names[:] = [stretch.name for stretch in early.stretches(narration)]
        if len(names) == 1:
            early.audio(KEY, names[0])

    watching(look)
    assert early.stretches(desk.ledger.narrations.get(KEY)) == ()
    assert early.audio(KEY, names[0]).is_file()
    (desk.settings.content / "tides.en.md").write_text("# Tides\n\nAnother text.\n")
    assert early.audio(KEY, names[0]).is_file()
    with pytest.raises(Refused, match="no such part"):
        early.audio(KEY, names[2])


def test_a_stretch_that_was_told_of_can_be_asked_for_first_when_the_whole_is_there(desk, watching):
    early, told = Early(desk), []
    watching(lambda narration: told.append(early.stretches(narration)))
    narration = desk.ledger.narrations.get(KEY)
    assert early.stretches(narration) == (), "nobody is told of it any more"
    assert decoded_duration_seconds(early.audio(KEY, told[-1][0].name)) > 0.3


def test_a_text_that_changed_under_the_work_is_not_foretold(desk, watching):
    early, seen = Early(desk), []

    def look(narration):
        path = desk.settings.content / "tides.en.md"
        if narration.segments_done == 2:
            path.write_text(LESSON.replace("rises", "rises high"))
        seen.append(len(early.stretches(narration)))

    watching(look)
    assert seen[:2] == [1, 0]
    assert not any(seen[1:])


def test_a_name_that_is_none_reaches_nothing(desk):
    for name in ("../../ledger", "a" * 64, ""):
        with pytest.raises(Refused):
            Early(desk).audio(KEY, name)
