"""The resource that gives a run what it works with: the desk, and an engine that reports to the run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import dagster as dg

from assets.defs.records import STEP
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.pipeline.audience import Audience
from assets.pipeline.desk import Desk
from assets.pipeline.engine import Engine
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.storage.ledger.work import Work
from assets.telemetry import logs, traces

CLAIM_TAG = "studio/claim"
"""The claim that a run of one narration was submitted for."""
FORCE_TAG = "studio/force"
"""A run with this tag makes its narrations again although they are fresh."""
BATCH_TAG = "studio/batch"
"""A run that makes many, with how many."""


def batch_config(keys: Iterable[str], claims: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The run config of a run that makes these narrations; `claims` are those it is sent for, by key."""
    return {"ops": {STEP: {"config": {"narrations": sorted(keys), "claims": dict(claims or {})}}}}


def tags_of(keys: Collection[NarrationKey], claim_id: str = "") -> dict[str, str]:
    """The tags by which a run is found in Dagster: content, locale and voice, where all its narrations share them.

    `claim_id` is the claim that a run of one narration is sent for. A run of several says how many they are.
    """
    parts = {
        "studio/content": {str(key.content) for key in keys},
        "studio/locale": {str(key.locale) for key in keys},
        "studio/voice": {str(key.voice) for key in keys},
    }
    return {
        **{tag: value for tag, values in parts.items() if len(values) == 1 for value in values},
        **({CLAIM_TAG: claim_id} if claim_id else {}),
        **({BATCH_TAG: str(len(keys))} if len(keys) > 1 else {}),
    }


class Workshop:
    """Ledger, files and voices as the settings name them, opened when a run first needs them.

    `begun` is work that this process has started already, before the run that is to do it; `onlooker` is told of
    the work beside the run's own record, for a progress bar. `attended` says that a person sits in front of this
    process, so that an interrupt is their wish to cancel.
    """

    def __init__(
        self,
        desk: Desk | None = None,
        *,
        begun: Iterable[Work] = (),
        onlooker: Audience | None = None,
        attended: bool = False,
    ) -> None:
        self._desk = desk
        self._begun = tuple(begun)
        self._attended = attended
        self._onlookers = (onlooker,) if onlooker is not None else ()

    @property
    def desk(self) -> Desk:
        """The desk, opened once."""
        if self._desk is None:
            settings = Settings.from_environment()
            logs.set_up(settings, "dagster")
            traces.set_up(settings, "dagster")
            self._desk = open_desk(settings)
        return self._desk

    def engine(self, audience: Audience, run_id: str) -> Engine:
        """An engine that tells `audience` how it goes."""
        engine = Engine(self.desk, (audience, *self._onlookers), run_id=run_id)
        for work in self._begun:
            engine.take_over(work)
        return engine

    def interrupted(self, context: dg.AssetExecutionContext, engine: Engine) -> None:
        """Cancel the work of a run that a person terminated; what a dying machine interrupts stays to be resumed."""
        run = context.instance.get_run_by_id(context.run.run_id)
        if self._attended or (run is not None and run.status is dg.DagsterRunStatus.CANCELING):
            engine.abandon()


def parsed(keys: Iterable[str]) -> list[NarrationKey]:
    """Partition keys as narration keys. Raises `dg.Failure` for a key that is no narration."""
    try:
        return [NarrationKey.parse(key) for key in keys]
    except Refused as refused:
        raise dg.Failure(str(refused), allow_retries=False) from refused
