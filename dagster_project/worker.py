"""A worker: a process that carries out one run at a time, with everything imported, opened and warm."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from assets.defs import runs
from assets.settings import Settings
from assets.storage.processes import end_with

if TYPE_CHECKING:
    from dagster import DagsterInstance
    from dagster._core.definitions.reconstruct import ReconstructableJob

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a worker is replaced by a fresh one: after so many runs or seconds, or above so much memory."""

    runs: int = 200
    seconds: float = 3600.0
    bytes: int = 1_500_000_000


@cache
def job(name: str) -> ReconstructableJob:
    """A job of the code location, loaded once for all workers; the name of a run's job."""
    from dagster._core.code_pointer import ModuleCodePointer
    from dagster._core.definitions.reconstruct import ReconstructableRepository

    found = ReconstructableRepository(ModuleCodePointer("dagster_project.definitions", "defs"))
    return found.get_reconstructable_job(name)


def work(pool: socket.socket, parent: int, limits: Limits) -> None:
    """Carry out whatever the pool says, one thing after another, until it hangs up or this worker is worn out."""
    end_with(parent)
    _rest()
    began, done = time.monotonic(), 0
    from dagster_project.home import open_instance

    with open_instance(Settings.from_environment()) as instance, pool.makefile("r", encoding="utf-8") as orders:
        _warm_up()
        _say(pool, {"ready": True})
        for line in orders:
            order = json.loads(line)
            if "bury" in order:
                _bury(instance, order["bury"], order["why"])
            else:
                _execute(instance, order["run"])
                done += 1
            _rest()
            worn = done >= limits.runs or time.monotonic() - began > limits.seconds or memory() > limits.bytes
            _say(pool, {"ready": not worn})
            if worn:
                return


def memory(pid: int | None = None) -> int:
    """The bytes of memory that a process occupies, 0 when it is gone."""
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _execute(instance: DagsterInstance, run_id: str) -> None:
    """One run to its end. How it ended is in the event log."""
    from dagster._core.events import EngineEventData
    from dagster._grpc.impl import core_execute_run
    from dagster._utils.interrupts import capture_interrupts

    run = instance.get_run_by_id(run_id)
    if run is None or run.is_finished:  # cancelled before it came here
        return
    with capture_interrupts():
        instance.add_run_tags(run_id, runs.here())
        instance.report_engine_event(
            f"Begun by a warm worker (pid: {os.getpid()}).", run, EngineEventData.in_process(os.getpid())
        )
        try:
            for _ in core_execute_run(job(run.job_name), run, instance, inject_env_vars=False):
                pass
        except BaseException as fault:
            # It is in the event log already, which is where people look.
            _log.info("Run %s ended with %s", run_id, type(fault).__name__)


def _bury(instance: DagsterInstance, run_id: str, why: str) -> None:
    """Say of a run whose worker died that it failed, so that it is retried at once and not after a look around."""
    from dagster import DagsterRunStatus

    run = instance.get_run_by_id(run_id)
    if run is None or run.is_finished:
        return
    if run.status is DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run, why)
    else:
        instance.report_run_failed(run, why)


def _warm_up() -> None:
    """Open and read what every run needs, so that the first one finds it there."""
    from assets.domain.errors import StudioError
    from dagster_project.definitions import workshop

    try:
        desk = workshop.desk
        desk.catalogue()
        desk.voices()
        desk.writer()
    except StudioError as refused:  # the run will say so in its own words
        _log.info("Nothing to warm up: %s", refused)


def _rest() -> None:
    """Between runs an interrupt means nothing: it was meant for the run before. A termination ends the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _say(pool: socket.socket, word: dict[str, Any]) -> None:
    pool.sendall(json.dumps(word).encode() + b"\n")
