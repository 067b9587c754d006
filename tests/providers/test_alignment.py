from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assets.providers.alignment import GAP, Sound, cuts, spread, word_timings

SOUNDS = st.text("aiuptksmnl", min_size=1, max_size=6)
HEARD = st.text("aiuptksmnlʃɚ ", max_size=40)


def pieces(expected: list[str], heard: str) -> list[str]:
    return [heard[first:last].strip() for first, last in cuts(expected, heard)]


def test_words_that_are_kept_apart_are_cut_at_the_gaps():
    assert pieces(["həloʊ", "wɜld"], "həloʊ wɜld") == ["həloʊ", "wɜld"]


def test_words_that_are_merged_are_cut_inside():
    assert pieces(["ɛnd", "ʌv", "ðə", "peɪdʒ"], "ɛnd ʌvðə peɪdʒ") == ["ɛnd", "ʌv", "ðə", "peɪdʒ"]


def test_a_word_that_is_said_as_several_keeps_them_all():
    expected = ["weɪt", "tuhʌndɹɪdfɪfti", "deɪz"]
    assert pieces(expected, "weɪt tu hʌndɹɪd fɪfti deɪz") == ["weɪt", "tu hʌndɹɪd fɪfti", "deɪz"]


def test_a_word_whose_sounds_change_in_company_is_still_found():
    assert pieces(["eɪ", "plæn", "tu", "goʊ"], "ɐ plæn tə goʊ") == ["ɐ", "plæn", "tə", "goʊ"]


def test_a_swallowed_word_is_empty_and_the_others_keep_theirs():
    assert pieces(["plæn", "ɛks", "goʊ"], "plæn goʊ") == ["plæn", "", "goʊ"]


@given(st.lists(SOUNDS, max_size=12), HEARD)
def test_whatever_is_heard_every_word_has_a_stretch_and_they_follow_each_other(expected, heard):
    found = cuts(expected, heard)
    assert len(found) == len(expected)
    if found:
        assert found[0][0] == 0
        assert found[-1][1] == len(heard)
    for (first, last), (following, _) in pairwise(found):
        assert first <= last == following


@given(st.lists(SOUNDS, min_size=1, max_size=12), st.data())
def test_what_is_heard_as_expected_is_cut_as_expected_however_it_is_merged(expected, data):
    gaps = data.draw(st.lists(st.booleans(), min_size=len(expected), max_size=len(expected)))
    heard = "".join(word + (GAP if gap else "") for word, gap in zip(expected, gaps, strict=True))
    assert pieces(expected, heard) == expected


MOMENTS = st.one_of(st.none(), st.tuples(st.floats(-1, 20, allow_nan=False), st.floats(-1, 20, allow_nan=False)))


@given(st.lists(st.tuples(st.integers(1, 9), MOMENTS), max_size=15), st.floats(0, 15))
def test_every_word_gets_a_timing_inside_the_audio_that_never_goes_back(words, duration):
    spans, here = [], 0
    for length, _ in words:
        spans.append((here, here + length))
        here += length + 1
    timings = spread(spans, [moment for _, moment in words], duration)
    assert [(timing.first_char, timing.last_char) for timing in timings] == spans
    before = 0.0
    for timing in timings:
        assert before <= timing.start_seconds <= timing.end_seconds <= duration
        before = timing.start_seconds


def test_words_without_a_moment_share_that_of_the_word_before_by_their_length():
    timings = spread([(0, 2), (3, 5), (6, 10)], [(1.0, 2.0), None, (2.0, 3.0)], 4.0)
    assert [(timing.start_seconds, timing.end_seconds) for timing in timings] == [(1.0, 1.5), (1.5, 2.0), (2.0, 3.0)]


def test_words_before_the_first_moment_share_it():
    timings = spread([(0, 1), (2, 3)], [None, (1.0, 2.0)], 4.0)
    assert [(timing.start_seconds, timing.end_seconds) for timing in timings] == [(1.0, 1.5), (1.5, 2.0)]


def test_without_any_moment_the_words_share_the_whole():
    timings = spread([(0, 1), (2, 3)], [None, None], 4.0)
    assert [(timing.start_seconds, timing.end_seconds) for timing in timings] == [(0.0, 2.0), (2.0, 4.0)]


def test_a_word_begins_with_its_first_sound_and_ends_with_its_last():
    sounds = [Sound("a", 0.1, 0.2), Sound("p", 0.2, 0.4), Sound(GAP, 0.4, 0.9), Sound("i", 0.9, 1.0)]
    first, second = word_timings([(0, 2), (3, 4)], ["ap", "i"], sounds, 1.1)
    assert (first.start_seconds, first.end_seconds) == (0.1, 0.4)
    assert (second.start_seconds, second.end_seconds) == (0.9, 1.0)
