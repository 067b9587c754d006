"""The two seams to the outside: who writes a script, and who speaks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from assets.domain.keys import Locale
from assets.domain.outlines import Outline
from assets.domain.scripts import Section, SectionDraft
from assets.domain.speech import Speech
from assets.domain.voices import Voice


class ScriptWriter(Protocol):
    """Writes one section of a script at a time, so that one edited paragraph re-writes one section."""

    name: str
    """`embedded`, `openai`: part of the script's fingerprint, like the two below."""
    model: str
    prompt_version: str

    async def write(self, draft: SectionDraft, outline: Outline, locale: Locale) -> Section:
        """The section as it will be said, its segments in order and each tied to a block of the draft.

        The outline is context for the writer and no part of any cache key. Raises `ProviderError`.
        """
        ...


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One segment to be spoken. `text` is what is said, after the lexicon; `voice` says by whom."""

    text: str
    locale: Locale
    voice: Voice


class SpeechProvider(Protocol):
    """Speaks one segment at a time."""

    name: str
    adapter_version: str
    """Part of every take's key: raised when the same request would sound different."""
    parallel: int
    """How many segments of one narration it is worth speaking at once in one process."""

    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        """Why this voice cannot speak this locale here (with the remedy), or None when it can. Loads no model."""
        ...

    async def speak(self, request: SpeechRequest) -> Speech:
        """The audio of one segment. Raises `ProviderError`; never returns audio that is empty."""
        ...
