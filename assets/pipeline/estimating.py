"""Estimating: what narrations are made of, before anything of them is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.domain.errors import BadAnswer, Refused
from assets.domain.keys import NarrationKey
from assets.domain.scripts import Script, Section, Segment
from assets.pipeline.asking import key_of, requests
from assets.pipeline.desk import Desk
from assets.pipeline.wanted import Wanted
from assets.pipeline.writing import Writing, edited, section_orders
from assets.providers.base import PaidScriptWriter, PaidSpeechProvider, SectionOrder, SpeechRequest
from assets.providers.embedded_writer import EmbeddedWriter
from assets.storage.estimate_file import EstimateFile
from assets.text.editing import edited_sections


@dataclass(frozen=True, slots=True)
class Parts:
    """What a narration is made of, without prices: it depends on its fingerprint and on how far its script is written.

    `new` are the sections that a paid writer would write, each with the tokens read and written, `written` those that
    are there; `takes` is what is billed of each take, `directed` how long each segment is with its directions. `script`
    names the script that they were cut from; while it is only a `draft`, it is not there yet. Where the script is not
    there and costs nothing, nothing depends on it: `script` is empty.
    """

    script: str
    draft: bool
    sections: int
    new: tuple[tuple[str, int, int], ...]
    written: tuple[str, ...]
    takes: Mapping[str, int]
    directed: tuple[int, ...]
    characters: int

    @property
    def lasts(self) -> bool:
        """Whether it stays true: a script of which some sections are there and some are not is on its way."""
        return not (self.new and self.written)

    def as_json(self) -> dict[str, Any]:
        """Plain data; `from_json` is its inverse."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Parts:
        """The parts from what `as_json` gave."""
        return cls(
            script=data["script"],
            draft=data["draft"],
            sections=data["sections"],
            new=tuple((key, read, written) for key, read, written in data["new"]),
            written=tuple(data["written"]),
            takes=data["takes"],
            directed=tuple(data["directed"]),
            characters=data["characters"],
        )


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What a narration is made of now, with the fingerprint it asks for; or why it cannot be made."""

    key: NarrationKey
    fingerprint: str = ""
    parts: Parts | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class _Sections:
    """The sections of a script: how many, those to be written, and all segments as they are or are likely to be."""

    count: int
    script: str
    draft: bool
    new: Mapping[str, tuple[int, int]]
    written: tuple[str, ...]
    segments: tuple[Segment, ...]


class Estimating:
    """Looks at narrations one after the other; those that share a script best come in a row."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._writing = Writing(desk)
        self._source_itself = EmbeddedWriter()
        self._last: tuple[str, _Sections] | None = None

    async def parts(self, wanted: Wanted) -> Parts:
        """What a narration is made of now. Raises `Refused`, and `BadAnswer` for a text that cannot be read out."""
        if self._last is None or self._last[0] != wanted.script_fingerprint:
            self._last = (wanted.script_fingerprint, await self._sections(wanted))
        sections = self._last[1]
        asks = requests(wanted, sections.segments)
        return Parts(
            script=sections.script,
            draft=sections.draft,
            sections=sections.count,
            new=tuple((key, *expected) for key, expected in sections.new.items()),
            written=sections.written,
            takes=self.takes(wanted, asks),
            directed=tuple(len(ask.directed) for ask in asks),
            characters=sum(len(ask.text) for ask in asks),
        )

    def takes(self, wanted: Wanted, asks: Iterable[SpeechRequest]) -> dict[str, int]:
        """The takes that answer what a voice is asked, each with the characters that are billed."""
        provider = self._desk.speech_provider(wanted.voice)
        paid = provider if isinstance(provider, PaidSpeechProvider) else None
        return {key_of(wanted, ask): len(paid.billed_text(ask) if paid is not None else ask.text) for ask in asks}

    async def _sections(self, wanted: Wanted) -> _Sections:
        writer = self._desk.writer()
        if not isinstance(writer, PaidScriptWriter):
            written_one, is_kept = await self._writing.foreseen(wanted)
            script, name = edited(written_one, wanted), wanted.written_fingerprint if is_kept else ""
            return _Sections(len(script.sections), name, False, {}, (), script.segments)
        orders = [order for order in section_orders(wanted) if order.draft.spoken]
        costs = self._desk.ledger.sections.known([order.key for order in orders])
        written = tuple(order.key for order in orders if order.key in costs)
        if (kept := self._desk.files.script(wanted.script_fingerprint)) is not None:
            script = Script.from_json(kept)
            return _Sections(len(script.sections), wanted.script_fingerprint, False, {}, written, script.segments)
        new: dict[str, SectionOrder] = {}
        sections: list[Section] = []
        for order in orders:
            made = self._desk.files.section(order.key) if order.key in costs else None
            if made is not None:
                sections.append(made.section(order.draft))
                continue
            new.setdefault(order.key, order)
            sections.append(await self._source_itself.write(order))
        said = edited_sections(sections, wanted.edits, wanted.writer.style)
        segments = tuple(segment for section in said for segment in section.segments)
        tokens = {key: writer.expected(order) for key, order in new.items()}
        return _Sections(len(orders), wanted.script_fingerprint, True, tokens, written, segments)


def estimates_of(home: Path) -> EstimateFile:
    """Where what was worked out is kept, by fingerprint."""
    return EstimateFile(home / "estimates.db")


def work_out(desk: Desk, keys: Sequence[NarrationKey]) -> list[WorkedOut]:
    """What each narration is made of, kept for whoever asks next. Quickest for texts whose voices come in a row."""

    async def look() -> list[WorkedOut]:
        estimating, found = Estimating(desk), list[WorkedOut]()
        for key, wanted in desk.wanted_by_many(keys):
            try:
                if isinstance(wanted, Refused):
                    raise wanted
                found.append(WorkedOut(key, wanted.fingerprint, await estimating.parts(wanted)))
            except (Refused, BadAnswer) as refused:
                found.append(WorkedOut(key, refusal=str(refused)))
        return found

    found = asyncio.run(look())
    lasting = {each.fingerprint: each.parts.as_json() for each in found if each.parts is not None and each.parts.lasts}
    if lasting:
        estimates_of(desk.settings.home).put(lasting)
    return found
