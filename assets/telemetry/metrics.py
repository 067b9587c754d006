"""Metrics for Prometheus, read from the ledger when somebody asks: one truth over all processes and restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assets.domain.costs import MICROS
from assets.pipeline.desk import Desk

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class FromTheLedger:
    """A collector: statuses, queue, versions, takes, money, calls under way and resting accounts."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._desk = desk
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """All metrics of this moment."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        figures = self._desk.ledger.figures.now()
        narrations = GaugeMetricFamily("studio_narrations", "Narrations by their status.", labels=["status"])
        for status, count in figures.statuses.items():
            narrations.add_metric([status], count)
        yield narrations
        ended = CounterMetricFamily("studio_claims", "Claims that have ended, by how.", labels=["result"])
        for result, count in figures.ended.items():
            ended.add_metric([result], count)
        yield ended
        waits = (self._clock() - figures.oldest_waiting).total_seconds() if figures.oldest_waiting else 0.0
        for name, help_, value in (
            ("studio_claims_waiting", "Claims that wait to be started.", figures.waiting),
            ("studio_claims_at_work", "Claims that somebody works on.", figures.at_work),
            ("studio_oldest_waiting_seconds", "How long the oldest of the waiting has waited.", max(0.0, waits)),
            ("studio_calls_under_way", "Calls to providers that are under way.", figures.calls),
            ("studio_accounts_resting", "Accounts that are left alone after faults.", figures.resting),
            ("studio_money_set_aside_dollars", "Money set aside for calls that are open.", figures.held / MICROS),
        ):
            yield GaugeMetricFamily(name, help_, value=value)
        for name, help_, value in (
            ("studio_versions", "Versions published.", figures.versions),
            ("studio_takes", "Takes made and kept.", figures.takes),
            ("studio_money_spent_dollars", "Money spent.", figures.spent / MICROS),
            ("studio_audio_seconds", "Seconds of audio published.", figures.seconds),
        ):
            yield CounterMetricFamily(name, help_, value=value)


def registry(desk: Desk) -> CollectorRegistry:
    """What this process tells Prometheus: the ledger's figures, and its own memory, processor time and files."""
    from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector

    made = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    made.register(FromTheLedger(desk))
    return made


def exposition(of: CollectorRegistry) -> tuple[bytes, str]:
    """The text that Prometheus reads, and its content type."""
    from prometheus_client import generate_latest

    return generate_latest(of), _TEXT
