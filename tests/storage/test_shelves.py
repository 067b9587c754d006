"""The shelves: what is found by words and by what became of it, page by page."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.questions import Question
from assets.storage.shelves import Shelves, Standing, Text

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


BODIES = {"tide": [3, 1], "nothing": [4]}


@pytest.fixture(scope="module")
def searched():
    """Shelves beside somebody who has read the texts: `tide` is said in the third best, then in the first."""
    made = Shelves(lambda words: BODIES.get(words, []))
    texts = [replace(text, number=number) for number, text in enumerate(TEXTS, 1)]
    made.fill([*texts, Text("articles/tides", "en", "article", "Tides", number=9)], NARRATIONS, "en")
    return made


def test_what_is_found_by_its_title_comes_before_what_says_it_and_that_as_well_as_it_fits(searched):
    assert ids(searched, words="tide") == ["tides", "light", "echoes"]
    assert [[text.hit for text in shelf.texts] for shelf in searched.find(Question(words="tide")).shelves] == [
        [False],
        [True],
        [True, False],
    ]


def test_what_is_found_by_title_and_body_counts_once(searched):
    assert searched.find(Question(words="nothing")).total == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "gema", "phase": "not_asked"}, ["echoes"]),
        ({"words": "gema", "phase": "ready"}, []),  # ready in English, and Gema in Indonesian
        ({"words": "sound", "phase": "not_asked"}, []),
        ({"words": "tide", "phase": "ready"}, ["echoes"]),
        ({"words": "tide", "phase": "failed", "locale": "en", "voice": "joe"}, ["light"]),
        ({"words": "tide", "locale": "id"}, []),
    ],
)
def test_words_and_status_have_to_be_of_the_same_text(searched, asked, found):
    assert ids(searched, **asked) == found
    assert searched.find(Question(**asked)).total == len(found)
    assert bool(searched.counts(Question(**asked)).get(asked.get("phase", "ready"))) == bool(found)


def test_on_a_shelf_stand_only_the_narrations_of_texts_that_say_it(searched):
    (shelf,) = searched.find(Question(words="bunyi", phase="not_asked")).shelves
    assert [(each.locale, each.phase) for each in shelf.narrations] == [("id", "not_asked")]


def test_what_was_put_up_is_there_for_the_next_process(tmp_path):
    before, after = Shelves(), Shelves()
    before.fill(TEXTS, NARRATIONS, "en", keep=tmp_path / "shelves.db", label="this catalogue")
    assert after.take_up(tmp_path / "shelves.db", "this catalogue")
    assert after.find(Question()) == before.find(Question())
    assert ids(after, words="back sound") == ["echoes"]
    assert after.last_change() == datetime(2026, 11, 24, tzinfo=UTC)
    after.update([Standing("subjects/zero", "en", "joe", "queued")])
    assert ids(after, phase="queued") == ["zero"]
    assert [each.name for each in tmp_path.iterdir()] == ["shelves.db"]


@pytest.mark.parametrize("left", [None, b"", b"no database at all" * 100, "cut", "another label"])
def test_what_cannot_be_taken_up_is_made_anew(tmp_path, left):
    file, shelves = tmp_path / "shelves.db", Shelves()
    if left is not None:
        Shelves().fill(TEXTS, NARRATIONS, "en", keep=file, label="another" if left == "another label" else "this")
    if left == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    elif isinstance(left, bytes):
        file.write_bytes(left)
    assert not shelves.take_up(file, "this")
    shelves.fill(TEXTS, NARRATIONS, "en", keep=file, label="this")
    assert Shelves().take_up(file, "this")


def test_where_they_cannot_be_kept_they_are_put_up_all_the_same(tmp_path):
    shelves = Shelves()
    with pytest.raises(OSError, match="could not be written"):
        shelves.fill(TEXTS, NARRATIONS, "en", keep=tmp_path / "no such folder" / "shelves.db", label="this")
    assert shelves.find(Question()).total == 3


@given(words=st.text(max_size=60), kind=st.text(max_size=5), voice=st.text(max_size=5), phase=st.text(max_size=5))
def test_whatever_is_asked_is_answered(shelves, words, kind, voice, phase):
    question = Question(words=words, kind=kind, voice=voice, phase=phase)
    assert shelves.find(question).total <= len(TEXTS)
    shelves.counts(question)
