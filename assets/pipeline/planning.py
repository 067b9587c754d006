"""Planning: what narrations would take, before anything is asked for or paid."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from assets.domain.costs import Estimate, speech_micros
from assets.domain.errors import Refused
from assets.domain.fingerprints import take_key
from assets.domain.keys import NarrationKey
from assets.domain.scripts import CHARACTERS_PER_SECOND
from assets.pipeline.desk import Desk
from assets.pipeline.writing import Writing


@dataclass(frozen=True, slots=True)
class Planned:
    """What one narration would take. `refusal` is why it cannot be made; then the estimate is empty."""

    key: NarrationKey
    fresh: bool
    estimate: Estimate
    refusal: str = ""


def plan(desk: Desk, keys: Iterable[NarrationKey]) -> tuple[Planned, ...]:
    """What each narration would take now. Nothing is claimed and nothing is bought.

    Segments that several of them share are counted for the first alone: they are bought once.
    """
    writing = Writing(desk.files, desk.writer())
    bought: set[str] = set()
    return tuple(_planned(desk, writing, key, bought) for key in keys)


def _planned(desk: Desk, writing: Writing, key: NarrationKey, bought: set[str]) -> Planned:
    try:
        wanted = desk.wanted(key)
        script = asyncio.run(writing.script(wanted))
        price = desk.prices().require(wanted.voice.provider, wanted.voice.model, datetime.now(UTC).date())
    except Refused as refused:
        return Planned(key, fresh=False, estimate=Estimate(), refusal=str(refused))
    fresh = desk.view(key).fresh
    takes = [take_key(segment.text, wanted.voice_digest) for segment in script.segments]
    known = desk.ledger.takes.known(takes) | bought
    texts = dict(zip(takes, (segment.text for segment in script.segments), strict=True))
    new = {take: text for take, text in texts.items() if take not in known}
    bought |= set(new)
    characters_new = sum(map(len, new.values()))
    everything = sum(speech_micros(price, len(segment.text)) for segment in script.segments)
    cost = sum(speech_micros(price, len(text)) for text in new.values())
    return Planned(
        key,
        fresh,
        Estimate(
            sections=len(script.sections),
            segments=len(script.segments),
            takes_new=len(new),
            characters=script.characters,
            characters_new=characters_new,
            speech_micros=cost,
            saved_micros=everything - cost,
            seconds=script.characters / CHARACTERS_PER_SECOND,
        ),
    )
