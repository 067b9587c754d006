"""The check that a narration is understood: recorded by narration, over those that are named or all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.defs import listening
from assets.defs.workshop import Workshop
from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine
from assets.pipeline.hearing import Hearing
from assets.pipeline.opening import open_desk
from assets.settings import Settings

TEXT = "The sea rises and falls twice a day, and people plan their work around it."
KEYS = ["moon@en@joe", "tide@en@joe"]


class Ears:
    """Hears the same in every take."""

    def refusal(self) -> str | None:
        return None

    def transcribe(self, pcm: bytes, sample_rate: int, locale: object) -> str:
        return TEXT


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    pytest.importorskip("piper")
    content = tmp_path / "content"
    content.mkdir()
    (content / "tide.md").write_text(f"{TEXT}\n")
    (content / "moon.md").write_text("The Moon is far away, and nobody has been there for more than fifty years.\n")
    desk = open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)}))
    for key in KEYS:
        assert asyncio.run(Engine(desk, ()).make(NarrationKey.parse(key))).version is not None
    monkeypatch.setattr(listening, "Hearing", lambda desk: Hearing(desk, Ears()))
    yield desk
    desk.ledger.close()


def run(desk: Desk, instance: dg.DagsterInstance, *named: str) -> dict[str, dg.AssetCheckEvaluation]:
    done = (
        dg.Definitions(
            asset_checks=[listening.understood],
            jobs=[dg.define_asset_job("listen", selection=dg.AssetSelection.checks(listening.understood))],
            resources={"workshop": Workshop(desk)},
            executor=dg.in_process_executor,
        )
        .resolve_job_def("listen")
        .execute_in_process(
            instance=instance,
            run_config={"ops": {"listen_to_narrations": {"config": {"narrations": list(named)}}}},
        )
    )
    assert done.success
    return {str(each.partition): each for each in done.get_asset_check_evaluations()}


def test_each_narration_has_its_verdict_and_what_was_heard_otherwise(desk: Desk) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        found = run(desk, instance)
    assert set(found) == set(KEYS)
    # One take heard as it is written, its title, which is too short to tell: open, and a warning; the other failed.
    assert found["moon@en@joe"].severity is dg.AssetCheckSeverity.ERROR
    assert found["moon@en@joe"].metadata["verdict"].value == "fail"
    (first, *_) = found["moon@en@joe"].metadata["doubtful"].value
    assert first["heard"] == TEXT
    assert found["tide@en@joe"].metadata["not yet heard"].value == 0


def test_only_what_is_named_is_listened_to(desk: Desk) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert set(run(desk, instance, KEYS[1])) == {KEYS[1]}
