"""What Dagster keeps of a narration: each asset the moment it is there, and the verdicts of the gates."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import dagster as dg
from dagster._core.events import AssetMaterializationPlannedData, DagsterEventBatchMetadata

from assets.domain.counting import counted
from assets.domain.fingerprints import MIX_VERSION
from assets.domain.keys import NarrationKey
from assets.domain.scripts import Script
from assets.pipeline.engine import Made, Result
from assets.settings import Settings

SCRIPT_IS_CLEAN = "script_is_clean"
SOURCE_IS_COVERED = "source_is_covered"
AUDIO_IS_SOUND = "audio_is_sound"
STEP = "narrate_partitions"
"""The name of the one step of every run."""
_PREVIEW_CHARS = 1500
IN_BRIEF_FROM = 5
"""A run of more than so many tells what became of each and not every step: each line is a write of its own."""
_WORTH_A_LOOK = 25
"""More fresh narrations than this are not recorded anew one by one."""

CHECKS = [
    dg.AssetCheckSpec(SCRIPT_IS_CLEAN, asset="script", description="No markup would be read aloud.", blocking=False),
    dg.AssetCheckSpec(
        SOURCE_IS_COVERED,
        asset="script",
        description="Every block of the source is spoken, summarised or left out for a stated reason.",
    ),
    dg.AssetCheckSpec(
        AUDIO_IS_SOUND,
        asset="audio",
        description="Duration, silence, clipping, ending and loudness of the encoded file are as they should be.",
    ),
]


class Recorder:
    """Writes one run's narrations into Dagster, each under its own partition."""

    def __init__(self, context: dg.AssetExecutionContext, settings: Settings) -> None:
        self._context = context
        self._settings = settings
        self._selected = {key.to_user_string() for key in context.selected_asset_keys}
        self._checks = {key.name for key in context.selected_asset_check_keys}
        self._last_told: dict[NarrationKey, int] = {}
        self._skipped: list[Made] = []
        self.in_brief = False
        """Whether only what becomes of each is told, and not how far it is: the ledger and the studio say that."""

    @property
    def wants_audio(self) -> bool:
        """Whether the run is to make the audio, too, and not the script alone."""
        return "audio" in self._selected

    def waiting(self, key: NarrationKey, why: str) -> None:
        """Say in the run's log why nothing happens."""
        self._context.log.info(f"{key}: {why}")

    def scripted(self, key: NarrationKey, script: Script, fingerprint: str) -> None:
        """Record the script as soon as it is there: it survives whatever happens to the speech."""
        self._materialise("script", key, fingerprint, self._script_facts(script))
        self._verdict("script", SCRIPT_IS_CLEAN, key, passed=True, facts={"segments": len(script.segments)})
        uncovered = [each.block_id for each in script.coverage if each.outcome == "left_out" and not each.reason]
        self._verdict("script", SOURCE_IS_COVERED, key, passed=not uncovered, facts={"blocks": len(script.coverage)})

    def speaking(self, key: NarrationKey, done: int, total: int) -> None:
        """A line in the run's log for every tenth of the segments."""
        if self.in_brief:
            return
        tenth = done * 10 // max(1, total)
        if self._last_told.get(key) != tenth:
            self._last_told[key] = tenth
            self._context.log.info(f"{key}: speaking, {done} of {counted(total, 'segment')}")

    def mixing(self, key: NarrationKey, share: float) -> None:
        """Joining takes seconds: nothing to tell."""

    def ended(self, key: NarrationKey) -> None:
        """What came of it is recorded from the result."""

    def plan(self, keys: Collection[NarrationKey]) -> None:
        """Say of each partition that it is going to be made: until it is, it shows as in progress, and then as failed.

        Dagster does so by itself for the ranges that it knows of.
        """
        batch, last = str(uuid4()), len(self._selected) * len(keys) - 1
        planned = ((asset, key) for asset in sorted(self._selected) for key in keys)
        for number, (asset, key) in enumerate(planned):
            data = AssetMaterializationPlannedData(dg.AssetKey(asset), partition=str(key))
            self._context.instance.report_dagster_event(
                dg.DagsterEvent.build_asset_materialization_planned_event(self._context.job_name, STEP, data),
                self._context.run.run_id,
                logging.DEBUG,
                batch_metadata=DagsterEventBatchMetadata(batch, number == last),
            )

    def skip(self, fresh: Collection[Made]) -> None:
        """Record narrations that are fresh: those that Dagster knows as they are in one line, the others each."""
        if len(fresh) > _WORTH_A_LOOK:
            known = self._context.instance.event_log_storage.get_latest_tags_by_partition(
                dg.AssetKey("audio"), dg.DagsterEventType.ASSET_MATERIALIZATION, ["dagster/data_version"]
            )
            self._skipped = [
                made
                for made in fresh
                if known.get(str(made.key), {}).get("dagster/data_version") == made.version.fingerprint  # type: ignore[union-attr]
            ]
            self._context.log.info(
                f"{len(self._skipped)} narrations are fresh and recorded already: nothing was made or bought."
            )
        noted = {made.key for made in self._skipped}
        for made in fresh:
            if made.key not in noted:
                self.record(made)

    def record_skipped(self) -> None:
        """Record each of those that one line was enough for."""
        for made in self._skipped:
            self.record(made)
        self._skipped = []

    def record(self, made: Made) -> None:
        """Record the audio, or say why there is none."""
        if made.result is Result.WAITING:
            self._context.log.info(f"{made.key}: {made.error}")
            return
        if made.error is not None:
            self._context.log.error(f"{made.key}: {made.error}")
            return
        version = made.version
        assert version is not None, f"{made.key} ended well without a version"
        said = {
            Result.MADE: "made now",
            Result.FRESH: "skipped: it is fresh, nothing was made or bought",
            Result.JOINED: "made by another run meanwhile; this one joined it",
        }[made.result]
        if made.result is not Result.MADE or not self.in_brief:
            self._context.log.info(f"{made.key}: {said} ({made.seconds:.3f} s)")
        if made.script is None:
            # A skipped partition is recorded as what it is, so that it never shows as missing or failed.
            self._materialise("script", made.key, version.script_fingerprint, {"this run": said})
        facts: dict[str, Any] = {
            "this run": said,
            "player": dg.MetadataValue.url(self._player(made.key)),
            "duration": dg.MetadataValue.text(_minutes(version.duration_seconds)),
            "duration_seconds": dg.MetadataValue.float(version.duration_seconds),
            "segments": dg.MetadataValue.int(version.segments),
            "takes_bought": dg.MetadataValue.int(version.takes_bought if made.result is Result.MADE else 0),
            "takes_reused": dg.MetadataValue.int(version.takes_reused),
            "cost_usd": dg.MetadataValue.float(version.cost_micros / 1_000_000 if made.result is Result.MADE else 0.0),
            "version": dg.MetadataValue.int(version.number),
        }
        if made.result is Result.MADE:
            facts["estimated_usd"] = dg.MetadataValue.float(version.estimate_micros / 1_000_000)
            facts["saved_usd"] = dg.MetadataValue.float(version.saved_micros / 1_000_000)
            if (off := version.estimate_error_percent) is not None:
                facts["estimate_error_percent"] = dg.MetadataValue.float(round(off, 2))
        if made.produced is not None:
            if made.produced.loudness_lufs is not None:
                facts["loudness_lufs"] = dg.MetadataValue.float(round(made.produced.loudness_lufs, 2))
            for gate in made.produced.gates:
                facts[f"gate: {gate.name}"] = gate.detail
            self._verdict(
                "audio",
                AUDIO_IS_SOUND,
                made.key,
                passed=all(gate.passed for gate in made.produced.gates),
                facts={gate.name: gate.detail for gate in made.produced.gates},
            )
        self._materialise(
            "audio", made.key, version.fingerprint, facts, self._made_from(made.key, version.script_fingerprint)
        )

    def _made_from(self, key: NarrationKey, script_fingerprint: str) -> dict[str, str]:
        """Which script the audio was made from: without it Dagster shows every narration as unsynced."""
        found = self._context.instance.event_log_storage.get_latest_storage_id_by_partition(
            dg.AssetKey("script"), dg.DagsterEventType.ASSET_MATERIALIZATION, {str(key)}
        )
        if not found:
            return {}
        return {
            "dagster/input_data_version/script": script_fingerprint,
            "dagster/input_event_pointer/script": str(found[str(key)]),
        }

    def _materialise(
        self,
        asset: str,
        key: NarrationKey,
        data_version: str,
        facts: Mapping[str, Any],
        made_from: Mapping[str, str] | None = None,
    ) -> None:
        if asset in self._selected:
            self._context.log_event(
                dg.AssetMaterialization(
                    asset_key=asset,
                    partition=str(key),
                    metadata=dict(facts),
                    tags={
                        "dagster/data_version": data_version,
                        "dagster/data_version_is_user_provided": "true",
                        **(made_from or {}),
                        "dagster/code_version": MIX_VERSION if asset == "audio" else "1",
                    },
                )
            )

    def _verdict(self, asset: str, check: str, key: NarrationKey, *, passed: bool, facts: Mapping[str, Any]) -> None:
        if check in self._checks:
            self._context.log_event(
                dg.AssetCheckEvaluation(
                    asset_key=dg.AssetKey(asset),
                    check_name=check,
                    passed=passed,
                    metadata=dict(facts),
                    partition=str(key),
                )
            )

    def _script_facts(self, script: Script) -> dict[str, Any]:
        preview = script.spoken_text[:_PREVIEW_CHARS]
        return {
            "title": script.title,
            "preview": dg.MetadataValue.md(f"```text\n{preview}\n```"),
            "sections": dg.MetadataValue.int(len(script.sections)),
            "segments": dg.MetadataValue.int(len(script.segments)),
            "characters": dg.MetadataValue.int(script.characters),
            "left_out": dg.MetadataValue.int(sum(1 for each in script.coverage if each.outcome == "left_out")),
            "warnings": dg.MetadataValue.json(list(script.warnings)),
        }

    def _player(self, key: NarrationKey) -> str:
        query = urlencode({"content": str(key.content), "locale": str(key.locale), "voice": str(key.voice)})
        return f"http://{self._settings.host}:{self._settings.port}/narration?{query}"


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
