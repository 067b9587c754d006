"""Plans while people watch: one after the other, and none that nobody looks at any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from assets.domain.batches import Selection, Which
from studio_ui import batching as module
from studio_ui.batching import Batching, Planning

FIRST, SECOND = Selection(which=Which.ALL), Selection(which=Which.MISSING)


class Bench:
    """A batch page whose clock a test moves, and whose plans wait until they may go on."""

    def __init__(self, batching: Batching) -> None:
        self.batching = batching
        self.moment = 0.0
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()


@pytest.fixture
def bench(house, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = Bench(Batching(house.studio, clock=lambda: made.moment))
    really = module.plan_batch

    def plan_batch(desk, keys, looked: Callable[[int], None]):  # type: ignore[no-untyped-def]
        made.begun.release()
        assert made.go_on.wait(20)
        return really(desk, keys, looked)

    monkeypatch.setattr(module, "plan_batch", plan_batch)
    yield made
    made.go_on.set()


def given_up(plan: Planning) -> bool:
    return isinstance(plan.future.exception(20), module._GivenUp)


def test_a_plan_that_nobody_looks_at_gives_way_to_one_that_is_waited_for(bench):
    first = bench.batching.plan(FIRST)
    assert bench.begun.acquire(timeout=20)
    bench.moment = 11.0
    second = bench.batching.plan(SECOND)
    bench.go_on.set()
    assert given_up(first)
    assert second.future.result(20).keys
    assert bench.batching.plan(FIRST) is not first


def test_a_plan_that_is_looked_at_comes_to_its_end_whoever_waits(bench):
    first = bench.batching.plan(FIRST)
    assert bench.begun.acquire(timeout=20)
    second = bench.batching.plan(SECOND)
    bench.moment = 11.0
    assert bench.batching.plan(FIRST) is first
    bench.batching.plan(SECOND)
    bench.go_on.set()
    assert first.future.result(20).keys
    assert second.future.result(20).keys


def test_a_plan_goes_on_for_three_minutes_where_nothing_else_waits_and_no_longer(bench):
    first = bench.batching.plan(FIRST)
    assert bench.begun.acquire(timeout=20)
    bench.moment = 170.0
    bench.go_on.set()
    assert first.future.result(20).keys
    bench.go_on.clear()
    again = bench.batching.plan(FIRST, anew=True)
    assert bench.begun.acquire(timeout=20)
    bench.moment = 351.0
    bench.go_on.set()
    assert given_up(again)


def test_what_was_begun_by_its_rough_plan_is_not_planned_to_the_end(bench, monkeypatch):
    monkeypatch.setattr(module, "_WORTH_A_ROUGH_PLAN", 1)
    bench.batching.studio.desk.entries()
    first = bench.batching.plan(FIRST)
    assert bench.begun.acquire(timeout=20)
    bench.batching.begin(FIRST, name="All", approval=False, by="me")
    bench.go_on.set()
    assert given_up(first)
