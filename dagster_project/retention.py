"""How long Dagster keeps runs: deleting a run deletes what it materialised, so only superseded ones go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg

LOOKED_AT = 200
"""Runs that one pass looks at; there is another in an hour."""
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def forget_runs(
    instance: dg.DagsterInstance, days: float, after: str = "", *, looked_at: int = LOOKED_AT
) -> tuple[int, str]:
    """Delete runs that ended so many days ago and made nothing that is still the latest.

    Looks at a few, oldest first, from the run `after` on. How many it deleted, and where the next pass goes on: a run
    that was kept, or nothing to begin anew. Only the events of the runs that it looks at are read, never an asset's.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    chosen = dg.RunsFilter(statuses=_ENDED, updated_before=before)
    old = instance.get_runs(chosen, limit=looked_at, cursor=after or None, ascending=True)
    forgotten = 0
    for run in old:
        if _made_the_latest(instance, run):
            after = run.run_id
        else:
            instance.delete_run(run.run_id)
            forgotten += 1
    return forgotten, after if len(old) == looked_at else ""


def _made_the_latest(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether anything that the run materialised is what Dagster shows of that partition now."""
    events = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    for record in events.records:
        made = record.event_log_entry.dagster_event
        assert made is not None, "a materialisation is an event"
        assert made.asset_key is not None, "and of an asset"
        found = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=made.asset_key, asset_partitions=[made.partition or ""]), limit=1
        ).records
        if found and found[0].run_id == run.run_id:
            return True
    return False
