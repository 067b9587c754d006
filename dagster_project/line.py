"""The line to the pool of workers: one question and one answer over a Unix socket, each a line of JSON."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

from assets.domain.errors import Refused
from assets.storage import sockets

_LOOK_AGAIN_SECONDS = 0.1


class NoPool(Exception):
    """Nobody answers: no pool was started, or the one that was is being started again."""


def address(dagster_home: Path) -> Path:
    """Where the pool of this instance listens."""
    try:
        return sockets.address(dagster_home, "workers.sock")
    except Refused as fault:
        raise NoPool(str(fault)) from fault


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
