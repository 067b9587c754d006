"""The one job: make the narrations of a run's partitions, script and audio together."""

from __future__ import annotations

import dagster as dg

narrate = dg.define_asset_job(
    "narrate",
    selection=dg.AssetSelection.assets("script", "audio"),
    description="Write the script and speak it, for one narration or many.",
)
