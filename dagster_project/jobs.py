"""The jobs: make the narrations of a run's partitions, script and audio together; and listen to them."""

from __future__ import annotations

import dagster as dg

from assets.defs.listening import understood

narrate = dg.define_asset_job(
    "narrate",
    selection=dg.AssetSelection.assets("script", "audio") - dg.AssetSelection.checks(understood),
    description="Write the script and speak it, for one narration or many.",
)

listen = dg.define_asset_job(
    "listen",
    selection=dg.AssetSelection.checks(understood),
    description="Listen to what is published and compare it with its script; the verdict is a check of the audio.",
)
