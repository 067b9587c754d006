import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.hearing import character_error_rate, plain_words, word_error_rate

WORDS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=12)


def test_case_punctuation_and_typography_do_not_count():
    assert word_error_rate("“Don’t” stop — now!", "don't stop now") == 0.0


def test_each_wrong_missing_or_extra_word_counts_once():
    assert word_error_rate("one two three four", "one too three four") == 0.25
    assert word_error_rate("one two three four", "one two four") == 0.25
    assert word_error_rate("one two three four", "one two three and four") == 0.25
    assert word_error_rate("one two", "") == 1.0
    assert word_error_rate("one", "not one but three") == 3.0


def test_marks_of_indian_and_arabic_scripts_are_part_of_their_words():
    assert plain_words("यह द्विघात है।") == ["यह", "द्विघात", "है"]


def test_characters_are_compared_without_the_spaces_that_a_listener_puts():
    assert character_error_rate("你好，世界", "你好世界") == 0.0
    assert character_error_rate("vektor itu", "vektoritu") == 0.0
    assert character_error_rate("abcd", "abxd") == 0.25


def test_nothing_said_cannot_be_judged():
    with pytest.raises(ValueError, match="Nothing was said"):
        word_error_rate("…", "hello")


@given(WORDS, WORDS)
def test_the_rate_is_nought_only_for_the_same_words_and_bounded_by_the_longer(said, heard):
    rate = word_error_rate(" ".join(said), " ".join(heard))
    assert (rate == 0.0) == (said == heard)
    assert abs(len(said) - len(heard)) / len(said) <= rate <= max(len(said), len(heard)) / len(said)
