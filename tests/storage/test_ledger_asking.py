"""What asking for a narration comes to."""

import pytest

from assets.domain.claims import ClaimState
from assets.domain.narrations import Failure, Outcome
from assets.domain.states import Status

A, B, C = "a" * 64, "b" * 64, "c" * 64


def never_called(version):
    raise AssertionError("there was nothing to verify")


def test_the_first_request_makes_a_claim(bench):
    assert bench.ledger.narrations.get(bench.key).status is None
    asked = bench.ask(A, verify=never_called, requested_by="ana")
    assert asked.outcome is Outcome.CLAIMED
    assert asked.fingerprint == A
    assert asked.narration.status is Status.PENDING
    assert asked.narration.claim_id == asked.claim_id
    assert bench.ledger.claims.get(asked.claim_id).requested_by == "ana"
    assert bench.kinds() == ["asked"]


def test_a_second_request_joins_the_first(bench):
    first, second = bench.ask(A), bench.ask(A)
    assert second.outcome is Outcome.JOINED
    assert second.claim_id == first.claim_id
    assert bench.kinds() == ["asked"]


def test_a_request_joins_work_that_is_under_way_and_says_what_is_being_made(bench):
    work = bench.begun(A)
    asked = bench.ask(B)
    assert asked.outcome is Outcome.JOINED
    assert asked.claim_id == work.claim_id
    assert asked.fingerprint == A
    assert asked.narration.status is Status.GENERATING_SCRIPT


def test_a_published_narration_is_fresh_and_nothing_is_written(bench):
    version = bench.published(A)
    before = bench.kinds()
    asked = bench.ask(A)
    assert asked.outcome is Outcome.FRESH
    assert asked.claim_id == ""
    assert asked.narration.version == version
    assert bench.kinds() == before


def test_another_text_makes_a_new_claim_while_the_old_version_plays(bench):
    version = bench.published(A)
    asked = bench.ask(B)
    assert asked.outcome is Outcome.CLAIMED
    assert asked.narration.status is Status.PENDING
    assert asked.narration.version == version


def test_force_makes_a_new_claim_for_what_is_fresh(bench):
    bench.published(A)
    asked = bench.ask(A, force=True, verify=never_called)
    assert asked.outcome is Outcome.CLAIMED
    assert bench.ledger.claims.get(asked.claim_id).force


def test_who_asks_without_force_still_gets_the_fresh_version_while_it_is_made_anew(bench):
    bench.published(A)
    forced = bench.ask(A, force=True)
    assert bench.ask(A).outcome is Outcome.FRESH
    assert bench.ledger.claims.get(forced.claim_id).state is ClaimState.LIVE
    assert bench.status() is Status.PENDING


def test_files_that_are_gone_are_made_anew(bench):
    bench.published(A)
    asked = bench.ask(A, verify=lambda version: False)
    assert asked.outcome is Outcome.CLAIMED


def test_an_undone_edit_brings_the_earlier_version_back_without_work(bench):
    first = bench.published(A)
    second = bench.published(B)
    asked = bench.ask(A)
    assert asked.outcome is Outcome.FRESH
    assert asked.narration.version.id == first.id
    assert asked.narration.status is Status.COMPLETED
    assert bench.kinds()[-1] == "restored"
    again = bench.ask(B)
    assert again.narration.version.id == second.id
    assert bench.ledger.claims.queue() == ()


def test_an_earlier_version_whose_files_are_gone_is_not_brought_back(bench):
    first = bench.published(A)
    bench.published(B)
    asked = bench.ask(A, verify=lambda version: version.id != first.id)
    assert asked.outcome is Outcome.CLAIMED


def test_of_several_earlier_versions_the_newest_that_is_whole_is_brought_back(bench):
    oldest = bench.published(A)
    bench.published(A, force=True)
    damaged = bench.published(A, force=True)
    bench.published(B)
    asked = bench.ask(A, verify=lambda version: version.id != damaged.id)
    assert asked.narration.version.number == oldest.number + 1


def test_an_edit_undone_before_work_began_makes_the_waiting_claim_needless(bench):
    version = bench.published(A)
    waiting = bench.ask(B)
    asked = bench.ask(A)
    assert asked.outcome is Outcome.FRESH
    assert asked.narration.status is Status.COMPLETED
    assert asked.narration.version.id == version.id
    claim = bench.ledger.claims.get(waiting.claim_id)
    assert claim.state is ClaimState.DONE
    assert claim.version_number == version.number


def test_an_edit_undone_while_it_is_made_is_fresh_and_the_work_goes_on(bench):
    bench.published(A)
    work = bench.begun(B)
    assert bench.ask(A).outcome is Outcome.FRESH
    work.speaking(1)
    assert work.publish(bench.publication()).number == 2


def test_an_edit_undone_after_a_failure_is_completed_again(bench):
    bench.published(A)
    bench.begun(B).fail(Failure("rejected", "No.", "Do otherwise."))
    assert bench.status() is Status.FAILED
    asked = bench.ask(A)
    assert asked.outcome is Outcome.FRESH
    assert asked.narration.status is Status.COMPLETED
    assert asked.narration.failure is None


def test_a_waiting_claim_is_aimed_at_the_newest_text(bench):
    first = bench.ask(A)
    asked = bench.ask(B, force=True, priority=3)
    assert asked.outcome is Outcome.JOINED
    assert asked.claim_id == first.claim_id
    assert asked.fingerprint == B
    claim = bench.ledger.claims.get(first.claim_id)
    assert (claim.fingerprint, claim.force, claim.priority) == (B, True, 3)
    bench.ask(B, priority=1)
    assert bench.ledger.claims.get(first.claim_id).priority == 3


def test_a_claim_whose_process_died_is_joined_and_waits_to_be_started(bench):
    work = bench.begun(A)
    bench.dead.add(work.holder)
    asked = bench.ask(A)
    assert asked.outcome is Outcome.JOINED
    assert asked.claim_id == work.claim_id
    assert asked.narration.status is Status.PENDING
    assert bench.kinds()[-1] == "resumed"


def test_an_undone_edit_needs_no_work_even_when_the_process_that_worked_died(bench):
    bench.published(A)
    work = bench.begun(B)
    bench.dead.add(work.holder)
    asked = bench.ask(A)
    assert asked.outcome is Outcome.FRESH
    assert bench.status() is Status.COMPLETED
    assert bench.ledger.claims.queue() == ()


def test_asking_again_withdraws_a_cancellation_that_was_not_seen_yet(bench):
    work = bench.begun(A)
    bench.ledger.claims.cancel(bench.key)
    bench.ask(A)
    work.heartbeat()
    assert bench.status() is Status.GENERATING_SCRIPT


@pytest.mark.parametrize("end", ["fail", "cancel"])
def test_what_failed_or_was_cancelled_can_be_asked_for_again(bench, end):
    work = bench.begun(A)
    if end == "fail":
        work.fail(Failure("busy", "Too busy.", "Wait."))
    else:
        work.cancel()
    asked = bench.ask(A)
    assert asked.outcome is Outcome.CLAIMED
    assert asked.claim_id != work.claim_id
    assert asked.narration.failure is None


def test_attempts_count_the_starts_since_the_last_success_of_the_same_text(bench):
    def attempts():
        return bench.ledger.narrations.get(bench.key).attempts

    failure = Failure("busy", "Too busy.", "Wait.")
    bench.begun(A).fail(failure)
    bench.begun(A).fail(failure)
    assert attempts() == 2
    bench.published(A)
    assert attempts() == 3
    bench.ask(A)
    assert attempts() == 3
    bench.begun(B).fail(failure)
    assert attempts() == 1
    bench.begun(C).fail(failure)
    assert attempts() == 1


def test_what_changed_while_the_files_were_looked_at_is_seen(bench):
    version = bench.published(A)

    def somebody_else_forces_it(found):
        if bench.ledger.claims.queue() == ():
            bench.ask(B, verify=never_called)
        return False

    asked = bench.ask(A, verify=somebody_else_forces_it)
    assert asked.outcome is Outcome.JOINED
    assert asked.narration.version == version
