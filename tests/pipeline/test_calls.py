"""Calls to providers: who gets the next place when more are wanted than the account allows."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import func, select

from assets.pipeline.batching import BATCH_PRIORITY
from assets.pipeline.calls import Calls
from assets.storage.ledger.ledger import Ledger
from assets.storage.ledger.schema import callers


def at_the_door(ledger: Ledger) -> int:
    with ledger._database.reading() as tx:
        return int(tx.scalar(select(func.count()).select_from(callers)) or 0)


async def whose_turn_it_was(theirs: Ledger, mine: Ledger) -> list[str]:
    """Six calls of a batch for two places; somebody asks for one narration while four of them wait."""
    begins: asyncio.Queue[str] = asyncio.Queue()
    ends: asyncio.Queue[None] = asyncio.Queue()
    everybody_waits = asyncio.Event()

    async def look_again(_: float) -> None:
        if at_the_door(theirs) == 5:
            everybody_waits.set()
        await asyncio.sleep(0.001)

    async def ask(ledger: Ledger, who: str, priority: int) -> None:
        async def call() -> None:
            begins.put_nowait(who)
            await ends.get()

        calls = Calls(ledger, sleep=look_again)
        await calls.make("an account", 2, call, lambda *_, **__: None, priority=priority)

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(ask(theirs, f"batch {number}", BATCH_PRIORITY))
        order = [await begins.get(), await begins.get()]
        group.create_task(ask(mine, "person", 0))
        await everybody_waits.wait()
        for _ in range(5):
            ends.put_nowait(None)
            order.append(await begins.get())
        for _ in range(2):
            ends.put_nowait(None)
    return order


def test_a_person_who_asks_during_a_batch_gets_the_next_free_place(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with Ledger.open(url) as theirs, Ledger.open(url) as mine:
        order = asyncio.run(asyncio.wait_for(whose_turn_it_was(theirs, mine), 60))
        assert order[2] == "person"
        assert set(order) == {"person", *(f"batch {number}" for number in range(6))}
        assert at_the_door(mine) == 0
