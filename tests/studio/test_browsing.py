"""The library as it is browsed: addresses, pages, and what is said of each narration."""

import threading
import time
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.keys import NarrationKey
from assets.domain.questions import Question
from assets.pipeline import shelving
from studio_ui.browsing import Place, has_live
from studio_ui.services import Studio
from studio_ui.snapshots import Phase


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Every look is a new one."""
    monkeypatch.setattr(shelving, "_LASTS_SECONDS", 0.0)
    monkeypatch.setattr(shelving, "_AT_MOST_ONE_IN", 0)
    monkeypatch.setattr(shelving, "_WORTH_WAITING_SECONDS", 60.0)


def look(house, **query):
    return house.studio.look(Place.of(query))


def shown(looked):
    return {
        (entry["id"], text["tag"], narration["voice"]): narration["phase"]
        for entry in looked["entries"]
        for text in entry["texts"]
        for narration in text["narrations"]
    }


queries = st.dictionaries(
    st.sampled_from(["q", "type", "locale", "voice", "status", "order", "p", "x"]),
    st.one_of(st.text(max_size=20), st.sampled_from(["article", "recent", "ready", "2", "0", "-1", "²"])),
)


@given(queries)
def test_an_address_leads_to_where_it_was_made(query):
    place = Place.of(query)
    assert Place.of(dict(parse_qsl(urlsplit(place.address).query))) == place


def test_what_an_address_says_amiss_is_passed_over():
    assert Place.of({"type": "film", "status": "sold", "p": "-3", "order": "price"}) == Place(Question())


def test_every_phase_is_said_as_it_comes(house, echoes):
    assert shown(look(house)) == {}
    offered = [len(house.desk.everything(locale=tag)) for tag in ("en", "id")]
    texts = [text for entry in look(house)["entries"] for text in entry["texts"]]
    assert sum(text["not_asked"] for text in texts if text["tag"] in {"en", "id"}) == sum(offered)
    house.desk.ask(echoes)
    assert shown(look(house)) == {("articles/echoes", "en", "Joe"): "queued"}
    work = house.begin(echoes)
    work.speaking(19)
    work.took(bought=7)
    looked = look(house, status="speaking")
    (narration,) = looked["entries"][0]["texts"][0]["narrations"]
    assert (narration["done"], narration["total"]) == (7, 19)
    assert has_live(looked)
    work.cancel()
    version = house.publish(echoes)
    (narration,) = look(house, status="ready")["entries"][0]["texts"][0]["narrations"]
    assert narration["duration_seconds"] == version.duration_seconds
    assert narration["url"] == "/narration?content=articles/echoes&locale=en&voice=joe"
    house.write("articles/echoes.en.md", "# Echoes\n\nAnother text.\n")
    assert shown(look(house, status="stale")) == {("articles/echoes", "en", "Joe"): "stale"}


def test_a_text_is_found_by_what_it_says_and_the_place_is_shown(house):
    found = look(house, q="travelled")["entries"]
    assert [entry["id"] for entry in found] == ["articles/echoes"]
    told = found[0]["excerpt"]
    assert [told["text"][first:last] for first, last in told["marks"]] == ["travelled"]
    assert look(house, q="echo")["entries"][0]["excerpt"] is None  # its title says it already
    assert [entry["id"] for entry in look(house, q="السلام")["entries"]] == ["subjects/greeting"]
    assert look(house, q="السلام")["entries"][0]["excerpt"]["dir"] == "rtl"


def test_words_in_one_language_and_a_status_in_another_find_nothing(house, echoes):
    house.publish(echoes)
    assert look(house, q="travelled", status="ready")["total"] == 1
    assert look(house, q="kembali", status="ready")["total"] == 0
    assert look(house, q="kembali", status="not_asked")["total"] == 1


@pytest.fixture
def large(monkeypatch):
    """Every catalogue counts as a large one."""
    monkeypatch.setattr(shelving, "_WAITED_FOR", 0)
    monkeypatch.setattr(shelving, "_READ_AT_ONCE", 0)


def when_all_is_there(house):
    deadline = time.monotonic() + 20
    while (looked := look(house))["reading"] is not None:
        assert time.monotonic() < deadline, "the reading never came to its end"
        time.sleep(0.01)
    return looked


def test_a_large_catalogue_is_shown_at_once_and_says_how_much_of_it_is_read(house, large, monkeypatch):
    gate = threading.Event()
    read = house.desk.index._read_many
    monkeypatch.setattr(house.desk.index, "_read_many", lambda texts: gate.wait(20) and read(texts))
    looked = look(house)
    assert (looked["total"], looked["reading"]) == (4, {"done": 0, "total": 5})
    assert {entry["title"] for entry in looked["entries"]} >= {"articles/echoes"}
    gate.set()
    assert "Echoes" in {entry["title"] for entry in when_all_is_there(house)["entries"]}


def test_after_a_restart_a_large_catalogue_is_there_as_it_was_and_follows_what_happened(
    house, large, echoes, monkeypatch
):
    house.publish(echoes)
    when_all_is_there(house)
    house.desk.ask(NarrationKey.of("articles/echoes", "id", "espeak"))
    monkeypatch.setattr(shelving.Shelving, "_look", lambda self: pytest.fail("somebody waited for the catalogue"))
    monkeypatch.setattr(shelving.Shelving, "_look_aside", lambda self: None)
    house.studio = Studio(house.desk, house.orchestrator, clock=house.clock)
    looked = look(house)
    assert looked["reading"] is None
    assert shown(looked) == {
        ("articles/echoes", "en", "Joe"): "ready",
        ("articles/echoes", "id", "eSpeak"): "queued",
    }


def test_a_text_that_came_or_went_comes_and_goes(house):
    before = look(house)["total"]
    house.write("subjects/new.en.md", "# Quite new\n\nWords.\n")
    assert look(house, q="quite")["total"] == 1
    (house.settings.content / "subjects/new.en.md").unlink()
    assert look(house)["total"] == before


def test_the_first_voice_that_can_is_the_one_that_is_offered(house):
    english = look(house, q="echoes")["entries"][0]["texts"][0]
    assert english["ask"].endswith("voice=joe")


def test_a_page_beyond_the_last_is_the_last(house):
    assert look(house, p="99")["page"] == 1


def test_a_catalogue_that_takes_long_is_looked_through_aside(house, monkeypatch):
    look(house)
    monkeypatch.setattr(shelving, "_WORTH_WAITING_SECONDS", 0.0)
    house.write("subjects/new.en.md", "# Quite new\n\nWords.\n")
    deadline = time.monotonic() + 20
    while look(house, q="quite")["total"] == 0:
        assert time.monotonic() < deadline, "the look aside never came to its end"


def test_all_phases_can_be_asked_for(house):
    assert [each["phase"] for each in look(house)["statuses"]] == list(Phase)
    for phase in Phase:
        look(house, status=phase.value)


def test_a_narration_whose_voice_is_not_offered_any_more_is_out_of_date(house):
    gone = NarrationKey.of("articles/echoes", "en", "joe")
    house.publish(gone)
    text = house.settings.voices.read_text()
    voices = house.settings.home / "voices.toml"
    voices.write_text(text.replace("[joe]", "[jim]"))
    house.desk.settings = replace(house.desk.settings, voices=voices)
    assert shown(look(house)) == {("articles/echoes", "en", "joe"): "stale"}
