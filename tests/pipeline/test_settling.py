"""Calls whose answers were lost are settled from the provider's history, or as a person says; never twice."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
from scenarios import KEY, PLAIN_KEY, House, house

from assets.pipeline.engine import Result
from assets.pipeline.settling import Outcome, settle_spending


def lose(home: House, stage: str, fault: str) -> None:
    home.server.history_works = False
    home.server.fail(stage, fault)
    assert home.make(PLAIN_KEY if stage == "plain_speech" else KEY).result is Result.FAILED
    assert home.held > 0


def outcomes(home: House, **how: object) -> list[Outcome]:
    return [each.outcome for each in settle_spending(home.desk, **how)]  # type: ignore[arg-type]


def test_a_dry_run_says_what_is_open_and_changes_nothing(tmp_path: Path) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "speech", "time_out_billed")
        before = home.settled, home.held
        assert outcomes(home, apply=False) == [Outcome.HELD]
        assert (home.settled, home.held) == before


@pytest.mark.parametrize(
    ("fault", "outcome"), [("time_out_billed", Outcome.FOUND), ("time_out_unbilled", Outcome.NEVER_MADE)]
)
def test_a_take_is_settled_by_the_history_once_it_answers(tmp_path: Path, fault: str, outcome: Outcome) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "speech", fault)
        assert outcomes(home, apply=True) == [Outcome.HELD], "the history is down"
        home.server.history_works = True
        assert outcomes(home, apply=True) == [outcome]
        assert outcomes(home, apply=True) == []
        assert (home.settled, home.held) == (home.bill, 0)
        assert home.make().result is Result.MADE
        assert home.twice("speech") == 0, "what was found is kept and not bought again"


def test_a_call_that_is_billed_after_its_customer_has_gone_is_found_by_the_second_look(tmp_path: Path) -> None:
    with house(tmp_path, call_seconds=2, patience=(0.0, 3.0)) as home:
        home.server.dawdle_seconds = 2.5
        lose(home, "speech", "time_out_billed_late")
        home.server.history_works = True
        assert outcomes(home, apply=True) == [Outcome.FOUND]
        assert (home.settled, home.held) == (home.bill, 0)


def test_what_stays_open_says_why(tmp_path: Path) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "speech", "time_out_billed")
        (open_call,) = settle_spending(home.desk, apply=True)
        assert open_call.why


@pytest.mark.parametrize(("lost", "outcome"), [("paid", Outcome.PAID), ("unpaid", Outcome.UNPAID)])
def test_where_there_is_no_history_a_person_decides(tmp_path: Path, lost: str, outcome: Outcome) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "plain_speech", "time_out_billed")
        settled, held = home.settled, home.held
        assert outcomes(home, apply=True) == [Outcome.HELD]
        assert outcomes(home, apply=True, lost=lost) == [outcome]
        assert (home.settled, home.held) == (settled + (held if lost == "paid" else 0), 0)
        assert home.make(PLAIN_KEY).result is Result.MADE


def test_what_a_person_says_does_not_overrule_the_history(tmp_path: Path) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "speech", "time_out_billed")
        home.server.history_works = True
        assert outcomes(home, apply=True, lost="unpaid") == [Outcome.FOUND]
        assert home.settled == home.bill


def test_a_section_that_the_history_has_is_fetched_when_its_narration_is_asked_for(tmp_path: Path) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "script", "time_out_billed")
        home.server.history_works = True
        (held,) = settle_spending(home.desk, apply=True)
        assert held.outcome is Outcome.HELD
        assert "it is fetched when its narration is asked for again" in held.why
        assert home.make().result is Result.MADE
        assert home.twice("script") == 0
        assert (home.settled, home.held) == (home.bill, 0)


def test_a_section_that_was_never_written_costs_nothing(tmp_path: Path) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "script", "time_out_unbilled")
        home.server.history_works = True
        assert outcomes(home, apply=True) == [Outcome.NEVER_MADE]
        assert (home.settled, home.held) == (home.bill, 0)


def test_a_lost_call_of_a_voice_that_is_gone_waits_for_a_person(tmp_path: Path) -> None:
    with house(tmp_path, call_seconds=2) as home:
        lose(home, "speech", "time_out_billed")
        home.server.history_works = True
        voices = tmp_path / "voices.toml"
        voices.write_text(
            '[joe]\nname = "Joe"\nprovider = "piper"\nmodel = "en_US-joe-medium"\n'
            'provider_voice = "joe"\nlocales = ["en"]\n'
        )
        home.desk.settings = replace(home.desk.settings, voices=voices)
        (held,) = settle_spending(home.desk, apply=True)
        assert held.outcome is Outcome.HELD
        assert "nina" in held.why
        assert outcomes(home, apply=True, lost="paid") == [Outcome.PAID]
