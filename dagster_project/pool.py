"""The pool of warm workers, as a program: `python -m dagster_project.pool`, which `studio up` starts and restarts.

It imports everything once and forks: a worker is there in hundredths of a second and shares the memory of what was
imported. It opens no database and starts no thread, which is what makes forking sound. Each worker has one run at a
time in a process of its own, so that a run can be killed, interrupted, measured and captured like any other process.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.settings import Settings
from assets.storage.sockets import listen
from dagster_project.line import address
from dagster_project.worker import Limits, job, memory, work

_SPARE = 2
"""Workers that wait for a run: one for each of the two cores of a small machine."""
_MOST = 24
"""More runs than `max_concurrent_runs` of dagster.yaml, so that none waits here."""
_IDLE_SECONDS = 60.0
_STOP_WITHIN_SECONDS = 8.0
_MEMORY_LEFT = 400_000_000
"""No worker beyond the first is started while the machine has less memory than this to give."""
_GIVE_UP_AFTER = 20
"""Workers that end before they are ready: then something is wrong that another start will not mend."""
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Worker:
    """A worker as the pool sees it; `order` is what it is at, the run or the burial."""

    pid: int
    line: socket.socket
    ready: bool = False
    order: dict[str, Any] | None = None
    done: int = 0
    since: float = field(default_factory=time.monotonic)
    heard: bytes = b""

    @property
    def run(self) -> str:
        """The run it is at, empty when it is at none."""
        return str(self.order.get("run", "")) if self.order else ""


class Pool:
    """Answers on the socket, hands runs to workers, and replaces the workers that end."""

    def __init__(self, where: Path, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._where = where
        self._choose = selectors.DefaultSelector()
        self._workers: list[Worker] = []
        self._waiting: deque[dict[str, Any]] = deque()
        self._stopping = False
        self._began = time.monotonic()
        self._ended_early = 0

    def serve(self) -> None:
        """Serve until a signal; then let the runs under way be handed back, and end."""
        wake, awoken = socket.socketpair()
        for end in (wake, awoken):
            end.setblocking(False)
        signal.set_wakeup_fd(awoken.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._door = listen(self._where, backlog=64)
        self._choose.register(self._door, selectors.EVENT_READ, self._let_in)
        self._choose.register(wake, selectors.EVENT_READ, lambda: wake.recv(4096))
        self._keep_spare()
        while not self._stopping:
            for key, _ in self._choose.select(timeout=5.0):
                key.data()
            self._look_after()
        self._wind_up()

    def _stop(self) -> None:
        self._stopping = True

    def _let_in(self) -> None:
        """One question, one answer; whoever asks is on this machine and quick."""
        line, _ = self._door.accept()
        with line:
            line.settimeout(2.0)
            try:
                question = b""
                while not question.endswith(b"\n"):
                    if not (more := line.recv(65536)):
                        return
                    question += more
                line.sendall(json.dumps(self._answer(json.loads(question))).encode() + b"\n")
            except (OSError, ValueError, KeyError) as fault:
                _log.warning("A question was not understood: %s", fault)

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        match question["do"]:
            case "launch":
                self._hand_over({"run": str(question["run"])})
                return {"known": True}
            case "terminate":
                return {"known": self._interrupt(str(question["run"]))}
            case "status":
                return {"known": any(self._is_at(order, question["run"]) for order in self._orders())}
            case "health":
                return self._health()
        raise ValueError(f"unknown: {question['do']!r}")

    def _orders(self) -> list[dict[str, Any]]:
        return [*self._waiting, *(worker.order for worker in self._workers if worker.order)]

    @staticmethod
    def _is_at(order: dict[str, Any], run: str) -> bool:
        return order.get("run") == run

    def _health(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "up_seconds": round(time.monotonic() - self._began, 1),
            "waiting": len(self._waiting),
            "ended_early": self._ended_early,
            "workers": [
                {
                    "pid": worker.pid,
                    "ready": worker.ready,
                    "run": worker.run,
                    "runs_done": worker.done,
                    "memory_bytes": memory(worker.pid),
                    "idle_or_busy_seconds": round(time.monotonic() - worker.since, 1),
                }
                for worker in self._workers
            ],
        }

    def _interrupt(self, run: str) -> bool:
        for order in self._waiting:
            if self._is_at(order, run):
                # Nobody has begun it; whoever gets it sees that it is being cancelled.
                self._waiting.remove(order)
                self._hand_over({"bury": run, "why": "It was cancelled before it began."})
                return True
        for worker in self._workers:
            if worker.run == run:
                os.kill(worker.pid, signal.SIGINT)
                return True
        return False

    def _hand_over(self, order: dict[str, Any]) -> None:
        """Give something to the worker that was busy last: its caches are the warmest, its voices are loaded."""
        self._waiting.append(order)
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting and (free := [worker for worker in self._workers if worker.ready]):
            self._give(max(free, key=lambda each: (each.done > 0, each.since)), self._waiting.popleft())
        self._keep_spare()

    def _give(self, worker: Worker, order: dict[str, Any]) -> None:
        worker.ready, worker.order, worker.since = False, order, time.monotonic()
        try:
            worker.line.sendall(json.dumps(order).encode() + b"\n")
        except OSError:  # it has just died; its end is heard next, and says what became of the order
            _log.info("Worker %s was gone when it was given a run", worker.pid)

    def _hear(self, worker: Worker) -> None:
        try:
            more = worker.line.recv(65536)
        except OSError:
            more = b""
        if not more:
            self._lay_to_rest(worker)
            return
        *words, worker.heard = (worker.heard + more).split(b"\n")
        for word in words:
            said = json.loads(word)
            worker.done += worker.order is not None and "run" in worker.order
            worker.order, worker.since = None, time.monotonic()
            worker.ready = bool(said["ready"])

    def _lay_to_rest(self, worker: Worker) -> None:
        """A worker ended: worn out, let go, or in the middle of a run, which is then said to have failed."""
        self._choose.unregister(worker.line)
        worker.line.close()
        self._workers.remove(worker)
        _, status = os.waitpid(worker.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if worker.order is None:
            if code != 0 and not worker.done and not self._stopping:
                self._ended_early += 1
                _log.error("Worker %s ended with %s before it was ready", worker.pid, code)
                if self._ended_early > _GIVE_UP_AFTER:
                    raise SystemExit(1)
            return
        ended = f"signal {-code}" if code < 0 else f"exit code {code}"
        _log.error("Worker %s ended with %s in the middle of %s", worker.pid, ended, worker.order)
        if worker.run:
            self._hand_over({"bury": worker.run, "why": f"Its process (pid: {worker.pid}) was ended by {ended}."})

    def _look_after(self) -> None:
        """Hand out what waits, and let workers go that have had nothing to do for a while."""
        idle = sorted((worker for worker in self._workers if worker.ready), key=lambda each: each.since)
        for worker in idle[:-_SPARE]:
            if time.monotonic() - worker.since > _IDLE_SECONDS:
                self._let_go(worker)
        self._hand_out()

    @staticmethod
    def _let_go(worker: Worker) -> None:
        worker.ready = False
        worker.line.shutdown(socket.SHUT_WR)

    def _keep_spare(self) -> None:
        """Enough workers for what waits and a few more, within number and memory."""
        if self._stopping:
            return
        coming = sum(1 for worker in self._workers if worker.order is None)
        while coming < _SPARE + len(self._waiting) and len(self._workers) < _MOST:
            if self._workers and _memory_left() < _MEMORY_LEFT:
                return
            self._fork()
            coming += 1

    def _fork(self) -> None:
        mine, theirs = socket.socketpair()
        pool = os.getpid()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                signal.set_wakeup_fd(-1)
                os.setpgid(0, 0)  # whoever stops the pool tells the pool, and the pool tells its workers, once
                self._door.close()
                self._choose.close()
                mine.close()
                for other in self._workers:
                    other.line.close()
                work(theirs, pool, self._limits)
                code = 0
            except (KeyboardInterrupt, SystemExit):
                code = 0
            except BaseException:
                _log.exception("A worker ended")
            finally:
                logging.shutdown()
                os._exit(code)
        theirs.close()
        worker = Worker(pid, mine)
        self._workers.append(worker)
        self._choose.register(mine, selectors.EVENT_READ, lambda: self._hear(worker))

    def _wind_up(self) -> None:
        """Interrupt what is under way, which hands its narrations back, and see everybody off."""
        self._where.unlink(missing_ok=True)
        for worker in self._workers:
            os.kill(worker.pid, signal.SIGTERM)
            self._let_go(worker)
        deadline = time.monotonic() + _STOP_WITHIN_SECONDS
        while self._workers and time.monotonic() < deadline:
            for key, _ in self._choose.select(timeout=0.2):
                key.data()
        for worker in self._workers:
            os.kill(worker.pid, signal.SIGKILL)


def _memory_left() -> int:
    import psutil

    return int(psutil.virtual_memory().available)


def _import_everything() -> None:
    """What runs need, once for all workers; nothing here may start a thread or open a database."""
    import av  # noqa: F401
    import dagster._grpc.impl  # noqa: F401

    import assets.audio.mixdown
    import assets.text.pages  # noqa: F401

    job("narrate").get_definition()
    gc.collect()
    gc.freeze()


def main() -> int:
    """Serve the instance of this environment; 2 when it is not there."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = Settings.from_environment()
    where = address(settings.dagster_home)
    _import_everything()
    Pool(where).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
