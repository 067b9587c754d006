"""What a model wrote is read by its marks; whatever it is, reading it never fails and never invents words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.keys import Locale
from assets.domain.outlines import Block, BlockKind
from assets.domain.scripts import directed
from assets.text.answers import read, segments

BLOCKS = (
    Block("a", BlockKind.HEADING, "Tides", (1, 1), 2),
    Block("b", BlockKind.PARAGRAPH, "The sea rises, says Wang [4], twice a day.", (3, 3)),
    Block("c", BlockKind.MATHEMATICS, "x squared", (5, 5)),
)


def test_a_passage_begins_with_the_numbers_of_its_blocks() -> None:
    reading = read("<<1>> Tides.\n\n<<2, 3>> The sea rises.", BLOCKS)
    assert [(each.blocks, each.text) for each in reading.passages] == [((0,), "Tides."), ((1, 2), "The sea rises.")]
    assert reading.faults == ()


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("Sure! <<1>> Tides.", "The text begins before the first mark: 'Sure!'."),
        ("Tides.", "No passage begins with the number of a block in double angle brackets."),
        ("<<9>> Tides.", "There is no block 9; the section has 3."),
        ("<<1>>\n<<2>> The sea.", "The passage of block 1 says nothing."),
        ("<<1>> **Tides**.", "It would read markup aloud"),
        ("<<1>> [dances] Tides.", "'[dances]' is no direction of this voice."),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_so_that_a_model_can_mend_it(answer: str, fault: str) -> None:
    assert any(said.startswith(fault) for said in read(answer, BLOCKS).faults), read(answer, BLOCKS).faults


def test_directions_that_the_voice_knows_are_kept_at_their_places_and_are_no_words() -> None:
    reading = read("<<1>> Tides. [Whispers] They come. [laughs]", BLOCKS, ("whispers", "laughs"))
    (passage,) = reading.passages
    assert passage.text == "Tides. They come."
    assert [(passage.text[each.at :][:4], each.name) for each in passage.directions] == [
        ("They", "whispers"),
        (".", "laughs"),
    ]
    assert reading.faults == ()


def test_brackets_of_the_author_are_words_and_no_directions() -> None:
    reading = read("<<2>> The sea rises, says Wang [4], twice a day.", BLOCKS, ("whispers",))
    assert reading.faults == ()
    assert reading.passages[0].text == "The sea rises, says Wang 4, twice a day."


def test_a_long_passage_is_cut_at_sentences_and_each_piece_keeps_its_own_directions() -> None:
    sentence = "The sea rises and falls twice a day because the Moon pulls on it. "
    reading = read(f"<<2>> {sentence * 12}[whispers] And so it ends.", BLOCKS, ("whispers",))
    made = segments(reading, BLOCKS, Locale("en"))
    assert len(made) > 1
    assert " ".join(each.text for each in made) == f"{sentence * 12}And so it ends."
    assert [bool(each.directions) for each in made] == [False] * (len(made) - 1) + [True]
    assert directed(made[-1].text, made[-1].directions).endswith("[whispers] And so it ends.")
    assert [each.ends_block for each in made] == [False] * (len(made) - 1) + [True]


marks = st.sampled_from(
    ["<<1>>", "<<2,3>>", "<<1-3>>", "<<0>>", "<<99>>", "<<3-1>>", "[whispers]", "[4]", "[", "]", "<<", ">>"]
)
answers = st.lists(marks | st.text(max_size=30), max_size=30).map(" ".join)


@given(answers)
def test_any_answer_can_be_read_and_its_segments_say_its_passages(answer: str) -> None:
    reading = read(answer, BLOCKS, ("whispers",))
    made = segments(reading, BLOCKS, Locale("en"))
    assert "".join("".join(each.text.split()) for each in made) == "".join(
        "".join(each.text.split()) for each in reading.passages
    )
    for each in made:
        assert each.text.strip()
        assert {int(place) for place in (each.block_id, *each.also)} <= {0, 1, 2}
        assert all(0 <= direction.at < len(each.text) for direction in each.directions)


@given(answers)
def test_no_mark_is_ever_said(answer: str) -> None:
    import re

    reading = read(answer, BLOCKS, ("whispers",))
    if not reading.faults:
        assert not any(re.search(r"<<\d+>>|\[whispers\]", each.text) for each in reading.passages)
