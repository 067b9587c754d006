"""What Gradio reads from the environment while it is imported; to be set before that, once per process."""

from __future__ import annotations

import os

from assets.settings import Settings


def prepare(settings: Settings) -> None:
    """Keep Gradio quiet, on this machine and in our run-time folder. Call it before the first `import gradio`."""
    os.environ.update(
        {
            "GRADIO_ANALYTICS_ENABLED": "False",  # otherwise it looks up api.gradio.app and huggingface.co
            "HF_HUB_DISABLE_TELEMETRY": "1",
            # The queue summarises its whole history after every event; rarely enough is never, here.
            "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000",
            "GRADIO_ANALYTICS_MAX_EVENTS": "1000",
            "GRADIO_TEMP_DIR": str(settings.home / "gradio"),
        }
    )
