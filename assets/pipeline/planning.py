"""Planning: what narrations would take, before anything is asked for or paid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assets.domain.costs import Estimate, script_micros, speech_micros
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.scripts import CHARACTERS_PER_SECOND, Script, Section, Segment
from assets.pipeline.asking import key_of, requests
from assets.pipeline.desk import Desk
from assets.pipeline.paying import require_price
from assets.pipeline.wanted import Wanted
from assets.pipeline.writing import Writing, edited, section_orders
from assets.providers.base import PaidScriptWriter, PaidSpeechProvider, SectionOrder, SpeechRequest
from assets.providers.embedded_writer import EmbeddedWriter
from assets.text.editing import edited_sections


@dataclass(frozen=True, slots=True)
class Planned:
    """What one narration would take. `refusal` is why it cannot be made; then the estimate is empty."""

    key: NarrationKey
    fresh: bool
    estimate: Estimate
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class _Sections:
    """The sections of a script: how many, those to be written, and all segments as they are or are likely to be."""

    count: int
    new: tuple[SectionOrder, ...]
    segments: tuple[Segment, ...]
    saved_micros: int = 0


class Planning:
    """Estimates for one look ahead: what several narrations share is counted for the first of them alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._writing = Writing(desk)
        self._source_itself = EmbeddedWriter()
        self._counted: set[str] = set()

    async def estimate(self, wanted: Wanted) -> Estimate:
        """What a narration would take now. Raises `Refused` when a price is not known.

        Sections that are not written yet are taken to be as long as their source, and cut like it.
        """
        voice, provider = wanted.voice, self._desk.speech_provider(wanted.voice)
        price = require_price(self._desk, provider.name, voice.model)
        sections = await self._sections(wanted)
        asks = requests(wanted, sections.segments)
        new = self._unpaid(wanted, asks)
        self._counted |= set(new)
        everything = sum(speech_micros(price, len(ask.directed)) for ask in asks)
        speech = sum(speech_micros(price, length) for length in new.values())
        characters = sum(len(ask.text) for ask in asks)
        return Estimate(
            sections=sections.count,
            script_calls=len(sections.new),
            segments=len(sections.segments),
            takes_new=len(new),
            characters=characters,
            characters_new=sum(new.values()),
            script_micros=self._script_micros(sections.new),
            speech_micros=speech,
            saved_micros=everything - speech + sections.saved_micros,
            seconds=characters / CHARACTERS_PER_SECOND,
        )

    def unspoken(self, wanted: Wanted, segments: Iterable[Segment]) -> dict[str, int]:
        """The takes of these segments that nobody has paid for yet, each with the characters that are billed."""
        return self._unpaid(wanted, requests(wanted, tuple(segments)))

    def _unpaid(self, wanted: Wanted, asks: Iterable[SpeechRequest]) -> dict[str, int]:
        provider = self._desk.speech_provider(wanted.voice)
        takes: dict[str, int] = {}
        for ask in asks:
            sent = provider.billed_text(ask) if isinstance(provider, PaidSpeechProvider) else ask.text
            takes[key_of(wanted, ask)] = len(sent)
        known = set(self._desk.ledger.takes.known(list(takes))) | self._counted
        return {take: length for take, length in takes.items() if take not in known}

    async def _sections(self, wanted: Wanted) -> _Sections:
        writer = self._desk.writer()
        if not isinstance(writer, PaidScriptWriter):
            script = edited(await self._writing.written(wanted), wanted)
            return _Sections(len(script.sections), (), script.segments)
        orders = [order for order in section_orders(wanted) if order.draft.spoken]
        costs = self._desk.ledger.sections.known([order.key for order in orders])
        if (kept := self._desk.files.script(wanted.script_fingerprint)) is not None:
            script = Script.from_json(kept)
            return _Sections(len(script.sections), (), script.segments, sum(costs.values()))
        new: list[SectionOrder] = []
        sections: list[Section] = []
        for order in orders:
            made = self._desk.files.section(order.key) if order.key in costs else None
            if made is not None:
                sections.append(made.section(order.draft))
                continue
            if order.key not in self._counted:
                new.append(order)
                self._counted.add(order.key)
            sections.append(await self._source_itself.write(order))
        said = edited_sections(sections, wanted.edits, wanted.writer.style)
        segments = tuple(segment for section in said for segment in section.segments)
        return _Sections(len(orders), tuple(new), segments, sum(costs.values()))

    def _script_micros(self, orders: Iterable[SectionOrder]) -> int:
        writer = self._desk.writer()
        if not isinstance(writer, PaidScriptWriter):
            return 0
        price = require_price(self._desk, writer.name, writer.model)
        return sum(script_micros(price, *writer.expected(order)) for order in orders)


def plan(
    desk: Desk, keys: Iterable[NarrationKey], progress: Callable[[int], None] = lambda _: None
) -> tuple[Planned, ...]:
    """What each narration would take now. Nothing is claimed and nothing is bought.

    Pieces that several of them share are counted for the first alone: they are bought once. `progress` is told how many
    have been looked at.
    """

    async def look() -> tuple[Planned, ...]:
        planning, found = Planning(desk), []
        for key in keys:
            found.append(await _planned(desk, planning, key))
            progress(len(found))
        return tuple(found)

    return asyncio.run(look())


async def _planned(desk: Desk, planning: Planning, key: NarrationKey) -> Planned:
    try:
        wanted = desk.wanted(key)
        return Planned(key, fresh=desk.view(key).fresh, estimate=await planning.estimate(wanted))
    except Refused as refused:
        return Planned(key, fresh=False, estimate=Estimate(), refusal=str(refused))
