"""Freshness as policy: which narrations are kept up to date by themselves, when, and for how much money."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class When(StrEnum):
    """When the studio makes narrations by itself: never, soon after a text changed, or in the night."""

    OFF = "off"
    CHANGE = "change"
    NIGHTLY = "nightly"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is kept up to date. `contents` are patterns such as `articles/*`; `per_day` is in micros, None for no cap.

    Narrations that are published and out of date are made again; with `missing`, those of chosen contents that have
    never been made are made, too, each text in its default voice.
    """

    when: When = When.OFF
    contents: tuple[str, ...] = ("*",)
    missing: bool = False
    per_day: int | None = None

    def chooses(self, content: str) -> bool:
        """Whether a content is one of those."""
        return any(fnmatchcase(content, pattern) for pattern in self.contents)
