"""Processes: who this one is, and whether another one still lives."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import platform
import signal
import sys
from pathlib import Path

from assets.domain.holders import Holder

_PROC = Path("/proc")
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_BOOT = _PROC / "sys/kernel/random/boot_id"


def this_process() -> Holder:
    """The holder that this process is. Another after a fork, so it is asked for when work begins."""
    pid = os.getpid()
    started = _started(pid)
    assert started is not None, "a process that runs has a start time"
    return Holder(_host(), pid, started)


def is_alive(holder: Holder) -> bool | None:
    """Whether that very process still runs; None when it is on another host and cannot be seen from here."""
    if holder.host != _host():
        return None
    return _started(holder.pid) == holder.started


def mark_of(holder: Holder) -> str:
    """A holder as a part of a file name; `is_marked_alive` reads it."""
    return f"{hashlib.sha256(holder.host.encode()).hexdigest()[:12]}-{holder.pid}-{holder.started}"


def is_marked_alive(mark: str) -> bool | None:
    """Whether the process of a mark still runs; None when it is on another host or this is no mark."""
    parts = mark.split("-")
    if len(parts) != 3 or not parts[1].isdecimal() or parts[0] != mark_of(this_process()).split("-")[0]:
        return None
    return _started(int(parts[1])) == parts[2]


def end_with(parent: int) -> None:
    """Ask the kernel to kill this process when the one that forked it is gone: nobody would know of it."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


@functools.cache
def _host() -> str:
    try:
        namespace = (_PROC / "self/ns/pid").readlink()
        return f"{_BOOT.read_text(encoding='ascii').strip()} {namespace}"
    except OSError:
        import psutil

        return f"{platform.node()} {int(psutil.boot_time())}"


def _started(pid: int) -> str | None:
    """When a process was started, None when there is none.

    On Linux in clock ticks since boot: unlike a time of day it does not shift when the clock is set. A process that
    was killed and not yet collected by its parent still has an entry, but it will never work again.
    """
    if _BOOT.exists():
        try:
            stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        # The name of the program stands in brackets and may hold anything; the fields after it are plain.
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return None
