from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.hearing import (
    BOUNDS,
    HeardPassage,
    Measure,
    Verdict,
    error_rate,
    judged,
    judgement,
    plain_words,
)


def word_error_rate(said, heard, *names):
    return error_rate(said, heard, Measure.WORDS, names)


def character_error_rate(said, heard, *names):
    return error_rate(said, heard, Measure.CHARACTERS, names)


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


def test_a_name_may_be_spelled_as_a_listener_likes_but_must_be_heard():
    said = "the island of Krakatau exploded in the Sunda strait"
    assert word_error_rate(said, "the island of cracker tower exploded in the sunda strait") > 0.1
    assert word_error_rate(said, "the island of cracker tower exploded in the sunda strait", "Krakatau") == 0
    assert word_error_rate(said, "the island of exploded in the sunda strait", "Krakatau") == pytest.approx(1 / 9)
    assert character_error_rate(said, "the island of crackatow exploded in the sunda strait", "Krakatau") == 0
    assert character_error_rate(said, "the island of exploded in the sunda strait", "Krakatau") > 0.05


EN = BOUNDS["en"]
SAID = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(
    ("said", "heard", "rate", "verdict"),
    [
        (SAID, SAID, 0.0, Verdict.PASS),
        (SAID, "one two three four five six seven ate", 0.2, Verdict.INCONCLUSIVE),
        (SAID, "one two three four", 0.6, Verdict.FAIL),
        (SAID, "", 1.0, Verdict.FAIL),
        ("Waves", "waifs", 1.0, Verdict.INCONCLUSIVE),
        ("Waves", "", 1.0, Verdict.FAIL),
    ],
)
def test_a_passage_passes_fails_or_leaves_it_open(said, heard, rate, verdict):
    assert judged(said, heard, rate, EN) is verdict


def passages(*rates):
    return [
        HeardPassage(n, n, n + 1, SAID, None if rate is None else SAID, rate, judged(SAID, SAID, rate or 0.0, EN))
        for n, rate in enumerate(rates)
    ]


@pytest.mark.parametrize(
    ("rates", "verdict", "why"),
    [
        ((0.0, 0.1, 0.0), Verdict.PASS, "heard as it is written"),
        ((0.0, 0.6, 0.0), Verdict.FAIL, "1 of 3 passages"),
        ((0.2,) * 6, Verdict.FAIL, "20% of the words"),
        ((0.2,) * 3, Verdict.INCONCLUSIVE, "too short"),
        ((0.0, None), Verdict.INCONCLUSIVE, "1 passage has not"),
        ((None, None), Verdict.INCONCLUSIVE, "Nobody has listened"),
    ],
)
def test_a_narration_is_judged_by_its_worst_passage_and_by_all_together(rates, verdict, why):
    found = judgement(passages(*rates), EN)
    assert found.verdict is verdict
    assert why in found.why


def test_other_bounds_judge_the_same_hearing_otherwise():
    strict = replace(EN, good=0.05, bad=0.1)
    again = [replace(each, verdict=judged(each.said, SAID, each.rate, strict)) for each in passages(0.0, 0.12)]
    assert judgement(passages(0.0, 0.12), EN).verdict is Verdict.PASS
    assert judgement(again, strict).verdict is Verdict.FAIL


def test_a_language_that_nobody_understands_here_is_left_open():
    found = judgement(passages(0.9), None)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.as_json()["passages"][0]["said"] == SAID
