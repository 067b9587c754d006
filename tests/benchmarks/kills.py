"""A batch of 200 narrations whose runs are killed with -9, twenty times, at random moments; nobody lends a hand.

The whole of `studio up`: once with eSpeak speaking, once with a script and a voice that are paid for, at the provider
server of the tests. What counts: none lost, none stuck, no take that was settled made again, and, read off the
provider's bill, nothing on it twice. `BENCH_VOICES=espeak` or `=nina` for one of them.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
from _measure import ROOT, figure, report
from warm import system

sys.path.insert(0, str(ROOT / "tests" / "fakes"))
import provider_server

NARRATIONS = int(os.environ.get("BENCH_NARRATIONS", "200"))
KILLS = int(os.environ.get("BENCH_KILLS", "20"))
VOICES = os.environ.get("BENCH_VOICES", "espeak,nina").split(",")
PARAGRAPHS = 12
CALL_SECONDS = 0.1
GIVE_UP_AFTER_SECONDS = 1500


def takes(files: Path) -> dict[str, int]:
    """Each take on disk, and when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (files / "takes").rglob("*.json")}


def write_pages(content: Path) -> None:
    """Pages no sentence of which is on another."""
    content.mkdir()
    for number in range(NARRATIONS):
        said = "\n\n".join(f"This is paragraph {part} of page {number}." for part in range(PARAGRAPHS))
        (content / f"page-{number}.md").write_text(f"# Page {number}\n\n{said}\n")


def ordeal(folder: Path, voice: str) -> list[dict[str, Any]]:
    """Make them all in one voice, and kill whoever is at it at random points."""
    from assets.pipeline.opening import open_desk
    from assets.settings import Settings
    from dagster_project import line

    chance = random.Random(7)
    content = folder / "content"
    folder.mkdir()
    write_pages(content)
    with system(folder / "home", content, warm=True) as environment:
        settings = Settings.from_environment(environment)
        desk = open_desk(settings)
        keys = list(desk.everything(locale="en", voice=voice))
        assert len(keys) == NARRATIONS, len(keys)
        began = time.monotonic()
        for key in keys:
            desk.ask(key, priority=-1)
        killed, remade, written = 0, 0, dict[str, int]()

        def victims() -> list[dict[str, Any]]:
            try:
                return [w for w in line.ask(settings.dagster_home, {"do": "health"})["workers"] if w["run"]]
            except line.NoPool:
                return []

        def left() -> int:
            return len(desk.ledger.claims.queue())

        # Random points of the batch, told by how many of its takes are there.
        points = sorted(chance.sample(range(PARAGRAPHS * NARRATIONS), KILLS))
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
        open_calls = len(desk.ledger.spend.unsettled())
    return [
        figure(f"{voice}: runs killed", killed, ""),
        figure(f"{voice}: narrations lost", lost, "", at_most=0),
        figure(f"{voice}: narrations stuck", stuck, "", at_most=0),
        figure(f"{voice}: settled takes made again", remade, "", at_most=0),
        figure(f"{voice}: calls of which nobody knows what became", open_calls, "", at_most=0),
        figure(f"{voice}: wall until all were made", wall, "s"),
    ]


def paid_ordeal(folder: Path, voice: str) -> list[dict[str, Any]]:
    """The same with providers that bill; what they bill is read off their own books."""
    server = provider_server.Server(latency_seconds=CALL_SECONDS).start()
    os.environ |= {**server.settings, "STUDIO_SPEECH_CONCURRENCY": "8"}
    try:
        found = ordeal(folder, voice)
    finally:
        server.stop()
        for name in (*server.settings, "STUDIO_SPEECH_CONCURRENCY"):
            os.environ.pop(name, None)
    for stage, what in (("script", "sections"), ("speech", "takes")):
        bill = Counter(call.text for call in server.billed(stage))
        found += [
            figure(f"{voice}: {what} on the provider's bill", sum(bill.values()), ""),
            figure(f"{voice}: {what} on it more than once", sum(many - 1 for many in bill.values()), "", at_most=0),
        ]
    return found


def main() -> None:
    """Print the figures."""
    figures = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        for voice in VOICES:
            figures += (ordeal if voice == "espeak" else paid_ordeal)(Path(name) / voice, voice)
    report(
        f"a batch of {NARRATIONS}, killed {KILLS} times",
        figures,
        "A call that was under way when its process was killed is looked for in the provider's history before it is "
        "made again, with patience: most of the second wall is that.",
    )


if __name__ == "__main__":
    main()
