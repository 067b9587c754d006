"""The steps from a content to a published narration; no Dagster, no web."""
