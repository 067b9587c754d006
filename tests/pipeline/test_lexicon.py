"""A word of the lexicon makes exactly those narrations stale that say it, and buys exactly those segments."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.domain.keys import Locale, NarrationKey
from assets.domain.lexicons import Entry
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine, Made
from assets.pipeline.lexicon_reach import touched
from assets.pipeline.opening import open_desk
from assets.providers import registry
from assets.settings import Settings

VOICE = '[ann]\nname = "Ann"\nprovider = "paid"\nmodel = "m"\nprovider_voice = "a"\nlocales = ["en", "en-GB", "id"]\n'
PRICES = '[[price]]\nprovider = "paid"\nmodel = "m"\nsince = 2020-01-01\ncharacters = 80.0\n'
TIDES = "# Tides\n\nThe sea rises and falls.\n\nNabu watched it for 3 days.\n"
WINDS = "# Winds\n\nThe wind blows.\n"
EN = Locale("en")
TIDES_KEY, WINDS_KEY = NarrationKey.of("tides", "en", "ann"), NarrationKey.of("winds", "en", "ann")


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch):
    path = Path(__file__).parents[1] / "fakes" / "paid_voice.py"
    spec = importlib.util.spec_from_file_location("paid_voice", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "paid_voice", module)
    spec.loader.exec_module(module)
    made = module.PaidVoice()
    monkeypatch.setitem(registry.SPEECH_PROVIDERS, "paid", registry.Place("paid_voice:PaidVoice"))  # type: ignore[index]
    monkeypatch.setitem(registry._MADE, ("paid_voice:PaidVoice",), made)
    return made


@pytest.fixture
def desk(tmp_path: Path, voice) -> Iterator[Desk]:
    content = tmp_path / "content"
    content.mkdir()
    for name, text in (("tides.md", TIDES), ("winds.md", WINDS), ("tides.en-GB.md", TIDES), ("tides.id.md", TIDES)):
        (content / name).write_text(text)
    (tmp_path / "voices.toml").write_text(VOICE)
    (tmp_path / "prices.toml").write_text(PRICES)
    opened = open_desk(
        Settings.from_environment(
            {
                "STUDIO_HOME": str(tmp_path / "home"),
                "STUDIO_CONTENT": str(content),
                "STUDIO_VOICES": str(tmp_path / "voices.toml"),
                "STUDIO_PRICES": str(tmp_path / "prices.toml"),
            }
        )
    )
    yield opened
    opened.ledger.close()


def make(desk: Desk, *keys: NarrationKey) -> list[Made]:
    async def run() -> list[Made]:
        return [made async for made in Engine(desk, ()).make_all(keys)]

    made = asyncio.run(run())
    assert all(each.error is None for each in made)
    return made


def test_a_word_that_is_added_buys_its_sentence_and_touches_nothing_else(desk: Desk, voice) -> None:
    make(desk, TIDES_KEY, WINDS_KEY)
    bought = len(voice.billed)
    assert "Nabu watched it for three days." in voice.billed

    desk.lexicons.add(EN, Entry("Nabu", "nah boo"))
    assert (desk.view(TIDES_KEY).fresh, desk.view(WINDS_KEY).fresh) == (False, True)
    assert "lexicon" in desk.view(TIDES_KEY).stale
    make(desk, TIDES_KEY, WINDS_KEY)
    assert voice.billed[bought:] == ["nah boo watched it for three days."]
    assert desk.view(TIDES_KEY).fresh


def test_a_reader_sees_the_word_as_it_is_written_and_hears_it_at_its_place(desk: Desk) -> None:
    desk.lexicons.add(EN, Entry("Nabu", "nah boo"))
    (made,) = make(desk, TIDES_KEY)
    assert made.version is not None
    transcript = json.loads(desk.files.resolve(made.version.files["transcript"].path).read_text())
    captions = desk.files.resolve(made.version.files["captions"].path).read_text()
    assert "Nabu watched it for 3 days." in " ".join(captions.split())
    assert "nah boo" not in json.dumps(transcript)


def test_an_entry_that_is_taken_away_brings_the_version_before_it_back_for_nothing(desk: Desk, voice) -> None:
    make(desk, TIDES_KEY)
    entry = Entry("Nabu", "nah boo")
    desk.lexicons.add(EN, entry)
    make(desk, TIDES_KEY)
    bought = len(voice.billed)
    desk.lexicons.remove(EN, entry.name)
    make(desk, TIDES_KEY)
    assert desk.view(TIDES_KEY).fresh
    assert len(voice.billed) == bought


def test_a_note_or_another_word_changes_nothing(desk: Desk) -> None:
    desk.lexicons.add(EN, Entry("Nabu", "nah boo"))
    make(desk, TIDES_KEY)
    desk.lexicons.add(EN, Entry("Nabu", "nah boo", note="after all"))
    desk.lexicons.add(EN, Entry("Marduk", "mar dook"))
    assert desk.view(TIDES_KEY).fresh


def test_it_is_told_beforehand_which_narrations_an_entry_touches(desk: Desk) -> None:
    found = list(touched(desk, EN, Entry("Nabu", "nah boo")))
    assert [str(each.key) for each in found] == ["tides@en-GB@ann", "tides@en@ann"]
    assert found[0].times == 1
    assert found[0].example == "Nabu watched it for 3 days."
    assert [str(each.key) for each in touched(desk, Locale("en-GB"), Entry("Nabu", "x"))] == ["tides@en-GB@ann"]
    assert list(touched(desk, EN, Entry("Marduk", "x"))) == []


def test_in_bulk_the_same_is_asked_for_as_one_by_one(desk: Desk) -> None:
    keys = desk.everything()
    before = desk.fingerprints()
    desk.lexicons.add(EN, Entry("Nabu", "nah boo"))
    after = desk.fingerprints()
    assert after == {key: desk.wanted(key).fingerprint for key in keys}
    assert sorted(str(key) for key in keys if after[key] != before[key]) == ["tides@en-GB@ann", "tides@en@ann"]
