"""What narrations would take, as plain data: the numbers of `studio plan` and of the page are the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assets.domain.costs import MICROS, Estimate, total
from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.planning import Planned, plan


def plan_of(
    desk: Desk, keys: Sequence[NarrationKey] | None, *, locale: str | None, voice: str | None
) -> dict[str, Any]:
    """What these narrations would take; without names, every text in its default voice, or in `voice`."""
    if keys is None:
        keys = desk.everything(locale=locale, voice=voice) if voice else desk.default_narrations(locale)
    planned = plan(desk, keys)
    return {
        "narrations": [_row(each) for each in planned],
        "total": numbers(total(each.estimate for each in planned if not each.fresh)),
    }


def _row(planned: Planned) -> dict[str, Any]:
    key = planned.key
    return {
        "narration": str(key),
        "state": "refused" if planned.refusal else "fresh" if planned.fresh else "to make",
        **numbers(planned.estimate),
        "why_not": planned.refusal,
    }


def numbers(estimate: Estimate) -> dict[str, int | float]:
    """An estimate as plain data: pieces, characters, dollars, and how long it will play."""
    return {
        "sections": estimate.sections,
        "sections_to_write": estimate.script_calls,
        "segments": estimate.segments,
        "takes_to_buy": estimate.takes_new,
        "characters_to_buy": estimate.characters_new,
        "script_usd": estimate.script_micros / MICROS,
        "speech_usd": estimate.speech_micros / MICROS,
        "cost_usd": estimate.micros / MICROS,
        "saved_usd": estimate.saved_micros / MICROS,
        "listening_seconds": round(estimate.seconds),
    }
