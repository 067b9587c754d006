"""`studio up`: code server, speakers, warm workers, Dagster's webserver and daemon, and the studio, as one thing.

Each child leads a process group of its own and dies with this process, whatever ends it: on a signal the groups are
stopped in order, and the kernel's parent-death signal does it when this process is killed outright. That signal is
KILL: asked politely, a code server would wait for its runs, and these end by themselves when it is gone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import yaml
from rich.console import Console

from assets.domain.errors import Refused, StudioError
from assets.settings import Settings
from assets.storage.sockets import address
from studio_ui import pretend

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_GIVE_UP_AFTER_SECONDS = 180.0
_STOP_WITHIN_SECONDS = 10.0
_RESTARTS_BEFORE_GIVING_UP = 5


@dataclass
class Child:
    """One supervised process: how it is started, where it answers once it works, where its output goes."""

    name: str
    command: list[str]
    log: Path
    answers_at: str = ""
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: list[float] = field(default_factory=list)


class Supervisor:
    """Starts the children in order, restarts one that ends by itself, and stops them all in reverse order."""

    def __init__(
        self, settings: Settings, console: Console, workers_at: Path, provider_port: int | None = None
    ) -> None:
        self._settings = settings
        self._workers_at = workers_at
        self._speakers_at = address(settings.home, "speakers.sock")
        self._console = console
        self._provider_port = provider_port
        self._stopping = threading.Event()
        self._environment = settings.for_children()
        self.children: list[Child] = []

    def run(self) -> None:
        """Bring everything up, print the addresses once they answer, and stay until a signal. Raises `Refused`."""
        ports = [("STUDIO_PORT", self._settings.port), ("STUDIO_DAGSTER_PORT", self._settings.dagster_port)]
        if self._settings.workers_port:
            ports.append(("STUDIO_WORKERS_PORT", self._settings.workers_port))
        for name, port in ports:
            _refuse_taken(name, self._settings.host if name == "STUDIO_PORT" else "127.0.0.1", port)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())
        self._plan()
        try:
            with self._console.status("Starting the studio…") as status:
                for child in self.children:
                    self._start(child)
                for child in self.children:
                    status.update(f"Starting the studio… waiting for the {child.name}")
                    self._wait_for(child)
            if not self._stopping.is_set():
                self._announce()
            while not self._stopping.wait(0.5):
                for child in self.children:
                    if child.process is not None and child.process.poll() is not None:
                        self._restart(child)
        finally:
            self._stop()

    def _plan(self) -> None:
        settings, logs = self._settings, self._settings.home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        code_port = free_port()
        workspace = settings.dagster_home / "workspace.yaml"
        workspace.write_text(
            yaml.safe_dump(
                {"load_from": [{"grpc_server": {"host": "127.0.0.1", "port": code_port, "location_name": "narration"}}]}
            ),
            encoding="utf-8",
        )
        python = [sys.executable, "-m"]
        # fmt: off
        self.children = [
            Child("code server", [*python, "dagster", "api", "grpc", "--module-name", "dagster_project.definitions",
                                  "--host", "127.0.0.1", "--port", str(code_port), "--location-name", "narration"],
                  logs / "code-server.log", f"tcp://127.0.0.1:{code_port}"),
            Child("speakers", [*python, "assets.pipeline.speakers"], logs / "speakers.log",
                  f"unix://{self._speakers_at}"),
            Child("workers", [*python, "dagster_project.pool"], logs / "workers.log",
                  f"unix://{self._workers_at}"),
            Child("studio", [*python, "studio_ui"], logs / "studio.log",
                  f"{settings.studio_url}/healthz"),
            Child("Dagster webserver", [*python, "dagster_webserver", "--host", "127.0.0.1",
                                        "--port", str(settings.dagster_port), "--workspace", str(workspace)],
                  logs / "dagster-webserver.log", f"http://127.0.0.1:{settings.dagster_port}/server_info"),
            Child("Dagster daemon", [*python, "dagster._daemon", "run", "--workspace", str(workspace)],
                  logs / "dagster-daemon.log"),
        ]
        if settings.workers_port:
            self.children.append(
                Child("probes of the workers", [*python, "dagster_project.probes"], logs / "probes.log",
                      f"http://127.0.0.1:{settings.workers_port}/livez")
            )
        # fmt: on
        if self._provider_port is not None:
            address = f"tcp://127.0.0.1:{self._provider_port}"
            server = pretend.command(self._provider_port)
            self.children.insert(0, Child("provider server", server, logs / "provider-server.log", address))

    def _start(self, child: Child) -> None:
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(  # noqa: S603 - our own commands
                child.command,
                cwd=self._settings.home,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )
        child.started_at = time.monotonic()

    def _wait_for(self, child: Child) -> None:
        deadline = time.monotonic() + _GIVE_UP_AFTER_SECONDS
        while child.answers_at and not self._stopping.is_set() and not _answers(child.answers_at):
            if child.process is not None and child.process.poll() is not None:
                raise StudioError(f"The {child.name} ended while it was starting.", remedy=f"Read {child.log}.")
            if time.monotonic() > deadline:
                raise StudioError(f"The {child.name} does not answer.", remedy=f"Read {child.log}.")
            self._stopping.wait(0.1)

    def _restart(self, child: Child) -> None:
        now = time.monotonic()
        child.failures = [moment for moment in child.failures if now - moment < 60] + [now]
        if len(child.failures) > _RESTARTS_BEFORE_GIVING_UP:
            raise StudioError(f"The {child.name} keeps ending.", remedy=f"Read {child.log}.")
        self._console.print(f"The {child.name} ended; starting it again. Its log: {child.log}")
        self._start(child)

    def _announce(self) -> None:
        settings = self._settings
        self._console.print(f"Studio   [bold]{settings.studio_url}[/]")
        self._console.print(f"Dagster  http://127.0.0.1:{settings.dagster_port}")
        self._console.print(f"Files    {settings.home}", soft_wrap=True)
        if self._provider_port is not None:
            shell = pretend.write_environment(settings, self._provider_port)
            self._console.print("The providers are pretended: nobody is billed, and what they make is kept apart.")
            self._console.print(f"For the command line in another shell: source {shell}", soft_wrap=True)
        self._console.print("Press Ctrl-C to stop everything.")

    def _stop(self) -> None:
        self._stopping.set()
        alive = [child for child in reversed(self.children) if child.process is not None]
        for child in alive:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_WITHIN_SECONDS
        for child in alive:
            assert child.process is not None
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._console.print(f"The {child.name} did not stop in time and is ended.")
            _signal_group(child, signal.SIGKILL)
            child.process.wait()


def up(settings: Settings, *, workers_at: Path, provider_port: int | None = None) -> None:
    """Run the whole system until it is stopped. Raises `Refused` or `StudioError` with what to do about it.

    The ledger and Dagster's storage must be there already: several processes that meet an empty folder break it.
    `workers_at` is the socket where the pool of workers listens, `provider_port` where
    pretended providers shall listen, if there are to be any.
    """
    console = Console(stderr=True)
    for warning in settings.warnings:
        console.print(f"[yellow]{warning}[/]")
    Supervisor(settings, console, workers_at, provider_port).run()


def _die_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask the kernel to end it when this process is gone."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return ask


def _signal_group(child: Child, number: signal.Signals) -> None:
    assert child.process is not None
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return


def _answers(address: str) -> bool:
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(address.removeprefix("unix://")) == 0
    if address.startswith("tcp://"):
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            return False
        return True
    try:
        return httpx.get(address, timeout=2.0, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refuse_taken(name: str, host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise Refused(
                f"Port {port} of {host} cannot be used: {fault.strerror}.",
                remedy=f"Stop what uses it, or choose another port with {name}.",
            ) from fault
