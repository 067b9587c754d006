"""The two seams to the outside: who writes a script, and who speaks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assets.domain.accounts import Standing
from assets.domain.keys import Locale
from assets.domain.outlines import Outline
from assets.domain.pieces import LostCall
from assets.domain.said import Pronunciation
from assets.domain.scripts import NO_STYLE, Direction, Section, SectionDraft, Style, directed
from assets.domain.speech import Speech
from assets.domain.voices import Voice


@dataclass(frozen=True, slots=True)
class SectionOrder:
    """One section to be written. `key` is its address, by which a provider's history knows it again.

    Outline and neighbours are context and no part of the key: otherwise one edited paragraph would re-write three
    sections. `before` and `after` are what the neighbouring sections say in the source.
    """

    key: str
    draft: SectionDraft
    outline: Outline
    locale: Locale
    style: Style = NO_STYLE
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote, and how it came to an end."""

    text: str
    ending: str
    """`complete`, `cut_off` at its longest length, or `refused`."""
    prompt_tokens: int | None = None
    """What was read, None when the server does not say."""
    completion_tokens: int | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """An earlier answer that did not pass, and what was wrong with it, as sentences for the model."""

    answer: str
    faults: tuple[str, ...]


class ScriptWriter(Protocol):
    """Who writes scripts, one section at a time, so that one edited paragraph re-writes one section."""

    name: str
    """`embedded`, `openai`: part of the script's fingerprint, like the two below."""
    model: str
    prompt_version: str

    def style(self, persona: str, directions: Sequence[str]) -> Style:
        """What of a voice this writer heeds; voices of equal style share their scripts."""
        ...


@runtime_checkable
class FreeScriptWriter(ScriptWriter, Protocol):
    """A writer on this machine."""

    async def write(self, order: SectionOrder) -> Section:
        """The section as it will be said, its segments in order and each tied to a block of the draft."""
        ...


@runtime_checkable
class PaidScriptWriter(ScriptWriter, Protocol):
    """A writer that costs money: one answer a call; whoever calls pays, judges the answer and asks for a repair."""

    account: str

    async def standing(self) -> Standing:
        """How the account stands; nothing is bought."""
        ...

    def refusal(self) -> str | None:
        """Why nothing can be written, with the remedy, or None when a call can be made."""
        ...

    def at_most(self, order: SectionOrder, repair: Repair | None = None) -> tuple[int, int]:
        """The most tokens that are read and written by a call. Never below the bill."""
        ...

    def expected(self, order: SectionOrder) -> tuple[int, int]:
        """About how many tokens will be read and written; for telling beforehand what it will cost."""
        ...

    async def answer(self, order: SectionOrder, repair: Repair | None = None) -> Answer:
        """What the model writes. Raises `ProviderError`."""
        ...

    async def recover(self, key: str, lost: LostCall) -> Answer | None:
        """The answer to a lost call for the section of that key; None when it was surely never given.

        Raises `OutcomeUnknown` when the provider cannot tell.
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
    directions: tuple[Direction, ...] = ()
    pronunciations: tuple[Pronunciation, ...] = ()
    """The sounds of parts of the text; only for a provider that takes them, `TakesIpa`."""
    attempt: int = 0
    """How many takes of it were doubtful: a voice that always says the same way says it a little otherwise."""

    @property
    def directed(self) -> str:
        """The text with its directions in square brackets, as a model that understands them takes it."""
        return directed(self.text, self.directions)


PACES = (1.0, 0.94, 1.06)
"""How much faster a voice that always says the same way speaks at each attempt."""


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
class EmbeddedSpeechProvider(SpeechProvider, Protocol):
    """A voice on this machine: it costs nothing, and its model is loaded once in a process."""

    def load(self) -> None:
        """Load the model now, so that nobody waits for it later. Raises `ProviderError`."""
        ...


@runtime_checkable
class TakesIpa(Protocol):
    """A speech provider that can be told how a word sounds, `SpeechRequest.pronunciations`."""

    def takes_ipa(self, voice: Voice) -> bool:
        """Whether this voice can."""
        ...


@runtime_checkable
class PaidSpeechProvider(SpeechProvider, Protocol):
    """A voice that costs money: calls are limited by account, and a lost answer is looked for before paying again."""

    account: str
    """Whose calls are counted together and whose faults open one circuit: `elevenlabs`, `openai`."""

    @property
    def has_account(self) -> bool:
        """Whether there is an account to call with; without one its voices are simply not offered."""
        ...

    async def standing(self, voices: Sequence[Voice]) -> list[Standing]:
        """How the account stands, and each of these voices of its own; nothing is bought."""
        ...

    def directions(self, voice: Voice) -> tuple[str, ...]:
        """The directions that the voice's model understands; they are never read out."""
        ...

    def billed_text(self, request: SpeechRequest) -> str:
        """What is sent, character by character as it is billed."""
        ...

    async def recover(self, request: SpeechRequest, lost: LostCall) -> Speech | None:
        """The audio of an earlier call whose outcome is unknown, from the provider's own history.

        None when it was surely never made. Raises `OutcomeUnknown` when the provider cannot tell, `Unavailable` and
        the like when it did not answer.
        """
        ...
