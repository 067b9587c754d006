"""The two seams to the outside: who writes a script, and who speaks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

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
    """One segment to be spoken. `text` is what is said, after the lexicon; `voice` says by whom.

    `text_before` and `text_after` are its neighbours, a hint for intonation where a model takes one. They are no part
    of a take's key: otherwise one edit would buy three takes.
    """

    text: str
    locale: Locale
    voice: Voice
    text_before: str = ""
    text_after: str = ""


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


@runtime_checkable
class PaidSpeechProvider(SpeechProvider, Protocol):
    """A voice that costs money: calls are limited by account, and a lost answer is looked for before paying again."""

    account: str
    """Whose calls are counted together and whose faults open one circuit: `elevenlabs`, `openai`."""

    async def recover(self, request: SpeechRequest, *, since: datetime) -> Speech | None:
        """The audio of an earlier call whose outcome is unknown, from the provider's own history.

        None when it was surely never made. Raises `OutcomeUnknown` when the provider cannot tell, `Unavailable` and
        the like when it did not answer.
        """
        ...
