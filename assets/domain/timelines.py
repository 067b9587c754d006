"""The one timing model of a narration, from which captions, transcript and chapters are all derived."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is heard: seconds from the start of the narration. `text` includes its punctuation."""

    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is heard. `words` is empty where the voice gives no word timings."""

    text: str
    start_seconds: float
    end_seconds: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One segment as it is heard: its sentences, the source block they came from, and what kind of block it is."""

    block_id: str
    kind: str
    start_seconds: float
    end_seconds: float
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section as it is heard, from its announcement to the start of the next."""

    title: str
    start_seconds: float
    end_seconds: float
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is heard when, over the whole narration. `duration_seconds` is the last moment of the audio."""

    title: str
    locale: str
    duration_seconds: float
    chapters: tuple[Chapter, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order of time."""
        return tuple(s for chapter in self.chapters for passage in chapter.passages for s in passage.sentences)
