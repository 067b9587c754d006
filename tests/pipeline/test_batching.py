"""Batches through the pipeline: chosen, planned, fed in portions, stopped by a cap, made with nothing paid twice."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
import scenarios

from assets.domain.batches import Batch, BatchState, ItemState, Selection, Which
from assets.domain.costs import MICROS, Caps
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.pipeline.batching import chosen, feed, plan_batch, resume
from assets.pipeline.engine import Engine, Result

KEYS = tuple(NarrationKey.of(text, "en", "nova") for text in sorted(scenarios.THREE_TEXTS))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[scenarios.House]:
    with scenarios.house_of_three(tmp_path) as made:
        yield made


def batch_of(house: scenarios.House, keys: tuple[NarrationKey, ...] = KEYS, **more: bool) -> Batch:
    return house.desk.ledger.batches.make(keys, name="Test", **more)


def work(house: scenarios.House) -> None:
    """Do what Dagster would: make whatever has been asked for."""
    keys = [claim.key for claim in house.desk.ledger.claims.queue()]

    async def run() -> None:
        async for _ in Engine(house.desk, ()).make_all(keys):
            pass

    asyncio.run(run())


def counts(house: scenarios.House, batch: Batch) -> dict[ItemState, int]:
    return dict(house.desk.ledger.batches.get(batch.id).counts)


def test_a_batch_is_made_portion_by_portion_to_its_end(house: scenarios.House) -> None:
    house.desk.settings = replace(house.desk.settings, max_parallel=1)
    batch = batch_of(house)
    assert [each.key for each in feed(house.desk)] == list(KEYS[:2])
    assert feed(house.desk) == (), "two are under way for one place; more would only wait"
    work(house)
    assert [each.key for each in feed(house.desk)] == [KEYS[2]]
    work(house)
    assert counts(house, batch) == {ItemState.MADE: 3}
    assert house.desk.ledger.batches.get(batch.id).cost_micros == house.settled == house.bill
    again = batch_of(house)
    assert feed(house.desk) == ()
    assert counts(house, again) == {ItemState.FRESH: 3}


def test_what_is_fresh_is_told_in_bulk_and_asked_for_by_nobody(
    house: scenarios.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_of(house)
    feed(house.desk)
    work(house)
    asked: list[NarrationKey] = []
    monkeypatch.setattr(type(house.desk), "ask", lambda _, key, **__: asked.append(key))
    house.desk.settings = replace(house.desk.settings, max_parallel=1)
    again = batch_of(house)
    assert feed(house.desk) == ()
    assert counts(house, again) == {ItemState.FRESH: 3}
    assert asked == []


def test_the_plan_is_what_it_costs_in_the_end(house: scenarios.House) -> None:
    looked: list[int] = []
    plan = plan_batch(house.desk, [*KEYS, NarrationKey.of("tides", "en", "nobody")], looked.append)
    assert (plan.keys, looked) == (KEYS, [1, 2, 3, 4])
    assert [count for why, count in plan.refusals.items() if "nobody" in why] == [1]
    batch_of(house, plan.keys)
    feed(house.desk)
    work(house)
    assert plan.estimate.micros == pytest.approx(house.bill, rel=0.25)
    assert plan_batch(house.desk, KEYS).estimate.micros == 0


def test_a_cap_stops_a_batch_and_the_next_day_it_goes_on(house: scenarios.House) -> None:
    plan = plan_batch(house.desk, KEYS)
    house.desk.settings = replace(house.desk.settings, max_parallel=1, caps=Caps(per_day=plan.estimate.micros // 3))
    assert plan_batch(house.desk, KEYS).room.lacks(plan.estimate.micros) > 0
    batch = batch_of(house)
    feed(house.desk)
    work(house)
    assert house.settled <= plan.estimate.micros // 3
    assert feed(house.desk) == ()
    stopped = house.desk.ledger.batches.get(batch.id)
    assert (stopped.state, stopped.counts[ItemState.WAITING]) == (BatchState.PAUSED, 1)
    assert "budget_exceeded" in [cause.code for cause in house.desk.ledger.batches.causes(batch.id)]

    house.desk.settings = replace(house.desk.settings, max_parallel=20, caps=Caps())
    assert resume(house.desk, batch.id).state is BatchState.RUNNING
    feed(house.desk)
    work(house)
    assert counts(house, batch) == {ItemState.MADE: 3}
    assert house.twice("script") == house.twice("plain_speech") == 0


def test_a_cap_finishes_what_it_pays_for_before_more_is_begun(house: scenarios.House) -> None:
    each = [plan_batch(house.desk, [key]).estimate.micros for key in KEYS]
    batch = house.desk.ledger.batches.make(KEYS, name="Capped", cap_micros=each[0] + each[1] // 2)
    assert [fed.key for fed in feed(house.desk)] == [KEYS[0]]
    assert feed(house.desk) == (), "the second waits until the first is made"
    work(house)
    assert counts(house, batch) == {ItemState.MADE: 1, ItemState.WAITING: 2}
    assert [fed.key for fed in feed(house.desk)] == [KEYS[1]], "no plan is as sure as the reservations"
    work(house)
    assert feed(house.desk) == ()
    assert counts(house, batch) == {ItemState.MADE: 1, ItemState.FAILED: 1, ItemState.WAITING: 1}
    assert house.desk.ledger.batches.get(batch.id).state is BatchState.PAUSED


def test_a_batch_keeps_to_its_own_cap_and_goes_on_under_a_higher_one(house: scenarios.House) -> None:
    plan = plan_batch(house.desk, KEYS)
    cap = plan.estimate.micros // 3
    batch = house.desk.ledger.batches.make(KEYS, name="Capped", cap_micros=cap)
    feed(house.desk)
    work(house)
    assert feed(house.desk) == ()
    stopped = house.desk.ledger.batches.get(batch.id)
    assert 0 < house.bill == house.settled == stopped.used_micros <= cap
    assert ItemState.FAILED in stopped.counts
    (why,) = [cause for cause in house.desk.ledger.batches.causes(batch.id) if cause.code == "budget_exceeded"]
    assert f"of the ${cap / MICROS:.6f}".rstrip("0") in why.message and "for the batch 'Capped'" in why.message

    other = NarrationKey.of("tides", "en", "nova")
    house.desk.ask(other)  # somebody asks for one of them alone: no cap of a batch holds them back
    work(house)
    assert house.desk.view(other).fresh
    assert house.desk.ledger.batches.get(batch.id).used_micros == stopped.used_micros

    assert resume(house.desk, batch.id, cap_micros=2 * plan.estimate.micros).state is BatchState.RUNNING
    feed(house.desk)
    work(house)
    ended = house.desk.ledger.batches.get(batch.id)
    assert ended.counts.get(ItemState.MADE, 0) + ended.counts.get(ItemState.FRESH, 0) == 3
    assert house.twice("script") == house.twice("plain_speech") == 0


def test_everything_stale_is_what_was_published_and_has_changed(house: scenarios.House) -> None:
    everything = set(chosen(house.desk, Selection(voices=("nova",))))
    assert everything == set(KEYS)
    batch_of(house)
    feed(house.desk)
    work(house)
    stale = Selection(which=Which.STALE)
    assert chosen(house.desk, stale) == ()
    assert chosen(house.desk, Selection(voices=("nova",))) == ()
    assert set(chosen(house.desk, Selection(voices=("nova",), which=Which.ALL))) == set(KEYS)
    path = house.desk.settings.content / "articles/waves.md"
    path.write_text(path.read_text() + "\nThey never rest.\n")
    house.desk._catalogue = None  # the next look is now, not in a second
    assert chosen(house.desk, stale) == (NarrationKey.of("articles/waves", "en", "nova"),)
    assert chosen(house.desk, Selection(contents=("articles/echoes",), which=Which.STALE)) == ()


def test_a_selection_of_what_there_is_not_is_refused(house: scenarios.House) -> None:
    for wrong in (
        Selection(contents=("articles/nothing",)),
        Selection(voices=("nobody",)),
        Selection(locales=("klingon",)),
    ):
        with pytest.raises(Refused):
            chosen(house.desk, wrong)


def test_a_run_whose_claim_was_cancelled_meanwhile_makes_nothing(house: scenarios.House) -> None:
    batch = batch_of(house, KEYS[:1])
    (fed,) = feed(house.desk)
    house.desk.ledger.batches.pause(batch.id)
    engine = Engine(house.desk, ())
    engine.sent_for(fed.key, fed.claim_id)
    made = asyncio.run(engine.make(fed.key))
    assert (made.result, house.server.calls) == (Result.CANCELLED, [])
    assert asyncio.run(Engine(house.desk, ()).make(fed.key)).result is Result.MADE, "whoever asks anew gets it"
