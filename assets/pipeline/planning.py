"""Planning: what narrations would take, before anything is asked for or paid."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property

from assets.domain.costs import Estimate, Price, script_micros, speech_micros
from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.domain.scripts import CHARACTERS_PER_SECOND, Segment
from assets.pipeline.asking import requests
from assets.pipeline.desk import Desk
from assets.pipeline.estimating import Estimating, Parts, WorkedOut, estimates_of
from assets.pipeline.estimators import worked_out
from assets.pipeline.paying import require_price
from assets.pipeline.wanted import Wanted
from assets.providers.base import PaidScriptWriter

_IN_BULK = 20
"""From so many narrations on it is worth looking at the whole catalogue for what was worked out before."""
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


class Planning:
    """Estimates for one look ahead: what several narrations share is counted for the first of them alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._estimating = Estimating(desk)
        self._counted: set[str] = set()
        self._prices: dict[VoiceKey, Price] = {}

    async def estimate(self, wanted: Wanted) -> Estimate:
        """What a narration would take now. Raises `Refused` when a price is not known.

        Sections that are not written yet are taken to be as long as their source, and cut like it.
        """
        parts = await self._estimating.parts(wanted)
        known = set(self._desk.ledger.takes.known(list(parts.takes)))
        return self.priced(wanted.key, parts, known, self._desk.ledger.sections.known(list(parts.written)))

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
        takes = self._estimating.takes(wanted, requests(wanted, tuple(segments)))
        known = set(self._desk.ledger.takes.known(list(takes))) | self._counted
        return {take: length for take, length in takes.items() if take not in known}

    def _price(self, name: VoiceKey) -> Price:
        if name not in self._prices:
            voice = self._desk.voices().get(name)
            self._prices[name] = require_price(self._desk, self._desk.speech_provider(voice).name, voice.model)
        return self._prices[name]

    @cached_property
    def _script_price(self) -> Price | None:
        """None where scripts cost nothing. Raises `Refused` when it is not known."""
        writer = self._desk.writer()
        return require_price(self._desk, writer.name, writer.model) if isinstance(writer, PaidScriptWriter) else None

    def _script_micros(self, orders: Iterable[tuple[str, int, int]]) -> int:
        price = self._script_price
        return sum(script_micros(price, read, written) for _, read, written in orders) if price is not None else 0


class _Kept:
    """The parts of many narrations as they were worked out before, as far as they are still true."""

    def __init__(self, desk: Desk, keys: Sequence[NarrationKey]) -> None:
        self.fingerprints = desk.fingerprints(keys) if keys else {}
        kept = estimates_of(desk.settings.home).get(set(self.fingerprints.values()))
        found = {name: Parts.from_json(data) for name, data in kept.items()}
        drafted = [order[0] for parts in found.values() for order in parts.new]
        begun = set(desk.ledger.sections.known(drafted)) if drafted else set()
        self._parts = {
            name: parts
            for name, parts in found.items()
            if (not parts.script or desk.files.has_script(parts.script) is not parts.draft)
            and not begun & {order[0] for order in parts.new}
        }
        known = [take for parts in self._parts.values() for take in parts.takes]
        self.takes = set(desk.ledger.takes.known(known))
        self.sections = desk.ledger.sections.known([key for parts in self._parts.values() for key in parts.written])

    def of(self, key: NarrationKey) -> Parts | None:
        """The parts of a narration; None when they have to be worked out."""
        return self._parts.get(self.fingerprints.get(key, ""))


def plan(
    desk: Desk, keys: Iterable[NarrationKey], progress: Callable[[int], None] = lambda _: None
) -> tuple[Planned, ...]:
    """What each narration would take now. Nothing is claimed and nothing is bought.

    Pieces that several of them share are counted for the first alone: they are bought once. What was worked out before
    is not worked out again as long as it is true. `progress` is told how many have been looked at.
    """
    wanted = list(keys)
    kept = _Kept(desk, wanted if len(wanted) >= _IN_BULK else ())
    planning, fingerprints, found = Planning(desk), dict[NarrationKey, str](), list[Planned]()
    missing = [key for key in wanted if kept.of(key) is None]
    with closing(_looked_at(desk, missing)) as looked_at:
        for key in wanted:
            if (parts := kept.of(key)) is not None:
                known = _Known(WorkedOut(key, kept.fingerprints[key], parts), kept.takes, kept.sections)
            else:
                known = next(looked_at)
            fingerprints[key] = known.of.fingerprint
            found.append(_planned(planning, known))
            progress(len(found))
    current = desk.current(fingerprints)
    return tuple(replace(each, fresh=each.key in current and not each.refusal) for each in found)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a narration is made of, and which of that is there: takes, and sections with what they cost."""

    of: WorkedOut
    takes: Collection[str] = ()
    sections: Mapping[str, int] = field(default_factory=dict)


def _looked_at(desk: Desk, keys: Sequence[NarrationKey]) -> Generator[_Known]:
    """These narrations in their order, worked out now."""
    with closing(worked_out(desk, keys)) as portions:
        for portion in portions:
            parts = [each.parts for each in portion if each.parts is not None]
            takes = desk.ledger.takes.known([take for each in parts for take in each.takes])
            sections = desk.ledger.sections.known([key for each in parts for key in each.written])
            yield from (_Known(each, takes, sections) for each in portion)


def _planned(planning: Planning, known: _Known) -> Planned:
    each = known.of
    if each.parts is None:
        return Planned(each.key, fresh=False, estimate=Estimate(), refusal=each.refusal)
    try:
        estimate = planning.priced(each.key, each.parts, known.takes, known.sections)
    except Refused as refused:
        return Planned(each.key, fresh=False, estimate=Estimate(), refusal=str(refused))
    return Planned(each.key, fresh=False, estimate=estimate)


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
    current = desk.current({key: kept.fingerprints[key] for key in known})
    written_anew = isinstance(desk.writer(), PaidScriptWriter)
    planned = []
    for key in keys:
        if key not in kept.fingerprints:
            planned.append(Planned(key, fresh=False, estimate=Estimate(), refusal=_why_not(desk, key)))
            continue
        parts = known.get(key)
        if parts is None:
            parts = rule.parts(key, lengths.get((key.content, key.locale), 0), written_anew=written_anew)
        planned.append(Planned(key, key in current, planning.priced(key, parts, kept.takes, kept.sections)))
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
