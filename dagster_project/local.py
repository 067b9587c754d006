"""Dagster runs in this very process: the same assets and instance, and no server needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assets.defs import runs
from assets.defs.partitions import register
from assets.defs.workshop import BATCH_TAG, FORCE_TAG, Workshop, batch_config, tags_of
from assets.domain.keys import NarrationKey
from assets.pipeline.audience import Audience
from assets.pipeline.desk import Desk
from assets.storage.ledger.work import Work
from dagster_project.definitions import defs
from dagster_project.home import open_instance
from dagster_project.output import CapturedOutput

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class LocalRuns:
    """Runs of the job `narrate` in this process, one after another, on the instance that the servers use, too."""

    def __init__(self, desk: Desk, onlooker: Audience) -> None:
        self._desk = desk
        self._onlooker = onlooker
        self._instance = open_instance(desk.settings)
        if isinstance(output := self._instance.compute_log_manager, CapturedOutput):
            output.leave_it_to_the_terminal()
        self._job = defs.resolve_job_def("narrate")

    def make(self, key: NarrationKey, *, run_id: str, begun: Work) -> None:
        """Make one narration and record it; how it ended is in the ledger. Never raises for a failed run."""
        register(self._instance, [str(key)])
        tags = tags_of([key], begun.claim_id)
        self._execute(_QUIET, tags, partition_key=str(key), run_id=run_id, begun=begun)

    def make_many(self, keys: Sequence[NarrationKey], *, force: bool = False) -> None:
        """Make many narrations in one run, side by side; how each ended is in the ledger."""
        tags = {BATCH_TAG: str(len(keys)), **tags_of(keys), **({FORCE_TAG: "true"} if force else {})}
        self._execute({**_QUIET, **batch_config(map(str, keys))}, tags)

    def _execute(
        self,
        config: dict[str, Any],
        tags: dict[str, str],
        *,
        partition_key: str | None = None,
        run_id: str | None = None,
        begun: Work | None = None,
    ) -> None:
        self._job.execute_in_process(
            run_config=config,
            instance=self._instance,
            partition_key=partition_key,
            run_id=run_id,
            raise_on_error=False,
            tags={**tags, **runs.here()},
            resources={
                "workshop": Workshop(
                    self._desk, begun=(begun,) if begun else (), onlooker=self._onlooker, attended=True
                )
            },
        )
