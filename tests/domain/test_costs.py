"""Prices by model and day, and estimates that are never below the bill."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.costs import Estimate, Price, Prices, error_percent, script_micros, speech_micros, total
from assets.domain.errors import Refused

LIST = Prices(
    (
        Price("p", "m", date(2025, 1, 1), characters=80_000_000),
        Price("p", "m", date(2026, 1, 1), characters=40_000_000),
    )
)


@pytest.mark.parametrize(
    ("day", "rate"), [(date(2025, 1, 1), 80_000_000), (date(2025, 12, 31), 80_000_000), (date(2026, 1, 1), 40_000_000)]
)
def test_the_price_is_the_one_of_the_day(day: date, rate: int) -> None:
    assert LIST.require("p", "m", day).characters == rate


def test_an_unknown_model_or_an_earlier_day_has_no_price() -> None:
    with pytest.raises(Refused, match="not known"):
        LIST.require("p", "other", date(2026, 1, 1))
    assert LIST.find("p", "m", date(2024, 12, 31)) is None


def test_embedded_engines_are_free() -> None:
    for provider in ("embedded", "espeak", "kokoro", "piper"):
        assert speech_micros(Prices().require(provider, "any", date(2026, 1, 1)), 10_000) == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**9))
def test_two_calls_never_cost_less_than_one_of_both(a: int, b: int, rate: int) -> None:
    price = Price("p", "m", date(2025, 1, 1), characters=rate)
    assert speech_micros(price, a) + speech_micros(price, b) >= speech_micros(price, a + b)


def test_tokens_are_priced_by_kind() -> None:
    price = Price("p", "m", date(2025, 1, 1), prompt_tokens=150_000, completion_tokens=600_000)
    assert script_micros(price, 1_000_000, 500_000) == 450_000


def test_estimates_add_up() -> None:
    both = total([Estimate(segments=2, speech_micros=5), Estimate(segments=3, script_micros=7)])
    assert (both.segments, both.micros) == (5, 12)


def test_the_error_of_an_estimate_is_in_per_cent_of_the_truth() -> None:
    assert error_percent(110, 100) == pytest.approx(10.0)
    assert error_percent(0, 0) is None
