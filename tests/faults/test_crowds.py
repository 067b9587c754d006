"""Many processes at once: each piece is bought once, the cap holds to the last micro, an edit buys what it changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from scenarios import KEY, LESSON, SCRIPTS, TAKES, House, house

from assets.domain.keys import NarrationKey
from assets.pipeline.engine import Engine, Result

ROOT = Path(__file__).parents[2]


def crowd(home: House, asked: list[list[str]], *, budget: str = "") -> list[tuple[str, str, str]]:
    """Let as many processes as there are lists ask for theirs at the same moment; what came of each request."""
    processes = len(asked)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "DAGSTER_"))}
    # Twenty processes on a small machine are slow: an answer that is late is not lost.
    given = {"PYTHONPATH": str(ROOT), "STUDIO_BUDGET_USD_PER_DAY": budget, "STUDIO_CALL_TIMEOUT_SECONDS": "60"}
    environment = {**kept, **home.environment, **given}
    begin = str(time.time() + 4 + 0.25 * processes)
    running = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("asker.py")), begin, *names],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for names in asked
    ]
    ended = [process.communicate(timeout=240) for process in running]
    assert [process.returncode for process in running] == [0] * processes, [err[-2000:] for _, err in ended]
    return [tuple(each) for out, _ in ended for each in json.loads(out)]


@pytest.mark.slow
def test_two_hundred_requests_for_one_narration_over_twenty_processes_buy_each_piece_once(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        came = crowd(home, [[str(KEY)] * 10] * 20)
        assert len(came) == 200
        assert {result for _, result, _ in came} <= {"made", "joined", "fresh"}
        assert sum(1 for _, result, _ in came if result == "made") == 1
        assert len(home.server.calls) == SCRIPTS + TAKES
        assert (home.twice("script"), home.twice("speech")) == (0, 0)
        assert (home.settled, home.held) == (home.bill, 0)


@pytest.mark.slow
def test_fifty_narrations_that_share_their_text_buy_what_they_share_once(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        names = []
        for number in range(50):
            text = f"{LESSON}\n## Page {number}\n\nThis is what page {number} adds.\n"
            (tmp_path / "content" / f"page-{number}.md").write_text(text)
            names.append(f"page-{number}@en@nina")
        came = crowd(home, [names] * 4)
        assert Counter(result for _, result, _ in came)["made"] == 50
        assert (home.twice("script"), home.twice("speech")) == (0, 0)
        assert len(home.server.billed("script")) == SCRIPTS + 50
        assert len(home.server.billed("speech")) == TAKES + 2 * 50
        assert (home.settled, home.held) == (home.bill, 0)
        assert home.server.most_under_way <= 2 + 8, "the account's places hold over all processes"


@pytest.mark.slow
def test_a_cap_of_one_dollar_under_twenty_processes_is_never_passed(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        names = []
        for number in range(60):
            words = " ".join(
                f"Sentence {each} of page {number} is here to be spoken and to be paid for." for each in range(6)
            )
            (tmp_path / "content" / f"page-{number}.md").write_text(f"# Page {number}\n\n{words}\n")
            names.append(f"page-{number}@en@nina")
        came = crowd(home, [names[each::20] for each in range(20)], budget="1")
        codes = Counter((result, code) for _, result, code in came)
        assert ("failed", "budget_exceeded") in codes, f"there was more to buy than the cap allows: {codes}"
        assert home.held == 0
        assert home.settled <= 1_000_000
        assert home.settled > 900_000, "the cap is used, and not feared"
        assert home.settled == home.bill
        assert most_ever(home) <= 1_000_000, "with what was set aside, at every moment"


def most_ever(home: House) -> int:
    """The most that was ever spent and set aside together, line by line of the record."""
    import sqlite3

    lines = sqlite3.connect(tmp_ledger(home)).execute("SELECT micros + held_micros FROM spend ORDER BY id").fetchall()
    total = most = 0
    for (change,) in lines:
        total += change
        most = max(most, total)
    return most


def tmp_ledger(home: House) -> str:
    return str(home.desk.settings.home / "ledger.db")


def test_an_edit_buys_one_take_an_insertion_one_an_undo_none_and_the_same_of_script_calls(tmp_path: Path) -> None:
    page = tmp_path / "content" / "tides.md"
    with house(tmp_path) as home:
        assert home.make().result is Result.MADE

        def bought() -> tuple[int, int]:
            before = len(home.server.billed("script")), len(home.server.billed("speech"))
            home.make()
            assert home.desk.view(KEY).fresh
            return (
                len(home.server.billed("script")) - before[0],
                len(home.server.billed("speech")) - before[1],
            )

        page.write_text(LESSON.replace("less than half as strongly", "not half as strongly"))
        assert bought() == (1, 1), "a sentence edited: its section, its segment"
        page.write_text(LESSON)
        assert bought() == (0, 0), "the edit undone"
        page.write_text(LESSON.replace("## The Moon", "A new paragraph at the top of all.\n\n## The Moon"))
        assert bought() == (1, 1), "a paragraph inserted"
        page.write_text(LESSON)
        assert bought() == (0, 0)


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
        assert abs(version.estimate_micros - version.cost_micros) < 0.05 * version.cost_micros
        again = home.make(NarrationKey.of("tides", "en", "sarah")).version
        assert again is not None
        assert again.saved_micros == sum(
            round(0.4 * call.prompt_tokens + 1.6 * call.completion_tokens + 0.49999)
            for call in home.server.billed("script")
        ), "the script was there"


def test_an_engine_asked_twice_for_the_same_makes_it_once(tmp_path: Path) -> None:
    import asyncio

    with house(tmp_path) as home:

        async def twice() -> list[Result]:
            engine = Engine(home.desk, ())
            return [made.result for made in await asyncio.gather(*(engine.make(KEY) for _ in range(2)))]

        assert sorted(asyncio.run(twice())) == [Result.JOINED, Result.MADE]
        assert len(home.server.calls) == SCRIPTS + TAKES
