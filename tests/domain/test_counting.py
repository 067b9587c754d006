"""A number with its word, as English has it."""

import pytest

from assets.domain.counting import counted


@pytest.mark.parametrize(
    ("count", "words", "told"),
    [
        (0, ("take",), "0 takes"),
        (1, ("take",), "1 take"),
        (2, ("take",), "2 takes"),
        (1, ("narration is", "narrations are"), "1 narration is"),
        (21, ("narration is", "narrations are"), "21 narrations are"),
    ],
)
def test_one_is_one_and_anything_else_is_many(count, words, told):
    assert counted(count, *words) == told
