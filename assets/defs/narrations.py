"""The two assets of every narration, `script` and `audio`, made together by one run for one partition or many."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import dagster as dg
from pydantic import Field

from assets.defs import interrupts, runs
from assets.defs.partitions import NARRATIONS, register
from assets.defs.records import CHECKS, IN_BRIEF_FROM, STEP, Recorder
from assets.defs.workshop import CLAIM_TAG, FORCE_TAG, Workshop, parsed
from assets.domain.counting import counted
from assets.domain.fingerprints import MIX_VERSION
from assets.domain.keys import NarrationKey
from assets.pipeline.engine import Engine, Made, Result
from assets.telemetry import traces

# For faults of the machine (a locked database, a full disk) only. Providers have a retry policy of their own inside
# the engine, and whatever that gives up on is raised as a failure that Dagster must not try again.
MACHINE_FAULTS = dg.RetryPolicy(max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)

SCRIPT = dg.AssetSpec(
    "script",
    description="What will be said: the content written for the ear, in ordered sections and segments, each tied to "
    "the block of the source it came from. Shared by every voice that speaks the same way.",
    skippable=True,
    group_name="narrations",
    owners=["team:content"],
    kinds={"markdown"},
    code_version="1",
)
AUDIO = dg.AssetSpec(
    "audio",
    deps=["script"],
    description="The narration itself: takes joined, normalised and encoded once, with chapters, captions and "
    "transcript; published only when every gate has passed. The earlier version plays until then.",
    skippable=True,
    group_name="narrations",
    owners=["team:content"],
    kinds={"mp3"},
    code_version=MIX_VERSION,
)


class Batch(dg.Config):
    """A run over any narrations, wherever they stand among the partitions; Dagster's own batches are ranges."""

    narrations: list[str] = Field(
        default=[], description="Keys content@locale@voice to make; empty: the partitions that the run was started for."
    )
    claims: dict[str, str] = Field(
        default={}, description="The claims that the run is sent for, by key: what is cancelled by then is not made."
    )


@dg.multi_asset(
    specs=[SCRIPT, AUDIO],
    check_specs=CHECKS,
    name=STEP,
    can_subset=True,
    partitions_def=NARRATIONS,
    # The narrations of a run are made side by side in one process: more runs would not be quicker.
    backfill_policy=dg.BackfillPolicy.multi_run(250),
    retry_policy=MACHINE_FAULTS,
)
def narrations(
    context: dg.AssetExecutionContext, config: Batch, workshop: dg.ResourceParam[Workshop]
) -> Iterator[dg.AssetCheckResult]:
    """Make every narration of the run, and record each the moment it is there."""
    runs.settle_in(context.instance, context.run)
    force = FORCE_TAG in context.run.tags
    recorder = Recorder(context, workshop.desk.settings)
    keys = parsed(config.narrations or context.partition_keys)
    engine = workshop.engine(recorder, context.run.run_id)
    fresh: list[Made] = []
    if recorder.wants_audio and len(keys) > 1 and not force:
        found = workshop.desk.fresh(keys)
        fresh = [Made(key, Result.FRESH, narration) for key, narration in found.items()]
        keys = [key for key in keys if key not in found]
    if config.narrations:
        register(context.instance, config.narrations)
        recorder.plan(keys)
    recorder.in_brief = len(keys) > IN_BRIEF_FROM
    recorder.skip(fresh)
    # A run that somebody starts again is a wish of its own, whatever became of the claim that it was first sent for.
    if context.run.parent_run_id is None:
        if len(keys) == 1 and CLAIM_TAG in context.run.tags:
            engine.sent_for(keys[0], context.run.tags[CLAIM_TAG])
        for key in keys:
            if claim_id := config.claims.get(str(key)):
                engine.sent_for(key, claim_id)
    try:
        with traces.continued(context.run.tags), traces.span("run", run=context.run.run_id, narrations=len(keys)):
            made = interrupts.run(_make_all(engine, keys, recorder, force=force))
    except interrupts.Interrupted:
        # With a retry policy Dagster would take the interrupt for a fault and begin again.
        workshop.interrupted(context, engine)
        raise dg.Failure("The run was stopped.", allow_retries=False) from None
    finally:
        traces.flush()
    if not config.narrations and any(each.error is not None for each in made):
        # Dagster shows what a failed run was to make and did not as failed.
        recorder.record_skipped()
    _report(context, [*fresh, *made])
    yield from ()


async def _make_all(engine: Engine, keys: Collection[NarrationKey], recorder: Recorder, *, force: bool) -> list[Made]:
    if not recorder.wants_audio:
        return [await engine.write(key) for key in keys]
    made = []
    async for each in engine.make_all(keys, force=force):
        recorder.record(each)
        made.append(replace(each, script=None, produced=None))
    return made


def _report(context: dg.AssetExecutionContext, made: Sequence[Made]) -> None:
    """Say in one line what came of the run, and fail it, naming them, when some narrations were not made."""
    counts = {result: sum(1 for each in made if each.result is result) for result in Result}
    context.log.info(", ".join(f"{count} {result.value}" for result, count in counts.items() if count))
    missing = [each for each in made if each.error is not None and each.result is not Result.WAITING]
    if missing:
        raise dg.Failure(
            f"{len(missing)} of {counted(len(made), 'narration was', 'narrations were')} not made: "
            + "; ".join(f"{each.key}: {each.error}" for each in missing[:20]),
            metadata={str(each.key): str(each.error) for each in missing[:100]},
            allow_retries=False,
        )
