"""One rule decides what is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.errors import (
    BadAnswer,
    Busy,
    OutcomeUnknown,
    QuotaExceeded,
    RateLimited,
    Rejected,
    StudioError,
    Unavailable,
)
from assets.domain.retries import RetryRule

RULE = RetryRule()


@pytest.mark.parametrize("error", [Rejected("x"), QuotaExceeded("x"), BadAnswer("x"), OutcomeUnknown("x")])
def test_what_cannot_get_better_is_not_tried_again(error: StudioError) -> None:
    assert RULE.wait(error, 1, 0.5) is None


@pytest.mark.parametrize("error", [RateLimited("x"), Busy("x"), Unavailable("x")])
def test_transient_faults_are_tried_four_times_more(error: StudioError) -> None:
    waits = [RULE.wait(error, attempt, 0.5) for attempt in range(1, 7)]
    assert [wait is not None for wait in waits] == [True] * 4 + [False] * 2


def test_what_the_provider_says_is_obeyed_up_to_a_cap() -> None:
    assert RULE.wait(RateLimited("x", retry_after_seconds=30), 1, 0.0) == 30
    assert RULE.wait(RateLimited("x", retry_after_seconds=3600), 1, 0.0) is None


@given(st.integers(1, 4), st.floats(0, 0.999))
def test_waits_grow_and_stay_under_the_cap(attempt: int, chance: float) -> None:
    wait = RULE.wait(Unavailable("x"), attempt, chance)
    assert wait is not None
    assert 0.5 * 2 ** (attempt - 1) <= wait <= min(60.0, 2.0 ** (attempt - 1))
