from hypothesis import given
from hypothesis import strategies as st

from assets.domain.words import words


def said(text: str) -> list[str]:
    return [text[first:last] for first, last in words(text)]


def test_a_word_keeps_its_punctuation():
    assert said("“Hello,” she said (twice)!") == ["“Hello,”", "she", "said", "(twice)!"]


def test_punctuation_that_stands_alone_belongs_to_the_word_before():
    assert said("wait — what … no") == ["wait —", "what …", "no"]


def test_punctuation_that_opens_belongs_to_the_word_after():
    assert said("« bon » — ¿ sí") == ["« bon » —", "¿ sí"]


def test_a_symbol_that_is_said_is_a_word():
    assert said("2 + 2 = 4 😀") == ["2", "+", "2", "=", "4", "😀"]


def test_chinese_characters_are_words_and_latin_words_among_them_stay_whole():
    assert said("「你好。」学习3个vector！") == ["「你", "好。」", "学", "习", "3", "个", "vector！"]


def test_letters_with_marks_stay_one_word():
    assert said("e\u0301te\u0301 है।") == ["e\u0301te\u0301", "है।"]


def test_only_punctuation_has_no_words():
    assert words("") == words(" \n") == words("… — (!) ```") == ()


@given(st.text())
def test_nothing_but_white_space_is_outside_the_words(text):
    found = words(text)
    if found:
        edges = [0, *(edge for span in found for edge in span), len(text)]
        assert edges == sorted(edges)
        outside = [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
        assert not "".join(outside).strip()
        assert all(text[first:last].strip() == text[first:last] != "" for first, last in found)
