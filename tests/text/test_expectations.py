"""The published expectations: what is written, what is said, and by which rule; per language a file of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from expectations_table import LEAST, expectations, known_faults, met

from assets.domain.keys import Locale
from assets.text.leaks import leaks
from assets.text.saying.say import say


@pytest.mark.parametrize("language", LEAST)
def test_there_are_as_many_expectations_as_promised(language: str) -> None:
    found = expectations(language)
    assert len(found) >= LEAST[language].cases
    assert len({each.written for each in found}) == len(found), "each is there once"


@pytest.mark.parametrize("language", LEAST)
def test_what_is_said_is_what_is_expected(language: str) -> None:
    found = expectations(language)
    missed = [
        f"{each.written!r}: {met(language, each)!r}, not {each.said!r}"
        for each in found
        if met(language, each) != each.said
    ]
    assert 1 - len(missed) / len(found) >= LEAST[language].share, "\n".join(missed)


def test_a_known_fault_is_one_still() -> None:
    mended = [each.written for language, each in known_faults() if met(language, each) == each.said]
    assert mended == [], "move it to the table of its language"


@pytest.mark.parametrize("language", LEAST)
def test_saying_it_again_changes_nothing_more(language: str) -> None:
    for each in expectations(language):
        said = say(each.written, Locale(language)).text
        assert say(said, Locale(language)).text == said, each.written
        assert leaks(said) == () or leaks(each.written) != (), each.written
