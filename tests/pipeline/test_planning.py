"""Plans of many: what was worked out once is kept for as long as it is true, and something is said at once."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
import scenarios

from assets.domain.keys import NarrationKey
from assets.pipeline import planning
from assets.pipeline.engine import Engine
from assets.pipeline.estimating import Estimating
from assets.pipeline.planning import plan, plan_at_once

KEYS = tuple(NarrationKey.of(text, "en", "nova") for text in sorted(scenarios.THREE_TEXTS))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[scenarios.House]:
    with scenarios.house_of_three(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three narrations count as many."""
    monkeypatch.setattr(planning, "_IN_BULK", 2)


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[NarrationKey]:
    """The narrations that were worked out, one after the other."""
    found: list[NarrationKey] = []
    parts = Estimating.parts

    async def noted(self: Estimating, wanted):  # type: ignore[no-untyped-def]
        found.append(wanted.key)
        return await parts(self, wanted)

    monkeypatch.setattr(Estimating, "parts", noted)
    return found


def make(house: scenarios.House, key: NarrationKey) -> None:
    assert asyncio.run(Engine(house.desk, ()).make(key)).result


def test_what_was_worked_out_is_not_worked_out_again_and_is_the_same(house, worked_out):
    first = plan(house.desk, KEYS)
    assert worked_out == list(KEYS)
    assert plan(house.desk, KEYS) == first
    assert worked_out == list(KEYS)
    assert all(each.estimate.micros > 0 for each in first)


def test_an_edit_a_written_script_and_a_bought_take_are_seen(house, worked_out):
    first = plan(house.desk, KEYS)
    make(house, KEYS[0])
    worked_out.clear()
    second = plan(house.desk, KEYS)
    assert worked_out == [KEYS[0]], "its script is there now, and was only drafted before"
    assert (second[0].fresh, second[0].estimate.micros) == (True, 0)
    assert second[1:] == first[1:]
    assert plan(house.desk, KEYS) == second
    path = house.desk.settings.content / "articles/waves.md"
    path.write_text(path.read_text() + "\nThey never rest.\n")
    house.desk.look_again()
    worked_out.clear()
    assert plan(house.desk, KEYS)[1].estimate.segments > second[1].estimate.segments
    assert worked_out == [KEYS[1]]


def test_a_plan_of_one_does_not_look_at_the_whole_catalogue(house, worked_out, monkeypatch):
    plan(house.desk, KEYS)
    monkeypatch.setattr(type(house.desk), "entries", lambda *_a, **_k: pytest.fail("it looked at everything"))
    assert plan(house.desk, KEYS[:1])[0].estimate.micros > 0


def test_what_several_share_is_counted_once_however_it_is_known(house):
    copy = house.desk.settings.content / "copy.md"
    copy.write_text((house.desk.settings.content / "tides.md").read_text())
    keys = (KEYS[2], NarrationKey.of("copy", "en", "nova"))
    first = plan(house.desk, keys)
    assert plan(house.desk, keys) == first
    assert first[0].estimate.takes_new > first[1].estimate.takes_new


def test_a_rough_plan_is_there_at_once_and_becomes_the_true_one(house, worked_out, monkeypatch):
    monkeypatch.setattr(planning, "_MEASURED_LEAST", 1)
    house.desk.entries()
    nobody = NarrationKey.of("tides", "en", "nobody")
    rough = plan_at_once(house.desk, [*KEYS, nobody])
    assert (rough.measured, rough.error, worked_out) == (0, None, [])
    assert all(each.estimate.micros > 0 for each in rough.planned[:3])
    assert "nobody" in rough.planned[3].refusal
    exact = plan(house.desk, KEYS)
    assert sum(e.estimate.micros for e in rough.planned) == pytest.approx(
        sum(e.estimate.micros for e in exact), rel=0.6
    )
    after = plan_at_once(house.desk, KEYS)
    assert (after.planned, after.measured) == (exact, 3)
    assert after.error is None or after.error < 0.6


def test_kept_estimates_that_are_damaged_or_cannot_be_kept_cost_time_alone(house, worked_out):
    first = plan(house.desk, KEYS)
    file = house.desk.settings.home / "estimates.db"
    file.write_bytes(b"no database" * 1000)
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    assert plan(house.desk, KEYS) == first
    assert plan(house.desk, KEYS) == first
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (3,)
    house.desk.settings = replace(house.desk.settings, home=Path("/proc/nowhere"))
    assert plan(house.desk, KEYS) == first
