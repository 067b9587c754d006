"""What the daemon looks after: partitions for whatever may be asked for, and claims that lost their run."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from assets.defs.partitions import register
from assets.defs.runs import end_dead
from assets.defs.workshop import CLAIM_TAG, Workshop
from assets.domain.claims import Claim
from assets.domain.errors import Refused
from assets.domain.narrations import Failure
from assets.pipeline.batching import feed
from assets.pipeline.upkeep import REQUESTED_BY, Upkeep
from dagster_project.jobs import narrate
from dagster_project.retention import forget_runs

_LOST_AFTER_SECONDS = 15.0
_ATTEMPTS = 5
"""Starts of one claim before it is given up; an orderly restart of the system counts, too."""


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Makes a partition of every narration that the catalogue and the voices allow.",
)
def register_narrations(context: dg.SensorEvaluationContext, workshop: dg.ResourceParam[Workshop]) -> dg.SkipReason:
    """New contents, locales and voices become partitions, sorted and in bulk."""
    try:
        keys = [str(key) for key in workshop.desk.everything()]
    except Refused as refused:
        return dg.SkipReason(str(refused))
    new = register(context.instance, keys)
    return dg.SkipReason(f"{len(new)} new narrations registered, {len(keys)} in all." if new else "Nothing is new.")


@dg.sensor(
    job=narrate,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Frees claims whose process died, asks for the next narrations of batches, and submits what waits "
    "without a run.",
)
def reconcile_claims(
    context: dg.SensorEvaluationContext, workshop: dg.ResourceParam[Workshop]
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """`pending` always means that work is on its way: this sees to it."""
    ledger = workshop.desk.ledger
    ended = end_dead(context.instance, apply=True)
    gone = ledger.claims.gone()
    for claim in gone:
        ledger.claims.free(claim.id)
    submitted = 0
    fed = {each.claim_id for each in feed(workshop.desk)}
    for claim in ledger.claims.queue():
        if claim.holder is not None or (claim.id not in fed and not _is_lost(context.instance, claim)):
            continue
        if claim.attempt >= _ATTEMPTS:
            ledger.claims.give_up(
                claim.id,
                Failure(
                    "worker_died",
                    f"Its process died {claim.attempt} times while making it.",
                    "Look at the run's log in Dagster, then ask again.",
                ),
            )
            continue
        register(context.instance, [str(claim.key)])
        submitted += 1
        yield dg.RunRequest(
            run_key=f"{claim.id}:{claim.attempt}:{claim.run_id}",
            partition_key=str(claim.key),
            tags={CLAIM_TAG: claim.id},
        )
    if not submitted:
        yield dg.SkipReason(f"{len(gone)} claims freed, {len(ended)} dead runs ended; nothing waits without a run.")


@dg.sensor(
    job=narrate,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Makes narrations again whose text has changed, where STUDIO_KEEP_FRESH says so; it is off by default.",
)
def keep_fresh(
    context: dg.SensorEvaluationContext, workshop: dg.ResourceParam[Workshop]
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Freshness as policy: the most listened to first, within the caps, and after whoever asks themselves."""
    upkeep = Upkeep(workshop.desk)
    if not upkeep.is_time():
        yield dg.SkipReason(f"Upkeep is '{workshop.desk.settings.keep_fresh.when.value}'; `studio fresh` shows more.")
        return
    try:
        begun = upkeep.begin()
    except Refused as refused:
        yield dg.SkipReason(str(refused))
        return
    register(context.instance, [str(asked.narration.key) for asked in begun])
    for asked in begun:
        yield dg.RunRequest(
            run_key=f"{asked.claim_id}:0:",
            partition_key=str(asked.narration.key),
            tags={CLAIM_TAG: asked.claim_id, "studio/requested_by": REQUESTED_BY, "dagster/priority": "-10"},
        )
    if not begun:
        yield dg.SkipReason("All that it may look after is up to date or under way, or its money is used up.")


@dg.sensor(
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Forgets runs and timelines that are older than STUDIO_KEEP_DAYS and that newer ones have followed.",
)
def tidy(context: dg.SensorEvaluationContext, workshop: dg.ResourceParam[Workshop]) -> dg.SkipReason:
    """Retention: what is still true of a narration stays, whatever its age."""
    days = workshop.desk.settings.keep_days
    lines = workshop.desk.ledger.upkeep.forget(days)
    runs, cursor = forget_runs(context.instance, days, context.cursor or "")
    context.update_cursor(cursor)
    return dg.SkipReason(f"{runs} runs and {lines} lines of timelines were forgotten.")


def _is_lost(instance: dg.DagsterInstance, claim: Claim) -> bool:
    """Whether nobody is going to begin this pending claim."""
    if not claim.run_id:
        return (datetime.now(UTC) - claim.asked_at).total_seconds() > _LOST_AFTER_SECONDS
    run = instance.get_run_by_id(claim.run_id)
    return run is None or run.is_finished
