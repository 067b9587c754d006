"""Dagster's instance with one thing of ours: a backfill begins without what is fresh.

The webserver stores a backfill with `add_backfill`, before the daemon makes runs of it: there is no other place where
ten thousand partitions can be told from the three that need work without launching anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagster import DagsterInstance
from dagster._core.instance.ref import InstanceRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagster._core.execution.backfill import PartitionBackfill


class StudioInstance(DagsterInstance):
    """What `instance_class` of dagster.yaml names."""

    @classmethod
    def config_schema(cls) -> Mapping[str, Any]:
        """It has no settings of its own."""
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Mapping[str, Any]:
        """Dagster's own."""
        return InstanceRef.config_defaults(base_dir)

    def add_backfill(self, partition_backfill: PartitionBackfill) -> None:
        """Store a backfill, without what is fresh."""
        from dagster_project.backfills import without_fresh

        super().add_backfill(without_fresh(self, partition_backfill))
