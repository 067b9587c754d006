"""The shelves: what is found by words and by what became of it, page by page."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.storage.shelves import Question, Shelves, Standing, Text

TEXTS = [
    Text("articles/echoes", "en", "article", "Echoes", "Sound that comes back"),
    Text("articles/echoes", "id", "article", "Gema", "Bunyi yang kembali"),
    Text("subjects/physics/light", "en", "subject", "Crème de la lumière", "How fast is it?"),
    Text("subjects/zero", "en", "subject", "A story of nothing"),
]
NARRATIONS = [
    Standing("articles/echoes", "en", "joe", "ready", 2, 61.5, datetime(2026, 11, 20, tzinfo=UTC)),
    Standing("articles/echoes", "id", "espeak", "not_asked"),
    Standing("subjects/physics/light", "en", "joe", "failed", 0, None, datetime(2026, 11, 24, tzinfo=UTC)),
    Standing("subjects/zero", "en", "joe", "not_asked"),
    Standing("subjects/gone", "en", "joe", "ready", 1, 3.0, datetime(2026, 11, 25, tzinfo=UTC)),
]


@pytest.fixture(scope="module")
def shelves():
    made = Shelves()
    made.fill(TEXTS, NARRATIONS, "en")
    return made


def ids(shelves, **asked):
    return [shelf.content.rsplit("/", 1)[-1] for shelf in shelves.find(Question(**asked)).shelves]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["zero", "light", "echoes"]),  # a title decides the order: A story, Crème, Echoes
        ({"recent": True}, ["light", "echoes", "zero"]),
        ({"words": "gem"}, ["echoes"]),
        ({"words": "CREME lumi"}, ["light"]),
        ({"words": "back sound"}, ["echoes"]),
        ({"words": "physics"}, ["light"]),
        ({"words": "sound nothing"}, []),
        ({"words": '"*^:()'}, []),
        ({"words": "gema", "locale": "en"}, []),
        ({"kind": "article"}, ["echoes"]),
        ({"locale": "id"}, ["echoes"]),
        ({"phase": "not_asked"}, ["zero", "echoes"]),
        ({"phase": "not_asked", "locale": "id"}, ["echoes"]),
        ({"phase": "failed", "voice": "joe"}, ["light"]),
        ({"phase": "ready", "voice": "espeak"}, []),
        ({"phase": "ready", "words": "echo", "kind": "article", "voice": "joe", "locale": "en"}, ["echoes"]),
    ],
)
def test_a_content_is_found_by_what_is_asked_and_by_all_of_it(shelves, asked, found):
    assert ids(shelves, **asked) == found
    assert shelves.find(Question(**asked)).total == len(found)


def test_only_what_was_asked_about_stands_on_a_shelf(shelves):
    (shelf,) = shelves.find(Question(voice="espeak")).shelves
    assert [text.locale for text in shelf.texts] == ["id"]
    assert [each.phase for each in shelf.narrations] == ["not_asked"]
    (shelf,) = shelves.find(Question(words="echoes")).shelves
    assert [text.title for text in shelf.texts] == ["Echoes", "Gema"]
    assert shelf.narrations[0] == NARRATIONS[0]


def test_pages_follow_each_other_without_gaps(shelves):
    pages = [shelves.find(Question(), first=first, most=2) for first in (0, 2, 4)]
    assert [len(page.shelves) for page in pages] == [2, 1, 0]
    assert {page.total for page in pages} == {3}


def test_phases_are_counted_whatever_phase_is_asked_for(shelves):
    assert shelves.counts(Question()) == {"ready": 1, "not_asked": 2, "failed": 1}
    assert shelves.counts(Question(phase="ready", locale="en")) == {"ready": 1, "not_asked": 1, "failed": 1}
    assert shelves.counts(Question(words="echo")) == {"ready": 1, "not_asked": 1}


def test_what_happens_to_a_narration_is_seen_at_once():
    shelves = Shelves()
    shelves.fill(TEXTS, NARRATIONS, "en")
    shelves.update([Standing("subjects/zero", "en", "joe", "queued", 0, None, datetime(2026, 11, 26, tzinfo=UTC))])
    assert ids(shelves, phase="queued") == ["zero"]
    assert ids(shelves, recent=True)[0] == "zero"


@given(words=st.text(max_size=60), kind=st.text(max_size=5), voice=st.text(max_size=5), phase=st.text(max_size=5))
def test_whatever_is_asked_is_answered(shelves, words, kind, voice, phase):
    question = Question(words=words, kind=kind, voice=voice, phase=phase)
    assert shelves.find(question).total <= len(TEXTS)
    shelves.counts(question)
