"""What somebody looks for in the library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. Whatever is empty does not matter; `recent` puts first what last changed."""

    words: str = ""
    kind: str = ""
    locale: str = ""
    voice: str = ""
    phase: str = ""
    recent: bool = False

    @property
    def about_narrations(self) -> bool:
        """Whether it asks for more than the texts themselves."""
        return bool(self.voice or self.phase)
