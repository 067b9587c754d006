"""Disks: writing so that a crash or a power cut leaves the old or the new, never half of it."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from assets.domain.errors import Unwritable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


_HARDLY_ANYTHING = 256 * 1024
"""With less than this a database cannot even open what it writes beside its file, and says so in many ways."""


def is_full(folder: Path) -> bool:
    """Whether hardly anything can be written there."""
    try:
        facts = os.statvfs(folder)
    except OSError:
        return False
    return facts.f_bavail * facts.f_frsize < _HARDLY_ANYTHING


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and see that its bytes are on the disk; nothing stays behind when that fails."""
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def put_in_place(path: Path, final: Path) -> None:
    """Give a durable file or folder its final name in one step, durably, in place of a file that may be there."""
    for attempt in range(3):
        try:
            make_folder(final.parent)
            path.replace(final)
            break
        except FileNotFoundError:
            # Somebody tidied away the folder in the moment that it was empty.
            if attempt == 2 or not path.exists():
                raise
    sync_folder(final.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and the ones above it, durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def saying_what_is_wrong(path: Path) -> Iterator[None]:
    """Turn what an operating system says of a disk into what a person can act on."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Unwritable("The disk is full.", remedy="Free some space and ask again; nothing is lost.") from error
        if error.errno in _DENIED or isinstance(error, FileExistsError | NotADirectoryError):
            raise Unwritable(
                f"{path} cannot be read or written.", remedy="Check its folder and permissions."
            ) from error
        raise
