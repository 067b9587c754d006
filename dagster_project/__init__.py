"""How it runs: the Dagster code location, its instance and its processes."""
