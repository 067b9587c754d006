"""One request, warm: from asking to the first line of the script step, through Dagster's own queue.

A whole `studio up` in a home of its own; the floor is the same system with Dagster's launcher, a process for each run.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from _measure import ROOT, figure, report

TIMES = 12
TEXT = "# Page {number}\n\nThis is what page {number} says, and it is short.\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def system(home: Path, content: Path, *, warm: bool):
    """`studio up`; without `warm` its runs go to processes of their own."""
    given = {
        "STUDIO_HOME": str(home),
        "STUDIO_CONTENT": str(content),
        "STUDIO_PORT": str(free_port()),
        "STUDIO_DAGSTER_PORT": str(free_port()),
        "PYTHONPATH": str(ROOT),
    }
    program = "from studio_ui.cli import main\n"
    if not warm:
        program += "import studio_ui.up as up\nplan = up.Supervisor._plan\ndef without(self):\n    plan(self)\n"
        program += (
            "    self.children = [c for c in self.children if c.name != 'workers']\nup.Supervisor._plan = without\n"
        )
    log = (home.parent / f"{home.name}.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-c", f"{program}main(['up'])"], env={**os.environ, **given}, stdout=log, stderr=log
    )
    try:
        deadline = time.monotonic() + 180
        while "Press Ctrl-C" not in Path(log.name).read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"studio up did not come up: {Path(log.name).read_text()[-2000:]}")
            time.sleep(0.2)
        time.sleep(5)  # the first ticks of the daemon
        yield {**os.environ, **given}
    finally:
        process.terminate()
        process.wait(30)


def waits(environment: dict[str, str], first: int, times: int) -> list[float]:
    """Seconds from the claim to the first line of the script step, one request after another."""
    from assets.domain.keys import NarrationKey
    from assets.pipeline.opening import open_desk
    from assets.settings import Settings
    from dagster_project.home import open_instance
    from studio_ui.orchestrator import DagsterOverHttp

    settings = Settings.from_environment(environment)
    desk, dagster, found = open_desk(settings), DagsterOverHttp(settings.dagster_url), []
    with open_instance(settings) as instance:
        for number in range(first, first + times):
            key = NarrationKey.of(f"page-{number}", "en", "espeak")
            began = time.time()
            asked = desk.ask(key)
            run = dagster.submit(key, asked.claim_id)
            desk.ledger.claims.submitted(asked.claim_id, run)
            while (status := desk.ledger.narrations.get(key).status) is not None and status.live:
                time.sleep(0.05)
            started = [e.timestamp for e in instance.all_logs(run) if "STEP_START" in str(e.dagster_event)]
            found.append(started[0] - began)
    return found


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        content = Path(folder) / "content"
        content.mkdir()
        for number in range(2 * TIMES + 4):
            (content / f"page-{number}.md").write_text(TEXT.format(number=number))
        with system(Path(folder) / "warm", content, warm=True) as environment:
            waits(environment, 0, 2)
            ours = waits(environment, 2, TIMES)
        with system(Path(folder) / "cold", content, warm=False) as environment:
            waits(environment, 0, 1)
            theirs = waits(environment, TIMES + 2, TIMES // 2)
    report(
        "request to first line",
        [
            figure("warm worker, through the queue, median", statistics.median(ours), "s", at_most=1.0),
            figure(f"warm worker, slowest of {TIMES}", max(ours), "s"),
            figure("Dagster's launcher, through the queue, median", statistics.median(theirs), "s"),
        ],
        note="A quarter of a second is the queue, looked at twice a second; the rest is what Dagster writes down.",
    )


if __name__ == "__main__":
    main()
