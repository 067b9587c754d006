"""Many processes at once: each piece is bought once, the cap holds to the last micro, an edit buys what it changed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from crowds import edits, shared_text, the_same_key, under_a_cap
from scenarios import KEY, SCRIPTS, TAKES, house

from assets.domain.keys import NarrationKey
from assets.pipeline.engine import Engine, Result

pytestmark = pytest.mark.timeout(1_000)  # a machine that is busy with other things is slow, and not stuck


@pytest.mark.slow
def test_two_hundred_requests_for_one_narration_over_twenty_processes_buy_each_piece_once(tmp_path: Path) -> None:
    came = the_same_key(tmp_path)
    assert came.ended.total() == 200
    assert set(came.ended) <= {"made", "joined", "fresh"}
    assert came.ended["made"] == 1
    assert (came.scripts, came.takes, came.twice) == (SCRIPTS, TAKES, 0)
    assert (came.settled, came.held) == (came.bill, 0)


@pytest.mark.slow
def test_fifty_narrations_that_share_their_text_buy_what_they_share_once(tmp_path: Path) -> None:
    came = shared_text(tmp_path)
    assert came.ended["made"] == 50
    assert (came.scripts, came.takes, came.twice) == (SCRIPTS + 50, TAKES + 2 * 50, 0)
    assert (came.settled, came.held) == (came.bill, 0)
    assert came.most_under_way <= 2 + 8, "the account's places hold over all processes"


@pytest.mark.slow
def test_a_cap_of_one_dollar_under_twenty_processes_is_never_passed(tmp_path: Path) -> None:
    came = under_a_cap(tmp_path)
    assert came.codes["budget_exceeded"] > 0, f"there was more to buy than the cap allows: {came}"
    assert came.held == 0
    assert 900_000 < came.settled <= 1_000_000, "the cap is used, and not feared"
    assert came.settled == came.bill
    assert came.most_ever <= 1_000_000, "with what was set aside, at every moment"


def test_an_edit_buys_one_take_an_insertion_one_an_undo_none_and_the_same_of_script_calls(tmp_path: Path) -> None:
    assert edits(tmp_path) == {
        "one sentence edited": (1, 1),
        "the edit undone": (0, 0),
        "one paragraph inserted at the top": (1, 1),
        "the insertion undone": (0, 0),
    }


def test_voices_of_one_persona_share_their_script_and_others_do_not(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        home.make()
        home.make(NarrationKey.of("tides", "en", "sarah"))
        assert len(home.server.billed("script")) == SCRIPTS, "nina and sarah speak the same way"
        home.make(NarrationKey.of("tides", "en", "david"))
        assert len(home.server.billed("script")) == 2 * SCRIPTS
        assert len(home.server.billed("speech")) == 3 * TAKES


def test_what_it_was_expected_to_cost_stands_beside_what_it_cost(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        version = home.make().version
        assert version is not None
        assert version.cost_micros == home.bill
        assert version.estimate_error_percent is not None
        assert abs(version.estimate_error_percent) < 5
        again = home.make(NarrationKey.of("tides", "en", "sarah")).version
        assert again is not None
        assert again.saved_micros == sum(
            round(0.4 * call.prompt_tokens + 1.6 * call.completion_tokens + 0.49999)
            for call in home.server.billed("script")
        ), "the script was there"


def test_an_engine_asked_twice_for_the_same_makes_it_once(tmp_path: Path) -> None:
    with house(tmp_path) as home:

        async def twice() -> list[Result]:
            engine = Engine(home.desk, ())
            return [made.result for made in await asyncio.gather(*(engine.make(KEY) for _ in range(2)))]

        assert sorted(asyncio.run(twice())) == [Result.JOINED, Result.MADE]
        assert len(home.server.calls) == SCRIPTS + TAKES
