"""`studio plan` says beforehand what `studio generate` then does."""

import pytest

pytestmark = pytest.mark.slow


def test_the_plan_is_what_is_then_made(studio) -> None:
    planned = studio.run("plan", "tides", "--voice", "espeak", "--json").json
    (row,) = planned["narrations"]
    assert row["state"] == "to make"
    assert planned["total"]["cost_usd"] == 0
    made = studio.generate().json
    assert (row["segments"], row["takes_to_buy"]) == (made["segments"], made["takes_bought"])
    assert row["listening_seconds"] == pytest.approx(made["duration_seconds"], rel=0.6)

    again = studio.run("plan", "tides", "--voice", "espeak", "--json").json
    assert again["narrations"][0]["state"] == "fresh"
    assert again["total"]["takes_to_buy"] == 0


def test_a_plan_counts_an_edit_alone_and_shared_segments_once(studio) -> None:
    studio.generate()
    text = (studio.content / "tides.en.md").read_text()
    studio.write("tides.en.md", text.replace("twice a day", "two times a day"))
    studio.write("copy.en.md", text.replace("twice a day", "two times a day"))
    planned = studio.run("plan", "tides", "copy", "--voice", "espeak", "--json").json
    assert [row["takes_to_buy"] for row in planned["narrations"]] == [1, 0]
    assert planned["total"]["takes_to_buy"] == 1


def test_a_plan_asks_for_nothing_and_says_what_cannot_be_made(studio) -> None:
    planned = studio.run("plan", "nowhere", "--voice", "espeak", "--json").json
    assert planned["narrations"][0]["state"] == "refused"
    assert "There is no content 'nowhere'." in planned["narrations"][0]["why_not"]
    assert studio.run("status", "--json").json["narrations"] == []
