"""The line to the pool of workers: one question and one answer over a Unix socket, each a line of JSON.

The socket lies in the instance's folder, where only its owner gets; a path that is too long for a socket is replaced by
one in a private folder of the system's temporary directory.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import tempfile
import time
from pathlib import Path
from typing import Any

_LONGEST_PATH = 100
_LOOK_AGAIN_SECONDS = 0.1


class NoPool(Exception):
    """Nobody answers: no pool was started, or the one that was is being started again."""


def address(dagster_home: Path) -> Path:
    """Where the pool of this instance listens."""
    path = dagster_home / "workers.sock"
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"narration-workers-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if (facts := folder.lstat()).st_uid != os.getuid() or facts.st_mode & 0o077:
        raise NoPool(f"{folder} is not this user's own.")
    return folder / name


def ask(
    dagster_home: Path, question: dict[str, Any], *, patience: float = 0.0, timeout: float = 20.0
) -> dict[str, Any]:
    """The pool's answer.

    A pool that went away without a word (its socket is still there, and nobody listens) is waited for, `patience`
    seconds long: its supervisor starts it again. Raises `NoPool` when nobody answers.
    """
    where = address(dagster_home)
    deadline = time.monotonic() + patience
    while True:
        try:
            return _ask(where, question, timeout)
        except (ConnectionError, TimeoutError, ValueError) as fault:
            if time.monotonic() > deadline:
                raise NoPool(f"The pool of workers does not answer ({type(fault).__name__}).") from fault
        except OSError as fault:
            raise NoPool("There is no pool of workers.") from fault
        time.sleep(_LOOK_AGAIN_SECONDS)


def _ask(where: Path, question: dict[str, Any], timeout: float) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout)
        line.connect(str(where))
        line.sendall(json.dumps(question).encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            if not (more := line.recv(65536)):
                raise ConnectionResetError("the pool hung up")
            answer += more
    found = json.loads(answer)
    assert isinstance(found, dict)
    return found
