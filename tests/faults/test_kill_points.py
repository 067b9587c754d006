"""`kill -9` at every boundary between two steps: what was paid for is never paid for again, and nothing is stuck."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from scenarios import KEY, SCRIPTS, TAKES, house

from assets.pipeline.engine import Result
from assets.pipeline.settling import settle_spending
from assets.storage.reconciliation import reconcile

ROOT = Path(__file__).parents[2]
LEDGER = "assets.storage.ledger"
BOUNDARIES = {
    "the claim is asked for": (f"{LEDGER}.claims:Claims.ask", 1),
    "the claim is started": (f"{LEDGER}.claims:Claims.start", 1),
    "the estimate is written": (f"{LEDGER}.work:Work.expects", 1),
    "the script is written": ("assets.pipeline.writing:Writing.script", 1),
    "a section is reserved": (f"{LEDGER}.sections:Sections.reserve", 2),
    "a place for a call is taken": (f"{LEDGER}.accounts:Accounts.enter", 1),
    "the writer answers": ("assets.providers.openai_writer:OpenAIWriter.answer", 2),
    "a place is given back": (f"{LEDGER}.accounts:Accounts.leave", 2),
    "the circuit hears of it": (f"{LEDGER}.accounts:Accounts.worked", 2),
    "the answer is judged": ("assets.pipeline.composing:gates", 2),
    "a section is kept": ("assets.storage.files:Files.put_section", 1),
    "a section is settled": (f"{LEDGER}.sections:Sections.store", 2),
    "the script is kept": ("assets.storage.files:Files.put_script", 1),
    "speaking begins": (f"{LEDGER}.work:Work.speaking", 1),
    "a take is reserved": (f"{LEDGER}.takes:Takes.reserve", 3),
    "the voice answers": ("assets.providers.elevenlabs:ElevenLabs.speak", 3),
    "a take is judged": ("assets.pipeline.speaking:take_gates", 3),
    "a take is kept": ("assets.storage.files:Files.put_take", 3),
    "a file is written": ("assets.storage.files:Files._write", 6),
    "a take is settled": (f"{LEDGER}.takes:Takes.store", 3),
    "a take is counted": (f"{LEDGER}.work:Work.took", 3),
    "the audio is mixed": ("assets.audio.mixdown:mix", 1),
    "the file is measured": ("assets.audio.mixdown:measure_file", 1),
    "the folder is put in place": ("assets.storage.files:Files.publish_folder", 1),
    "the version is published": (f"{LEDGER}.work:Work.publish", 1),
}
POINTS = [(name, when) for name in BOUNDARIES for when in ("before", "after")]
POINTS += [("the writer answers", "during"), ("the voice answers", "during")]


@pytest.fixture(scope="module")
def kill() -> Iterator[Callable[[dict[str, str], tuple[str, str, int]], int]]:
    """Let a process begin the work and die at a point; how it ended."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "DAGSTER_"))}
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("killed.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**kept, "PYTHONPATH": str(ROOT)},
    )
    assert program.stdin is not None
    assert program.stdout is not None
    stdin, stdout = program.stdin, program.stdout

    def one(environment: dict[str, str], point: tuple[str, str, int]) -> int:
        key = [str(KEY.content), str(KEY.locale), str(KEY.voice)]
        stdin.write(json.dumps({"environment": environment, "point": point, "key": key}) + "\n")
        stdin.flush()
        return int(stdout.readline())

    yield one
    stdin.close()
    program.wait(20)


@pytest.mark.parametrize(("name", "when"), POINTS, ids=[" - ".join(point) for point in POINTS])
def test_a_death_costs_nothing_that_was_paid_for(tmp_path: Path, kill: Any, name: str, when: str) -> None:
    place, number = BOUNDARIES[name]
    with house(tmp_path) as home:
        home.server.latency_seconds = 0.3 if when == "during" else 0.0
        assert kill(home.environment, (place, when, number)) == -signal.SIGKILL
        home.server.latency_seconds = 0.0
        settled = home.settled
        finished = {path.name: path.stat().st_mtime_ns for path in (home.files / "takes").rglob("*.json")}
        home.server.wait_until_idle()

        made = home.make()
        assert made.result in {Result.MADE, Result.FRESH}, made.error
        assert home.desk.view(KEY).fresh
        assert (home.twice("script"), home.twice("speech")) == (0, 0)
        assert len(home.server.billed("script")) == SCRIPTS
        assert len(home.server.billed("speech")) == TAKES
        assert home.settled == home.bill >= settled
        assert home.held == 0
        now = {path.name: path.stat().st_mtime_ns for path in (home.files / "takes").rglob("*.json")}
        assert {take: now[take] for take in finished} == finished, "a finished take was made again"

        reconcile(home.desk.ledger, home.desk.files, apply=True, grace_seconds=0)
        assert reconcile(home.desk.ledger, home.desk.files, grace_seconds=0, thorough=True).clean
        assert settle_spending(home.desk, apply=False) == ()


def test_there_are_at_least_twenty_five_boundaries() -> None:
    assert len(BOUNDARIES) >= 25
