"""The Dagster instance in STUDIO_HOME, made ready exactly once."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from assets.domain.errors import Refused, Unwritable
from assets.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

_ON_SQLITE = """
storage:
  custom:
    module: dagster_project.sqlite_storage
    class: KeptSqliteStorage
    config:
      base_dir: "@HOME@"
"""
_ON_POSTGRESQL = """
storage:
  postgres:
    postgres_url:
      env: STUDIO_DAGSTER_STORAGE_URL
"""


def prepare(settings: Settings) -> Path:
    """Make the instance's folder and initialise its storage in this one process; returns the folder.

    Several processes that meet an empty DAGSTER_HOME at once break it for good, so whoever comes first holds a lock
    while the storage is made, and leaves a mark that says for which configuration it was done.
    """
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    shipped = (files("dagster_project") / "instance" / "dagster.yaml").read_text(encoding="utf-8")
    storage = _ON_POSTGRESQL if settings.dagster_storage_url else _ON_SQLITE
    wanted = f"{shipped}{storage}".replace("@HOME@", str(home))
    settings.tell_dagster()
    # Another database is another storage to be made; its address may hold a password and is not written down.
    mark = f"{wanted}# {hashlib.sha256(settings.dagster_storage_url.encode()).hexdigest()}\n"
    ready = home / ".ready"
    if ready.is_file() and ready.read_text(encoding="utf-8") == mark:
        return home
    with FileLock(home / ".lock"):
        if ready.is_file() and ready.read_text(encoding="utf-8") == mark:
            return home
        (home / "dagster.yaml").write_text(wanted, encoding="utf-8")
        with _opened(home) as instance:
            instance.get_dynamic_partitions("narrations")
            instance.get_runs(limit=1)
            instance.all_instigator_state()
        ready.write_text(mark, encoding="utf-8")
    return home


def open_instance(settings: Settings) -> DagsterInstance:
    """The instance, ready for use in this process."""
    return _opened(prepare(settings))


def _opened(home: Path) -> DagsterInstance:
    """The instance. Raises `Refused` when its storage's driver is missing, `Unwritable` when it cannot be reached."""
    from dagster import DagsterInstance
    from dagster._core.errors import DagsterInvalidConfigError
    from sqlalchemy.exc import OperationalError

    try:
        instance = DagsterInstance.from_config(str(home))
        instance.get_runs(limit=1)
    except ImportError as fault:
        raise Refused(
            "STUDIO_DAGSTER_STORAGE_URL is set, but Dagster's driver for PostgreSQL is not installed.",
            remedy="Install the extra `postgres` (`pip install -e '.[postgres]'`), or leave it empty.",
        ) from fault
    except (OperationalError, DagsterInvalidConfigError) as fault:
        raise Unwritable(
            "The database of Dagster's records cannot be used.",
            remedy="Check STUDIO_DAGSTER_STORAGE_URL and the server, or the folder dagster in STUDIO_HOME.",
        ) from fault
    return instance


def end_dead_runs(settings: Settings, *, apply: bool) -> tuple[str, ...]:
    """The ids of runs whose process is gone, marked as failed with `apply`; none where no instance was ever made."""
    if not (settings.dagster_home / ".ready").is_file():
        return ()
    from assets.defs.runs import end_dead

    with open_instance(settings) as instance:
        return end_dead(instance, apply=apply)
