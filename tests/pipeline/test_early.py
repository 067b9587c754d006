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
    """Make the narration, and look at what could be heard after each section."""

    def make(look):
        spoke = Work.spoke

        def and_look(work, sections_done):
            spoke(work, sections_done)
            look(desk.ledger.narrations.get(KEY))

        monkeypatch.setattr(Work, "spoke", and_look)
        made = asyncio.run(Engine(desk, []).make(KEY))
        assert made.result is Result.MADE
        return made.version

    return make


def test_each_section_can_be_heard_as_soon_as_it_is_spoken(desk, watching):
    early, heard = Early(desk), []

    def look(narration):
        sections = early.sections(narration)
        heard.append([section.title for section in sections])
        audio = early.audio(KEY, sections[-1].name)
        transcript = json.loads(early.transcript(KEY, sections[-1].name).read_bytes())
        assert decoded_duration_seconds(audio) == pytest.approx(transcript["duration"], abs=0.05)
        assert [chapter["title"] for chapter in transcript["chapters"]] == [sections[-1].title]

    watching(look)
    assert heard[0] == ["Tides"]
    assert heard[-1] == ["Tides", "The Moon", "The Sun"]


def test_what_is_heard_early_lies_in_the_whole_as_it_was(desk, watching):
    early, kept = Early(desk), {}

    def look(narration):
        for section in early.sections(narration):
            kept[section.number] = json.loads(early.transcript(KEY, section.name).read_bytes())

    version = watching(look)
    whole = json.loads(desk.files.resolve(version.files["transcript"].path).read_bytes())
    for number, part in kept.items():
        here = [s for p in whole["paragraphs"] if p["chapter"] == number for s in p["sentences"]]
        there = [s for p in part["paragraphs"] for s in p["sentences"]]
        assert [s["text"] for s in here] == [s["text"] for s in there]
        shift = whole["chapters"][number]["start"] - part["chapters"][0]["start"]
        assert [s["start"] for s in here] == pytest.approx([s["start"] + shift for s in there], abs=0.01)


def test_a_section_that_was_heard_stays_for_those_in_the_middle_of_it_when_the_whole_is_there(desk, watching):
    early, names = Early(desk), []

    def look(narration):
        names[:] = [section.name for section in early.sections(narration)]
        if len(names) == 1:
            early.audio(KEY, names[0])

    watching(look)
    assert early.sections(desk.ledger.narrations.get(KEY)) == ()
    assert early.audio(KEY, names[0]).is_file()
    with pytest.raises(Refused, match="no such section"):
        early.audio(KEY, names[2])


def test_a_text_that_changed_under_the_work_is_not_foretold(desk, watching):
    early, seen = Early(desk), []

    def look(narration):
        path = desk.settings.content / "tides.en.md"
        if narration.progress.sections_done == 2:
            path.write_text(LESSON.replace("rises", "rises high"))
        seen.append(len(early.sections(narration)))

    watching(look)
    assert seen == [1, 0, 0]


def test_a_name_that_is_none_reaches_nothing(desk):
    for name in ("../../ledger", "a" * 64, ""):
        with pytest.raises(Refused):
            Early(desk).audio(KEY, name)
