"""Samples: joining takes, measuring them, encoding the narration once."""
