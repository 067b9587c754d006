"""History: what changed since, and how two versions differ, in the words that people read and hear."""

import asyncio

import pytest

from assets.domain.changes import Kind
from assets.domain.keys import NarrationKey
from assets.pipeline.engine import Engine, Result
from assets.pipeline.history import History
from assets.pipeline.opening import open_desk
from assets.settings import Settings

KEY = NarrationKey.of("tides", "en", "espeak")
LESSON = "# Tides\n\nThe sea rises. It falls.\n\n## The Moon\n\nIt pulls.\n\n- One\n- Two\n"


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "content").mkdir()
    settings = Settings.from_environment(
        {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(tmp_path / "content")}
    )
    opened = open_desk(settings)
    yield opened
    opened.ledger.close()


def write(desk, text):
    (desk.settings.content / "tides.en.md").write_text(text)


def make(desk, text):
    write(desk, text)
    made = asyncio.run(Engine(desk, []).make(KEY))
    assert made.result is Result.MADE
    return made.version


def words(changes):
    return [(c.kind, " ".join(p.text for p in c.before), " ".join(p.text for p in c.after)) for c in changes]


def test_a_text_that_is_the_same_has_no_changes(desk):
    assert History(desk).changes(make(desk, LESSON)) == ()


def test_an_edited_an_added_and_a_removed_block_are_each_pointed_out(desk):
    version = make(desk, LESSON)
    write(
        desk, LESSON.replace("It falls", "It sinks").replace("- One\n", "").replace("It pulls.\n", "It pulls.\n\nSo.\n")
    )
    assert words(History(desk).changes(version)) == [
        (Kind.CHANGED, "The sea rises. It falls.", "The sea rises. It sinks."),
        (Kind.CHANGED, "One.", "So."),
    ]


def test_another_title_is_a_change_too(desk):
    version = make(desk, LESSON)
    write(desk, LESSON.replace("# Tides", "# High tides"))
    assert words(History(desk).changes(version)) == [(Kind.CHANGED, "Tides.", "High tides")]


def test_two_versions_are_compared_sentence_by_sentence_with_their_moments(desk):
    first = make(desk, LESSON)
    second = make(desk, LESSON.replace("It falls", "It sinks"))
    found = History(desk).compare(first, second)
    assert [each.kind for each in found] == [Kind.SAME, Kind.CHANGED, Kind.SAME]
    assert words(found)[1] == (Kind.CHANGED, "It falls.", "It sinks.")
    assert 0 < found[1].before[0].start_seconds < first.duration_seconds


def test_going_back_plays_the_earlier_version_and_says_that_it_is_out_of_date(desk):
    make(desk, LESSON)
    make(desk, LESSON.replace("It falls", "It sinks"))
    narration = History(desk).restore(KEY, 1)
    assert narration.version.number == 1
    assert desk.view(KEY).stale == "The text has changed."
