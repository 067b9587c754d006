"""The words of the pages: the same ones in every language, and every one that a script asks for."""

import re
import tomllib
from pathlib import Path

import pytest

from assets.pipeline.wanted import STALE
from studio_ui import labels
from studio_ui.site import PAGES

STATIC = Path(labels.__file__).parent / "static"
TABLES = {path.stem: tomllib.loads(path.read_text()) for path in sorted(STATIC.parent.glob("words/*.toml"))}


@pytest.mark.parametrize("page", TABLES)
def test_every_word_is_there_in_every_language_with_the_same_places_for_values(page):
    for name, words in TABLES[page].items():
        assert tuple(words) == labels.LANGUAGES, name
        assert all(words.values()), name
        assert len({frozenset(re.findall(r"\{\w+\}", each)) for each in words.values()}) == 1, name


def test_english_words_for_a_number_of_things_are_right_for_one_of_them():
    words = [each["en"] for table in TABLES.values() for each in table.values()]
    assert [each for each in words if re.search(r"\{\w+\} (?:more )?\w{3,}s\b", each)] == []
    for each in words:  # `{count} {count|take|takes}`
        assert set(re.findall(r"\{(\w+)\|[^|}]+\|[^|}]+\}", each)) <= set(re.findall(r"\{(\w+)\}", each)), each


def test_no_two_pages_give_one_name_to_different_words():
    names = [name for table in TABLES.values() for name in table]
    assert sorted(set(names)) == sorted(names)


def test_every_page_has_words_and_a_name():
    assert {page.noun for page in PAGES} | {labels.SITE} == set(TABLES)
    for page in PAGES:
        assert f"page_{page.noun}" in TABLES[labels.SITE]


def test_every_word_that_a_script_names_exists():
    known = {name for table in TABLES.values() for name in table}
    for script in STATIC.glob("*.js"):
        assert set(re.findall(r"\bwords\.(\w+)", script.read_text())) <= known, script.name


def test_why_a_narration_is_out_of_date_is_said_in_every_language():
    for reason, sentence in STALE.items():
        assert TABLES[labels.SITE][f"stale_{reason}"]["en"] == sentence
