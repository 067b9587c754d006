"""`studio fresh` shows what upkeep would do, and does nothing."""

import pytest

pytestmark = pytest.mark.slow


def test_it_says_that_it_is_off_and_what_it_would_do(studio) -> None:
    told = studio.run("fresh", "--missing", "--json").json
    assert told["policy"]["when"] == "off"
    assert (told["due"], told["just_edited"]) == (0, 1)
    studio.write("rain.en.md", "# Rain\n\nIt falls.\n")
    import os

    os.utime(studio.content / "rain.en.md", (1_700_000_000, 1_700_000_000))
    told = studio.run("fresh", "--missing", "--contents", "ra*").out
    assert "Upkeep is off" in told
    assert "1 narration is due (0 out of date, 1 never made)" in told
    assert studio.run("status", "--json").json["narrations"] == []


def test_a_policy_that_makes_no_sense_is_refused(studio) -> None:
    refused = studio.run("fresh", "--usd-per-day", "plenty")
    assert refused.code == 2
    assert "STUDIO_KEEP_FRESH_USD_PER_DAY is 'plenty'" in refused.err
