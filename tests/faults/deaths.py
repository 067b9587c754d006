"""`kill -9` at every boundary between two steps of the work, and what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from scenarios import KEY, House, house

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


class Killer:
    """Lets processes begin the work and die at a point."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    def kill(self, home: House, place: str, when: str, number: int) -> int:
        """How the process ended."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        key = [str(KEY.content), str(KEY.locale), str(KEY.voice)]
        order = {"environment": home.environment, "point": [place, when, number], "key": key}
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()
        return int(self._program.stdout.readline())


@contextmanager
def killer() -> Iterator[Killer]:
    """Who kills; one process imports everything once, for all deaths."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "DAGSTER_"))}
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("killed.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**kept, "PYTHONPATH": str(ROOT)},
    )
    assert program.stdin is not None
    try:
        yield Killer(program)
    finally:
        program.stdin.close()
        program.wait(20)


@dataclass(frozen=True)
class Death:
    """What a death cost: the money settled before it, and how things stood after the narration was asked for again.

    `in_flight` is how many calls were billed and not yet settled at the moment of death, `twice` how many pieces were
    billed more than once in the end, `remade` how many finished takes were made again.
    """

    signal: int
    in_flight: int
    settled_before: int
    result: str
    fresh: bool
    twice: int
    billed: tuple[int, int]
    remade: int
    settled: int
    bill: int
    held: int
    clean: bool


def death(folder: Path, killing: Killer, name: str, when: str) -> Death:
    """Let a process die there, ask again, reconcile, and look."""
    place, number = BOUNDARIES[name]
    with house(folder) as home:
        home.server.latency_seconds = 0.3 if when == "during" else 0.0
        ended = killing.kill(home, place, when, number)
        home.server.latency_seconds = 0.0
        home.server.wait_until_idle()
        settled, unsettled = home.settled, home.bill - home.settled
        in_flight = sum(1 for call in home.server.calls if call.billed) - settled_calls(home)
        finished = takes(home)
        made = home.make()
        after = takes(home)
        found = Death(
            signal=-ended,
            in_flight=in_flight if unsettled else 0,
            settled_before=settled,
            result=made.result.value,
            fresh=home.desk.view(KEY).fresh,
            twice=home.twice("script") + home.twice("speech"),
            billed=(len(home.server.billed("script")), len(home.server.billed("speech"))),
            remade=sum(1 for take, at in finished.items() if after[take] != at),
            settled=home.settled,
            bill=home.bill,
            held=home.held,
            clean=False,
        )
        reconcile(home.desk.ledger, home.desk.files, apply=True, grace_seconds=0)
        clean = reconcile(home.desk.ledger, home.desk.files, grace_seconds=0, thorough=True).clean
        return Death(**{**vars(found), "clean": clean and settle_spending(home.desk, apply=False) == ()})


def settled_calls(home: House) -> int:
    """How many calls the ledger says are paid for."""
    import sqlite3

    with sqlite3.connect(home.desk.settings.home / "ledger.db") as ledger:
        return int(ledger.execute("SELECT count(*) FROM spend WHERE kind = 'settled' AND micros > 0").fetchone()[0])


def takes(home: House) -> dict[str, int]:
    """Each take that is kept, and when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (home.files / "takes").rglob("*.json")}
