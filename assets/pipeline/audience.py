"""Those who are told how the work goes: a Dagster run's record, a progress bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from assets.domain.keys import NarrationKey
from assets.domain.scripts import Script


class Audience(Protocol):
    """Whoever wants to know; called in the engine's own thread, so it must be quick."""

    def waiting(self, key: NarrationKey, why: str) -> None:
        """It has to wait: for a place, or for somebody else who is making it."""

    def scripted(self, key: NarrationKey, script: Script, fingerprint: str) -> None:
        """The script is there."""

    def speaking(self, key: NarrationKey, done: int, total: int) -> None:
        """So many of its segments are spoken."""

    def mixing(self, key: NarrationKey, share: float) -> None:
        """The takes are being joined and encoded; `share` runs from 0 to 1. May come from another thread."""

    def ended(self, key: NarrationKey) -> None:
        """Whatever came of it, nothing more will be done about it here."""


class Audiences:
    """Several audiences as one."""

    def __init__(self, members: Iterable[Audience]) -> None:
        self._members = tuple(members)

    def waiting(self, key: NarrationKey, why: str) -> None:
        """Tell all."""
        for member in self._members:
            member.waiting(key, why)

    def scripted(self, key: NarrationKey, script: Script, fingerprint: str) -> None:
        """Tell all."""
        for member in self._members:
            member.scripted(key, script, fingerprint)

    def speaking(self, key: NarrationKey, done: int, total: int) -> None:
        """Tell all."""
        for member in self._members:
            member.speaking(key, done, total)

    def mixing(self, key: NarrationKey, share: float) -> None:
        """Tell all."""
        for member in self._members:
            member.mixing(key, share)

    def ended(self, key: NarrationKey) -> None:
        """Tell all."""
        for member in self._members:
            member.ended(key)
