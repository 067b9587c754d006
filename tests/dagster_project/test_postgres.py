"""Dagster's own records on PostgreSQL, where a server and its driver are there: a narration from end to end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from assets.domain.errors import Refused
from assets.settings import Settings
from dagster_project.home import open_instance

pytestmark = pytest.mark.slow


def test_a_narration_is_recorded_in_postgresql_and_its_password_nowhere(
    studio: Any, postgres: str, monkeypatch
) -> None:
    pytest.importorskip("dagster_postgres", reason="Dagster's driver of PostgreSQL is not installed")
    with create_engine(postgres, isolation_level="AUTOCOMMIT").connect() as server:
        server.execute(text("CREATE DATABASE dagster"))
    address = postgres.replace("studio@", "studio:p4ss-w0rd-01@").replace("/postgres?", "/dagster?")
    monkeypatch.setenv("STUDIO_DAGSTER_STORAGE_URL", address)
    there = replace(studio, environment={**studio.environment, "STUDIO_DAGSTER_STORAGE_URL": address})
    made = there.generate()
    assert made.code == 0, made.err
    with open_instance(Settings.from_environment(there.environment)) as instance:
        run = instance.get_run_by_id(made.json["run_id"])
        assert run is not None
        assert run.status.value == "SUCCESS"
        assert instance.event_log_storage.__class__.__name__ == "PostgresEventLogStorage"
    assert there.generate().json["skipped"]
    kept = [path for path in studio.home.rglob("*") if path.is_file() and b"p4ss-w0rd-01" in path.read_bytes()]
    assert kept == []


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(Refused, match="names no PostgreSQL database"):
        Settings.from_environment({"STUDIO_DAGSTER_STORAGE_URL": "mysql://me:secret@host/db"})


def test_dagster_and_the_ledger_do_not_share_a_database() -> None:
    both = {
        "STUDIO_LEDGER_URL": "postgresql+psycopg://a@host/one",
        "STUDIO_DAGSTER_STORAGE_URL": "postgresql://b@host/one",
    }
    with pytest.raises(Refused, match="the same database"):
        Settings.from_environment(both)
    Settings.from_environment({**both, "STUDIO_DAGSTER_STORAGE_URL": "postgresql://b@host/two"})
