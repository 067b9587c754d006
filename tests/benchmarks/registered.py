"""50,000 narrations registered: Dagster's asset pages, the sensors, the studio and the ledger stay usable."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
from _measure import figure, median_seconds, report, seconds

CONTENTS = 12_500
VOICES = ("ann", "bob", "cem", "dee")
SHARE_MADE = 0.85
VOICE = """
[{key}]
name = "{key}"
provider = "espeak"
model = "espeak-ng-1.52"
provider_voice = "default"
locales = ["en"]
"""
_PAGE = """
query ($asset: AssetKeyInput!) {
  assetNodeOrError(assetKey: $asset) {
    ... on AssetNode {
      partitionStats { numMaterialized numPartitions numFailed numMaterializing }
      partitionKeysByDimension { partitionKeys }
      assetPartitionStatuses {
        ... on DefaultPartitionStatuses { materializedPartitions failedPartitions materializingPartitions }
      }
    }
  }
}"""
_RUNS = """
query ($filter: RunsFilter!) { runsOrError(filter: $filter, limit: 25) { ... on Runs { results { runId } } } }"""


def write_catalogue(folder: Path) -> None:
    """So many short texts: what is measured here is their number."""
    for number in range(CONTENTS):
        path = folder / "subjects" / f"topic-{number % 40}" / f"lesson-{number}.en.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Lesson {number}\n\nAll about {number}.\n", encoding="utf-8")
        os.utime(path, (1_700_000_000, 1_700_000_000))


def materialise(home: Path, keys: list[str]) -> None:
    """One real event for each asset, then its row for each key: a run for each would take a day."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(home)) as instance:
        for asset in ("script", "audio"):
            instance.report_runless_asset_event(dg.AssetMaterialization(asset, partition=keys[0]))
    with sqlite3.connect(home / "history" / "runs" / "index.db") as database:
        names = [
            row[1] for row in database.execute("PRAGMA table_info(event_logs)") if row[1] not in {"id", "partition"}
        ]
        columns = ", ".join(names)
        for (original,) in database.execute("SELECT id FROM event_logs").fetchall():
            database.executemany(
                f"INSERT INTO event_logs (partition, {columns}) SELECT ?, {columns} FROM event_logs WHERE id = ?",
                [(key, original) for key in keys[1:]],
            )


def fill_ledger(desk: Any, keys: list[Any], fingerprints: dict[Any, str], *, stale: int = 20) -> None:
    """Each narration with a claim and a version, as if all had been made; one in `stale` is out of date."""
    from sqlalchemy import insert

    from assets.storage.ledger import schema

    now, rows = datetime.now(UTC), {"narrations": [], "claims": [], "versions": []}
    for number, key in enumerate(keys, 1):
        claim = f"claim-{number}"
        rows["narrations"].append(
            {
                "id": number, "content": str(key.content), "locale": str(key.locale), "voice": str(key.voice),
                "status": "completed", "current_version_id": number, "claim_id": claim, "attempts": 1,
                "failure_code": "", "failure_message": "", "failure_remedy": "", "created_at": now, "updated_at": now,
            }
        )  # fmt: skip
        rows["claims"].append(
            {
                "id": claim, "narration_id": number, "fingerprint": fingerprints[key], "force": False, "priority": 0,
                "requested_by": "", "run_id": "", "state": "done", "attempt": 1, "cancel_requested": False,
                "segments_total": 1, "segments_done": 1, "takes_bought": 1, "takes_reused": 0, "cost_micros": 0,
                "failure_code": "", "failure_message": "", "failure_remedy": "", "asked_at": now, "waiting_since": now,
            }
        )  # fmt: skip
        rows["versions"].append(
            {
                "id": number, "narration_id": number, "number": 1, "claim_id": claim,
                "fingerprint": fingerprints[key] if not stale or number % stale else "0" * 64,
                "script_fingerprint": "5" * 64,
                "duration_seconds": 60.0, "segments": 1, "characters": 40, "takes_bought": 1, "takes_reused": 0,
                "cost_micros": 0, "files": {}, "created_at": now,
            }
        )  # fmt: skip
    with desk.ledger._database.writing() as tx:
        for name, each in rows.items():
            tx.execute(insert(schema.metadata.tables[name]), each)


def main() -> None:
    """Print the figures."""
    import dagster as dg

    from assets.defs.partitions import register
    from assets.defs.workshop import Workshop
    from assets.pipeline.opening import open_desk
    from assets.pipeline.upkeep import Upkeep
    from assets.settings import Settings
    from assets.telemetry import metrics
    from dagster_project.home import open_instance
    from dagster_project.sensors import reconcile_claims, register_narrations
    from studio_ui.orchestrator import DagsterOverHttp
    from studio_ui.services import Studio

    figures = []
    with tempfile.TemporaryDirectory(prefix="bench-registered-") as name:
        folder = Path(name)
        write_catalogue(folder / "content")
        (folder / "voices.toml").write_text("".join(VOICE.format(key=key) for key in VOICES), encoding="utf-8")
        given = {
            "STUDIO_HOME": str(folder / "home"),
            "STUDIO_CONTENT": str(folder / "content"),
            "STUDIO_VOICES": str(folder / "voices.toml"),
        }
        settings = Settings.from_environment(given)
        desk = open_desk(settings)
        desk.entries()
        keys = list(desk.everything())
        texts = [str(key) for key in keys]
        assert len(keys) == CONTENTS * len(VOICES), len(keys)

        with open_instance(settings) as instance:
            with sqlite3.connect(folder / "bare.db") as bare:
                bare.execute("CREATE TABLE keys (set_name TEXT, key TEXT, UNIQUE (set_name, key))")
                floor = seconds(lambda: bare.executemany("INSERT INTO keys VALUES ('n', ?)", [(t,) for t in texts]))
            figures.append(
                figure(
                    f"{len(keys):,} registered in one go, sorted",
                    seconds(lambda: register(instance, texts)),
                    "s",
                    floor=round(floor, 3),
                    floor_is="bare SQLite",
                )
            )
            materialise(settings.dagster_home, texts[: int(SHARE_MADE * len(texts))])
            workshop = Workshop(desk)

            def tick(sensor: dg.SensorDefinition) -> None:
                with dg.build_sensor_context(instance=instance, resources={"workshop": workshop}) as context:
                    sensor.evaluate_tick(context)

            figures.append(
                figure(
                    "the sensor that registers, nothing new", median_seconds(lambda: tick(register_narrations), 3), "s"
                )
            )
            figures.append(
                figure("the sensor that looks after claims", median_seconds(lambda: tick(reconcile_claims), 3), "s")
            )
            figures += pages(settings, instance, texts)

        prints = desk.fingerprints()
        figures.append(figure("what all of them ask for now", seconds(desk.fingerprints), "s"))
        fill_ledger(desk, keys, prints)
        figures.append(figure("what is due by a policy, all compared", seconds(Upkeep(desk)._due), "s"))
        figures.append(
            figure("a scrape of the metrics", median_seconds(lambda: metrics.exposition(metrics.registry(desk))), "s")
        )
        studio = Studio(desk, DagsterOverHttp("http://127.0.0.1:9"))
        some = keys[len(keys) // 2]
        figures.append(
            figure("studio: the status of one narration", median_seconds(lambda: studio._snapshot(some)), "s")
        )
        figures.append(figure("studio: the list of contents", seconds(lambda: studio.contents()), "s"))
        figures.append(figure("studio: what changed last", median_seconds(lambda: studio._recent(12)), "s"))
        figures.append(
            figure("memory of this process, all of it done", psutil.Process().memory_info().rss / 2**20, "MiB")
        )
    report(
        f"{CONTENTS * len(VOICES):,} narrations registered",
        figures,
        f"{SHARE_MADE:.0%} are materialised in Dagster (rows copied from a real one), all have a version in the "
        "ledger, one in 20 is out of date. A new key makes Dagster count all partitions anew, which is why keys are "
        "registered in bulk and ahead.",
    )


def pages(settings: Any, instance: Any, texts: list[str]) -> list[dict[str, Any]]:
    """What Dagster's asset page asks for, from a webserver of its own."""
    from assets.defs.partitions import register

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "dagster_webserver", "--port", str(port), "-m", "dagster_project.definitions"],
        env={**settings.for_children()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/graphql"

    def ask(query: str, **variables: object) -> dict[str, Any]:
        answer = httpx.post(address, json={"query": query, "variables": variables}, timeout=120, trust_env=False)
        found: dict[str, Any] = answer.json()
        assert "errors" not in found, found["errors"]
        return found["data"]  # type: ignore[no-any-return]

    def page() -> None:
        stats = ask(_PAGE, asset={"path": ["audio"]})["assetNodeOrError"]["partitionStats"]
        assert stats["numMaterialized"] == int(SHARE_MADE * len(texts)), stats

    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                ask("{ version }")
                break
            except (httpx.HTTPError, AssertionError):
                assert time.monotonic() < deadline, "the webserver never answered"
                time.sleep(0.2)
        cold, warm = seconds(page), median_seconds(page, 3)
        register(instance, ["zzz/one-more@en@ann"])
        tag = {"key": "dagster/partition", "value": texts[7]}
        return [
            figure("Dagster's page of the asset, first time", cold, "s"),
            figure("the same again", warm, "s"),
            figure("the same after one key was added", seconds(page), "s"),
            figure("the runs of one narration", median_seconds(lambda: ask(_RUNS, filter={"tags": [tag]})), "s"),
            figure("memory of the webserver", psutil.Process(server.pid).memory_info().rss / 2**20, "MiB"),
        ]
    finally:
        for child in psutil.Process(server.pid).children(recursive=True):
            child.terminate()
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()
