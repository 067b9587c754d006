"""`studio reconcile`: brings ledger, files and Dagster back to one truth after a crash."""

from __future__ import annotations

from typing import Any

from assets.pipeline.desk import Desk
from assets.storage.reconciliation import reconcile


def settle(desk: Desk, *, apply: bool) -> dict[str, Any]:
    """What is out of order, as plain data; with `apply`, put in order as far as that is safe."""
    from dagster_project.home import end_dead_runs

    found = reconcile(desk.ledger, desk.files, apply=apply, thorough=True)
    return {
        "applied": apply,
        "freed_claims": [str(key) for key in found.freed],
        "unsubmitted_claims": [str(claim.key) for claim in found.unsubmitted],
        "orphan_files": list(found.orphans),
        "adopted_takes": list(found.adopted),
        "damaged": [f"{each.path}: {each.what}" for each in found.damaged],
        "dead_runs": list(end_dead_runs(desk.settings, apply=apply)),
    }
