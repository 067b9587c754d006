"""Processes that work out what narrations are made of: the same as one process finds, and gone when nobody waits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path

import pytest

from assets.domain.errors import Unavailable
from assets.domain.keys import NarrationKey
from assets.pipeline import estimating, estimators, planning, writing
from assets.pipeline.desk import Desk
from assets.pipeline.estimators import worked_out
from assets.pipeline.opening import open_desk
from assets.pipeline.planning import plan
from assets.settings import PROJECT, Settings


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Eight texts, which count as many."""
    contents = sorted((PROJECT / "data" / "catalogue" / "contents").rglob("*.en.md"))[:2]
    for number in range(8):
        folder = tmp_path / "content" / f"lesson-{number}"
        folder.mkdir(parents=True)
        text = contents[number % 2].read_text(encoding="utf-8")
        (folder / "en.md").write_text(f"{text}\n\nThis is lesson {number}.\n", encoding="utf-8")
    monkeypatch.setattr(estimators, "_WORTH_PROCESSES", 5)
    monkeypatch.setattr(estimators, "_AT_A_TIME", 1)
    settings = {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(tmp_path / "content")}
    made = open_desk(Settings.from_environment(settings))
    yield made
    made.ledger.close()


def keys(*voices: str) -> list[NarrationKey]:
    return [NarrationKey.of(f"lesson-{number}", "en", voice) for number in range(8) for voice in voices]


def forget(desk: Desk) -> None:
    (desk.settings.home / "estimates.db").unlink()


def test_several_processes_come_to_the_plan_of_one_and_keep_what_they_worked_out(desk, monkeypatch):
    monkeypatch.setattr(planning, "_IN_BULK", 2)
    wanted = keys("joe", "nobody", "espeak")
    seen: list[int] = []
    several = plan(desk, wanted, seen.append)
    assert seen == list(range(1, len(wanted) + 1))
    assert [each.key for each in several] == wanted
    assert "nobody" in several[1].refusal
    monkeypatch.setattr(estimators, "_side_by_side", lambda *_: pytest.fail("what is kept is worked out again"))
    assert plan(desk, [key for key in wanted if key.voice.name != "nobody"]) == tuple(
        each for each in several if each.key.voice.name != "nobody"
    )
    forget(desk)
    monkeypatch.setattr(estimators, "_WORTH_PROCESSES", 1_000)
    assert plan(desk, wanted) == several


def test_whoever_has_enough_of_it_waits_for_no_more_than_is_under_way(desk):
    before = set(active_children())
    with closing(worked_out(desk, keys("joe"))) as portions:
        assert [each.key.content.path for each in next(portions)] == ["lesson-0"]
        begun = set(active_children()) - before
        assert begun
    assert not [each for each in begun if each.is_alive()]


def test_a_process_that_is_gone_is_said_in_plain_words(desk):
    before = set(active_children())
    portions = worked_out(desk, keys("joe"))
    next(portions)
    for each in set(active_children()) - before:
        each.kill()
    with pytest.raises(Unavailable, match="is gone"):
        list(portions)


PROGRAM = """
import sys, threading
from assets.pipeline import estimators
from assets.pipeline.opening import open_desk
from assets.pipeline.planning import plan
from assets.settings import Settings

def main():
    estimators._WORTH_PROCESSES, estimators._AT_A_TIME = 5, 1
    desk, begun = open_desk(Settings.from_environment()), threading.Event()
    keys = [key for key in desk.everything(voice="joe")] * 500
    threading.Thread(target=lambda: print(len(plan(desk, keys, lambda _: begun.set()))), daemon=True).start()
    begun.wait(60)

if __name__ == "__main__":
    main()
"""


def test_a_program_that_ends_in_the_middle_of_a_plan_ends(desk, tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    home, content = desk.settings.home, desk.settings.content
    there = {**os.environ, "STUDIO_HOME": str(home), "STUDIO_CONTENT": str(content), "PYTHONPATH": str(PROJECT)}
    program = [sys.executable, tmp_path / "program.py"]
    ended = subprocess.run(program, env=there, capture_output=True, timeout=120, check=True)
    assert ended.stdout == b"", "it waited for the whole plan"


def test_a_text_that_cannot_be_read_out_is_refused_alone(desk, monkeypatch):
    monkeypatch.setattr(writing, "leaks", lambda text: ("a tag: '<b>'",) if "lesson 3" in text else ())
    (first, third) = estimating.work_out(desk, [keys("joe")[0], keys("joe")[3]])
    assert first.parts is not None
    assert (third.parts, "would read markup aloud" in third.refusal) == (None, True)


def test_planning_leaves_no_script_behind(desk):
    plan(desk, keys("joe")[:1])
    assert not desk.files.has_script(desk.wanted(keys("joe")[0]).script_fingerprint)
