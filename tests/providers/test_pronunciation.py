import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.words import words
from assets.providers.pronunciation import respelled, with_commas, without_controls


@pytest.mark.parametrize(
    "text",
    [
        "[A] over B",
        "vector [A] B",
        "[a] squared plus b squared",
        "[A] plus B is a sum",
        "the point [A].",
        "from [A] to B",
        "y equals [a] x plus b",
        "f of [a]",
        "[a] equals 5",
        "f open paren [a] close paren",
        "what is ([A])?",
        "This is a test of a plan",
        "We read A Tale of Two Cities",
        "A vector is a thing",
        "put a plus sign here",
        "a and the b",
        "a close friend",
    ],
)
def test_an_a_is_a_letter_in_a_formula_and_an_article_elsewhere(text):
    plain = text.replace("[", "").replace("]", "")
    expected = text.replace("[A]", "eigh").replace("[a]", "eigh")
    assert " ".join(respelled(plain.split(), "en")) == expected


def test_other_languages_are_spelled_as_they_are():
    assert respelled(["A", "over", "B"], "id") == ["A", "over", "B"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Wait… what — no", "Wait, what, no"),
        ("Wait... (yes, really) what - no.", "Wait, yes, really, what, no."),
        ("(first) one (two).", "first, one, two."),
        ("The value f(x) is", "The value f(x) is"),
        ("U.S., and more", "U.S., and more"),
        ("end. (See this.) Next", "end. See this. Next"),
        ("3.14 and 1,250 or 3–5", "3.14 and 1,250 or 3–5"),
        ("a well-known a--b", "a well-known a, b"),
        ("… hm —", "hm"),
        ("say [[h@]] it", "say  h@  it"),
        ("", ""),
    ],
)
def test_silent_punctuation_becomes_a_comma_where_a_reader_pauses(text, read):
    assert with_commas(text) == read


@given(st.text())
def test_pauses_change_no_letter_and_leave_no_phonemes_to_piper(text):
    read = with_commas(text)
    assert [c for c in read if c.isalnum()] == [c for c in text if c.isalnum()]
    assert "[[" not in read


@given(st.text())
def test_controls_become_spaces_in_their_place(text):
    plain = without_controls(text)
    assert len(plain) == len(text)
    assert plain.isprintable() or not any(ord(c) < 32 for c in plain)
    plain.encode()


@given(st.text())
def test_spelling_keeps_the_number_of_words(text):
    said = [text[first:last] for first, last in words(text)]
    assert len(respelled(said, "en")) == len(said)
