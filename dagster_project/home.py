"""The Dagster instance in STUDIO_HOME, made ready exactly once."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from assets.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance


def prepare(settings: Settings) -> Path:
    """Make the instance's folder and initialise its storage in this one process; returns the folder.

    Several processes that meet an empty DAGSTER_HOME at once break it for good, so whoever comes first holds a lock
    while the storage is made, and leaves a mark that says for which configuration it was done.
    """
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    shipped = (files("dagster_project") / "instance" / "dagster.yaml").read_text(encoding="utf-8")
    wanted = shipped.replace("@HOME@", str(home))
    ready = home / ".ready"
    if ready.is_file() and ready.read_text(encoding="utf-8") == wanted:
        return home
    with FileLock(home / ".lock"):
        if ready.is_file() and ready.read_text(encoding="utf-8") == wanted:
            return home
        (home / "dagster.yaml").write_text(wanted, encoding="utf-8")
        from dagster import DagsterInstance

        with DagsterInstance.from_config(str(home)) as instance:
            instance.get_dynamic_partitions("narrations")
            instance.get_runs(limit=1)
            instance.all_instigator_state()
        ready.write_text(wanted, encoding="utf-8")
    return home


def open_instance(settings: Settings) -> DagsterInstance:
    """The instance, ready for use in this process."""
    from dagster import DagsterInstance

    return DagsterInstance.from_config(str(prepare(settings)))


def end_dead_runs(settings: Settings, *, apply: bool) -> tuple[str, ...]:
    """The ids of runs whose process is gone, marked as failed with `apply`; none where no instance was ever made."""
    if not (settings.dagster_home / ".ready").is_file():
        return ()
    from assets.defs.runs import end_dead

    with open_instance(settings) as instance:
        return end_dead(instance, apply=apply)
