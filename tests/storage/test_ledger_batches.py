"""Batches in the ledger: what becomes of an item is what becomes of its claim."""

import threading

import pytest

from assets.domain.batches import BatchState, ItemState, asker
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure, Outcome
from assets.domain.states import Status

KEYS = [NarrationKey.of(f"articles/n{number}", "en", "joe") for number in range(6)]
BUSY = Failure("busy", "The voice is busy.", "Try again later.")


@pytest.fixture
def batch(bench):
    return bench.ledger.batches.make(KEYS, name="All of it", estimate_micros=7)


def ask(bench, batch, in_flight=99):
    """Ask for what is due, as a feeder does."""
    for due, _, items in bench.ledger.batches.due(in_flight):
        if due.id == batch.id:
            bench.ledger.batches.asked(
                [(item, bench.ask(key=item.key, force=due.force, requested_by=asker(due.id))) for item in items]
            )
    return bench.ledger.batches.get(batch.id)


def stands(bench, batch):
    return [item.state for item in bench.ledger.batches.items(batch.id)]


def made(bench, key):
    work = bench.start(bench.ask(key=key).claim_id)
    work.speaking(1)
    work.took(bought=1, cost_micros=5)
    return work.publish(bench.publication())


def test_a_batch_is_kept_with_all_its_narrations_in_order_and_none_twice(bench):
    batch = bench.ledger.batches.make([*KEYS, KEYS[0]], name="All of it")
    assert [item.key for item in bench.ledger.batches.items(batch.id)] == KEYS
    assert batch.counts == {ItemState.WAITING: len(KEYS)}
    assert bench.ledger.batches.recent() == (batch,)
    assert bench.ledger.batches.get(batch.id[:8]) == batch


def test_no_more_are_asked_for_than_may_be_under_way(bench, batch):
    assert ask(bench, batch, in_flight=2).counts == {ItemState.QUEUED: 2, ItemState.WAITING: 4}
    assert ask(bench, batch, in_flight=2).under_way == 2
    made(bench, KEYS[0])
    assert ask(bench, batch, in_flight=2).counts == {ItemState.MADE: 1, ItemState.QUEUED: 2, ItemState.WAITING: 3}


def test_every_end_of_a_claim_is_seen_in_the_batch(bench, batch):
    bench.published(key=KEYS[5])
    ask(bench, batch)
    made(bench, KEYS[0])
    bench.start(bench.ask(key=KEYS[1]).claim_id).fail(BUSY)
    bench.ledger.claims.cancel(KEYS[2])
    bench.start(bench.ask(key=KEYS[3]).claim_id)
    states = [
        ItemState.MADE,
        ItemState.FAILED,
        ItemState.CANCELLED,
        ItemState.WORKING,
        ItemState.QUEUED,
        ItemState.FRESH,
    ]
    assert stands(bench, batch) == states
    found = bench.ledger.batches.get(batch.id)
    assert (found.total, found.open, found.ended, found.estimate_micros) == (6, 2, False, 7)


def test_failures_are_grouped_by_cause_and_retried_together_or_singly(bench, batch):
    ask(bench, batch)
    for key in KEYS[:3]:
        bench.start(bench.ask(key=key).claim_id).fail(BUSY)
    bench.start(bench.ask(key=KEYS[3]).claim_id).fail(Failure("rejected", "It is not allowed.", "Change the text."))
    bench.start(bench.ask(key=KEYS[4]).claim_id).hold(Failure("approval_wanted", "It waits.", "Approve it."))
    causes = bench.ledger.batches.causes(batch.id)
    assert [(c.code, c.count, c.state) for c in causes] == [
        ("busy", 3, ItemState.FAILED),
        ("approval_wanted", 1, ItemState.APPROVAL),
        ("rejected", 1, ItemState.FAILED),
    ]
    assert (causes[0].message, causes[0].remedy, causes[0].keys) == (BUSY.message, BUSY.remedy, tuple(KEYS[:3]))
    assert bench.ledger.batches.retry(batch.id, key=KEYS[0]) == 1
    assert bench.ledger.batches.retry(batch.id, cause="busy") == 2
    assert stands(bench, batch)[:4] == [ItemState.WAITING] * 3 + [ItemState.FAILED]
    assert bench.ledger.batches.retry(batch.id) == 2
    assert ask(bench, batch).under_way == 6


def test_what_cannot_be_asked_for_says_why(bench, batch):
    (_, _, items), *_ = bench.ledger.batches.due(1)
    bench.ledger.batches.refused(items[0], Failure("refused", "There is no voice 'joe'.", "Choose another."))
    (cause,) = bench.ledger.batches.causes(batch.id)
    assert (cause.code, cause.message, cause.keys) == ("refused", "There is no voice 'joe'.", (KEYS[0],))
    assert bench.ledger.batches.retry(batch.id, cause="refused") == 1
    assert bench.ledger.batches.causes(batch.id) == ()


def test_a_pause_takes_back_what_nobody_works_on_and_leaves_the_rest(bench, batch):
    ask(bench, batch, in_flight=3)
    bench.start(bench.ask(key=KEYS[0]).claim_id)
    paused = bench.ledger.batches.pause(batch.id)
    assert (paused.state, paused.counts) == (BatchState.PAUSED, {ItemState.WORKING: 1, ItemState.WAITING: 5})
    assert [bench.status(key) for key in KEYS[:3]] == [Status.GENERATING_SCRIPT, Status.CANCELLED, Status.CANCELLED]
    assert bench.ledger.batches.due(99) == ()
    bench.ledger.batches.resume(batch.id)
    assert ask(bench, batch).counts == {ItemState.WORKING: 1, ItemState.QUEUED: 5}


def test_to_end_a_batch_stops_its_own_work_and_not_what_somebody_else_asked_for(bench, batch):
    theirs = bench.ask(key=KEYS[1], requested_by="ann")
    ask(bench, batch, in_flight=3)
    work = bench.start(bench.ask(key=KEYS[0]).claim_id)
    ended = bench.ledger.batches.cancel(batch.id)
    assert bench.ledger.claims.get(work.claim_id).cancel_requested
    assert [bench.status(key) for key in KEYS[1:3]] == [Status.PENDING, Status.CANCELLED]
    assert bench.ledger.claims.get(theirs.claim_id).state.value == "live"
    assert ended.state is BatchState.CANCELLED
    for verb in (bench.ledger.batches.pause, bench.ledger.batches.resume, bench.ledger.batches.retry):
        with pytest.raises(Refused, match="cancelled cannot"):
            verb(batch.id)


def test_what_was_spent_before_a_retry_still_counts(bench, batch):
    ask(bench, batch, in_flight=1)
    work = bench.start(bench.ask(key=KEYS[0]).claim_id)
    work.paid(cost_micros=40)
    work.fail(BUSY)
    bench.ledger.batches.retry(batch.id)
    assert bench.ledger.batches.get(batch.id).cost_micros == 40
    ask(bench, batch, in_flight=1)
    work = bench.start(bench.ask(key=KEYS[0]).claim_id)
    work.paid(cost_micros=2)
    assert bench.ledger.batches.get(batch.id).cost_micros == 42


def test_two_feeders_at_once_ask_for_each_narration_once(bench, batch):
    outcomes = []

    def feed():
        for _, _, items in bench.ledger.batches.due(99):
            answers = [(item, bench.ask(key=item.key, requested_by=asker(batch.id))) for item in items]
            outcomes.extend(asked.outcome for _, asked in answers)
            bench.ledger.batches.asked(answers)

    threads = [threading.Thread(target=feed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Outcome.CLAIMED) == len(KEYS)
    assert stands(bench, batch) == [ItemState.QUEUED] * len(KEYS)


def test_an_unknown_batch_and_an_empty_one_are_refused(bench):
    for name in ("", "nothing", "%"):
        with pytest.raises(Refused, match="There is no batch"):
            bench.ledger.batches.get(name)
    with pytest.raises(Refused, match="nothing to make"):
        bench.ledger.batches.make([], name="Nothing")
