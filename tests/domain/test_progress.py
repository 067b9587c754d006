"""The time left: from what was measured, and never longer than it was told before."""

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.progress import JOINING_PACE, joining_left, never_more, speaking_left

SECONDS = st.floats(0, 1e6)


def test_the_first_word_on_the_time_left_comes_from_earlier_narrations():
    assert speaking_left(0, 0, 10, 100, None) is None
    assert speaking_left(0, 0, 10, 100, 2.5) == 25


def test_takes_that_are_only_reused_take_no_time():
    assert speaking_left(8, 4, 10, 0, None) == 12
    assert speaking_left(8, 0, 0, 100, None) == 100 / JOINING_PACE


def test_joining_goes_by_its_own_share_as_soon_as_that_tells_something():
    assert joining_left(1, 0.0, 100) == 100 / JOINING_PACE
    assert joining_left(3, 0.75, 1e9) == 1
    assert joining_left(3, 1.0, 100) == 0


@given(st.lists(st.none() | SECONDS))
def test_the_time_left_never_runs_backwards(estimates):
    told = None
    for estimate in estimates:
        before, told = told, never_more(told, estimate)
        assert before is None or (told is not None and told <= before)


@given(SECONDS, st.integers(0, 50), st.integers(0, 50), SECONDS, st.none() | SECONDS, st.floats(0, 1))
def test_the_time_left_is_never_negative(elapsed, bought, to_buy, listening, pace, share):
    left = speaking_left(elapsed, bought, to_buy, listening, pace)
    assert left is None or left >= 0
    assert joining_left(elapsed, share, listening) >= 0
