"""`studio plan`: the same numbers as anywhere else in the studio, as plain data."""

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
        "total": _numbers(total(each.estimate for each in planned if not each.fresh)),
    }


def _row(planned: Planned) -> dict[str, Any]:
    key = planned.key
    return {
        "narration": str(key),
        "state": "refused" if planned.refusal else "fresh" if planned.fresh else "to make",
        **_numbers(planned.estimate),
        "why_not": planned.refusal,
    }


def _numbers(estimate: Estimate) -> dict[str, int | float]:
    return {
        "segments": estimate.segments,
        "takes_to_buy": estimate.takes_new,
        "characters_to_buy": estimate.characters_new,
        "cost_usd": estimate.micros / MICROS,
        "saved_usd": estimate.saved_micros / MICROS,
        "listening_seconds": round(estimate.seconds),
    }
