"""Sockets: where a program of this installation listens, in a place that only its owner reaches."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from pathlib import Path

from assets.domain.errors import Refused

_LONGEST_PATH = 100


def address(folder: Path, name: str) -> Path:
    """Where the program of that name listens that belongs to this folder.

    The socket lies in the folder; a path that is too long for a socket is replaced by one in a private folder of the
    system's temporary directory. Raises `Refused` when that folder is somebody else's.
    """
    path = folder / name
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    short = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"narration-workers-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if (facts := private.lstat()).st_uid != os.getuid() or facts.st_mode & 0o077:
        raise Refused(f"{private} is not this user's own.", remedy="Remove it, or choose a shorter STUDIO_HOME.")
    return private / short


def listen(path: Path, *, backlog: int) -> socket.socket:
    """A socket that listens at a path, for its owner alone; one that was left there is replaced."""
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        door.bind(str(path))
    finally:
        os.umask(before)
    door.listen(backlog)
    return door
