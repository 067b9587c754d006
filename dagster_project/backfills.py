"""Backfills without what is fresh: it is recognised in bulk, from the ledger, before any run is launched."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset
from dagster._core.definitions.partitions.subset import DefaultPartitionsSubset
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from assets.defs.partitions import NARRATIONS
from assets.defs.workshop import FORCE_TAG
from assets.domain.errors import StudioError
from assets.domain.keys import NarrationKey
from assets.pipeline.opening import open_desk
from assets.settings import Settings

if TYPE_CHECKING:
    from assets.pipeline.desk import Desk

FRESH_TAG = "studio/fresh"
"""How many narrations of a backfill had nothing to be done about them."""
_AUDIO, _SCRIPT = dg.AssetKey("audio"), dg.AssetKey("script")
_log = logging.getLogger(__name__)


def without_fresh(
    instance: dg.DagsterInstance, backfill: PartitionBackfill, desk: Desk | None = None
) -> PartitionBackfill:
    """The backfill as it is to be begun: what is fresh, and shows as made in Dagster, is taken out of it.

    Where nothing is left it is completed already. Its description says how many were fresh. With the tag `studio/force`
    it stays as it is, and so does one of the script alone.
    """
    data = backfill.asset_backfill_data
    if data is None or FORCE_TAG in backfill.tags:
        return backfill
    targets = data.target_subset.partitions_subsets_by_asset_key
    names = set(targets[_AUDIO].get_partition_keys()) if _AUDIO in targets else set()
    if len(names) < 2:
        return backfill
    try:
        fresh = _shown_as_fresh(instance, desk or _desk(), names)
    except StudioError as fault:  # the runs will find out themselves
        _log.warning("What is fresh could not be told beforehand: %s", fault)
        return backfill
    if not fresh:
        return backfill
    why = f"{len(fresh)} of {len(names)} narrations are fresh: nothing is made or bought for them."
    told = {
        "tags": {**backfill.tags, FRESH_TAG: str(len(fresh))},
        "description": f"{backfill.description}\n\n{why}" if backfill.description else why,
    }
    if fresh == names:
        done = data._replace(
            requested_runs_for_target_roots=True,
            requested_subset=data.target_subset,
            materialized_subset=data.target_subset,
        )
        return backfill._replace(
            **told,
            asset_backfill_data=done,
            status=BulkActionStatus.COMPLETED_SUCCESS,
            backfill_end_timestamp=time.time(),
        )
    left = {
        asset: DefaultPartitionsSubset(frozenset(set(subset.get_partition_keys()) - fresh))
        for asset, subset in targets.items()
    }
    target = AssetGraphSubset(left, data.target_subset.non_partitioned_asset_keys)
    return backfill._replace(**told, asset_backfill_data=data._replace(target_subset=target))


@cache
def _desk() -> Desk:
    return open_desk(Settings.from_environment())


def _shown_as_fresh(instance: dg.DagsterInstance, desk: Desk, names: Collection[str]) -> set[str]:
    """Those that are what their texts ask for, and that Dagster shows as made, and made of that."""
    keys = [NarrationKey.parse(name) for name in names]
    fresh = {str(key): found.version.fingerprint for key, found in desk.fresh(keys).items() if found.version}
    if not fresh:
        return set()
    known = instance.event_log_storage.get_latest_tags_by_partition(
        _AUDIO, dg.DagsterEventType.ASSET_MATERIALIZATION, ["dagster/data_version"]
    )
    shown = [instance.get_status_by_partition(asset, list(fresh), NARRATIONS) or {} for asset in (_AUDIO, _SCRIPT)]
    return {
        name
        for name, fingerprint in fresh.items()
        if known.get(name, {}).get("dagster/data_version") == fingerprint
        and all(str(getattr(each.get(name), "value", "")) == "MATERIALIZED" for each in shown)
    }
