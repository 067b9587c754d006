"""The Dagster assets: one partition or many, skipped when fresh, truthful when something fails."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.defs.narrations import narrations
from assets.defs.partitions import NARRATIONS, register
from assets.defs.workshop import Workshop
from assets.pipeline.desk import Desk
from assets.pipeline.opening import open_desk
from assets.settings import Settings

KEYS = ["moon@en@espeak", "sun@en@espeak", "tide@en@espeak"]
AUDIO, SCRIPT = dg.AssetKey("audio"), dg.AssetKey("script")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    content = tmp_path / "content"
    content.mkdir()
    for name in ("moon", "sun", "tide"):
        (content / f"{name}.md").write_text(f"# The {name}\n\nThis is about the {name}, and it is short.\n")
    desk = open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)}))
    yield desk
    desk.ledger.close()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        register(instance, KEYS)
        yield instance


def run(desk: Desk, instance: dg.DagsterInstance, *keys: str, select: str = "*") -> dg.ExecuteInProcessResult:
    tags = {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
    job = dg.Definitions(
        assets=[narrations],
        jobs=[
            dg.define_asset_job(
                "narrate",
                selection=["script", "audio"] if select == "*" else [select],
            )
        ],
        resources={"workshop": Workshop(desk)},
        executor=dg.in_process_executor,
    ).resolve_job_def("narrate")
    return job.execute_in_process(
        instance=instance,
        raise_on_error=False,
        partition_key=keys[0] if len(keys) == 1 else None,
        tags=None if len(keys) == 1 else tags,
    )


def statuses(instance: dg.DagsterInstance, asset: dg.AssetKey) -> dict[str, str | None]:
    found = instance.get_status_by_partition(asset, KEYS, NARRATIONS)
    return {key: status.value if status else None for key, status in (found or {}).items()}


def materialisation(instance: dg.DagsterInstance, asset: dg.AssetKey, key: str) -> dg.AssetMaterialization:
    (record,) = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=asset, asset_partitions=[key]), limit=1
    ).records
    assert record.asset_materialization is not None
    return record.asset_materialization


def test_one_partition_is_made_with_metadata_worth_reading(desk: Desk, instance: dg.DagsterInstance) -> None:
    assert run(desk, instance, KEYS[0]).success
    assert statuses(instance, AUDIO)[KEYS[0]] == "MATERIALIZED"
    made = materialisation(instance, AUDIO, KEYS[0])
    assert made.metadata["takes_bought"].value >= 2
    assert made.metadata["duration_seconds"].value > 2
    assert "content=moon" in made.metadata["player"].value
    version = desk.ledger.narrations.get(next(iter(desk.everything(voice="espeak")))).version
    assert version is not None
    assert made.tags is not None
    assert made.tags["dagster/data_version"] == version.fingerprint
    assert "about the moon" in materialisation(instance, SCRIPT, KEYS[0]).metadata["preview"].value


def test_the_audio_says_which_script_it_was_made_from(desk: Desk, instance: dg.DagsterInstance) -> None:
    run(desk, instance, KEYS[0])
    run(desk, instance, KEYS[0])
    audio, script = materialisation(instance, AUDIO, KEYS[0]), materialisation(instance, SCRIPT, KEYS[0])
    assert audio.tags is not None
    assert script.tags is not None
    assert audio.tags["dagster/input_data_version/script"] == script.tags["dagster/data_version"]
    assert int(audio.tags["dagster/input_event_pointer/script"]) > 0


def test_many_partitions_in_one_run_are_each_their_own(desk: Desk, instance: dg.DagsterInstance) -> None:
    assert run(desk, instance, *KEYS).success
    assert set(statuses(instance, AUDIO).values()) == {"MATERIALIZED"}
    versions = {materialisation(instance, AUDIO, key).tags["dagster/data_version"] for key in KEYS}  # type: ignore[index]
    assert len(versions) == 3


def test_a_fresh_partition_is_skipped_and_says_so(desk: Desk, instance: dg.DagsterInstance) -> None:
    run(desk, instance, KEYS[0])
    assert run(desk, instance, KEYS[0]).success
    again = materialisation(instance, AUDIO, KEYS[0])
    assert str(again.metadata["this run"].value).startswith("skipped")
    assert again.metadata["takes_bought"].value == 0


def test_in_a_run_of_many_only_what_failed_is_failed(
    desk: Desk, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.domain.errors import Rejected
    from assets.providers.base import SpeechRequest
    from assets.providers.espeak import Espeak

    speak = Espeak.speak

    async def refuse_the_sun(self: Espeak, request: SpeechRequest) -> object:
        if "about the sun" in request.text:
            raise Rejected("The sun is not spoken of.", remedy="Choose another star.")
        return await speak(self, request)

    monkeypatch.setattr(Espeak, "speak", refuse_the_sun)
    done = run(desk, instance, *KEYS)
    assert not done.success
    (failure,) = [event for event in done.all_events if event.is_step_failure]
    assert "1 of 3" in str(failure.event_specific_data)
    assert "sun@en@espeak: The sun is not spoken of. Choose another star." in str(failure.event_specific_data)
    assert not [event for event in done.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"]
    assert statuses(instance, AUDIO) == {KEYS[0]: "MATERIALIZED", KEYS[1]: "FAILED", KEYS[2]: "MATERIALIZED"}
    assert statuses(instance, SCRIPT)[KEYS[1]] == "MATERIALIZED", "the script survives the speech"

    monkeypatch.undo()
    assert run(desk, instance, KEYS[1]).success
    assert statuses(instance, AUDIO)[KEYS[1]] == "MATERIALIZED"


def test_the_gates_are_asset_checks_of_each_partition(desk: Desk, instance: dg.DagsterInstance) -> None:
    done = run(desk, instance, *KEYS[:2])
    checks = {(check.check_name, check.partition, check.passed) for check in done.get_asset_check_evaluations()}
    assert checks == {
        (name, key, True) for name in ("script_is_clean", "source_is_covered", "audio_is_sound") for key in KEYS[:2]
    }


def test_a_script_alone_can_be_asked_for(desk: Desk, instance: dg.DagsterInstance) -> None:
    assert run(desk, instance, KEYS[0], select="script").success
    assert statuses(instance, SCRIPT)[KEYS[0]] == "MATERIALIZED"
    assert statuses(instance, AUDIO).get(KEYS[0]) is None


def test_a_content_that_is_gone_fails_with_the_reason(desk: Desk, instance: dg.DagsterInstance) -> None:
    (desk.settings.content / "moon.md").unlink()
    done = run(desk, instance, KEYS[0])
    assert not done.success
    assert "There is no content 'moon'" in "".join(
        str(event.event_specific_data) for event in done.all_events if event.is_step_failure
    )


def test_a_fault_of_the_machine_is_tried_again_by_dagster(
    desk: Desk, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.storage.files import Files

    publish, failures = Files.publish_folder, [OSError("the disk hiccuped")]

    def hiccup(self: Files, *words: object) -> object:
        if failures:
            raise failures.pop()
        return publish(self, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(Files, "publish_folder", hiccup)
    monkeypatch.setattr("assets.defs.narrations.MACHINE_FAULTS", None)
    done = run(desk, instance, KEYS[0])
    assert done.success
    assert len([event for event in done.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"]) == 1


@pytest.mark.parametrize(("terminated", "status"), [(True, "cancelled"), (False, "pending")])
def test_an_interrupt_ends_the_run_and_is_no_reason_to_begin_again(
    desk: Desk, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, terminated: bool, status: str
) -> None:
    """A person's Terminate cancels the narration; a system that stops leaves it to be resumed."""
    from assets.pipeline.speaking import Speaking

    async def interrupted(self: Speaking, *words: object) -> object:
        (run,) = instance.get_runs(limit=1)
        if terminated:
            instance.report_run_canceling(run)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(60)
        raise AssertionError("nothing stopped it")

    monkeypatch.setattr(Speaking, "takes", interrupted)
    before = signal.getsignal(signal.SIGINT)
    done = run(desk, instance, KEYS[0])
    assert not done.success
    assert not [event for event in done.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"]
    (record,) = instance.get_runs(limit=1)
    assert record.status is (dg.DagsterRunStatus.CANCELED if terminated else dg.DagsterRunStatus.FAILURE)
    (narration,) = desk.ledger.narrations.find()
    assert narration.status is not None
    assert narration.status.value == status
    assert signal.getsignal(signal.SIGINT) is before
