"""`studio reconcile`: brings ledger, files and Dagster back to one truth after a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assets.domain.costs import MICROS
from assets.pipeline.desk import Desk
from assets.pipeline.settling import Settlement, settle_spending
from assets.storage.reconciliation import reconcile


def settle(desk: Desk, *, apply: bool, lost: str | None, tell: Callable[[str], None]) -> dict[str, Any]:
    """What is out of order, as plain data; with `apply`, put in order as far as that is safe.

    `lost` (`paid` or `unpaid`) decides about calls of which nobody can tell what became of them; `tell` hears what is
    waited for.
    """
    from dagster_project.home import end_dead_runs

    found = reconcile(desk.ledger, desk.files, apply=apply, thorough=True)
    resting = desk.ledger.accounts.close_all() if apply else desk.ledger.accounts.circuits()
    return {
        "applied": apply,
        "resting_accounts": [f"{each.account}: {each.why}" for each in resting],
        "freed_claims": [str(key) for key in found.freed],
        "unsubmitted_claims": [str(claim.key) for claim in found.unsubmitted],
        "orphan_files": list(found.orphans),
        "adopted_pieces": list(found.adopted),
        "lost_calls": [_lost(each) for each in settle_spending(desk, apply=apply, lost=lost, tell=tell)],
        "damaged": [f"{each.path}: {each.what}" for each in found.damaged],
        "dead_runs": list(end_dead_runs(desk.settings, apply=apply)),
    }


def _lost(settlement: Settlement) -> str:
    call = settlement.call
    who = f"{call.provider} {call.model}" + (f" for {call.voice}" if call.voice else "")
    why = f": {settlement.why}" if settlement.why else ""
    money = f"${call.estimate_micros / MICROS:.4f}"
    return f"{money} of {who}, {call.reserved_at:%Y-%m-%d %H:%M} UTC, {settlement.outcome.value}{why}"
