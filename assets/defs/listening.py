"""The check that a listener understands a narration; it runs when it is asked for, over any number of narrations."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from assets.defs.workshop import Workshop, parsed
from assets.domain.hearing import Judgement, Verdict
from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.hearing import Hearing

AUDIO_IS_UNDERSTOOD = "audio_is_understood"
_MOST_SHOWN = 20


class WhatToHear(dg.Config):
    """Which narrations to listen to, as `content@locale@voice`; none named: all that are published."""

    narrations: list[str] = Field(default_factory=list)


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            AUDIO_IS_UNDERSTOOD,
            asset="audio",
            description="A listener of another make writes down what the script says: pass, fail, or inconclusive. "
            "Each take is listened to once; judging again takes no time.",
        )
    ],
    name="listen_to_narrations",
    can_subset=True,  # verdicts are logged, one for each narration, and not returned
)
def understood(
    context: dg.AssetCheckExecutionContext, config: WhatToHear, workshop: dg.ResourceParam[Workshop]
) -> Iterator[dg.AssetCheckEvaluation]:
    """Listen to what is published, and record a verdict for each narration.

    Within a run that makes narrations it judges what was heard of them before: listening takes longer than speaking.
    """
    desk = workshop.desk
    record: Any = context.op_execution_context  # takes verdicts, too, which its signature does not say
    hearing = Hearing(desk)
    made_here = context.run.tags.get("dagster/partition")
    keys = parsed([made_here] if made_here else config.narrations) or _published(desk)
    for key in keys:
        version = desk.ledger.narrations.get(key).version
        if version is None:
            context.log.info(f"{key}: nothing of it is published")
            continue
        found = hearing.judgement(version) if made_here else hearing.listen(version)
        context.log.info(f"{key}: {found.verdict.value}. {found.why}")
        record.log_event(_evaluation(found, str(key)))
    yield from ()


def _published(desk: Desk) -> list[NarrationKey]:
    return [each.key for each in desk.ledger.narrations.find(limit=None) if each.version is not None]


def _evaluation(found: Judgement, partition: str) -> dg.AssetCheckEvaluation:
    """A verdict as Dagster shows it: what is inconclusive is a warning."""
    doubtful = [each.as_json() for each in found.passages if each.rate is not None and each.verdict is not Verdict.PASS]
    open_ = found.verdict is Verdict.INCONCLUSIVE
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("audio"),
        check_name=AUDIO_IS_UNDERSTOOD,
        passed=found.verdict is Verdict.PASS,
        severity=dg.AssetCheckSeverity.WARN if open_ else dg.AssetCheckSeverity.ERROR,
        metadata={
            "verdict": found.verdict.value,
            "why": found.why,
            "passages": len(found.passages),
            "not yet heard": found.unheard,
            "doubtful": dg.MetadataValue.json(doubtful[:_MOST_SHOWN]),
            **({"error rate": found.rate} if found.rate is not None else {}),
        },
        partition=partition,
    )
