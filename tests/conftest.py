"""What most tests stand on: a home of their own, a few texts, and the command line as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("studio", deadline=None)  # what a rule may take depends on who else uses the machine
settings.load_profile("studio")

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))

LESSON = """---
title: Tides
description: Why the sea comes and goes.
---

The sea rises and falls twice a day. People who live by it plan their work around the tides.

## The Moon

The Moon pulls on the water. The water on the near side is pulled most, and so it bulges.

The far side bulges, too. There the water is left behind a little, because the Moon pulls it least.

## The Sun

The Sun pulls as well, yet less than half as strongly. When both pull in one line, the tides are highest.
"""


@dataclass(frozen=True)
class Finished:
    """A process of the command line that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """What it printed with `--json`."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Studio:
    """A studio in a folder of its own, used as a person uses it: by the command line."""

    home: Path
    content: Path
    environment: dict[str, str]

    def write(self, name: str, text: str) -> Path:
        """Put a text into the content root."""
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *words: str, before: str = "") -> subprocess.Popen[str]:
        """Start a command; `before` is Python that its process runs first, to break something on purpose."""
        code = f"{before}\nfrom studio_ui.cli import main\nmain({list(words)!r})"
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, before: str = "") -> Finished:
        """Run a command to its end."""
        process = self.start(*words, before=before)
        out, err = process.communicate(timeout=240)
        return Finished(process.returncode, out, err)

    def generate(self, content: str = "tides", *words: str, voice: str = "espeak") -> Finished:
        """`studio generate CONTENT --voice espeak --json`."""
        return self.run("generate", content, "--voice", voice, "--json", *words)


@pytest.fixture(scope="session")
def ready_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose ledger and Dagster storage are initialised, to be copied: making it takes seconds."""
    from assets.pipeline.opening import open_desk
    from assets.settings import Settings
    from dagster_project.home import prepare

    home = tmp_path_factory.mktemp("ready")
    settings = Settings.from_environment({"STUDIO_HOME": str(home)})
    open_desk(settings).ledger.close()
    prepare(settings)
    return home


@pytest.fixture
def studio(tmp_path: Path, ready_home: Path) -> Studio:
    """A studio with one lesson, `tides`, in English."""
    import shutil

    home, content = tmp_path / "home", tmp_path / "content"
    shutil.copytree(ready_home, home)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STUDIO_", "DAGSTER_", "OPENAI_", "ELEVENLABS_"))
    }
    environment = {
        **kept,
        "STUDIO_HOME": str(home),
        "STUDIO_CONTENT": str(content),
        "PYTHONPATH": str(ROOT),
        "STUDIO_PORT": "7999",
        "STUDIO_DAGSTER_PORT": "3999",
    }
    made = Studio(home, content, environment)
    made.write("tides.en.md", LESSON)
    return made


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Wait for a condition, at most a minute, and fail with what was waited for."""
    import time

    def wait(condition: Callable[[], bool], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "what was waited for never came"
            time.sleep(0.02)

    return wait


@pytest.fixture(scope="session")
def corpus() -> Iterator[Path]:
    """Real lessons that nobody here wrote; tests pass without them, and say so."""
    folder = ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("the corpus of real lessons is not beside this project")
    yield folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server for this test run, on a socket of its own; make a database of your own in it."""
    import pwd
    import shutil
    import socket
    import tempfile

    pytest.importorskip("psycopg", reason="the driver of PostgreSQL (psycopg) is not installed")
    if not POSTGRES:
        pytest.skip("no PostgreSQL server is installed")
    programs, folder = POSTGRES[-1].parent, Path(tempfile.mkdtemp(prefix="pg"))
    person: dict[str, Any] = {}
    if os.getuid() == 0:  # the server refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        person = {"user": nobody.pw_uid, "group": nobody.pw_gid}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "studio", "-A", "trust"],
        check=True,
        capture_output=True,
        cwd=folder,
        **person,
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -p {port} -c fsync=off"
    control = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options]
    subprocess.run([*control, "start"], check=True, capture_output=True, cwd=folder, **person)
    yield f"postgresql+psycopg://studio@/postgres?host={folder}&port={port}"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder, **person)
    shutil.rmtree(folder)
