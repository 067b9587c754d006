"""10,000 narrations that are fresh already, asked for again: by `generate --all`, a batch, and a backfill in Dagster.

One narration is made for real; the others have files, versions and materialisations like it, each of their own text.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from _measure import figure, report, seconds
from registered import VOICE, fill_ledger
from warm import free_port

NARRATIONS = int(os.environ.get("BENCH_FRESH", "10000"))
AT_MOST_SECONDS = 5.0
_LAUNCH = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { ... on LaunchBackfillSuccess { backfillId } }
}"""
_LOOK = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status description } } }
"""


def write_catalogue(folder: Path) -> None:
    """So many short texts."""
    for number in range(NARRATIONS):
        path = folder / f"topic-{number % 40}" / f"lesson-{number}.en.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Lesson {number}\n\nAll about {number}.\n", encoding="utf-8")


def files_like(desk: Any, made: Any, number: int) -> dict[str, Any]:
    """The files of a version, in places of their own."""
    found = {}
    for name, facts in made.files.items():
        path = desk.files.resolve(facts.path)
        there = path.parent / str(number) / path.name
        there.parent.mkdir(exist_ok=True)
        os.link(path, there)
        place = f"{facts.path.rpartition('/')[0]}/{number}/{path.name}"
        found[name] = {"path": place, "size": facts.size, "sha256": facts.sha256}
    return found


def give_files(desk: Any, made: Any) -> None:
    """Every version its files."""
    from sqlalchemy import bindparam, update

    from assets.storage.ledger import schema

    rows = [{"of_id": number, "files": files_like(desk, made, number)} for number in range(1, NARRATIONS + 1)]
    table = schema.versions
    with desk.ledger._database.writing() as tx:
        tx.execute(update(table).where(table.c.id == bindparam("of_id")).values(files=bindparam("files")), rows)


def show_in_dagster(instance: Any, fingerprints: dict[Any, str]) -> None:
    """Every narration as made, in Dagster, of what its text says now."""
    import dagster as dg
    from dagster._core.events import StepMaterializationData
    from dagster._core.events.log import EventLogEntry

    def made(asset: str, key: object, fingerprint: str) -> EventLogEntry:
        tags = {"dagster/data_version": fingerprint}
        data = StepMaterializationData(dg.AssetMaterialization(asset, partition=str(key), tags=tags))
        event = dg.DagsterEvent("ASSET_MATERIALIZATION", "narrate", event_specific_data=data)
        return EventLogEntry(None, 20, "", "0" * 8 + "-0000-0000-0000-000000000000", time.time(), dagster_event=event)

    everything = [made(asset, *each) for asset in ("script", "audio") for each in fingerprints.items()]
    for start in range(0, len(everything), 2000):
        instance.event_log_storage.store_event_batch(everything[start : start + 2000])


def backfill(settings: Any, names: list[str]) -> tuple[float, float, str]:
    """Seconds from the click in Dagster to the end of a backfill over all of them, the first and the second time."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "dagster_webserver", "--port", str(port), "-m", "dagster_project.definitions"],
        env={**settings.for_children()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def ask(query: str, **variables: object) -> Any:
        answer = httpx.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": query, "variables": variables},
            timeout=300,
            trust_env=False,
        ).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    found: dict[str, str] = {}

    def launch() -> None:
        assets = [{"path": ["audio"]}, {"path": ["script"]}]
        told = ask(_LAUNCH, params={"assetSelection": assets, "partitionNames": names})
        made = told["launchPartitionBackfill"]["backfillId"]
        found.update(ask(_LOOK, id=made)["partitionBackfillOrError"])
        assert found["status"] == "COMPLETED_SUCCESS", found

    try:
        deadline = time.monotonic() + 180
        while True:
            try:
                ask("{ version }")
                break
            except (httpx.HTTPError, ValueError):
                assert time.monotonic() < deadline, "the webserver never answered"
                time.sleep(0.2)
        return seconds(launch), seconds(launch), found["description"]
    finally:
        server.terminate()
        server.wait(30)


def generate(environment: dict[str, str]) -> dict[str, Any]:
    """`studio generate --all`, a process from beginning to end."""
    code = "from studio_ui.cli import main; main(['generate', '--all', '--voice', 'ann', '--json'])"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the figures."""
    from sqlalchemy import func, select

    from assets.domain.batches import ItemState
    from assets.pipeline.batching import feed
    from assets.pipeline.opening import open_desk
    from assets.settings import Settings
    from assets.storage.ledger import schema
    from dagster_project.home import open_instance
    from studio_ui.generate import generate_one

    with tempfile.TemporaryDirectory(prefix="bench-fresh-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        write_catalogue(folder / "content")
        (folder / "voices.toml").write_text(VOICE.format(key="ann"), encoding="utf-8")
        given = {
            "STUDIO_HOME": str(folder / "home"),
            "STUDIO_CONTENT": str(folder / "content"),
            "STUDIO_VOICES": str(folder / "voices.toml"),
        }
        os.environ.update(given)
        elsewhere = open_desk(Settings.from_environment({**given, "STUDIO_HOME": str(folder / "elsewhere")}))
        keys = list(elsewhere.everything())
        generate_one(elsewhere, keys[0], force=False, quiet=True)
        made = elsewhere.ledger.narrations.get(keys[0]).version
        settings = Settings.from_environment(given)
        shutil.copytree(elsewhere.settings.files, settings.files)
        desk = open_desk(settings)
        prints = desk.fingerprints()
        fill_ledger(desk, keys, prints, stale=0)
        give_files(desk, made)

        def spoken() -> int:
            with desk.ledger._database.reading() as tx:
                return int(tx.scalar(select(func.count()).select_from(schema.spend)) or 0)

        before = spoken()
        with open_instance(settings) as instance:
            from assets.defs.partitions import register

            register(instance, [str(each) for each in keys])
            show_in_dagster(instance, prints)
            runs = instance.get_runs_count()
            told: dict[str, Any] = {}
            by_command = seconds(lambda: told.update(generate({**os.environ, **given})))
            assert len(told["narrations"]) == 0, told
            first, second, why = backfill(settings, [str(each) for each in keys])
            desk.ledger.batches.make(keys, name="all of it")
            by_batch = seconds(lambda: feed(desk))
            (batch,) = desk.ledger.batches.recent()
            runs = instance.get_runs_count() - runs
        figures = [
            figure("`studio generate --all`, the whole process", by_command, "s", at_most=AT_MOST_SECONDS),
            figure("a backfill in Dagster, from the click to its end", first, "s", at_most=AT_MOST_SECONDS),
            figure("the same again", second, "s", at_most=AT_MOST_SECONDS),
            figure("a batch of the studio", by_batch, "s", at_most=AT_MOST_SECONDS),
            figure(
                "narrations of the batch that were not seen to be fresh",
                len(keys) - batch.counts.get(ItemState.FRESH, 0),
                "",
                at_most=0,
            ),
            figure("runs launched", runs, "", at_most=0),
            figure("takes and sections reserved, which comes before every call", spoken() - before, "", at_most=0),
        ]
    report(f"{NARRATIONS:,} fresh narrations asked for again", figures, f"What the backfill says: {why}")


if __name__ == "__main__":
    main()
