"""Dagster runs in this very process: the same assets and instance, and no server needed."""

from __future__ import annotations

from assets.defs import runs
from assets.defs.partitions import register
from assets.defs.workshop import FORCE_TAG, Workshop
from assets.domain.keys import NarrationKey
from assets.pipeline.audience import Audience
from assets.pipeline.desk import Desk
from assets.storage.ledger.work import Work
from dagster_project.definitions import defs
from dagster_project.home import open_instance

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class LocalRuns:
    """Runs of the job `narrate` in this process, one after another, on the instance that the servers use, too."""

    def __init__(self, desk: Desk, onlooker: Audience) -> None:
        self._desk = desk
        self._onlooker = onlooker
        self._instance = open_instance(desk.settings)
        self._job = defs.resolve_job_def("narrate")

    def make(self, key: NarrationKey, *, run_id: str, begun: Work | None = None, force: bool = False) -> None:
        """Make one narration and record it; how it ended is in the ledger. Never raises for a failed run."""
        register(self._instance, [str(key)])
        tags = {"studio/content": str(key.content), "studio/locale": str(key.locale), "studio/voice": str(key.voice)}
        tags |= runs.here()
        self._job.execute_in_process(
            run_config=_QUIET,
            instance=self._instance,
            partition_key=str(key),
            run_id=run_id,
            raise_on_error=False,
            tags={**tags, FORCE_TAG: "true"} if force else tags,
            resources={
                "workshop": Workshop(
                    self._desk, begun=(begun,) if begun else (), onlooker=self._onlooker, attended=True
                )
            },
        )
