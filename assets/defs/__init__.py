"""Dagster definitions of what is made; the only Dagster import in this package."""
