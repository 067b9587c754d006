"""A backfill over narrations that stand side by side, and one over every second: Dagster makes a run of each then.

A whole `studio up` with its warm workers, eSpeak speaking; CPU is that of all its processes, from the click until the
backfill is over, less what they use in as long a time when nothing happens.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
from _measure import figure, report
from warm import system

NARRATIONS = int(os.environ.get("BENCH_NARRATIONS", "40"))
TEXT = "# Page {number}\n\nThis is what page {number} says, and it is short.\n"
IDLE_SECONDS = 15.0
GIVE_UP_AFTER_SECONDS = 900
_LAUNCH = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { ... on LaunchBackfillSuccess { backfillId } }
}"""
_LOOK = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status numRuns: runs(limit: 500) { id } } } }
"""  # noqa: E501


def cpu() -> float:
    """What all processes of the system have used so far, those that ended included."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            used += sum(process.cpu_times()[:2])
            if process.ppid() == os.getpid() or process.children():
                used += sum(process.cpu_times()[2:4])
        except psutil.Error:
            continue
    return used


def backfill(url: str, names: list[str]) -> tuple[float, float, int]:
    """Seconds until it is over, CPU seconds, and the runs that it took."""

    def ask(query: str, **variables: object) -> Any:
        answer = httpx.post(url, json={"query": query, "variables": variables}, timeout=120, trust_env=False).json()
        assert "errors" not in answer, answer["errors"]
        return next(iter(answer["data"].values()))

    before, began = cpu(), time.monotonic()
    assets = [{"path": ["audio"]}, {"path": ["script"]}]
    made = ask(_LAUNCH, params={"assetSelection": assets, "partitionNames": names})["backfillId"]
    while not (found := ask(_LOOK, id=made))["status"].startswith("COMPLETED"):
        assert time.monotonic() - began < GIVE_UP_AFTER_SECONDS, found
        time.sleep(0.25)
    assert found["status"] == "COMPLETED_SUCCESS", found
    return time.monotonic() - began, cpu() - before, len(found["numRuns"])


def main() -> None:
    """Print the figures."""
    from assets.defs.partitions import register
    from assets.settings import Settings
    from dagster_project.home import open_instance

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        content = Path(folder) / "content"
        content.mkdir()
        for number in range(3 * NARRATIONS):
            (content / f"page-{number:04}.md").write_text(TEXT.format(number=number))
        with system(Path(folder) / "home", content, warm=True) as environment:
            settings = Settings.from_environment(environment)
            names = [f"page-{number:04}@en@espeak" for number in range(3 * NARRATIONS)]
            with open_instance(settings) as instance:
                register(instance, names)
            url = f"{settings.dagster_url}/graphql"
            before = cpu()
            time.sleep(IDLE_SECONDS)
            idle = (cpu() - before) / IDLE_SECONDS
            together = backfill(url, names[:NARRATIONS])
            apart = backfill(url, names[NARRATIONS::2])
    figures = []
    for how, (wall, used, runs) in (("side by side", together), ("every second one", apart)):
        figures += [
            figure(f"{how}: wall", wall, "s"),
            figure(f"{how}: CPU per narration, all processes", (used - idle * wall) / NARRATIONS, "s"),
            figure(f"{how}: runs", runs, ""),
        ]
    report(f"a backfill over {NARRATIONS} narrations", figures, f"Idle, the system uses {idle:.2f} cores.")


if __name__ == "__main__":
    main()
