"""What the daemon looks after: partitions for whatever may be asked for, and claims that lost their run."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import dagster as dg
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, WILL_RETRY_TAG

from assets.defs.partitions import register
from assets.defs.runs import end_dead
from assets.defs.workshop import BATCH_TAG, CLAIM_TAG, FORCE_TAG, Workshop, batch_config
from assets.domain.claims import Claim
from assets.domain.errors import Refused
from assets.domain.narrations import Failure
from assets.pipeline.batching import feed
from assets.pipeline.upkeep import REQUESTED_BY, Upkeep
from dagster_project.jobs import narrate
from dagster_project.retention import forget_runs

_LOST_AFTER_SECONDS = 15.0
_RETRY_BEGINS_SECONDS = 60.0
_SEEN_TO_SECONDS = 120.0
"""How long a run that was asked for may take to begin before it is asked for again."""
_MOST_IN_A_RUN = 250
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
    fed = {each.claim_id for each in feed(workshop.desk)}
    waiting = [claim for claim in ledger.claims.queue() if claim.holder is None]
    lost = _lost(context, waiting, fed)
    for claim in [claim for claim in lost if claim.attempt >= _ATTEMPTS]:
        lost.remove(claim)
        ledger.claims.give_up(
            claim.id,
            Failure(
                "worker_died",
                f"Its process died {claim.attempt} times while making it.",
                "Look at the run's log in Dagster, then ask again.",
            ),
        )
    yield from _requests(lost)
    register(context.instance, [str(claim.key) for claim in lost])
    if not lost:
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


def _requests(lost: list[Claim]) -> Iterator[dg.RunRequest]:
    """One run for all that were never begun or died once; one each for those that died more often.

    Whatever kills its process again and again does not take the others along.
    """
    alone = lost if len(lost) == 1 else [claim for claim in lost if claim.attempt > 1]
    for claim in alone:
        yield dg.RunRequest(
            run_key=f"{claim.id}:{claim.attempt}:{claim.run_id}",
            partition_key=str(claim.key),
            tags={CLAIM_TAG: claim.id, **({FORCE_TAG: "true"} if claim.force else {})},
        )
    together = [claim for claim in lost if claim not in alone]
    for start in range(0, len(together), _MOST_IN_A_RUN):
        several = together[start : start + _MOST_IN_A_RUN]
        yield dg.RunRequest(
            run_key=sha256("".join(f"{c.id}:{c.attempt}:{c.run_id}" for c in several).encode()).hexdigest(),
            run_config=batch_config(str(claim.key) for claim in several),
            tags={BATCH_TAG: str(len(several))},
        )


def _lost(context: dg.SensorEvaluationContext, waiting: list[Claim], fed: set[str]) -> list[Claim]:
    """The pending claims that nobody is going to begin: just `fed` by a batch, or without a run that lives.

    Those that this sensor has just seen to are left out.
    """
    now = datetime.now(UTC).timestamp()
    seen = {name: at for name, at in json.loads(context.cursor or "{}").items() if now - at < _SEEN_TO_SECONDS}
    ends: dict[str, bool] = {}
    lost = []
    for claim in waiting:
        name = f"{claim.id}:{claim.attempt}"
        if name not in seen and (claim.id in fed or _is_lost(context.instance, claim, ends)):
            lost.append(claim)
            seen[name] = now
    context.update_cursor(json.dumps(seen))
    return lost


def _is_lost(instance: dg.DagsterInstance, claim: Claim, ends: dict[str, bool]) -> bool:
    if not claim.run_id:
        return (datetime.now(UTC) - claim.asked_at).total_seconds() > _LOST_AFTER_SECONDS
    if claim.run_id not in ends:
        ends[claim.run_id] = _has_ended(instance, claim.run_id)
    return ends[claim.run_id]


def _has_ended(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether neither this run nor one that retries it is going to do anything."""
    run = instance.get_run_by_id(run_id)
    if run is None:
        return True
    if not run.is_finished:
        return False
    if (retry := run.tags.get(AUTO_RETRY_RUN_ID_TAG)) is not None:
        return _has_ended(instance, retry)
    ended = instance.get_run_record_by_id(run_id)
    just_now = ended is not None and (ended.end_time or 0) > datetime.now(UTC).timestamp() - _RETRY_BEGINS_SECONDS
    return not (run.tags.get(WILL_RETRY_TAG) == "true" and just_now)
