"""The catalogue in bulk: the same truth as one by one, from what the index keeps."""

from pathlib import Path

import pytest

from assets.domain.contents import Source
from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale, NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.opening import open_desk
from assets.pipeline.reading import facts_of, read_many
from assets.settings import PROJECT, Settings


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    content = PROJECT / "data" / "catalogue" / "contents"
    return open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path), "STUDIO_CONTENT": str(content)}))


def test_fingerprints_in_bulk_are_those_of_one_by_one(desk):
    bulk = desk.fingerprints()
    assert set(bulk) == set(desk.everything())
    assert bulk == {key: desk.wanted(key).fingerprint for key in bulk}


def test_what_cannot_be_made_is_left_out_of_the_fingerprints(desk):
    there = desk.everything(locale="en")[0]
    absent = [
        NarrationKey.of("no/such", "en", there.voice.name),
        NarrationKey.of(str(there.content), "en", "nobody"),
    ]
    assert set(desk.fingerprints([there, *absent])) == {there}


def test_entries_and_titles_are_those_of_the_outlines(desk):
    for entry in desk.entries():
        outline = desk.outline(entry.source)
        assert entry.facts is not None
        assert (entry.title, entry.facts.description) == (outline.title, outline.description)
        assert desk.title(str(entry.source.content), str(entry.source.locale)) == outline.title
    with pytest.raises(Refused):
        desk.title("no/such", "en")


def test_before_anything_was_read_an_entry_is_called_by_its_content(desk):
    assert {entry.title for entry in desk.entries(read=False)} == {str(c) for c in desk.catalogue().contents}


def test_many_texts_are_read_by_several_processes_in_their_order():
    texts = [(Source(ContentId(f"c{n}"), Locale("en"), f"c{n}.md"), f"# Title {n}\n\nWords.") for n in range(220)]
    assert list(read_many(texts)) == [facts_of(*each) for each in texts]
