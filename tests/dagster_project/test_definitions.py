"""The code location: what it holds, that it loads from any folder, and that its instance is made once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_the_contents_page_is_script_and_audio_and_what_looks_after_them() -> None:
    from dagster_project.definitions import defs

    graph = defs.resolve_asset_graph()
    assert sorted(key.to_user_string() for key in graph.get_all_asset_keys()) == ["audio", "script"]
    assert sorted(key.to_user_string() for key in graph.asset_check_keys) == [
        "audio:audio_is_sound",
        "audio:audio_is_understood",
        "script:script_is_clean",
        "script:source_is_covered",
    ]
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description
        assert node.owners == ["team:content"]
        assert node.code_version
    assert sorted(job.name for job in defs.jobs or ()) == ["listen", "narrate"]
    assert sorted(sensor.name for sensor in defs.sensors or ()) == [
        "keep_fresh",
        "reconcile_claims",
        "register_narrations",
        "tidy",
    ]


@pytest.mark.slow
def test_the_workspace_loads_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "--workspace", str(ROOT / "workspace.yaml")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_many_processes_that_meet_an_empty_home_make_it_once(tmp_path: Path) -> None:
    code = (
        "from assets.settings import Settings\nfrom dagster_project.home import open_instance\n"
        f"i = open_instance(Settings.from_environment({{'STUDIO_HOME': {str(tmp_path)!r}}}))\n"
        "i.add_dynamic_partitions('narrations', ['a@en@x'])\nprint(i.get_dynamic_partitions('narrations'))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    for process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert out.strip() == "['a@en@x']"


def test_new_narrations_are_registered_sorted_and_once(tmp_path: Path) -> None:
    from assets.defs.partitions import register

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert register(instance, ["b@en@x", "a@en@x"]) == ("a@en@x", "b@en@x")
        assert register(instance, ["b@en@x", "c@en@x"]) == ("c@en@x",)
        many = [f"{text}@{locale}@{voice}" for text in ("k", "l") for locale in ("de", "en") for voice in ("y", "z")]
        assert register(instance, many)[:4] == ("k@de@y", "l@de@y", "k@en@y", "l@en@y"), "a voice is one range"


def sensor_context(instance: dg.DagsterInstance, name: str, settings: Settings) -> dg.SensorEvaluationContext:
    from assets.defs.workshop import Workshop
    from assets.pipeline.opening import open_desk

    return dg.build_sensor_context(instance=instance, resources={"workshop": Workshop(open_desk(settings))})


def test_a_claim_that_waits_without_a_run_is_submitted_until_one_begins_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.domain.keys import NarrationKey
    from assets.pipeline.opening import open_desk
    from dagster_project import sensors
    from dagster_project.definitions import defs

    content = tmp_path / "content"
    content.mkdir()
    (content / "moon.md").write_text("# Moon\n\nThe Moon is far.\n")
    settings = Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)})
    desk = open_desk(settings)
    asked = desk.ask(NarrationKey.of("moon", "en", "espeak"))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        context = sensor_context(instance, "reconcile_claims", settings)
        assert not [r for r in sensors.reconcile_claims(context) if isinstance(r, dg.RunRequest)], "it was just asked"
        monkeypatch.setattr(sensors, "_LOST_AFTER_SECONDS", 0.0)
        (found,) = [r for r in sensors.reconcile_claims(context) if isinstance(r, dg.RunRequest)]
        assert found.partition_key == "moon@en@espeak"
        assert asked.claim_id in str(found.run_key)
        assert not [r for r in sensors.reconcile_claims(context) if isinstance(r, dg.RunRequest)], "it is seen to"
        job = defs.resolve_job_def("narrate")
        tags = {"dagster/run_key": str(found.run_key), "dagster/partition": "moon@en@espeak"}
        run = instance.create_run_for_job(job, tags=tags)
        monkeypatch.setattr(sensors, "_SEEN_TO_SECONDS", 0.0)
        assert not [r for r in sensors.reconcile_claims(context) if isinstance(r, dg.RunRequest)], "its run is there"
        instance.report_run_failed(run)
        (again,) = [r for r in sensors.reconcile_claims(context) if isinstance(r, dg.RunRequest)]
        assert again.run_key != found.run_key, "Dagster makes no second run of one key, and the first died unbegun"


def test_what_nobody_wanted_to_hear_for_a_month_is_let_go_every_hour(tmp_path: Path) -> None:
    from assets.pipeline.opening import open_desk
    from dagster_project.sensors import tidy

    settings = Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home")})
    files = open_desk(settings).files
    kept = {}
    for name in ("a" * 8, "b" * 8):
        draft = files.draft()
        draft.write_bytes(b"sound")
        kept[name[0]] = files.keep_rendition(draft, name, "mp3")
    os.utime(kept["a"], (1_700_000_000, 1_700_000_000))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        told = tidy(sensor_context(instance, "tidy", settings))
    assert told.skip_message == "Forgotten: 0 runs, 0 lines of timelines, 1 rendition."
    assert (kept["a"].exists(), kept["b"].exists()) == (False, True)


def test_upkeep_submits_a_run_for_what_is_out_of_date_once_it_is_switched_on(studio) -> None:
    """The sensor itself, on a real instance: off it does nothing, on it claims and submits, and then waits."""
    from assets.defs.workshop import Workshop
    from assets.domain.claims import Publication
    from assets.domain.keys import NarrationKey
    from assets.domain.narrations import FileFacts
    from assets.pipeline.opening import open_desk
    from assets.storage.ledger.work import Work
    from assets.storage.processes import this_process
    from dagster_project.sensors import keep_fresh

    key = NarrationKey.of("tides", "en", "espeak")
    lesson = studio.content / "tides.en.md"
    os.utime(lesson, (1_700_000_000, 1_700_000_000))

    def look(when: str) -> tuple[list[dg.RunRequest], str]:
        desk = open_desk(Settings.from_environment({**studio.environment, "STUDIO_KEEP_FRESH": when}))
        with dg.build_sensor_context(instance=instance, resources={"workshop": Workshop(desk)}) as context:
            said = list(keep_fresh(context))
        return [each for each in said if isinstance(each, dg.RunRequest)], str(said[-1])

    desk = open_desk(Settings.from_environment(studio.environment))
    claim = desk.ledger.claims.ask(key, "0" * 64, verify=lambda _version: True).claim_id
    work = desk.ledger.claims.start(claim, this_process(), max_parallel=2, lease_seconds=30)
    assert isinstance(work, Work)
    work.speaking(1)
    work.publish(Publication("5" * 64, 12.5, 1, 40, {"audio": FileFacts("x.mp3", 10, "0" * 64)}))
    with dg.DagsterInstance.ephemeral() as instance:
        assert look("off")[0] == []
        (request,), _ = look("change")
        assert request.partition_key == str(key)
        assert request.tags["studio/requested_by"] == "upkeep"
        found_by = (str(key.content), str(key.locale), str(key.voice))
        assert tuple(request.tags[f"studio/{part}"] for part in ("content", "locale", "voice")) == found_by
        assert instance.get_dynamic_partitions("narrations") == [str(key)]
        assert desk.ledger.claims.get(request.tags["studio/claim"]).fingerprint == desk.wanted(key).fingerprint
        none, said = look("change")
        assert none == []
        assert "up to date or under way" in said


def test_lost_claims_are_one_run_and_those_that_die_again_and_again_one_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.domain.holders import Holder
    from assets.domain.keys import NarrationKey
    from assets.pipeline.opening import open_desk
    from assets.storage.processes import this_process
    from dagster_project import sensors

    content = tmp_path / "content"
    content.mkdir()
    for name in "abcdef":
        (content / f"{name}.md").write_text(f"# {name}\n\nThis is {name}.\n")
    settings = Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)})
    desk = open_desk(settings)
    asked = {name: desk.ask(NarrationKey.of(name, "en", "espeak")) for name in "abcdef"}
    gone = Holder(this_process().host, 4_000_000, "1")
    for name, deaths in {"a": 1, "e": 2, "f": 5}.items():
        for _ in range(deaths):
            desk.ledger.claims.start(asked[name].claim_id, gone, max_parallel=20, lease_seconds=30)
    monkeypatch.setattr(sensors, "_LOST_AFTER_SECONDS", 0.0)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        context = sensor_context(instance, "reconcile_claims", settings)
        found = [r for r in sensors.reconcile_claims(context) if isinstance(r, dg.RunRequest)]
        assert [r.partition_key for r in found] == ["e@en@espeak", None]
        together = found[1].run_config["ops"]["narrate_partitions"]["config"]["narrations"]
        assert together == [f"{name}@en@espeak" for name in "abcd"]
        assert desk.ledger.narrations.get(NarrationKey.of("f", "en", "espeak")).failure.code == "worker_died"
        assert set(together) <= set(instance.get_dynamic_partitions("narrations"))
        assert not [r for r in sensors.reconcile_claims(context) if isinstance(r, dg.RunRequest)], "they are seen to"


def test_a_claim_waits_for_the_retry_of_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_project import sensors
    from dagster_project.definitions import defs

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        job = defs.resolve_job_def("narrate")
        first, second = (instance.create_run_for_job(job, tags={"dagster/partition": "a@en@x"}) for _ in range(2))
        assert not sensors._has_ended(instance, first.run_id)
        assert sensors._has_ended(instance, "no such run")
        instance.report_run_failed(first)
        instance.add_run_tags(first.run_id, {"dagster/will_retry": "true"})
        assert not sensors._has_ended(instance, first.run_id), "it is going to be retried"
        instance.add_run_tags(first.run_id, {"dagster/auto_retry_run_id": second.run_id})
        assert not sensors._has_ended(instance, first.run_id)
        instance.report_run_failed(second)
        assert sensors._has_ended(instance, first.run_id)


def test_the_queue_is_looked_at_twice_a_second_and_keeps_its_limits(tmp_path: Path) -> None:
    from dagster._daemon.controller import create_daemon_of_type
    from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

    from dagster_project.home import open_instance

    with open_instance(Settings.from_environment({"STUDIO_HOME": str(tmp_path)})) as instance:
        daemon = create_daemon_of_type(QueuedRunCoordinatorDaemon.daemon_type(), instance)
        assert daemon.interval_seconds == 0.5
        limits = instance.get_concurrency_config().run_queue_config
        assert limits is not None
        assert limits.max_concurrent_runs == 20
        assert [each["limit"] for each in limits.tag_concurrency_limits] == [12, 6]
