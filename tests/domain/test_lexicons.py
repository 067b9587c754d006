"""A lexicon says words as people want them, where they want it, and touches nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.errors import Refused
from assets.domain.lexicons import NO_LEXICON, Entry, Lexicon, touched_digest
from assets.domain.said import changed


def said(text: str, *entries: Entry, ipa: bool = False) -> str:
    return changed(text, Lexicon(entries).changes(text, ipa=ipa)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A GIF moves.", "A jiff moves."),
        ("a gif.", "a jiff."),
        ("GIF", "jiff"),
        ("(GIF), GIF's", "(jiff), jiff's"),
        ("GIFs and giffy", "GIFs and giffy"),
        ("my_gif is a name", "my_gif is a name"),
    ],
)
def test_a_word_is_respelled_where_it_is_a_word_and_in_any_letters(text: str, expected: str) -> None:
    assert said(text, Entry("GIF", "jiff")) == expected


def test_an_entry_of_exact_letters_leaves_others_alone() -> None:
    assert said("US and us", Entry("US", "U S", cased=True)) == "U S and us"


def test_words_with_signs_and_several_words_are_found() -> None:
    entries = (
        Entry("C++", "C plus plus"),
        Entry(".NET", "dot net"),
        Entry("New York City", "N Y C"),
        Entry("New", "old"),
    )
    assert said("C++, .NET and New York City, New York", *entries) == "C plus plus, dot net and N Y C, old York"


def test_the_same_word_is_said_by_its_neighbours() -> None:
    read = Entry("read", "red", before=("have", "has"))
    lead = Entry("lead", "led", after=("pipe", "pipes"))
    assert said("I read. I have read, has Read a lead pipe, lead on", read, lead) == (
        "I read. I have red, has red a led pipe, lead on"
    )


def test_a_context_goes_before_none_and_the_longer_before_the_shorter() -> None:
    entries = Entry("polish", "pollish"), Entry("polish", "poh lish", after=("people",)), Entry("polish nail", "x")
    assert said("polish people polish nail polish", *entries) == "poh lish people x pollish"


def test_characters_without_spaces_are_found_within_a_sentence() -> None:
    assert said("今日は良い。", Entry("良い", "よい")) == "今日はよい。"


def test_sounds_go_to_voices_that_take_them_and_the_respelling_to_others() -> None:
    both, sounds = Entry("Nabu", "nah boo", ipa="ˈnɑːbuː"), Entry("Ea", ipa="ˈeɪə")
    text = "Nabu and Ea"
    assert said(text, both, sounds) == "nah boo and Ea"
    heard = Lexicon([both, sounds]).changes(text, ipa=True)
    assert [(text[each.first : each.last], each.ipa) for each in heard] == [("Nabu", "ˈnɑːbuː"), ("Ea", "ˈeɪə")]
    assert Lexicon([sounds]).touched([text]) == (), "what a voice cannot say is no part of what it said"


def test_a_later_entry_for_the_same_thing_counts() -> None:
    assert said("GIF", Entry("GIF", "jiff"), Entry("gif", "ghiff")) == "ghiff"


def test_only_what_is_in_a_text_is_part_of_it_and_order_is_not() -> None:
    one, two, note = Entry("one", "wun"), Entry("two", "too"), Entry("one", "wun", note="said so")
    here = Lexicon([one, two]).touched(["one", "other"])
    assert touched_digest(here, ipa=False) == touched_digest(Lexicon([two, note]).touched(["other one"]), ipa=False)
    assert touched_digest(here, ipa=False) != touched_digest(Lexicon([Entry("one", "won")]).touched(["one"]), ipa=False)
    assert touched_digest(NO_LEXICON.touched(["one"]), ipa=False) == ""


@pytest.mark.parametrize(
    "entry",
    [
        Entry("", "x"),
        Entry("→", "arrow"),
        Entry("word"),
        Entry("word", "<b>"),
        Entry("word", "..."),
        Entry("w" * 81, "x"),
        Entry("word", ipa="/wɜːd/"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_with_a_remedy(entry: Entry) -> None:
    with pytest.raises(Refused) as refused:
        entry.require_sound()
    assert refused.value.remedy


words = st.text(alphabet="abAB .ß良", min_size=0, max_size=12)


@given(
    st.lists(st.builds(Entry, words, words, cased=st.booleans()), max_size=6),
    st.text(alphabet="abAB .ß良", max_size=40),
)
def test_changes_are_in_order_within_the_text_and_touched_says_which(entries: list[Entry], text: str) -> None:
    lexicon = Lexicon(entries)
    places = list(lexicon.places(text))
    assert all(0 <= place.first < place.last <= len(text) for place in places)
    assert all(one.last <= two.first for one, two in pairwise(places))
    assert {place.entry.name for place in places} == {entry.name for entry in lexicon.touched([text])}
