"""What the daemon looks after: partitions for whatever may be asked for, and claims that lost their run."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, RUN_KEY_TAG, WILL_RETRY_TAG

from assets.defs.partitions import register
from assets.defs.runs import end_dead
from assets.defs.workshop import FORCE_TAG, Workshop, batch_config, tags_of
from assets.domain.claims import Claim
from assets.domain.counting import counted
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
    now = datetime.now(UTC).timestamp()
    errands = _errands(lost, now)
    register(context.instance, [str(claim.key) for claim in lost])
    yield from _requests(errands)
    _remember(context, errands, now, {_name(claim) for claim in waiting})
    if not lost:
        freed, ended_now = counted(len(gone), "claim"), counted(len(ended), "dead run")
        yield dg.SkipReason(f"{freed} freed, {ended_now} ended; nothing waits without a run.")


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
            tags={
                **tags_of([asked.narration.key], asked.claim_id),
                "studio/requested_by": REQUESTED_BY,
                "dagster/priority": "-10",
            },
        )
    if not begun:
        yield dg.SkipReason("All that it may look after is up to date or under way, or its money is used up.")


@dg.sensor(
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Forgets runs and timelines that are older than STUDIO_KEEP_DAYS and that newer ones have followed, "
    "and renditions that nobody wanted for a month.",
)
def tidy(context: dg.SensorEvaluationContext, workshop: dg.ResourceParam[Workshop]) -> dg.SkipReason:
    """Retention: what is still true of a narration stays, whatever its age."""
    days = workshop.desk.settings.keep_days
    lines = workshop.desk.ledger.upkeep.forget(days)
    runs, cursor = forget_runs(context.instance, days, context.cursor or "")
    context.update_cursor(cursor)
    renditions = workshop.desk.files.forget_renditions()
    return dg.SkipReason(
        f"Forgotten: {counted(runs, 'run')}, {counted(lines, 'line')} of timelines, {counted(renditions, 'rendition')}."
    )


def _errands(lost: list[Claim], now: float) -> dict[str, list[Claim]]:
    """One run for all that were never begun or died once; one each for those that died more often; each by its key.

    Whatever kills its process again and again does not take the others along. A key is never used twice: Dagster
    makes no second run of one, and a run may die before it has begun any of its claims.
    """
    alone = lost if len(lost) == 1 else [claim for claim in lost if claim.attempt > 1]
    together = [claim for claim in lost if claim not in alone]
    parts = [together[start : start + _MOST_IN_A_RUN] for start in range(0, len(together), _MOST_IN_A_RUN)]
    return {f"{several[0].id}:{now:.3f}": several for several in [*([claim] for claim in alone), *parts]}


def _requests(errands: dict[str, list[Claim]]) -> Iterator[dg.RunRequest]:
    for run_key, several in errands.items():
        keys = [claim.key for claim in several]
        if len(several) > 1:
            config = batch_config((str(c.key) for c in several), {str(c.key): c.id for c in several})
            yield dg.RunRequest(run_key=run_key, run_config=config, tags=tags_of(keys))
        else:
            (claim,) = several
            force = {FORCE_TAG: "true"} if claim.force else {}
            yield dg.RunRequest(
                run_key=run_key, partition_key=str(claim.key), tags={**tags_of(keys, claim.id), **force}
            )


def _lost(context: dg.SensorEvaluationContext, waiting: list[Claim], fed: set[str]) -> list[Claim]:
    """The pending claims that nobody is going to begin: just `fed` by a batch, or without a run that lives.

    Those that this sensor has seen to are left out while the run that it asked for is on its way.
    """
    sent: dict[str, tuple[float, str]] = json.loads(context.cursor or "{}")
    under_way = {key: _is_under_way(context.instance, key, at) for at, key in {tuple(each) for each in sent.values()}}
    ends: dict[str, bool] = {}
    return [
        claim
        for claim in waiting
        if not (_name(claim) in sent and under_way[sent[_name(claim)][1]])
        and (claim.id in fed or _name(claim) in sent or _is_lost(context.instance, claim, ends))
    ]


def _remember(
    context: dg.SensorEvaluationContext, errands: dict[str, list[Claim]], now: float, waiting: set[str]
) -> None:
    """Keep what this sensor has seen to, for as long as it is waited for."""
    sent = {name: each for name, each in json.loads(context.cursor or "{}").items() if name in waiting}
    sent |= {_name(claim): (now, key) for key, several in errands.items() for claim in several}
    context.update_cursor(json.dumps(sent))


def _name(claim: Claim) -> str:
    return f"{claim.id}:{claim.attempt}"


def _is_under_way(instance: dg.DagsterInstance, run_key: str, asked_at: float) -> bool:
    """Whether the run that was asked for by this key is there and lives, or has only just been asked for."""
    runs = instance.get_runs(dg.RunsFilter(tags={RUN_KEY_TAG: run_key}))
    if runs:
        return not all(_has_ended(instance, run.run_id) for run in runs)
    return datetime.now(UTC).timestamp() - asked_at < _SEEN_TO_SECONDS


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
