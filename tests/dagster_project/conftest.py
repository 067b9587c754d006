"""A pool of warm workers of its own for a test, on an instance and a content folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.launcher.base import LaunchRunContext

from assets.defs.partitions import NARRATIONS, register
from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from dagster_project import line
from dagster_project.definitions import defs
from dagster_project.home import open_instance


@dataclass
class Workers:
    """A pool as a process, and the desk and the instance that it works on."""

    desk: Desk
    instance: dg.DagsterInstance
    environment: dict[str, str]
    pool: subprocess.Popen[str] | None = None
    limits: str = ""
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self) -> None:
        """Start the pool and wait until a worker is ready."""
        code = f"import sys, dagster_project.pool as pool\n{self.limits}\nsys.exit(pool.main())"
        log = (self.desk.settings.home / "pool.log").open("a")
        self.pool = subprocess.Popen([sys.executable, "-c", code], env=self.environment, stdout=log, stderr=log)
        self.started.append(self.pool)
        wait_for(lambda: any(each["ready"] for each in self.health()["workers"]))

    def health(self) -> dict[str, Any]:
        """What the pool says of itself; no workers while it does not answer."""
        try:
            return self.ask({"do": "health"})
        except line.NoPool:
            return {"workers": []}

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The pool's answer."""
        return line.ask(self.desk.settings.dagster_home, question)

    def write(self, name: str, paragraphs: int = 1) -> str:
        """Put a text of so many paragraphs into the content folder; the key of its narration."""
        text = "\n\n".join(f"This is paragraph {number} of {name}, spoken aloud." for number in range(paragraphs))
        (self.desk.settings.content / f"{name}.md").write_text(f"# {name}\n\n{text}\n")
        return f"{name}@en@espeak"

    def launch(self, key: str, **tags: str) -> str:
        """Create a run of one narration and launch it as the daemon does."""
        register(self.instance, [key])
        run = self.instance.create_run_for_job(defs.resolve_job_def("narrate"), tags={"dagster/partition": key, **tags})
        self.instance.run_launcher.launch_run(LaunchRunContext(run, None))
        return run.run_id

    def status(self, run_id: str) -> str:
        """The run's status as Dagster has it."""
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        return run.status.value

    def at(self, run_id: str) -> int:
        """The process that is at a run, 0 when there is none."""
        return next((each["pid"] for each in self.health()["workers"] if each["run"] == run_id), 0)

    def partition(self, name: str) -> str:
        """What Dagster shows of a narration's audio."""
        found = (self.instance.get_status_by_partition(dg.AssetKey("audio"), [name], NARRATIONS) or {}).get(name)
        return found.value if found else ""

    def narration(self, key: str) -> str:
        """The status of a narration in the ledger."""
        status = self.desk.ledger.narrations.get(NarrationKey.parse(key)).status
        return status.value if status else ""


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until it is so, and fail when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for never came"
        time.sleep(0.05)


@contextmanager
def house(folder: Path, ready_home: Path) -> Iterator[Workers]:
    """Workers that are not started yet, in a folder of their own."""
    home, content = folder / "home", folder / "content"
    shutil.copytree(ready_home, home)
    content.mkdir()
    given = {"STUDIO_HOME": str(home), "STUDIO_CONTENT": str(content), "STUDIO_LEASE_SECONDS": "5"}
    settings = Settings.from_environment(given)
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("STUDIO_", "DAGSTER_", "OPENAI_", "ELEVENLABS_"))}
    desk = open_desk(settings)
    with open_instance(settings) as instance:
        made = Workers(desk, instance, {**kept, **given, "DAGSTER_HOME": str(settings.dagster_home)})
        try:
            yield made
        finally:
            for pool in made.started:
                pool.terminate()
                pool.wait(20)
    desk.ledger.close()


@pytest.fixture
def workers(tmp_path: Path, ready_home: Path) -> Iterator[Workers]:
    """Workers of the test's own, not started yet."""
    with house(tmp_path, ready_home) as made:
        yield made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, ready_home: Path) -> Iterator[Workers]:
    """Workers that run, for all tests of a file; each has texts of its own."""
    with house(tmp_path_factory.mktemp("running"), ready_home) as made:
        made.start()
        yield made
