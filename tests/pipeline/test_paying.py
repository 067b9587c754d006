"""Each piece is paid for once, and every fault ends in the truth: state, calls and money after each of them."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from assets.domain.costs import Caps
from assets.domain.errors import Busy, KeyRefused, QuotaExceeded, RateLimited, Rejected, StudioError, Unavailable
from assets.domain.keys import NarrationKey
from assets.domain.retries import RetryRule
from assets.pipeline import calls, paying
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine, Made, Result
from assets.pipeline.opening import open_desk
from assets.providers import registry
from assets.settings import Settings

VOICES = """
[ann]
name = "Ann"
provider = "paid"
model = "m"
provider_voice = "a"
locales = ["en"]
"""
PRICES = '[[price]]\nprovider = "paid"\nmodel = "m"\nsince = 2020-01-01\ncharacters = 80.0\n'
LESSON = "# Tides\n\nThe sea rises and falls.\n\n## The Moon\n\nThe Moon pulls on the water.\n"
PIECES = 4
KEY = NarrationKey.of("tides", "en", "ann")


def _fake() -> ModuleType:
    path = Path(__file__).parents[1] / "fakes" / "paid_voice.py"
    spec = importlib.util.spec_from_file_location("paid_voice", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["paid_voice"] = module
    spec.loader.exec_module(module)
    return module


fake = _fake()


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch):
    """A paid voice that the registry knows as `paid`; waits are short."""
    made = fake.PaidVoice()
    monkeypatch.setitem(registry.SPEECH_PROVIDERS, "paid", registry.Place("paid_voice:PaidVoice"))  # type: ignore[index]
    monkeypatch.setitem(registry._MADE, ("paid_voice:PaidVoice",), made)
    monkeypatch.setattr(calls, "RetryRule", lambda: RetryRule(first_seconds=0.001))
    monkeypatch.setattr(paying, "_HISTORY_AFTER_SECONDS", (0.0, 0.0))
    return made


@pytest.fixture
def desk(tmp_path: Path, voice) -> Iterator[Desk]:
    content = tmp_path / "content"
    content.mkdir()
    (content / "tides.md").write_text(LESSON)
    (content / "copy.md").write_text(LESSON)
    (tmp_path / "voices.toml").write_text(VOICES)
    (tmp_path / "prices.toml").write_text(PRICES)
    opened = open_desk(
        Settings.from_environment(
            {
                "STUDIO_HOME": str(tmp_path / "home"),
                "STUDIO_CONTENT": str(content),
                "STUDIO_VOICES": str(tmp_path / "voices.toml"),
                "STUDIO_PRICES": str(tmp_path / "prices.toml"),
            }
        )
    )
    yield opened
    opened.ledger.close()


def make(desk: Desk, *keys: NarrationKey) -> list[Made]:
    async def run() -> list[Made]:
        return [made async for made in Engine(desk, ()).make_all(keys or (KEY,))]

    return asyncio.run(run())


def money(desk: Desk) -> tuple[int, int]:
    """Spent, and set aside."""
    totals = desk.ledger.spend.totals()
    return totals.settled_micros, totals.held_micros


def bill(voice) -> int:
    """What the provider would write on its bill."""
    return sum(len(text) for text in voice.billed) * fake.MICROS_PER_CHARACTER


def test_what_is_settled_is_what_was_billed(desk: Desk, voice) -> None:
    (made,) = make(desk)
    assert made.result is Result.MADE
    assert len(voice.billed) == PIECES
    assert money(desk) == (bill(voice), 0)
    assert made.version is not None
    assert made.version.cost_micros == bill(voice)
    assert make(desk)[0].result is Result.FRESH
    assert len(voice.calls) == PIECES


@pytest.mark.parametrize("fault", [RateLimited("Slow down.", retry_after_seconds=0.01), Busy("x"), Unavailable("x")])
def test_a_transient_fault_is_tried_again_and_billed_once(desk: Desk, voice, fault: StudioError) -> None:
    voice.answers = [fault, fault]
    assert make(desk)[0].result is Result.MADE
    assert len(voice.calls) == PIECES + 2
    assert money(desk) == (bill(voice), 0)
    told = [each.text for each in desk.ledger.narrations.happenings(KEY)]
    assert any(text.startswith("Attempt 1 of 5 failed") for text in told)


def test_a_transient_fault_that_stays_fails_with_all_its_attempts_counted(desk: Desk, voice) -> None:
    voice.answers = [Busy("Overloaded.") for _ in range(100)]
    (made,) = make(desk)
    assert made.result is Result.FAILED
    assert made.error is not None
    assert money(desk) == (0, 0)
    assert len(voice.calls) <= 5 * PIECES


@pytest.mark.parametrize("fault", [Rejected("No such voice."), QuotaExceeded("Nothing left."), KeyRefused("Bad key.")])
def test_a_permanent_fault_fails_on_the_first_answer(desk: Desk, voice, fault: StudioError) -> None:
    voice.answers = [fault] * 50
    (made,) = make(desk)
    assert made.error is fault
    assert len(voice.calls) <= 2, "those that were under way, and no second try"
    assert money(desk) == (0, 0)
    failure = desk.ledger.narrations.get(KEY).failure
    assert failure is not None
    assert failure.code == fault.code


def test_a_dead_account_fails_what_is_queued_without_a_call(desk: Desk, voice) -> None:
    voice.answers = [KeyRefused("The key is not known.", remedy="Check it.")] * 50
    make(desk)
    before = len(voice.calls)
    (made,) = make(desk, NarrationKey.of("copy", "en", "ann"))
    assert made.error is not None
    assert made.error.code == "provider_resting"
    assert "The key is not known." in made.error.message
    assert len(voice.calls) == before


def test_a_lost_answer_that_was_billed_is_found_and_not_bought_again(desk: Desk, voice) -> None:
    voice.answers = [fake.Lost(billed=True)]
    assert make(desk)[0].result is Result.MADE
    assert sorted(voice.billed) == sorted(set(voice.billed)), "nothing was billed twice"
    assert money(desk) == (bill(voice), 0)


def test_a_lost_answer_that_was_never_made_is_bought_again(desk: Desk, voice) -> None:
    voice.answers = [fake.Lost(billed=False)]
    assert make(desk)[0].result is Result.MADE
    assert len(voice.calls) == PIECES + 1
    assert money(desk) == (bill(voice), 0)


def test_a_lost_answer_that_nobody_can_settle_is_held_until_it_can_be(desk: Desk, voice) -> None:
    voice.answers = [fake.Lost(billed=True)]
    voice.history_works = False
    (made,) = make(desk)
    assert made.error is not None
    assert made.error.code == "outcome_unknown"
    lost = fake.MICROS_PER_CHARACTER * len(voice.billed[0])
    assert money(desk)[1] == lost, "its money stays set aside"

    voice.history_works = True
    assert make(desk)[0].result is Result.MADE
    assert sorted(voice.billed) == sorted(set(voice.billed))
    assert money(desk) == (bill(voice), 0)


def test_asking_again_for_what_is_held_sets_no_more_money_aside(desk: Desk, voice) -> None:
    voice.answers = [fake.Lost(billed=True)]
    voice.history_works = False
    assert make(desk)[0].error.code == "outcome_unknown"
    held, calls = money(desk)[1], len(voice.calls)
    for _ in range(3):
        voice.answers = []
        assert make(desk)[0].error.code == "outcome_unknown"
    assert held > 0
    assert money(desk)[1] == held
    assert len({*voice.calls}) == len(voice.calls), "the piece that is held was not asked for again"
    assert len(voice.calls) >= calls


def test_under_the_policy_rebuy_it_is_bought_again_and_counted_both_times(desk: Desk, voice) -> None:
    desk.settings = replace(desk.settings, unknown_outcome="rebuy")
    voice.answers = [fake.Lost(billed=True)]
    voice.history_works = False
    assert make(desk)[0].result is Result.MADE
    settled, held = money(desk)
    assert held > 0
    assert settled + held == bill(voice)


def test_bad_audio_is_paid_for_once_and_spoken_again(desk: Desk, voice) -> None:
    voice.answers = [fake.Silence()]
    assert make(desk)[0].result is Result.MADE
    assert len(voice.billed) == PIECES + 1
    assert money(desk) == (bill(voice), 0)


def test_audio_that_stays_bad_is_never_published(desk: Desk, voice) -> None:
    voice.answers = [fake.Silence() for _ in range(100)]
    (made,) = make(desk)
    assert made.error is not None
    assert made.error.code == "bad_answer"
    assert made.narration.version is None
    assert money(desk) == (bill(voice), 0), "what was billed is said"


def test_a_cap_is_never_passed_and_what_is_finished_is_kept(desk: Desk, voice) -> None:
    cap = 60 * fake.MICROS_PER_CHARACTER
    desk.settings = replace(desk.settings, caps=Caps(per_day=cap))
    (made,) = make(desk)
    assert made.error is not None
    assert made.error.code == "budget_exceeded"
    settled, held = money(desk)
    assert settled + held <= cap
    assert settled == bill(voice)
    desk.settings = replace(desk.settings, caps=Caps())
    assert make(desk)[0].result is Result.MADE
    assert sorted(voice.billed) == sorted(set(voice.billed))


def test_narrations_that_share_their_text_share_their_takes(desk: Desk, voice) -> None:
    voice.delay_seconds = 0.05
    made = make(desk, KEY, NarrationKey.of("copy", "en", "ann"))
    assert {each.result for each in made} == {Result.MADE}
    assert len(voice.billed) == PIECES
    assert money(desk) == (bill(voice), 0)


def test_no_more_calls_are_under_way_than_the_account_allows(desk: Desk, voice) -> None:
    voice.delay_seconds = 0.05
    make(desk)
    assert voice.most_under_way <= desk.settings.speech_concurrency


def test_a_narration_stopped_in_the_middle_of_a_call_pays_for_it_once(desk: Desk, voice) -> None:
    voice.delay_seconds = 0.3

    async def stop_in_the_middle() -> None:
        work = asyncio.create_task(Engine(desk, ()).make(KEY))
        async with asyncio.timeout(20):
            while not voice.calls:  # noqa: ASYNC110 - the voice is a plain object
                await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    asyncio.run(stop_in_the_middle())
    assert sorted(voice.billed) == sorted(voice.calls), "what was under way came to its end"
    assert money(desk) == (bill(voice), 0)
    voice.delay_seconds = 0.0
    assert make(desk)[0].result is Result.MADE
    assert sorted(voice.billed) == sorted(set(voice.billed))
    assert money(desk) == (bill(voice), 0)


def test_a_model_without_a_price_is_refused_before_anything_is_paid(desk: Desk, voice, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text("")
    (made,) = make(desk)
    assert made.error is not None
    assert "price" in made.error.message
    assert voice.calls == []
