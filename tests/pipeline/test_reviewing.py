"""Edits of scripts through the whole pipeline: real SDKs against the provider server, so that every call is seen."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
import scenarios

from assets.domain.edits import style_key
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.scripts import Script
from assets.pipeline.engine import Result
from assets.pipeline.reviewing import Change, Passage, Review, Reviewing

KEY = scenarios.KEY
MOON = "The Moon pulls on the water, and the water on the near side is pulled the most of all."
SAID = "The Moon tugs at the water, and it tugs the hardest at the side that is turned to it."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[scenarios.House]:
    with scenarios.house(tmp_path) as made:
        yield made


@pytest.fixture
def made(house: scenarios.House) -> scenarios.House:
    """A studio whose lesson is published."""
    assert house.make().result is Result.MADE
    return house


def reviewing(house: scenarios.House) -> Reviewing:
    return Reviewing(house.desk)


def passage(review: Review, source: str) -> Passage:
    found = [each for chapter in review.chapters for each in chapter.passages if each.blocks[0].text == source]
    assert len(found) == 1
    return found[0]


def change(review: Review, text: str = SAID, source: str = MOON) -> Change:
    there = passage(review, source)
    return Change(there.name, 0, there.lines[0].said, text)


def spoken(house: scenarios.House) -> list[str]:
    return [call.text for call in house.server.billed("speech")]


def script(house: scenarios.House) -> Script:
    version = house.desk.ledger.narrations.get(KEY).version
    assert version is not None
    found = house.desk.files.script(version.script_fingerprint)
    assert found is not None
    return Script.from_json(found)


def test_an_edited_segment_costs_what_was_said_before_and_nothing_else_is_spoken_again(made: scenarios.House) -> None:
    looking = reviewing(made)
    review = looking.review(KEY)
    price = looking.price(KEY, change(review))
    before, bill = spoken(made), made.bill
    assert (price.segments, price.touched) == (1, (KEY,))
    assert looking.review(KEY).edits == (), "a price changes nothing"

    looking.edit(KEY, change(review), by="ann")
    assert made.desk.view(KEY).stale == "The script was edited."
    assert made.desk.fingerprints([KEY])[KEY] == made.desk.wanted(KEY).fingerprint
    again = made.make()

    assert again.result is Result.MADE
    assert spoken(made)[len(before) :] == [SAID]
    assert made.bill - bill == price.micros
    assert len(made.server.billed("script")) == scenarios.SCRIPTS
    assert SAID in script(made).spoken_text


def test_the_gates_look_at_what_nobody_has_edited_too(made: scenarios.House) -> None:
    source = "The sea rises and falls twice a day, and the highest tide of all was 16 metres."
    assert all(not each.doubts for chapter in reviewing(made).review(KEY).chapters for each in chapter.passages)
    fingerprint = made.desk.wanted(KEY).written_fingerprint
    kept = json.dumps(made.desk.files.script(fingerprint))
    made.desk.files.put_script(fingerprint, json.loads(kept.replace(" of all was 16 metres", " of all was high")))
    assert passage(reviewing(made).review(KEY), source).doubts == ("These numbers are missing: 16.",)


def test_a_released_edit_brings_the_earlier_version_back_at_no_cost(made: scenarios.House) -> None:
    looking = reviewing(made)
    edited = looking.edit(KEY, change(looking.review(KEY)), by="ann")
    made.make()
    bill = made.bill
    placed = edited.edits[0].placed
    assert placed is not None
    looking.release(KEY, placed.edit.id, by="bob")
    assert made.make().result is Result.FRESH
    assert made.bill == bill
    version = made.desk.ledger.narrations.get(KEY).version
    assert version is not None and version.number == 1


def test_an_edit_is_still_said_after_its_section_was_written_anew(made: scenarios.House) -> None:
    looking = reviewing(made)
    looking.edit(KEY, change(looking.review(KEY)), by="ann")
    source = made.desk.settings.content / "tides.md"
    source.write_text(source.read_text().replace("The Sun pulls as well", "The Sun, too, pulls at the sea"))
    assert made.make().result is Result.MADE
    assert len(made.server.billed("script")) == scenarios.SCRIPTS + 1, "the section was written anew"
    said = script(made)
    assert SAID in said.spoken_text
    assert MOON not in said.spoken_text
    (kept,) = looking.review(KEY).edits
    assert kept.placed is not None and not kept.placed.changed


def test_an_edit_whose_source_has_changed_is_said_and_reported(made: scenarios.House) -> None:
    looking = reviewing(made)
    looking.edit(KEY, change(looking.review(KEY)), by="ann")
    source = made.desk.settings.content / "tides.md"
    source.write_text(source.read_text().replace("is pulled the most of all", "is pulled the most of all, as ever"))
    assert made.make().result is Result.MADE
    assert SAID in script(made).spoken_text
    (kept,) = looking.review(KEY).edits
    assert kept.placed is not None and kept.placed.changed
    source.write_text("# Tides\n\nNothing of all that is left here.\n")
    review = looking.review(NarrationKey.of("tides", "en", "nova"))
    assert review.edits == ()


def test_an_edit_without_its_block_is_kept_and_named(tmp_path: Path, made: scenarios.House) -> None:
    looking = reviewing(made)
    looking.edit(KEY, change(looking.review(KEY)), by="ann")
    source = made.desk.settings.content / "tides.md"
    source.write_text(
        "# Tides\n\nThe sea rises and falls twice a day, and the highest tide of all was 16 metres.\n\n## The Moon\n"
    )
    review = looking.review(KEY)
    assert review.edits == ()
    assert [each.pieces[0].said for each in review.homeless] == [SAID]
    looking.release(KEY, review.homeless[0].id, by="ann")
    assert looking.review(KEY).homeless == ()


def test_what_nobody_says_any_more_is_left_out_and_the_coverage_says_who_did_that(made: scenarios.House) -> None:
    looking = reviewing(made)
    review = looking.edit(KEY, change(looking.review(KEY), ""), by="ann")
    there = passage(review, MOON)
    assert (there.outcome, there.reason) == ("left_out", "an editor left it out")
    made.make()
    assert MOON not in script(made).spoken_text
    back = looking.edit(KEY, Change(there.name, 0, "", there.lines[0].written), by="ann")
    assert back.edits == (), "saying what was written again releases the edit"
    assert made.make().result is Result.FRESH


def test_gates_warn_of_a_number_that_an_edit_loses(made: scenarios.House) -> None:
    looking = reviewing(made)
    source = "The sea rises and falls twice a day, and the highest tide of all was 16 metres."
    price = looking.price(KEY, change(looking.review(KEY), "The sea rises and falls twice a day.", source))
    assert any("16" in doubt for doubt in price.doubts)


def test_what_cannot_be_said_is_refused_with_the_remedy(made: scenarios.House) -> None:
    looking = reviewing(made)
    review = looking.review(KEY)
    for text in ("It has <b>markup</b>.", "[shouting] It is loud.", "<<2>> It jumps.", "?!", "x" * 5_000, MOON):
        with pytest.raises(Refused):
            looking.edit(KEY, change(review, text), by="ann")
    with pytest.raises(Refused, match="changed meanwhile"):
        looking.edit(KEY, Change(passage(review, MOON).name, 0, "What nobody saw.", SAID), by="ann")
    assert looking.review(KEY).edits == ()


def test_a_direction_of_the_voice_is_a_direction_and_is_not_read_out(house: scenarios.House) -> None:
    looking = reviewing(house)
    key = _directed(house)
    house.make(key)
    direction = house.desk.wanted(key).writer.style.directions[0]
    moon = passage(looking.review(key), MOON)
    review = looking.edit(key, Change(moon.name, 0, moon.lines[0].said, f"[{direction}] {SAID}"), by="ann")
    assert review.script is not None
    (segment,) = [each for each in review.script.segments if each.text == SAID]
    assert [each.name for each in segment.directions] == [direction]


def _directed(house: scenarios.House) -> NarrationKey:
    """The lesson in a voice that takes directions."""
    for voice in house.desk.voices().for_locale(KEY.locale):
        key = NarrationKey(KEY.content, KEY.locale, voice.key)
        if house.desk.refusal(voice, KEY.locale.tag) is None and house.desk.wanted(key).writer.style.directions:
            return key
    raise AssertionError("no voice of the catalogue takes directions")


def test_a_long_passage_is_cut_into_segments_like_any_other(made: scenarios.House) -> None:
    looking = reviewing(made)
    long = " ".join(f"The Moon pulls at the water for the {n} time, and nobody minds it at all." for n in range(12))
    review = looking.edit(KEY, change(looking.review(KEY), long), by="ann")
    assert len(passage(review, MOON).lines) == 1
    assert review.script is not None
    pieces = [each for each in review.script.segments if each.block_id == passage(review, MOON).name[0]]
    assert len(pieces) > 1
    assert " ".join(each.text for each in pieces) == long
    assert [each.ends_block for each in pieces] == [False] * (len(pieces) - 1) + [True]


def test_voices_share_the_edits_of_their_style_alone(made: scenarios.House) -> None:
    looking = reviewing(made)
    looking.edit(KEY, change(looking.review(KEY)), by="ann")
    own = style_key(made.desk.wanted(KEY).writer.style)
    for voice in made.desk.voices().for_locale(KEY.locale):
        key = NarrationKey(KEY.content, KEY.locale, voice.key)
        if made.desk.refusal(voice, KEY.locale.tag) is None:
            wanted = made.desk.wanted(key)
            shares = style_key(wanted.writer.style) == own
            assert bool(wanted.edits.placed) == shares, voice.key


def test_a_script_that_is_not_written_yet_is_not_written_for_a_look(house: scenarios.House) -> None:
    review = reviewing(house).review(KEY)
    assert review.script is None
    assert review.estimate.script_micros > 0
    assert house.server.calls == []
