"""Approval before speech is paid for: nothing is spoken until a person has read the script."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
import scenarios

from assets.domain.errors import Refused
from assets.pipeline.engine import Engine, Made, Result
from assets.pipeline.reviewing import Change, Reviewing

KEY = scenarios.KEY


@pytest.fixture
def house(tmp_path: Path) -> Iterator[scenarios.House]:
    with scenarios.house(tmp_path) as made:
        yield made


def make(house: scenarios.House, policy: str = "off", *, approval: bool = False, force: bool = False) -> Made:
    """Make the lesson under a policy, as a request that wants approval or not."""
    house.desk.settings = replace(house.desk.settings, approval=policy)
    if approval:
        house.desk.ask(KEY, approval=True)

    async def run() -> list[Made]:
        return [made async for made in Engine(house.desk, ()).make_all([KEY], force=force)]

    return asyncio.run(run())[0]


def calls(house: scenarios.House) -> tuple[int, int]:
    """How many sections were written, and segments spoken."""
    return len(house.server.billed("script")), len(house.server.billed("speech"))


@pytest.mark.parametrize(("policy", "approval"), [("always", False), ("paid", False), ("off", True)])
def test_nothing_is_spoken_until_somebody_approves(house: scenarios.House, policy: str, approval: bool) -> None:
    waits = make(house, policy, approval=approval)
    assert (waits.result, waits.error and waits.error.code) == (Result.WAITING, "approval_wanted")
    assert calls(house) == (scenarios.SCRIPTS, 0)
    assert house.desk.ledger.narrations.get(KEY).waits_for_approval
    assert make(house, policy, approval=approval).result is Result.WAITING
    assert calls(house) == (scenarios.SCRIPTS, 0), "asking again writes nothing again"

    Reviewing(house.desk).approve(KEY, by="ann")
    assert make(house, policy, approval=approval).result is Result.MADE
    assert calls(house) == (scenarios.SCRIPTS, scenarios.TAKES)


def test_an_edit_after_the_approval_needs_another_one(house: scenarios.House) -> None:
    make(house, "always")
    looking = Reviewing(house.desk)
    read = looking.review(KEY)
    looking.approve(KEY, by="ann", seen=read.wanted.script_fingerprint)
    passage = read.chapters[1].passages[1]
    looking.edit(KEY, Change(passage.name, 0, passage.lines[0].said, "The Moon tugs at the sea."), by="bob")
    assert looking.review(KEY).approval is None
    assert make(house, "always").result is Result.WAITING
    with pytest.raises(Refused, match="changed meanwhile"):
        looking.approve(KEY, by="ann", seen=read.wanted.script_fingerprint)


def test_where_only_paid_speech_needs_approval_what_is_free_or_bought_already_does_not(house: scenarios.House) -> None:
    make(house)
    assert make(house, "paid").result is Result.FRESH
    assert make(house, "paid", force=True).result is Result.MADE, "every take is there: nothing has to be bought"


def test_a_script_that_is_not_written_cannot_be_approved(house: scenarios.House) -> None:
    with pytest.raises(Refused, match="not written yet"):
        Reviewing(house.desk).approve(KEY, by="ann")
