"""Health and metrics of the workers, as a program: `python -m dagster_project.probes`.

`studio up` starts it where STUDIO_WORKERS_PORT names a port. The pool itself serves nobody but its runs: it forks, and
whatever forks must have no threads.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assets.domain.errors import StudioError
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.telemetry import logs, metrics, probes
from dagster_project.line import NoPool, ask

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric


class FromThePool:
    """A collector: how many workers there are, what they are at, and what they occupy."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.dagster_home

    def collect(self) -> Iterator[Metric]:
        """All metrics of this moment; `studio_workers_up` alone when there is no pool."""
        from prometheus_client.core import GaugeMetricFamily

        try:
            health = ask(self._home, {"do": "health"}, timeout=2.0)
        except NoPool:
            yield GaugeMetricFamily("studio_workers_up", "Whether the pool of workers answers.", value=0)
            return
        yield GaugeMetricFamily("studio_workers_up", "Whether the pool of workers answers.", value=1)
        workers = health["workers"]
        states = GaugeMetricFamily("studio_workers", "Workers by what they are at.", labels=["state"])
        busy, ready = (sum(1 for each in workers if each[what]) for what in ("run", "ready"))
        for state, count in (("busy", busy), ("ready", ready), ("starting", len(workers) - busy - ready)):
            states.add_metric([state], count)
        yield states
        for name, help_, value in (
            ("studio_workers_memory_bytes", "Memory of all workers.", sum(each["memory_bytes"] for each in workers)),
            ("studio_workers_runs_waiting", "Runs that wait for a worker.", health["waiting"]),
            ("studio_workers_up_seconds", "How long the pool has been up.", health["up_seconds"]),
            ("studio_workers_ended_early", "Workers that ended before they were ready.", health["ended_early"]),
        ):
            yield GaugeMetricFamily(name, help_, value=value)


def trouble(settings: Settings) -> str:
    """Why the workers cannot take runs now, in one sentence; nothing when they can."""
    try:
        health = ask(settings.dagster_home, {"do": "health"}, timeout=2.0)
    except NoPool as fault:
        return str(fault)
    return "" if health["workers"] else "The pool has no worker."


def main() -> int:
    """Answer until a signal comes; 2 when the settings will not do."""
    try:
        settings = Settings.from_environment()
        logs.set_up(settings, "probes")
        desk = open_desk(settings)
        registry = metrics.registry(desk)
        registry.register(FromThePool(settings))
        checks = {**probes.checks(desk), "workers": lambda: trouble(settings)}
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
        server = probes.serve(registry, settings.workers_port, checks)
        signal.sigwait((signal.SIGTERM, signal.SIGINT))
        server.shutdown()
    except (StudioError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
