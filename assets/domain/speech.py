"""What a voice is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordTiming:
    """One word of the spoken text: seconds from the start of its audio, and its place in the text."""

    start_seconds: float
    end_seconds: float
    first_char: int
    last_char: int
    """Exclusive: `text[first_char:last_char]` is the word."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The audio of one segment: 16-bit little-endian mono PCM, and when each word is said.

    `words` may be empty for a provider without timings. `billed_characters` is what the provider says it billed, None
    when it does not say. `cost_micros` is what that costs, in millionths of a US dollar; whoever pays works it
    out. `request_id` is the provider's name for the call. `flaw` says what an answer lacks that looks whole otherwise:
    it is judged like audio that did not pass a gate.
    """

    pcm: bytes
    sample_rate: int
    words: tuple[WordTiming, ...] = ()
    cost_micros: int = 0
    request_id: str = ""
    billed_characters: float | None = None
    flaw: str = ""

    @property
    def samples(self) -> int:
        """How many samples of audio there are."""
        return len(self.pcm) // 2

    @property
    def duration_seconds(self) -> float:
        """How long it lasts, from the samples themselves."""
        return self.samples / self.sample_rate
