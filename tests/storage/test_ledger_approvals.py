"""Waiting for approval in the ledger: the work ends, nothing is lost, and asking again goes on."""

import pytest

from assets.domain.claims import ClaimState
from assets.domain.errors import Cancelled
from assets.domain.narrations import Failure, Outcome
from assets.domain.states import Status

WAITS = Failure("approval_wanted", "The script is written and waits for approval.", "Read it, then approve it.")


def test_a_held_narration_says_that_it_waits_and_its_claim_is_over(bench):
    work = bench.begun(approval=True)
    work.hold(WAITS)
    narration = bench.ledger.narrations.get(bench.key)
    assert (narration.status, narration.waits_for_approval, narration.failure) == (Status.CANCELLED, True, WAITS)
    claim = bench.ledger.claims.get(work.claim_id)
    assert (claim.state, claim.failure, claim.holder) == (ClaimState.CANCELLED, WAITS, None)
    assert bench.kinds()[-1] == "held"
    with pytest.raises(Cancelled):
        work.speaking(1)


def test_a_held_narration_keeps_what_plays_and_is_asked_for_again(bench):
    version = bench.published()
    bench.begun("b" * 64).hold(WAITS)
    assert bench.ledger.narrations.get(bench.key).version == version
    asked = bench.ask("b" * 64)
    assert asked.outcome is Outcome.CLAIMED
    assert not bench.ledger.narrations.get(bench.key).waits_for_approval


def test_a_cancelled_narration_does_not_wait_for_approval(bench):
    bench.begun().cancel()
    assert not bench.ledger.narrations.get(bench.key).waits_for_approval


def test_who_joins_may_want_approval_as_long_as_nobody_is_at_work(bench):
    first = bench.ask()
    assert not bench.ledger.claims.get(first.claim_id).approval
    assert bench.ask(approval=True).outcome is Outcome.JOINED
    assert bench.start(first.claim_id).approval
    bench.ask(approval=False)
    assert bench.ledger.claims.get(first.claim_id).approval


def test_the_first_approval_of_a_script_stays(bench):
    assert bench.ledger.approvals.of("s" * 64) is None
    given = bench.ledger.approvals.give("s" * 64, by="ann")
    assert (given.by, given.at) == ("ann", bench.moment)
    bench.passes(5)
    assert bench.ledger.approvals.give("s" * 64, by="bob") == given
    assert bench.ledger.approvals.of("s" * 64) == given
