"""Every fault of a provider ends in the truth: no bad audio, no lost piece, no wrong money, no hand on the database."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from scenarios import SCRIPTS, TAKES, all_scenarios, house, scenario

from assets.domain.errors import Unwritable
from assets.domain.pieces import Reservation
from assets.domain.sections import SectionRequest
from assets.domain.takes import TakeRequest
from assets.pipeline.engine import Result

TRANSIENT = {"slow", "too_many_concurrent", "system_busy", "retry_after", "error_500", "error_503", "error_html"}
LOST_UNBILLED = {"reset_before_billing", "time_out_unbilled", "gateway_502_unbilled"}
LOST_BILLED = {
    "reset_after_billing",
    "time_out_billed",
    "time_out_billed_late",
    "cut_body",
    "gateway_504_billed",
    "bad_json",
    "html",
    "empty_body",
    "bad_base64",
    "no_audio",
}
PERMANENT = {
    "retry_after_far": "rate_limited",
    "key_refused": "key_refused",
    "quota": "quota_exceeded",
    "bad_request": "rejected",
    "no_voice": "rejected",
    "no_model": "rejected",
    "policy": "rejected",
    "unprocessable": "rejected",
}
PIECES = {"script": SCRIPTS, "speech": TAKES, "plain_speech": TAKES}


@pytest.mark.parametrize(("stage", "fault", "how"), all_scenarios(), ids=[" - ".join(each) for each in all_scenarios()])
def test_a_fault_ends_in_the_truth(tmp_path: Path, stage: str, fault: str, how: str) -> None:
    told = scenario(tmp_path, stage, fault, how)
    pieces = PIECES[stage]

    assert told.finally_ == "made", "it can always be made good without a hand on the database"
    assert told.sound, "what is published is whole, and no bad audio is in it"
    assert told.held_in_the_end == 0
    if not told.recovery.startswith("said to be paid"):
        assert told.settled == told.bill or told.held > 0
        assert told.settled_in_the_end == told.bill_in_the_end, "the ledger is the bill"
    else:
        assert told.settled_in_the_end >= told.bill_in_the_end, "what nobody could tell is written down in full"
        assert told.settled_in_the_end - told.bill_in_the_end <= told.held, "and no more than that"

    if how == "history is down":
        assert (told.first, told.code) == ("failed", "outcome_unknown")
        assert told.held > 0
        assert told.twice_in_the_end == 0, "once the history answers, what was paid for is fetched"
    elif how == "history hides it":
        assert (told.first, told.code, told.twice) == ("failed", "outcome_unknown", 0), "it is held for a person"
    elif how == "rebuy":
        assert told.first == "made"
        assert told.held > 0, "counted against the budget, too"
        assert told.twice == 1
    elif stage == "plain_speech" and fault in LOST_BILLED | LOST_UNBILLED:
        assert (told.first, told.code, told.twice) == ("failed", "outcome_unknown", 0), "no history: held for a person"
    elif how == "always":
        assert told.first == "failed"
        assert told.calls <= 3 * pieces
        assert "version" not in told.notes
    elif fault in PERMANENT:
        assert (told.first, told.code) == ("failed", PERMANENT[fault])
        assert told.calls <= 2, "those that were under way, and no second try"
        assert told.twice_in_the_end == 0
    elif fault in LOST_BILLED:
        assert (told.first, told.calls, told.twice) == ("made", pieces, 0), "found in the history, not bought again"
    elif fault in TRANSIENT | LOST_UNBILLED:
        assert (told.first, told.billed, told.twice) == ("made", pieces, 0)
        assert told.calls == pieces + (fault != "slow")
    else:
        assert (told.first, told.billed) == ("made", pieces + 1), "paid for, not kept, and made once more"


def test_attempts_and_the_time_of_the_next_are_in_the_timeline(tmp_path: Path) -> None:
    notes = scenario(tmp_path, "speech", "system_busy").notes
    assert any("Attempt 1 of 5 failed: ElevenLabs is overloaded. Next in" in note for note in notes)


def test_what_is_published_after_bad_audio_passed_all_its_gates(tmp_path: Path) -> None:
    from assets.audio.measuring import measure_file

    with house(tmp_path) as home:
        home.server.fail("speech", "silence")
        home.server.fail("speech", "clipped")
        made = home.make()
        assert made.version is not None
        heard = measure_file(home.desk.files.resolve(made.version.files["audio"].path))
        assert heard.longest_silence_seconds < 4
        assert heard.clipped_samples == 0


@pytest.mark.parametrize(("stage", "put"), [("speech", "put_take"), ("script", "put_section")])
def test_what_was_paid_for_and_could_not_be_kept_is_fetched_and_not_bought_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, put: str
) -> None:
    with house(tmp_path) as home:

        def full(*_: object, **__: object) -> None:
            raise Unwritable("The disk is full.", remedy="Free some space.")

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(home.desk.files, put, full)
            made = home.make()
        assert isinstance(made.error, Unwritable)
        assert home.held > 0, "it is on the bill and was not kept"
        assert home.make().result is Result.MADE
        assert home.twice(stage) == 0
        assert (home.settled, home.held) == (home.bill, 0)


@pytest.mark.parametrize("stage", ["speech", "script"])
def test_when_several_processes_died_over_one_piece_the_one_call_that_was_made_is_paid_and_no_money_stays_set_aside(
    tmp_path: Path, stage: str
) -> None:
    with house(tmp_path) as home:
        home.server.history_works = False
        home.server.fail(stage, "reset_after_billing")
        assert home.make().result is Result.FAILED
        (lost,) = home.desk.ledger.spend.unsettled()
        records = home.desk.ledger.takes if stage == "speech" else home.desk.ledger.sections
        row = records.described(lost.key)
        assert row is not None
        words = {"key": lost.key, "provider": lost.provider, "model": lost.model, "locale": row["locale"]}
        money = {"estimate_micros": lost.estimate_micros}
        second = records.reserve(
            TakeRequest(**words, voice=lost.voice, text=row["text"], **money)
            if stage == "speech"
            else SectionRequest(**words, title=row["title"], **money),
            None,
        )
        assert isinstance(second, Reservation)
        records.release(second, unknown=True)  # what whoever comes after a death writes down
        assert len(home.desk.ledger.spend.unsettled()) == 2
        home.server.history_works = True
        assert home.make().result is Result.MADE
        assert home.twice(stage) == 0
        assert (home.settled, home.held) == (home.bill, 0)


def test_a_dead_account_fails_two_hundred_queued_narrations_quickly(tmp_path: Path) -> None:
    from assets.domain.keys import NarrationKey

    with house(tmp_path) as home:
        for number in range(200):
            (tmp_path / "content" / f"page-{number}.md").write_text(f"# Page {number}\n\nThis is page {number}.\n")
        home.server.fail("script", "key_refused", times=10_000)
        keys = [NarrationKey.of(f"page-{number}", "en", "nina") for number in range(200)]
        home.make(*keys)
        codes = {home.desk.ledger.narrations.get(key).failure.code for key in keys}  # type: ignore[union-attr]
        assert codes <= {"key_refused", "provider_resting"}
        assert len(home.server.calls) <= 2 * 8, "those that were under way when the key was refused"
        assert (home.settled, home.held) == (0, 0)
