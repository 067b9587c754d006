"""The code location `narration`: a contents page of what Dagster runs."""

from __future__ import annotations

import dagster as dg

from assets.defs.listening import understood
from assets.defs.narrations import narrations
from assets.defs.workshop import Workshop
from dagster_project.jobs import listen, narrate
from dagster_project.sensors import keep_fresh, reconcile_claims, register_narrations, tidy

workshop = Workshop()

defs = dg.Definitions(
    assets=[narrations],
    asset_checks=[understood],
    jobs=[listen, narrate],
    sensors=[register_narrations, reconcile_claims, keep_fresh, tidy],
    resources={"workshop": workshop},
    # One narration is one piece of work; a process per step would import everything twice.
    executor=dg.in_process_executor,
)
