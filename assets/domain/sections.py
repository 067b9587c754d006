"""Written sections: kept by what they depend on, so that each is written and paid for once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from assets.domain.errors import Corrupt
from assets.domain.pieces import Stage
from assets.domain.scripts import Section, SectionDraft, Segment


@dataclass(frozen=True, slots=True)
class SectionRequest:
    """A section that is wanted; `title` is for people who look at the record."""

    key: str
    provider: str
    model: str
    locale: str
    title: str
    estimate_micros: int = 0

    @property
    def stage(self) -> Stage:
        """Script."""
        return Stage.SCRIPT

    @property
    def voice(self) -> str:
        """A script is no single voice's."""
        return ""

    @property
    def characters(self) -> int:
        """Nothing is spoken."""
        return 0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A section as a model wrote it: its segments, each naming its blocks by their place in the section (from 0).

    Names of blocks change when something is inserted before them, places within an unchanged section do not. What it
    cost and what the provider calls it stand beside it, so that a store of sections explains itself without the ledger.
    """

    key: str
    provider: str
    model: str
    locale: str
    title: str
    segments: tuple[Segment, ...]
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_micros: int = 0
    request_id: str = ""

    def section(self, draft: SectionDraft) -> Section:
        """The section, with the blocks of a draft that has this very content."""
        named = [block.id for block in draft.spoken]
        return Section(
            draft.id,
            draft.title,
            draft.level,
            tuple(
                replace(each, block_id=named[int(each.block_id)], also=tuple(named[int(other)] for other in each.also))
                for each in self.segments
            ),
        )

    @property
    def request(self) -> SectionRequest:
        """What it was made for."""
        return SectionRequest(self.key, self.provider, self.model, self.locale, self.title)

    def as_json(self) -> dict[str, Any]:
        """Plain data; `from_json` is its inverse."""
        return {
            "key": self.key,
            "provider": self.provider,
            "model": self.model,
            "locale": self.locale,
            "title": self.title,
            "segments": [each.as_json() for each in self.segments],
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "cost_micros": self.cost_micros,
            "request_id": self.request_id,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Manuscript:
        """The manuscript from what `as_json` gave. Raises `Corrupt` when something is missing or of another kind."""
        try:
            return cls(
                key=str(data["key"]),
                provider=str(data["provider"]),
                model=str(data["model"]),
                locale=str(data["locale"]),
                title=str(data["title"]),
                segments=tuple(Segment.from_json(each) for each in data["segments"]),
                prompt_tokens=int(data["prompt_tokens"]),
                completion_tokens=int(data["completion_tokens"]),
                cost_micros=int(data["cost_micros"]),
                request_id=str(data["request_id"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Corrupt("A written section is not what was stored.", remedy="It is written again.") from error


@dataclass(frozen=True, slots=True)
class StoredSection:
    """A section that the ledger knows to be written; its words are in the store."""

    key: str
    provider: str
    model: str
    locale: str
    title: str
    prompt_tokens: int
    completion_tokens: int
    cost_micros: int
    request_id: str
    stored_at: datetime
