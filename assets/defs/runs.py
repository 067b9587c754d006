"""Which process a Dagster run lives in, so that a run whose process is gone can be told from one that works.

The launcher, the daemon and `studio reconcile` go by it; without it a run stays `STARTED` for ever after a crash.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections.abc import Mapping

import dagster as dg

from assets.domain.holders import Holder
from assets.storage.processes import is_alive, this_process

PROCESS_TAG = "studio/process"
_TO_HAND_BACK_SECONDS = 10.0
_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]


def here() -> dict[str, str]:
    """The tag of a run that lives in this process."""
    holder = this_process()
    return {PROCESS_TAG: f"{holder.host} {holder.pid} {holder.started}"}


def settle_in(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """Write into the run's tags that it lives in this process, and see that it ends with the code server."""
    _end_with_parent()
    tag = here()
    if run.tags.get(PROCESS_TAG) != tag[PROCESS_TAG]:
        instance.add_run_tags(run.run_id, tag)


def lives(tags: Mapping[str, str]) -> bool | None:
    """Whether the process of a run with these tags lives; None when no process is named or it cannot be seen."""
    return is_alive(_holder(tags[PROCESS_TAG])) if PROCESS_TAG in tags else None


def end_dead(instance: dg.DagsterInstance, *, apply: bool) -> tuple[str, ...]:
    """The runs whose process is gone; with `apply` they are marked as failed, so that Dagster tells the truth."""
    dead = [run for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)) if lives(run.tags) is False]
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
