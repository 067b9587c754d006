"""The run launcher: hands a run to a warm worker, which has everything imported and opened already.

A process of its own for each run, as Dagster's launcher starts it, imports for two seconds before its first line of
work. The webserver, the daemon and every run construct this from dagster.yaml, so it keeps nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster import DagsterRun
from dagster._core.launcher import DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from assets.defs.runs import PROCESS_TAG, lives
from dagster_project.line import NoPool, ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagster._serdes import ConfigurableClassData

_RESTART_SECONDS = 15.0


class WarmRunLauncher(DefaultRunLauncher):
    """Launches runs on the pool of `studio up`; where none was started, as Dagster does by itself."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> WarmRunLauncher:
        """Dagster's way of making one from dagster.yaml."""
        del config_value
        return cls(inst_data=inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Hand the run to a worker. One that is being started again is waited for."""
        run = context.dagster_run
        try:
            self._ask({"do": "launch", "run": run.run_id}, patience=_RESTART_SECONDS)
        except NoPool as missing:
            self._instance.report_engine_event(
                f"{missing} The run starts in a process of its own, which takes some seconds; "
                "`studio up` keeps warm workers.",
                run,
                cls=self.__class__,
            )
            super().launch_run(context)

    def terminate(self, run_id: str) -> bool:
        """Interrupt the run where it is; its narrations are cancelled, and what is paid for is kept."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        if GRPC_INFO_TAG in run.tags:
            return super().terminate(run_id)
        self._instance.report_run_canceling(run)
        try:
            return bool(self._ask({"do": "terminate", "run": run_id})["known"])
        except NoPool:
            return False

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes: a run says which process it lives in."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the process of a run lives. One that has not named it yet is known to whoever it was handed to."""
        if PROCESS_TAG not in run.tags:
            return CheckRunHealthResult(WorkerStatus.RUNNING if self._is_known(run) else WorkerStatus.NOT_FOUND)
        if lives(run.tags) is not False:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        # It may have come to its end between the two looks.
        now = self._instance.get_run_by_id(run.run_id)
        ended = now is None or now.is_finished
        return CheckRunHealthResult(
            WorkerStatus.SUCCESS if ended else WorkerStatus.FAILED, "Its process ended before it did."
        )

    def _is_known(self, run: DagsterRun) -> bool:
        if GRPC_INFO_TAG in run.tags:  # started by the code server, and about to name its process
            return True
        try:
            return bool(self._ask({"do": "status", "run": run.run_id})["known"])
        except NoPool:
            return False

    def _ask(self, question: dict[str, Any], *, patience: float = 0.0) -> dict[str, Any]:
        return ask(Path(self._instance.root_directory), question, patience=patience)
