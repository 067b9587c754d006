"""Planning: what narrations would take, before anything is asked for or paid."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assets.domain.costs import Estimate, Price, script_micros, speech_micros
from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.domain.scripts import CHARACTERS_PER_SECOND, Script, Section, Segment
from assets.pipeline.asking import key_of, requests
from assets.pipeline.desk import Desk
from assets.pipeline.paying import require_price
from assets.pipeline.wanted import Wanted
from assets.pipeline.writing import Writing, edited, section_orders
from assets.providers.base import PaidScriptWriter, PaidSpeechProvider, SectionOrder, SpeechRequest
from assets.providers.embedded_writer import EmbeddedWriter
from assets.storage.estimate_file import EstimateFile
from assets.text.editing import edited_sections

_IN_BULK = 20
"""From so many narrations on it is worth looking at the whole catalogue for what was worked out before."""
_KEPT_AT_ONCE = 50
_MEASURED_LEAST = 20
_USUAL_SEGMENT = 160
"""Characters, where nothing has been measured yet; and tokens that a script writer reads and writes for each."""
_USUALLY_READ, _USUALLY_WRITTEN = 0.6, 0.3


@dataclass(frozen=True, slots=True)
class Planned:
    """What one narration would take. `refusal` is why it cannot be made; then the estimate is empty."""

    key: NarrationKey
    fresh: bool
    estimate: Estimate
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Rough:
    """What many narrations would take, as far as it can be said at once.

    `measured` of them were worked out before; the others go by the length of their texts, as if nothing of them could
    be reused. `error` is how far that length is off for nine of ten narrations that were worked out, as a share; None
    while too few have been.
    """

    planned: tuple[Planned, ...]
    measured: int
    error: float | None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a narration is made of, without prices: it depends on its fingerprint and on how far its script is written.

    `new` are the sections that a paid writer would write, each with the tokens read and written, `written` those that
    are there; `takes` is what is billed of each take, `directed` how long each segment is with its directions. `script`
    names the script that they were cut from; while it is only a `draft`, it is not there yet.
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


@dataclass(frozen=True, slots=True)
class _Sections:
    """The sections of a script: how many, those to be written, and all segments as they are or are likely to be."""

    count: int
    script: str
    draft: bool
    new: tuple[SectionOrder, ...]
    written: tuple[str, ...]
    segments: tuple[Segment, ...]


class Planning:
    """Estimates for one look ahead: what several narrations share is counted for the first of them alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._writing = Writing(desk)
        self._source_itself = EmbeddedWriter()
        self._counted: set[str] = set()
        self._prices: dict[VoiceKey, Price] = {}

    async def estimate(self, wanted: Wanted) -> Estimate:
        """What a narration would take now. Raises `Refused` when a price is not known.

        Sections that are not written yet are taken to be as long as their source, and cut like it.
        """
        parts = await self.parts(wanted)
        known = set(self._desk.ledger.takes.known(list(parts.takes)))
        return self.priced(wanted.key, parts, known, self._desk.ledger.sections.known(list(parts.written)))

    async def parts(self, wanted: Wanted) -> Parts:
        """What a narration is made of now."""
        sections = await self._sections(wanted)
        asks = requests(wanted, sections.segments)
        writer = self._desk.writer()
        tokens = {order.key: writer.expected(order) for order in sections.new if isinstance(writer, PaidScriptWriter)}
        return Parts(
            script=sections.script,
            draft=sections.draft,
            sections=sections.count,
            new=tuple((key, *expected) for key, expected in tokens.items()),
            written=sections.written,
            takes=self._takes(wanted, asks),
            directed=tuple(len(ask.directed) for ask in asks),
            characters=sum(len(ask.text) for ask in asks),
        )

    def priced(self, key: NarrationKey, parts: Parts, takes: Collection[str], sections: Mapping[str, int]) -> Estimate:
        """What these parts come to: `takes` are known, and `sections` with what they cost. Raises `Refused`."""
        price = self._price(key.voice)
        new = {take: length for take, length in parts.takes.items() if take not in takes and take not in self._counted}
        orders = [order for order in parts.new if order[0] not in self._counted]
        self._counted |= {*new, *(order[0] for order in orders)}
        everything = sum(speech_micros(price, length) for length in parts.directed)
        speech = sum(speech_micros(price, length) for length in new.values())
        return Estimate(
            sections=parts.sections,
            script_calls=len(orders),
            segments=len(parts.directed),
            takes_new=len(new),
            characters=parts.characters,
            characters_new=sum(new.values()),
            script_micros=self._script_micros(orders),
            speech_micros=speech,
            saved_micros=everything - speech + sum(sections.get(each, 0) for each in parts.written),
            seconds=parts.characters / CHARACTERS_PER_SECOND,
        )

    def unspoken(self, wanted: Wanted, segments: Iterable[Segment]) -> dict[str, int]:
        """The takes of these segments that nobody has paid for yet, each with the characters that are billed."""
        takes = self._takes(wanted, requests(wanted, tuple(segments)))
        known = set(self._desk.ledger.takes.known(list(takes))) | self._counted
        return {take: length for take, length in takes.items() if take not in known}

    def _takes(self, wanted: Wanted, asks: Iterable[SpeechRequest]) -> dict[str, int]:
        provider = self._desk.speech_provider(wanted.voice)
        paid = provider if isinstance(provider, PaidSpeechProvider) else None
        return {key_of(wanted, ask): len(paid.billed_text(ask) if paid is not None else ask.text) for ask in asks}

    async def _sections(self, wanted: Wanted) -> _Sections:
        writer = self._desk.writer()
        if not isinstance(writer, PaidScriptWriter):
            script = edited(await self._writing.written(wanted), wanted)
            return _Sections(len(script.sections), wanted.written_fingerprint, False, (), (), script.segments)
        orders = [order for order in section_orders(wanted) if order.draft.spoken]
        costs = self._desk.ledger.sections.known([order.key for order in orders])
        written = tuple(order.key for order in orders if order.key in costs)
        if (kept := self._desk.files.script(wanted.script_fingerprint)) is not None:
            script = Script.from_json(kept)
            return _Sections(len(script.sections), wanted.script_fingerprint, False, (), written, script.segments)
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
        return _Sections(len(orders), wanted.script_fingerprint, True, tuple(new.values()), written, segments)

    def _price(self, name: VoiceKey) -> Price:
        if name not in self._prices:
            voice = self._desk.voices().get(name)
            self._prices[name] = require_price(self._desk, self._desk.speech_provider(voice).name, voice.model)
        return self._prices[name]

    def _script_micros(self, orders: Iterable[tuple[str, int, int]]) -> int:
        writer = self._desk.writer()
        if not isinstance(writer, PaidScriptWriter):
            return 0
        price = require_price(self._desk, writer.name, writer.model)
        return sum(script_micros(price, read, written) for _, read, written in orders)


class _Kept:
    """The parts of many narrations as they were worked out before, as far as they are still true."""

    def __init__(self, desk: Desk, keys: Sequence[NarrationKey]) -> None:
        self._desk = desk
        self._file = EstimateFile(desk.settings.home / "estimates.db")
        self.fingerprints = desk.fingerprints(keys) if keys else {}
        names = set(self.fingerprints.values())
        found = {name: _parts_of(data) for name, data in self._file.get(names).items()}
        drafted = [order[0] for parts in found.values() for order in parts.new]
        begun = set(desk.ledger.sections.known(drafted)) if drafted else set()
        self._parts = {
            name: parts
            for name, parts in found.items()
            if desk.files.has_script(parts.script) is not parts.draft and not begun & {order[0] for order in parts.new}
        }
        known = [take for parts in self._parts.values() for take in parts.takes]
        self.takes = set(desk.ledger.takes.known(known))
        self.sections = desk.ledger.sections.known([key for parts in self._parts.values() for key in parts.written])
        self._new: dict[str, Any] = {}

    def of(self, key: NarrationKey) -> Parts | None:
        """The parts of a narration; None when they have to be worked out."""
        return self._parts.get(self.fingerprints.get(key, ""))

    def keep(self, fingerprint: str, parts: Parts) -> None:
        """Keep what was worked out, some at a time."""
        if parts.lasts:
            self._new[fingerprint] = asdict(parts)
        if len(self._new) >= _KEPT_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Keep what is not kept yet."""
        if self._new:
            self._file.put(self._new)
            self._new = {}


def plan(
    desk: Desk, keys: Iterable[NarrationKey], progress: Callable[[int], None] = lambda _: None
) -> tuple[Planned, ...]:
    """What each narration would take now. Nothing is claimed and nothing is bought.

    Pieces that several of them share are counted for the first alone: they are bought once. What was worked out before
    is not worked out again as long as it is true. `progress` is told how many have been looked at.
    """
    wanted = list(keys)

    async def look() -> tuple[Planned, ...]:
        planning, found = Planning(desk), list[Planned]()
        kept = _Kept(desk, wanted if len(wanted) >= _IN_BULK else ())
        fresh = desk.fresh([key for key in wanted if kept.of(key) is not None]) if kept.fingerprints else {}
        for key in wanted:
            found.append(await _planned(desk, planning, key, kept, fresh=key in fresh))
            progress(len(found))
        kept.flush()
        return tuple(found)

    return asyncio.run(look())


async def _planned(desk: Desk, planning: Planning, key: NarrationKey, kept: _Kept, *, fresh: bool) -> Planned:
    try:
        if (parts := kept.of(key)) is not None:
            return Planned(key, fresh=fresh, estimate=planning.priced(key, parts, kept.takes, kept.sections))
        wanted = desk.wanted(key)
        parts = await planning.parts(wanted)
        kept.keep(wanted.fingerprint, parts)
        known = desk.ledger.takes.known(list(parts.takes))
        sections = desk.ledger.sections.known(list(parts.written))
        return Planned(key, fresh=desk.view(key).fresh, estimate=planning.priced(key, parts, known, sections))
    except Refused as refused:
        return Planned(key, fresh=False, estimate=Estimate(), refusal=str(refused))


def plan_at_once(desk: Desk, keys: Sequence[NarrationKey]) -> Rough:
    """What these narrations would take, within seconds for ten thousand: see `Rough`.

    What was never worked out is taken to be as long as its text is, by what texts of its language usually come to, and
    to have nothing in common with anything: it costs rather less than said. Raises `Refused` without a price.
    """
    planning, kept = Planning(desk), _Kept(desk, keys)
    lengths = {
        (entry.source.content, entry.source.locale): entry.facts.characters
        for entry in desk.entries(read=False)
        if entry.facts is not None
    }
    known = {key: parts for key in keys if (parts := kept.of(key)) is not None}
    rule = _Rule(known, lengths)
    fresh = desk.fresh(list(known))
    written_anew = isinstance(desk.writer(), PaidScriptWriter)
    planned = []
    for key in keys:
        if key not in kept.fingerprints:
            planned.append(Planned(key, fresh=False, estimate=Estimate(), refusal=_why_not(desk, key)))
            continue
        parts = known.get(key)
        if parts is None:
            parts = rule.parts(key, lengths.get((key.content, key.locale), 0), written_anew=written_anew)
        planned.append(Planned(key, key in fresh, planning.priced(key, parts, kept.takes, kept.sections)))
    return Rough(tuple(planned), len(known), rule.error)


def _why_not(desk: Desk, key: NarrationKey) -> str:
    try:
        desk.wanted(key)
    except Refused as refused:
        return str(refused)
    return "Its text has not been read yet."


class _Rule:
    """How long narrations are that nobody has worked out, by the length of their texts and by what others came to."""

    def __init__(self, known: Mapping[NarrationKey, Parts], lengths: Mapping[tuple[ContentId, Locale], int]) -> None:
        measured = [
            (key.locale, length, parts)
            for key, parts in known.items()
            if (length := lengths.get((key.content, key.locale), 0)) and parts.directed
        ]
        self._ratios = {
            locale: _ratio([(length, sum(p.directed)) for each, length, p in measured if each == locale])
            for locale in {locale for locale, _, _ in measured}
        }
        said = sum(sum(parts.directed) for _, _, parts in measured)
        self._segment = said / sum(len(p.directed) for _, _, p in measured) if measured else _USUAL_SEGMENT
        drafts = [(length, parts) for _, length, parts in measured if parts.new]
        self._read = _ratio([(length, sum(o[1] for o in p.new)) for length, p in drafts]) if drafts else _USUALLY_READ
        self._written = _ratio([(n, sum(o[2] for o in p.new)) for n, p in drafts]) if drafts else _USUALLY_WRITTEN
        off = [abs(length * self._ratios[locale] / sum(p.directed) - 1) for locale, length, p in measured]
        self.error = statistics.quantiles(off, n=10)[-1] if len(off) >= _MEASURED_LEAST else None

    def parts(self, key: NarrationKey, characters: int, *, written_anew: bool) -> Parts:
        """About what a narration is made of; with `written_anew` somebody is paid for its script."""
        said = round(characters * self._ratios.get(key.locale, 1.0))
        count = max(1, round(said / self._segment)) if said else 0
        cuts = [said // count + (number < said % count) for number in range(count)]
        text = f"{key.content} {key.locale}"  # voices share a script, and nothing else is known to be shared
        new = ((text, round(characters * self._read), round(characters * self._written)),) if written_anew else ()
        return Parts("", True, 1, new, (), {f"{key} {n}": cut for n, cut in enumerate(cuts)}, tuple(cuts), said)


def _ratio(pairs: Sequence[tuple[int, int]]) -> float:
    return sum(second for _, second in pairs) / sum(first for first, _ in pairs)


def _parts_of(data: Mapping[str, Any]) -> Parts:
    return Parts(
        script=data["script"],
        draft=data["draft"],
        sections=data["sections"],
        new=tuple((key, read, written) for key, read, written in data["new"]),
        written=tuple(data["written"]),
        takes=data["takes"],
        directed=tuple(data["directed"]),
        characters=data["characters"],
    )
