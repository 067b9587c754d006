"""Batches as plain data: what `studio batch` prints and the batch page shows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from assets.domain.batches import Batch, BatchItem, Cause, ItemState
from assets.domain.costs import MICROS
from assets.domain.errors import Refused
from assets.pipeline.batching import BatchPlan
from studio_ui.planning import numbers

_HIGHEST_CAP = 10_000_000


def plan_data(plan: BatchPlan) -> dict[str, Any]:
    """A plan: how many narrations, money, hours, reuse, what may still be spent, and what cannot be made and why."""
    micros = plan.estimate.micros
    return {
        "narrations": len(plan.keys),
        **numbers(plan.estimate),
        "left_today_usd": _dollars(plan.room.today),
        "left_this_month_usd": _dollars(plan.room.month),
        "over_the_cap_usd": plan.room.lacks(micros) / MICROS,
        "by_rule": plan.by_rule,
        "rule_error_percent": round(plan.error * 100, 1) if plan.error is not None else None,
        "refused": [{"why": why, "count": count} for why, count in plan.refusals.items()],
    }


def batch_data(batch: Batch, now: datetime | None = None) -> dict[str, Any]:
    """A batch with its progress; `remaining_seconds` goes by how it went so far, None before there is anything."""
    counts = {state.value: batch.counts.get(state, 0) for state in ItemState}
    done = batch.total - batch.open
    begun = done - counts["fresh"]
    age = ((now or datetime.now(UTC)) - batch.created_at).total_seconds()
    running = batch.state.value == "running" and batch.open and begun
    return {
        "id": batch.id,
        "name": batch.name,
        "state": "done" if batch.ended and batch.state.value == "running" else batch.state.value,
        "total": batch.total,
        "done": done,
        "counts": counts,
        "to_retry": sum(batch.counts.get(state, 0) for state in ItemState if state.can_be_retried),
        "force": batch.force,
        "approval": batch.approval,
        "by": batch.requested_by,
        "at": batch.created_at.isoformat(timespec="seconds"),
        "estimated_usd": batch.estimate_micros / MICROS,
        "cost_usd": batch.cost_micros / MICROS,
        "cap_usd": _dollars(batch.cap_micros),
        "used_usd": batch.used_micros / MICROS,
        "remaining_seconds": round(age / begun * batch.open) if running else None,
    }


def cause_data(cause: Cause) -> dict[str, Any]:
    """Why some narrations were not made, and which."""
    return {
        "code": cause.code,
        "state": cause.state.value,
        "message": cause.message,
        "remedy": cause.remedy,
        "count": cause.count,
        "narrations": [str(key) for key in cause.keys],
    }


def item_data(item: BatchItem) -> dict[str, Any]:
    """One narration of a batch."""
    return {
        "narration": str(item.key),
        "state": item.state.value,
        "cost_usd": item.cost_micros / MICROS,
        "why": item.failure.message if item.failure else "",
    }


def micros_of(dollars: str) -> int | None:
    """A cap as somebody writes it, in dollars; None where nothing is written. Raises `Refused` for no amount."""
    if not dollars.strip():
        return None
    try:
        amount = Decimal(dollars.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and 0 < amount < _HIGHEST_CAP):
        raise Refused(f"'{dollars[:40]}' is no amount of dollars.", remedy="Write a number such as 12.50, or nothing.")
    return int(amount * MICROS)


def _dollars(micros: int | None) -> float | None:
    return None if micros is None else micros / MICROS
