"""Settling: what became of calls whose answers were lost, so that no money stays set aside for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from assets.domain.costs import speech_micros
from assets.domain.counting import counted
from assets.domain.errors import Refused, StudioError
from assets.domain.fingerprints import take_key, voice_digest
from assets.domain.gates import failed, take_gates
from assets.domain.keys import Locale
from assets.domain.pieces import Stage, Unsettled
from assets.domain.sections import SectionRequest
from assets.domain.speech import Speech
from assets.domain.takes import Take, TakeRequest
from assets.pipeline.composing import cost_micros
from assets.pipeline.desk import Desk
from assets.pipeline.paying import require_price
from assets.providers.base import PaidScriptWriter, PaidSpeechProvider, SpeechRequest


class Outcome(StrEnum):
    """What was found out about a lost call, or decided."""

    HELD = "held"
    """Nobody can tell, or nobody has asked: its money stays set aside."""
    FOUND = "found"
    """The provider's history has it: it is paid for, and what it made is kept."""
    NEVER_MADE = "never made"
    """The provider's history does not have it: no money is due."""
    PAID = "paid"
    UNPAID = "unpaid"


@dataclass(frozen=True, slots=True)
class Settlement:
    """One lost call and what became of it; `why` says more about one that stays held."""

    call: Unsettled
    outcome: Outcome
    why: str = ""


_LOOK_AGAIN_SECONDS = 20.0
"""A call may still be under way at the provider when whoever made it is gone: what the history does not have is looked
for once more after this time."""


class _CannotTell(Exception):
    """The history was not asked, or not of this call."""


class _Absent(Exception):
    """The history does not have the call; it may be there later."""


def _tell_nobody(_: str) -> None:
    pass


def settle_spending(
    desk: Desk, *, apply: bool, lost: str | None = None, tell: Callable[[str], None] = _tell_nobody
) -> tuple[Settlement, ...]:
    """Every call whose outcome is unknown; with `apply`, settled from the provider's history where that can tell.

    `lost` says what to do about those that nobody can tell of: `paid` writes them down as spent, `unpaid` gives their
    money back; either way the piece may be bought again. `tell` hears what is waited for, in words.
    """
    if apply:
        desk.ledger.takes.mark_lost()
        desk.ledger.sections.mark_lost()
    calls = desk.ledger.spend.unsettled()
    if not apply:
        return tuple(Settlement(call, Outcome.HELD) for call in calls)
    return tuple(asyncio.run(_all(desk, calls, lost, tell)))


async def _all(
    desk: Desk, calls: tuple[Unsettled, ...], lost: str | None, tell: Callable[[str], None]
) -> list[Settlement]:
    settled: dict[str, Settlement] = {}
    absent: list[Unsettled] = []
    for call in calls:
        try:
            settled[call.reservation_id] = await _one(desk, call, lost)
        except _Absent:
            absent.append(call)
    if absent:
        tell(
            f"{counted(len(absent), 'call is not in its', 'calls are not in their')} provider's history and may still "
            f"be under way; it is asked once more in {_LOOK_AGAIN_SECONDS:.0f} s."
        )
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    for call in absent:
        try:
            settled[call.reservation_id] = await _one(desk, call, lost)
        except _Absent:
            desk.ledger.spend.decide(call.reservation_id, paid=False)
            settled[call.reservation_id] = Settlement(call, Outcome.NEVER_MADE)
    return [settled[call.reservation_id] for call in calls]


async def _one(desk: Desk, call: Unsettled, lost: str | None) -> Settlement:
    try:
        if call.stage is Stage.SPEECH:
            return await _speech(desk, call)
        return await _script(desk, call)
    except (_CannotTell, StudioError) as why:
        if lost is None:
            return Settlement(call, Outcome.HELD, str(why))
        desk.ledger.spend.decide(call.reservation_id, paid=lost == "paid")
        return Settlement(call, Outcome.PAID if lost == "paid" else Outcome.UNPAID)


async def _speech(desk: Desk, call: Unsettled) -> Settlement:
    row = desk.ledger.takes.described(call.key)
    if row is None:
        raise _CannotTell("What was asked for is not on record any more.")
    try:
        voice = desk.voices().get(call.voice)
    except Refused as refused:
        raise _CannotTell(f"{refused.message} Its history cannot be searched without it.") from refused
    provider = desk.speech_provider(voice)
    locale, text = Locale(row["locale"]), str(row["text"])
    same = voice_digest(voice, locale=locale.tag, adapter_version=provider.adapter_version)
    if not isinstance(provider, PaidSpeechProvider) or take_key(text, same) != call.key:
        raise _CannotTell("It is settled when its narration is asked for again: its voice has changed, or is directed.")
    request = SpeechRequest(text, locale, voice)
    piece = TakeRequest(call.key, call.provider, call.model, call.voice, locale.tag, text)
    found = await provider.recover(request, desk.ledger.spend.lost_call(piece, call.reserved_at))
    if found is None:
        raise _Absent
    price = require_price(desk, provider.name, voice.model)
    told = found.billed_characters
    cost = speech_micros(price, len(provider.billed_text(request)) if told is None else told)
    _keep(desk, call, piece, replace(found, cost_micros=cost))
    return Settlement(call, Outcome.FOUND)


def _keep(desk: Desk, call: Unsettled, piece: TakeRequest, speech: Speech) -> None:
    """Keep what was found when it is fit to be heard and not there yet; settle its cost either way."""
    from assets.audio.encoding import encode_flac
    from assets.audio.measuring import measure_speech

    take = Take.of(piece, speech)
    last_word = max((word.end_seconds for word in speech.words), default=None)
    bad = failed(take_gates(take.text, measure_speech(speech), last_word))
    if not bad and not speech.flaw and desk.ledger.takes.get(call.key) is None:
        facts = desk.files.put_take(take, encode_flac(speech.pcm, take.sample_rate))
        desk.ledger.takes.adopt_found(replace(take, size=facts.size, sha256=facts.sha256))
    desk.ledger.spend.decide(call.reservation_id, paid=True, request_id=speech.request_id, micros=speech.cost_micros)


async def _script(desk: Desk, call: Unsettled) -> Settlement:
    writer = desk.writer()
    if not isinstance(writer, PaidScriptWriter) or (writer.name, writer.model) != (call.provider, call.model):
        raise _CannotTell("Scripts are written by another model now, whose history does not have it.")
    piece = SectionRequest(call.key, call.provider, call.model, "", "", call.estimate_micros)
    found = await writer.recover(call.key, desk.ledger.spend.lost_call(piece, call.reserved_at))
    if found is None:
        raise _Absent
    if desk.ledger.sections.get(call.key) is None:
        raise _CannotTell("The provider's history has it: it is fetched when its narration is asked for again.")
    cost = cost_micros(desk, piece, found)
    desk.ledger.spend.decide(call.reservation_id, paid=True, request_id=found.request_id, micros=cost)
    return Settlement(call, Outcome.FOUND)
