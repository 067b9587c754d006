"""Speakers of a benchmark's own: the program of `studio up`, in a home of its own, and what its processes take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from _measure import ROOT


class Crew:
    """The processes that speak."""

    def __init__(self, program: int) -> None:
        self._parent = psutil.Process(program)

    def cpu_seconds(self) -> float:
        """The processor time that all of them have taken, those that ended not counted."""
        return sum(sum(each.cpu_times()[:2]) for each in self._all())

    def memory_mib(self) -> int:
        """What all of them hold together; memory that they share is counted once."""
        return round(sum(each.memory_full_info().pss for each in self._all()) / 2**20)

    def _all(self) -> list[psutil.Process]:
        return [self._parent, *self._parent.children()]


@contextmanager
def speakers(home: Path, count: int, *, loaded: bool = True) -> Iterator[Crew]:
    """So many speakers; without `loaded` no model is loaded before somebody asks for it."""
    from assets.pipeline.speakers import DOORS
    from assets.storage.sockets import address

    kept = {n: v for n, v in os.environ.items() if not n.startswith("STUDIO_")}
    given = {"STUDIO_HOME": str(home), "STUDIO_DEFAULT_LOCALE": "en" if loaded else "ar"}
    program = subprocess.Popen(
        [sys.executable, "-m", "assets.pipeline.speakers", "--count", str(count)], cwd=ROOT, env={**kept, **given}
    )
    try:
        deadline = time.monotonic() + 120
        while not address(home, DOORS[-1]).exists() or len(psutil.Process(program.pid).children()) < count:
            if program.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The speakers did not come.")
            time.sleep(0.05)
        yield Crew(program.pid)
    finally:
        program.terminate()
        program.wait(30)
