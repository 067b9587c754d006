"""Lexicons on disk: read by locale, ours below the project's, written at once and by one at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assets.domain.errors import ContentChanged, Refused
from assets.domain.keys import Locale
from assets.domain.lexicons import Entry
from assets.storage.lexicon_files import LexiconFiles

EN, GB, ID = Locale("en"), Locale("en-GB"), Locale("id")
GIF = Entry("GIF", "jiff", note="as its inventor said it")


@pytest.fixture
def lexicons(tmp_path: Path) -> LexiconFiles:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "en.toml").write_text('[[entry]]\nwritten = "SQL"\nsaid = "sequel"\n', encoding="utf-8")
    return LexiconFiles(tmp_path / "shipped", tmp_path / "own")


def test_an_entry_is_there_for_its_locale_and_those_below_it(lexicons: LexiconFiles) -> None:
    assert lexicons.add(EN, GIF) == 1
    assert lexicons.add(GB, Entry("lieutenant", "leftenant")) == 1
    assert {each.written for each in lexicons.of(GB).entries} == {"SQL", "GIF", "lieutenant"}
    assert {each.written for each in lexicons.of(EN).entries} == {"SQL", "GIF"}
    assert lexicons.of(ID).entries == ()
    assert lexicons.locales() == (EN, GB)


def test_the_projects_own_overrule_what_is_shipped(lexicons: LexiconFiles) -> None:
    lexicons.add(EN, Entry("sql", "S Q L"))
    (listed,) = lexicons.listed(EN)
    assert (listed.entry.said, listed.own, listed.locale) == ("S Q L", True, EN)
    lexicons.remove(EN, listed.entry.name)
    (listed,) = lexicons.listed(EN)
    assert (listed.entry.said, listed.own) == ("sequel", False)


def test_everything_about_an_entry_comes_back(lexicons: LexiconFiles) -> None:
    entry = Entry(
        "Nabu", 'nah "boo"', "ˈnɑːbuː", cased=True, before=("the",), after=("engine", "house"), note="a god\\"
    )
    lexicons.add(EN, entry)
    assert entry in lexicons.of(EN).entries


def test_every_change_is_a_version_and_an_outdated_one_is_told(lexicons: LexiconFiles) -> None:
    assert lexicons.version(EN) == 0
    assert lexicons.add(EN, GIF, expected=0) == 1
    assert lexicons.add(EN, Entry("GIF", "ghiff"), expected=1) == 2
    with pytest.raises(ContentChanged, match="version 2, not 1"):
        lexicons.add(EN, GIF, expected=1)
    assert [each.said for each in lexicons.of(EN).entries if each.written == "GIF"] == ["ghiff"]
    assert lexicons.remove(EN, GIF.name) == lexicons.version(EN) == 3


def test_what_people_wrote_beside_the_entries_stays(lexicons: LexiconFiles, tmp_path: Path) -> None:
    path = tmp_path / "own" / "en.toml"
    path.parent.mkdir()
    path.write_text('# Ours\nversion = 7\n\n[[entry]]\nwritten = "A"\nsaid = "b"  # why\n', encoding="utf-8")
    assert lexicons.add(EN, GIF) == 8
    assert "# Ours" in path.read_text() and "# why" in path.read_text()
    assert [each.name for each in path.parent.iterdir()] == ["en.toml"], "nothing half-written stays"


def test_what_is_not_there_cannot_be_removed(lexicons: LexiconFiles) -> None:
    with pytest.raises(Refused, match="no such entry"):
        lexicons.remove(EN, "0123456789ab")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("not toml", "not TOML"),
        ("words = 1", "'words'"),
        ('[[entry]]\nwritten = "a"\nsaid = 1', "'said'"),
        ('[[entry]]\nwritten = "a"', "does not say how"),
        ('[[entry]]\nsaid = "a"', "no word"),
    ],
)
def test_a_faulty_file_is_refused_by_name(lexicons: LexiconFiles, tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "shipped" / "id.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=fault) as refused:
        lexicons.of(ID)
    assert "id.toml" in str(refused.value) and refused.value.remedy


def test_a_change_of_a_file_is_seen_at_the_next_look(lexicons: LexiconFiles, tmp_path: Path) -> None:
    lexicons.of(EN)
    LexiconFiles(tmp_path / "shipped", tmp_path / "own").add(EN, GIF)
    assert "GIF" in {each.written for each in lexicons.of(EN).entries}
    assert lexicons.of(EN) is lexicons.of(EN), "and nothing is read again while none has changed"


def test_of_many_who_write_at_once_none_is_lost(lexicons: LexiconFiles, tmp_path: Path) -> None:
    def add(number: int) -> None:
        LexiconFiles(tmp_path / "shipped", tmp_path / "own").add(EN, Entry(f"word{number}", "said"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(16)))
    assert lexicons.version(EN) == 16
    assert len(lexicons.of(EN).entries) == 17
