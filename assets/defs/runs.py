"""Which process a Dagster run lives in, so that a run whose process is gone can be told from one that works.

Dagster's own launcher has no such check: after a crash of the machine its runs stay `STARTED` for ever.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time

import dagster as dg

from assets.domain.holders import Holder
from assets.storage.processes import is_alive, this_process

PROCESS_TAG = "studio/process"
_TO_HAND_BACK_SECONDS = 10.0
_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]


def settle_in(instance: dg.DagsterInstance, run_id: str) -> None:
    """Write into the run's tags that it lives in this process, and see that it ends with the code server."""
    _end_with_parent()
    holder = this_process()
    instance.add_run_tags(run_id, {PROCESS_TAG: f"{holder.host} {holder.pid} {holder.started}"})


def end_dead(instance: dg.DagsterInstance, *, apply: bool) -> tuple[str, ...]:
    """The runs whose process is gone; with `apply` they are marked as failed, so that Dagster tells the truth."""
    dead = [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
        if PROCESS_TAG in run.tags and is_alive(_holder(run.tags[PROCESS_TAG])) is False
    ]
    if apply:
        for run in dead:
            instance.report_run_failed(run, "Its process ended before it did.")
    return tuple(run.run_id for run in dead)


def _end_with_parent() -> None:
    """Interrupt this process when the code server that started it is gone; without that it would run on unseen."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_TO_HAND_BACK_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def _holder(tag: str) -> Holder:
    host, pid, started = tag.rsplit(" ", 2)
    return Holder(host, int(pid), started)
