"""Holders: which process works on something, and when it must be taken for gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ABANDONED_AFTER = timedelta(minutes=5)
"""A process that lives but let its lease lapse for this long has forgotten the work: a lost thread, a hung call."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One process, named so that no other can be taken for it.

    `host` is the boot of the machine and the process namespace (two containers are two hosts), `started` the
    moment the process was started in the host's own measure: process ids are used again, the pair is not.
    """

    host: str
    pid: int
    started: str

    def __str__(self) -> str:
        return f"process {self.pid}"


def is_gone(alive: bool | None, lease_expires_at: datetime, now: datetime) -> bool:
    """Whether a holder's work may be taken over.

    `alive` is what is known of its process: False (gone for certain, whatever the lease says), True, or None
    when it runs on another host; then the lease alone decides.
    """
    if alive is False:
        return True
    patience = ABANDONED_AFTER if alive else timedelta(0)
    return now > lease_expires_at + patience
