"""`kill -9` at every boundary between two steps: what was paid for is never paid for again, and nothing is stuck."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from deaths import BOUNDARIES, POINTS, Killer, death, killer
from scenarios import SCRIPTS, TAKES


@pytest.fixture(scope="module")
def killing() -> Iterator[Killer]:
    with killer() as found:
        yield found


@pytest.mark.parametrize(("name", "when"), POINTS, ids=[" - ".join(point) for point in POINTS])
def test_a_death_costs_nothing_that_was_paid_for(tmp_path: Path, killing: Killer, name: str, when: str) -> None:
    died = death(tmp_path, killing, name, when)
    assert died.signal == signal.SIGKILL
    assert died.result in {"made", "fresh"}
    assert died.fresh
    assert died.twice == 0
    assert died.billed == (SCRIPTS, TAKES)
    assert died.settled == died.bill >= died.settled_before
    assert died.held == 0
    assert died.remade == 0, "a finished take was made again"
    assert died.in_flight <= 2, "no more is unknown than was under way"
    assert died.clean


def test_there_are_at_least_twenty_five_boundaries() -> None:
    assert len(BOUNDARIES) >= 25
