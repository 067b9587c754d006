"""Beginning work in turn, doing it, and ending it; every transition of the state machine as the ledger makes it."""

import pytest

from assets.domain.claims import ClaimState, Ended, NotYet
from assets.domain.errors import Cancelled, ClaimLost, Corrupt, Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure
from assets.domain.states import IllegalTransition, Status
from assets.storage.ledger.work import Work

A, B = "a" * 64, "b" * 64
FAILURE = Failure("rejected", "The key is wrong.", "Set another key.")
OTHERS = [NarrationKey.of(f"articles/n{number}", "en", "joe") for number in range(6)]


def in_state(bench, state):
    """The narration of the bench in a state, and the claim or work that brought it there."""
    if state is None:
        return None
    if state is Status.PENDING:
        return bench.ask(A)
    work = bench.begun(A)
    if state is not Status.GENERATING_SCRIPT:
        work.speaking(2)
    if state is Status.COMPLETED:
        work.publish(bench.publication())
    elif state is Status.FAILED:
        work.fail(FAILURE)
    elif state is Status.CANCELLED:
        work.cancel()
    assert bench.status() is state
    return work


def resume(bench, work):
    bench.dead.add(work.holder)
    bench.ledger.claims.free(work.claim_id)


def restore(bench, _):
    bench.ledger.versions.restore(bench.key, 1, verify=lambda version: True)


TRANSITIONS = {
    "ask from nothing": (None, lambda bench, _: bench.ask(A), Status.PENDING),
    "ask from completed": (Status.COMPLETED, lambda bench, _: bench.ask(B), Status.PENDING),
    "ask from failed": (Status.FAILED, lambda bench, _: bench.ask(A), Status.PENDING),
    "ask from cancelled": (Status.CANCELLED, lambda bench, _: bench.ask(A), Status.PENDING),
    "start from pending": (Status.PENDING, lambda bench, asked: bench.start(asked.claim_id), Status.GENERATING_SCRIPT),
    "speak from script": (Status.GENERATING_SCRIPT, lambda _, work: work.speaking(3), Status.GENERATING_SPEECH),
    "rewrite from speech": (Status.GENERATING_SPEECH, lambda _, work: work.rewriting(), Status.GENERATING_SCRIPT),
    "resume from script": (Status.GENERATING_SCRIPT, resume, Status.PENDING),
    "resume from speech": (Status.GENERATING_SPEECH, resume, Status.PENDING),
    "hand back from script": (Status.GENERATING_SCRIPT, lambda _, work: work.hand_back(), Status.PENDING),
    "hand back from speech": (Status.GENERATING_SPEECH, lambda _, work: work.hand_back(), Status.PENDING),
    "publish from speech": (
        Status.GENERATING_SPEECH,
        lambda bench, work: work.publish(bench.publication()),
        Status.COMPLETED,
    ),
    "restore from completed": (Status.COMPLETED, restore, Status.COMPLETED),
    "fail from pending": (
        Status.PENDING,
        lambda bench, asked: bench.ledger.claims.give_up(asked.claim_id, FAILURE),
        Status.FAILED,
    ),
    "fail from script": (Status.GENERATING_SCRIPT, lambda _, work: work.fail(FAILURE), Status.FAILED),
    "fail from speech": (Status.GENERATING_SPEECH, lambda _, work: work.fail(FAILURE), Status.FAILED),
    "cancel from pending": (
        Status.PENDING,
        lambda bench, _: bench.ledger.claims.cancel(bench.key),
        Status.CANCELLED,
    ),
    "cancel from script": (Status.GENERATING_SCRIPT, lambda _, work: work.cancel(), Status.CANCELLED),
    "cancel from speech": (Status.GENERATING_SPEECH, lambda _, work: work.cancel(), Status.CANCELLED),
}


@pytest.mark.parametrize(("state", "verb", "then"), TRANSITIONS.values(), ids=TRANSITIONS.keys())
def test_a_verb_of_the_ledger_takes_a_narration_where_the_state_machine_says(bench, state, verb, then):
    subject = in_state(bench, state)
    verb(bench, subject)
    assert bench.status() is then


@pytest.mark.parametrize("before", [Status.PENDING, Status.FAILED, Status.CANCELLED], ids=str)
def test_restore_from_another_status_completes_it(bench, before):
    version = bench.published(B)
    in_state(bench, before)
    restore(bench, None)
    narration = bench.ledger.narrations.get(bench.key)
    assert narration.status is Status.COMPLETED
    assert narration.version == version
    assert bench.ledger.claims.queue() == ()


def test_nothing_is_published_before_it_was_spoken(bench):
    work = bench.begun()
    with pytest.raises(IllegalTransition):
        work.publish(bench.publication())
    assert bench.ledger.versions.of(bench.key) == ()
    work.heartbeat()


def test_speech_does_not_begin_twice(bench):
    work = bench.begun()
    work.speaking(2)
    with pytest.raises(IllegalTransition):
        work.speaking(2)


@pytest.mark.parametrize("state", [Status.GENERATING_SCRIPT, Status.GENERATING_SPEECH], ids=str)
def test_nothing_is_restored_while_it_is_being_made(bench, state):
    bench.published(B)
    in_state(bench, state)
    with pytest.raises(Refused, match="being made"):
        restore(bench, None)


def test_only_a_version_that_exists_and_is_whole_is_restored(bench):
    bench.published(A)
    with pytest.raises(Refused, match="no version 7"):
        bench.ledger.versions.restore(bench.key, 7, verify=lambda version: True)
    with pytest.raises(Corrupt):
        bench.ledger.versions.restore(bench.key, 1, verify=lambda version: False)


@pytest.mark.parametrize("state", [None, Status.COMPLETED, Status.FAILED, Status.CANCELLED], ids=str)
def test_only_what_is_live_is_cancelled(bench, state):
    in_state(bench, state)
    with pytest.raises(Refused, match="not being made"):
        bench.ledger.claims.cancel(bench.key)
    assert bench.status() is state


@pytest.mark.parametrize("state", [Status.COMPLETED, Status.FAILED, Status.CANCELLED], ids=str)
def test_what_has_ended_is_not_started_again(bench, state):
    work = in_state(bench, state)
    ended = bench.start(work.claim_id)
    assert isinstance(ended, Ended)
    assert ended.claim.state.value == {"completed": "done"}.get(state.value, state.value)
    assert ended.narration.status is state


VERBS = {
    "heartbeat": lambda bench, work: work.heartbeat(),
    "aim": lambda bench, work: work.aim(B),
    "speaking": lambda bench, work: work.speaking(1),
    "rewriting": lambda bench, work: work.rewriting(),
    "took": lambda bench, work: work.took(bought=1),
    "note": lambda bench, work: work.note("hello"),
    "publish": lambda bench, work: work.publish(bench.publication()),
    "fail": lambda bench, work: work.fail(FAILURE),
    "cancel": lambda bench, work: work.cancel(),
    "hand back": lambda bench, work: work.hand_back(),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
def test_a_stale_writer_writes_nothing(bench, verb):
    stale = bench.begun()
    stale.speaking(1)
    bench.dead.add(stale.holder)
    fresh = bench.start(stale.claim_id)
    assert isinstance(fresh, Work)
    before = (bench.ledger.claims.get(stale.claim_id), bench.kinds())
    with pytest.raises(ClaimLost):
        verb(bench, stale)
    assert (bench.ledger.claims.get(stale.claim_id), bench.kinds()) == before


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
def test_the_same_process_with_an_earlier_attempt_is_a_stale_writer_too(bench, verb):
    process = bench.process()
    stale = bench.begun(holder=process)
    stale.hand_back()
    bench.start(stale.claim_id, process).speaking(1)
    with pytest.raises(ClaimLost):
        verb(bench, stale)


def test_a_claim_at_work_is_not_started_twice(bench):
    work = bench.begun()
    assert bench.start(work.claim_id) == NotYet(holder=work.holder)
    assert bench.start(work.claim_id, work.holder) == NotYet(holder=work.holder)


def test_the_next_process_takes_over_at_once_when_the_first_was_killed(bench):
    first = bench.begun()
    first.speaking(5)
    first.took(bought=3, cost_micros=30)
    bench.dead.add(first.holder)
    second = bench.start(first.claim_id)
    assert isinstance(second, Work)
    assert second.attempt == first.attempt + 1
    claim = bench.ledger.claims.get(first.claim_id)
    assert (claim.segments_done, claim.takes_bought, claim.cost_micros) == (0, 0, 30)
    assert bench.ledger.narrations.get(bench.key).attempts == 2
    assert bench.kinds()[-2:] == ["resumed", "started"]


def test_a_process_that_cannot_be_seen_keeps_its_claim_for_its_lease(bench):
    work = bench.begun()
    bench.unseen.add(work.holder)
    bench.passes(29)
    assert isinstance(bench.start(work.claim_id), NotYet)
    work.heartbeat()
    bench.passes(29)
    assert isinstance(bench.start(work.claim_id), NotYet)
    bench.passes(2)
    assert isinstance(bench.start(work.claim_id), Work)
    with pytest.raises(ClaimLost):
        work.heartbeat()


def test_a_living_process_that_is_late_keeps_its_claim_and_one_that_forgot_it_does_not(bench):
    work = bench.begun()
    bench.passes(60)
    assert isinstance(bench.start(work.claim_id), NotYet)
    bench.passes(600)
    assert isinstance(bench.start(work.claim_id), Work)


def test_cancelling_work_under_way_is_seen_at_the_next_sign_of_life(bench):
    work = bench.begun()
    narration = bench.ledger.claims.cancel(bench.key)
    assert narration.status is Status.GENERATING_SCRIPT
    assert bench.ledger.claims.get(work.claim_id).cancel_requested
    with pytest.raises(Cancelled):
        work.speaking(3)
    assert bench.status() is Status.CANCELLED
    assert bench.ledger.claims.get(work.claim_id).state is ClaimState.CANCELLED
    with pytest.raises(Cancelled):
        work.heartbeat()


def test_cancelling_work_whose_process_died_needs_nobody(bench):
    work = bench.begun()
    bench.dead.add(work.holder)
    assert bench.ledger.claims.cancel(bench.key).status is Status.CANCELLED


def test_a_cancelled_claim_whose_process_died_is_not_taken_over(bench):
    work = bench.begun()
    bench.ledger.claims.cancel(bench.key)
    bench.dead.add(work.holder)
    ended = bench.start(work.claim_id)
    assert isinstance(ended, Ended)
    assert ended.narration.status is Status.CANCELLED


def test_handing_back_what_somebody_cancelled_cancels_it(bench):
    work = bench.begun()
    bench.ledger.claims.cancel(bench.key)
    work.hand_back()
    assert bench.status() is Status.CANCELLED


def test_publishing_wins_over_a_cancellation_that_was_not_seen(bench):
    work = bench.begun()
    work.speaking(1)
    bench.ledger.claims.cancel(bench.key)
    assert work.publish(bench.publication()).number == 1
    assert bench.status() is Status.COMPLETED


def test_a_published_version_has_everything_that_was_said_of_it(bench):
    work = bench.begun()
    work.aim(B)
    work.speaking(3)
    work.took(bought=2)
    work.took(reused=1)
    version = work.publish(bench.publication(segments=3, characters=99))
    assert (version.number, version.fingerprint, version.segments, version.characters) == (1, B, 3, 99)
    assert (version.takes_bought, version.takes_reused) == (2, 1)
    assert version.duration_seconds == 12.5
    assert version.created_at == bench.moment
    assert version.files["audio"].size == 10
    assert bench.ledger.narrations.get(bench.key).version == version
    claim = bench.ledger.claims.get(work.claim_id)
    assert (claim.state, claim.version_number, claim.holder) == (ClaimState.DONE, 1, None)


def test_a_failure_says_why_and_the_last_version_plays_on(bench):
    version = bench.published(A)
    work = bench.begun(B)
    work.fail(FAILURE)
    narration = bench.ledger.narrations.get(bench.key)
    assert narration.failure == FAILURE
    assert narration.version == version
    assert bench.ledger.claims.get(work.claim_id).failure == FAILURE
    assert bench.published(B).number == 2
    assert bench.ledger.narrations.get(bench.key).failure is None


def test_giving_up_leaves_living_work_alone(bench):
    work = bench.begun()
    assert bench.ledger.claims.give_up(work.claim_id, FAILURE).status is Status.GENERATING_SCRIPT
    bench.dead.add(work.holder)
    assert bench.ledger.claims.give_up(work.claim_id, FAILURE).status is Status.FAILED


def test_no_more_narrations_are_at_work_than_allowed(bench):
    claims = []
    for key in OTHERS:
        claims.append(bench.ask(key=key).claim_id)
        bench.passes(0.001)
    first, second = bench.start(claims[0], max_parallel=2), bench.start(claims[1], max_parallel=2)
    assert isinstance(first, Work)
    assert isinstance(second, Work)
    assert bench.start(claims[2], max_parallel=2) == NotYet(position=1)
    assert bench.start(claims[3], max_parallel=2) == NotYet(position=2)
    first.fail(FAILURE)
    assert bench.start(claims[3], max_parallel=2) == NotYet(position=1)
    assert isinstance(bench.start(claims[2], max_parallel=2), Work)


def test_what_is_being_joined_has_given_its_place_back_and_takes_one_again_when_it_begins_anew(bench):
    claims = []
    for key in OTHERS[:3]:
        claims.append(bench.ask(key=key).claim_id)
        bench.passes(0.001)
    first, second, third = claims
    work = bench.start(first, max_parallel=1)
    work.speaking(3, sections_total=1, takes_to_buy=3, listening_seconds=10.0, pace=None)
    assert isinstance(bench.start(second, max_parallel=1), NotYet)
    work.joining(0.0)
    other = bench.start(second, max_parallel=1)
    assert isinstance(other, Work)
    work.joining(0.97)
    assert isinstance(bench.start(third, max_parallel=1), NotYet), "the second has the place"
    other.fail(FAILURE)
    work.hand_back()
    assert isinstance(bench.start(first, max_parallel=1), Work)
    assert isinstance(bench.start(third, max_parallel=1), NotYet), "it is written and spoken again"


def test_a_place_is_free_again_when_its_process_dies(bench):
    claims = [bench.ask(key=key).claim_id for key in OTHERS[:2]]
    first = bench.start(claims[0], max_parallel=1)
    assert isinstance(bench.start(claims[1], max_parallel=1), NotYet)
    bench.dead.add(first.holder)
    assert isinstance(bench.start(claims[1], max_parallel=1), Work)


def test_turns_go_by_priority_and_then_by_age(bench):
    busy = bench.begun(key=OTHERS[5])
    for key, priority in ((OTHERS[0], 0), (OTHERS[1], 0), (OTHERS[2], 5)):
        bench.ask(key=key, priority=priority)
        bench.passes(1)
    order = [(claim.key, claim.position) for claim in bench.ledger.claims.queue()]
    assert order == [(OTHERS[5], 0), (OTHERS[2], 1), (OTHERS[0], 2), (OTHERS[1], 3)]
    claims = {claim.key: claim.id for claim in bench.ledger.claims.queue()}
    for key in (OTHERS[0], OTHERS[1], OTHERS[2]):
        assert isinstance(bench.start(claims[key], max_parallel=1), NotYet)
    busy.fail(FAILURE)
    assert isinstance(bench.start(claims[OTHERS[1]], max_parallel=1), NotYet)
    assert isinstance(bench.start(claims[OTHERS[0]], max_parallel=1), NotYet)
    assert isinstance(bench.start(claims[OTHERS[2]], max_parallel=1), Work)


def test_a_claim_that_nobody_comes_for_does_not_hold_up_the_others(bench):
    forgotten = bench.ask(key=OTHERS[0]).claim_id
    bench.passes(1)
    other = bench.ask(key=OTHERS[1]).claim_id
    busy = bench.begun(key=OTHERS[2])
    assert bench.start(forgotten, max_parallel=1) == NotYet(position=1)
    busy.fail(FAILURE)
    assert isinstance(bench.start(other, max_parallel=1), NotYet)
    bench.passes(11)
    assert isinstance(bench.start(other, max_parallel=1), Work)


def test_a_submitted_run_is_remembered_and_the_run_that_starts_replaces_it(bench):
    claim_id = bench.ask().claim_id
    bench.ledger.claims.submitted(claim_id, "run-1")
    assert bench.ledger.narrations.get(bench.key).run_id == "run-1"
    work = bench.start(claim_id, run_id="run-2")
    assert work.run_id == "run-2"
    bench.ledger.claims.submitted(claim_id, "run-3")
    assert bench.ledger.claims.get(claim_id).run_id == "run-2"


def test_an_unknown_claim_is_refused(bench):
    with pytest.raises(Refused, match="no claim"):
        bench.ledger.claims.get("nonsense")
    with pytest.raises(Refused, match="no claim"):
        bench.start("nonsense")


def test_whoever_asks_for_one_is_served_next_and_a_batch_is_never_starved(bench):
    batch = [bench.ask(A, key=NarrationKey.of(f"b/n{n}", "en", "joe"), priority=-1).claim_id for n in range(500)]
    at_work = bench.start(batch[0], max_parallel=1)
    assert isinstance(at_work, Work)
    bench.passes(5)
    person = bench.ask(A).claim_id
    assert bench.start(batch[1], max_parallel=1) == NotYet(position=1)
    assert bench.start(person, max_parallel=1) == NotYet(position=1), "not behind the 499"
    at_work.cancel()
    assert bench.start(batch[1], max_parallel=1) == NotYet(position=1), "the person is served next"
    served = bench.start(person, max_parallel=1)
    assert isinstance(served, Work)

    another = bench.ask(A, key=OTHERS[0]).claim_id
    bench.start(another, max_parallel=1)
    bench.start(batch[1], max_parallel=1, gains=1)
    served.cancel()
    assert bench.start(another, max_parallel=1) == NotYet(position=1), "the batch has been patient for long enough"
    assert isinstance(bench.start(batch[1], max_parallel=1), Work)
