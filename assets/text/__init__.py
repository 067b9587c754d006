"""Markdown and MDX to an outline of blocks, and blocks to words that can be spoken in their locale."""
