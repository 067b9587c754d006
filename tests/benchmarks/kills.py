"""A batch of 200 narrations whose runs are killed with -9, twenty times, at random moments; nobody lends a hand.

The whole of `studio up`, eSpeak speaking. What counts: none lost, none stuck, no take that was settled made again.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from _measure import figure, report
from warm import system

NARRATIONS = int(os.environ.get("BENCH_NARRATIONS", "200"))
KILLS = int(os.environ.get("BENCH_KILLS", "20"))
GIVE_UP_AFTER_SECONDS = 1800


def takes(files: Path) -> dict[str, int]:
    """Each take on disk, and when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (files / "takes").rglob("*.json")}


def main() -> None:
    from assets.pipeline.opening import open_desk
    from assets.settings import Settings
    from dagster_project import line

    chance = random.Random(7)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        content = Path(folder) / "content"
        content.mkdir()
        for number in range(NARRATIONS):
            said = "\n\n".join(f"This is paragraph {part} of page {number}." for part in range(12))
            (content / f"page-{number}.md").write_text(f"# Page {number}\n\n{said}\n")
        with system(Path(folder) / "home", content, warm=True) as environment:
            settings = Settings.from_environment(environment)
            desk = open_desk(settings)
            keys = list(desk.everything(voice="espeak"))
            began = time.monotonic()
            for key in keys:
                desk.ask(key, priority=-1)
            killed, remade, written = 0, 0, {}

            def victims() -> list[dict[str, Any]]:
                try:
                    return [w for w in line.ask(settings.dagster_home, {"do": "health"})["workers"] if w["run"]]
                except line.NoPool:
                    return []

            def left() -> int:
                return len(desk.ledger.claims.queue())

            # Random points of the batch, told by how many of its takes are there.
            points = sorted(chance.sample(range(13 * NARRATIONS), KILLS))
            while left() and time.monotonic() - began < GIVE_UP_AFTER_SECONDS:
                time.sleep(0.25)
                now = takes(settings.files)
                at_work = victims() if killed < KILLS and len(now) >= points[killed] else []
                if not at_work:
                    continue
                remade += sum(1 for name, at in written.items() if now.get(name) != at)
                written = now
                victim = chance.choice(at_work)["pid"]
                if psutil.pid_exists(victim):
                    os.kill(victim, signal.SIGKILL)
                    killed += 1
            wall = time.monotonic() - began
            now = takes(settings.files)
            remade += sum(1 for name, at in written.items() if now.get(name) != at)
            lost, stuck = NARRATIONS - len(desk.fresh(keys)), left()
    report(
        f"a batch of {NARRATIONS}, killed {KILLS} times",
        [
            figure("runs killed", killed, ""),
            figure("narrations lost", lost, "", at_most=0),
            figure("narrations stuck", stuck, "", at_most=0),
            figure("settled takes made again", remade, "", at_most=0),
            figure("wall until all were made", wall, "s"),
        ],
    )


if __name__ == "__main__":
    main()
