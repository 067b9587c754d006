"""Batches: any narrations in one run, side by side; fresh ones cost nothing, and each tells the truth about itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.defs.narrations import narrations
from assets.defs.partitions import NARRATIONS, register
from assets.defs.workshop import FORCE_TAG, Workshop, batch_config
from assets.domain.errors import Rejected
from assets.domain.keys import NarrationKey
from assets.domain.states import Status
from assets.pipeline.desk import Desk
from assets.pipeline.opening import open_desk
from assets.providers.base import SpeechRequest
from assets.providers.espeak import Espeak
from assets.settings import Settings

NAMES = [f"{first}{last}olo" for first in "bdfgk" for last in "aeiouy"]
ALL = [f"{name}@en@espeak" for name in NAMES]
SOME = ALL[1:8:2]
BAD = NAMES[5]
AUDIO = dg.AssetKey("audio")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    content = tmp_path / "content"
    content.mkdir()
    for name in NAMES:
        (content / f"{name}.md").write_text(f"# Page\n\nThis is {name}.\n")
    desk = open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)}))
    yield desk
    desk.ledger.close()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        register(instance, ALL)
        yield instance


def run(desk: Desk, instance: dg.DagsterInstance, keys: list[str], **tags: str) -> dg.ExecuteInProcessResult:
    job = dg.Definitions(
        assets=[narrations],
        jobs=[dg.define_asset_job("narrate", selection=["script", "audio"])],
        resources={"workshop": Workshop(desk)},
        executor=dg.in_process_executor,
    ).resolve_job_def("narrate")
    return job.execute_in_process(
        instance=instance, raise_on_error=False, run_config=batch_config(keys), tags=tags or None
    )


def statuses(instance: dg.DagsterInstance, keys: list[str]) -> dict[str, str | None]:
    found = instance.get_status_by_partition(AUDIO, keys, NARRATIONS)
    return {key: status.value if status else None for key, status in (found or {}).items()}


def materialised(done: dg.ExecuteInProcessResult, asset: str) -> list[str]:
    return sorted(
        str(e.partition) for e in done.get_asset_materialization_events() if e.asset_key == dg.AssetKey(asset)
    )


def refuse(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    speak = Espeak.speak

    async def refusing(self: Espeak, request: SpeechRequest) -> object:
        if any(text in request.text for text in texts):
            raise Rejected("That is not spoken of.", remedy="Choose other words.")
        return await speak(self, request)

    monkeypatch.setattr(Espeak, "speak", refusing)


def test_scattered_narrations_are_one_run_and_only_what_failed_is_failed(
    desk: Desk, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, BAD)
    done = run(desk, instance, SOME)
    assert not done.success
    (failure,) = [event for event in done.all_events if event.is_step_failure]
    assert f"1 of 4 narrations were not made: {BAD}@en@espeak" in str(failure.event_specific_data)
    assert statuses(instance, SOME) == {key: "FAILED" if key.startswith(BAD) else "MATERIALIZED" for key in SOME}
    assert statuses(instance, ALL[:1]) == {ALL[0]: None}, "nothing is said of what was not asked for"

    monkeypatch.undo()
    again = run(desk, instance, SOME)
    assert again.success
    bought = {
        event.partition: event.materialization.metadata["takes_bought"].value
        for event in again.get_asset_materialization_events()
        if event.asset_key == AUDIO
    }
    assert {key for key, number in bought.items() if number} == {f"{BAD}@en@espeak"}
    assert set(statuses(instance, SOME).values()) == {"MATERIALIZED"}


def test_many_fresh_narrations_are_recognised_in_bulk_and_one_line_says_so(
    desk: Desk, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(desk, instance, ALL[:28]).success
    monkeypatch.setattr(Desk, "ask", lambda *_, **__: pytest.fail("nobody needs to ask for what is fresh"))
    again = run(desk, instance, ALL[:28])
    assert again.success
    assert not again.get_asset_materialization_events()
    said = [event.message for event in instance.all_logs(again.run_id)]
    assert any("28 narrations are fresh and recorded already" in each for each in said)
    assert set(statuses(instance, ALL[:28]).values()) == {"MATERIALIZED"}
    monkeypatch.undo()
    forced = run(desk, instance, ALL[:2], **{FORCE_TAG: "true"})
    assert materialised(forced, "audio") == ALL[:2]


def test_all_of_a_batch_are_claimed_at_once_and_wait_for_their_turn(
    desk: Desk, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    speak = Espeak.speak

    async def looking(self: Espeak, request: SpeechRequest) -> object:
        seen.append(len(desk.ledger.claims.queue()))
        return await speak(self, request)

    monkeypatch.setattr(Espeak, "speak", looking)
    object.__setattr__(desk.settings, "max_parallel", 2)
    assert run(desk, instance, ALL[:12]).success
    assert max(seen) >= 8, "whoever looks sees all that is coming"
    assert desk.ledger.claims.queue() == ()
    assert len(desk.fresh([NarrationKey.parse(key) for key in ALL])) == 12


def test_what_was_taken_back_before_its_run_began_is_not_made(desk: Desk, instance: dg.DagsterInstance) -> None:
    claims = {key: desk.ask(NarrationKey.parse(key)).claim_id for key in SOME[:3]}
    desk.cancel(NarrationKey.parse(SOME[0]))
    job = dg.Definitions(
        assets=[narrations],
        jobs=[dg.define_asset_job("narrate", selection=["script", "audio"])],
        resources={"workshop": Workshop(desk)},
        executor=dg.in_process_executor,
    ).resolve_job_def("narrate")
    job.execute_in_process(instance=instance, raise_on_error=False, run_config=batch_config(claims, claims))
    found = [desk.ledger.narrations.get(NarrationKey.parse(key)).status for key in SOME[:3]]
    assert found == [Status.CANCELLED, Status.COMPLETED, Status.COMPLETED]
