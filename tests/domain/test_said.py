"""What is said for a text knows where each of its words comes from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.said import Respoken, Said, changed
from assets.domain.speech import WordTiming

COSTS = Said("It costs 25 %, not 5 km.", (Respoken(9, 13, "twenty-five percent"), Respoken(19, 23, "five kilometres")))


def test_the_voice_is_given_the_words_and_the_reader_keeps_the_signs() -> None:
    assert COSTS.text == "It costs twenty-five percent, not five kilometres."
    assert COSTS.shown == "It costs 25 %, not 5 km."


def test_a_word_is_heard_where_its_sign_stands() -> None:
    words, at = [], 0
    for number, word in enumerate(COSTS.text.split()):
        at = COSTS.text.index(word, at)
        words.append(WordTiming(float(number), number + 0.9, at, at + len(word)))
        at += len(word)
    found = COSTS.timings(words)
    assert [COSTS.shown[each.first_char : each.last_char] for each in found] == [
        "It",
        "costs",
        "25 %",
        "25 %,",
        "not",
        "5 km",
        "5 km.",
    ]
    assert [each.start_seconds for each in found] == [0, 1, 2, 3, 4, 5, 6]


def test_a_place_of_the_shown_text_is_found_in_the_said_one() -> None:
    assert COSTS.text[COSTS.place(0) :].startswith("It")
    assert COSTS.text[COSTS.place(9) :].startswith("twenty-five")
    assert COSTS.text[COSTS.place(11) :].startswith("twenty-five"), "within a change it is its beginning"
    assert COSTS.text[COSTS.place(15) :].startswith("not")


def test_what_is_said_as_it_is_shown_is_no_change() -> None:
    assert changed("one two", [Respoken(4, 7, "two"), Respoken(0, 3, "1")]).changes == (Respoken(0, 3, "1"),)


@st.composite
def said(draw: st.DrawFn) -> Said:
    shown = draw(st.text(alphabet="ab 1", max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(shown)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return Said(shown, tuple(Respoken(first, last, draw(st.text(alphabet="xyz", max_size=5))) for first, last in spans))


@given(said(), st.data())
def test_places_and_stretches_never_leave_the_text_and_keep_their_order(each: Said, data: st.DataObject) -> None:
    places = [each.place(at) for at in range(len(each.shown) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(each.text) for place in places)
    first = data.draw(st.integers(0, len(each.text)))
    last = data.draw(st.integers(first, len(each.text)))
    (found,) = each.timings([WordTiming(0.0, 1.0, first, last)])
    assert 0 <= found.first_char <= found.last_char <= len(each.shown) or first == last
