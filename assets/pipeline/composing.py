"""Composing: one section of a script by a paid writer, bought once, judged, and repaired at most once."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass

from assets.domain.costs import script_micros
from assets.domain.errors import BadAnswer, EarlierUnknown, OutcomeUnknown
from assets.domain.gates import failed
from assets.domain.pieces import Held, Reservation
from assets.domain.scripts import Section
from assets.domain.sections import Manuscript, SectionRequest, StoredSection
from assets.pipeline.calls import Flight
from assets.pipeline.desk import Desk
from assets.pipeline.ending import let_go
from assets.pipeline.paying import Bought, Paying, Purchase, require_price
from assets.providers.base import Answer, PaidScriptWriter, Repair, SectionOrder
from assets.storage.ledger.work import Work
from assets.text.answers import read, segments
from assets.text.script_gates import gates

_LOOK_AGAIN_SECONDS = 0.1
_ATTEMPTS = 2
"""An answer and one repair of it."""
_LOST_ANSWERS = 3
"""Calls for one section, at most, whose answers are lost, where lost ones are bought again."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What came of one call: a manuscript that is kept, or what must be mended."""

    kept: Manuscript | None = None
    repair: Repair | None = None


class Composing:
    """Sections by key: kept ones are read, others are written and kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._files = desk.files
        self._sections = desk.ledger.sections
        self._paying = Paying(desk)
        self._being_written: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def section(self, order: SectionOrder, writer: PaidScriptWriter, work: Work | None) -> Section:
        """The section as it will be said.

        Raises `ProviderError`, `BadAnswer` when it stays unusable, `BudgetExceeded`.
        """
        if not order.draft.spoken:
            return Section(order.draft.id, order.draft.title, order.draft.level, ())
        repair: Repair | None = None
        attempt, lost = 1, 0
        async with self._being_written[order.key]:
            while True:
                request = self._request(order, writer, repair)
                match self._sections.reserve(request, work, caps=self._desk.settings.caps):
                    case StoredSection(cost_micros=cost):
                        if (kept := await asyncio.to_thread(self._files.section, order.key)) is not None:
                            if work is not None:
                                work.paid(saved_micros=cost)
                            return kept.section(order.draft)
                        self._sections.discard(order.key)
                    case Held():
                        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                    case Reservation() as reservation:
                        last = lost + 1 == _LOST_ANSWERS
                        judged = await self._write_or_finish(reservation, order, writer, repair, work, last=last)
                        if judged.kept is not None:
                            return judged.kept.section(order.draft)
                        if judged.repair is None:
                            lost += 1
                            continue
                        repair = judged.repair
                        if attempt == _ATTEMPTS:
                            raise _unusable(order, repair)
                        attempt += 1
                        self._tell(work, order, repair)

    async def _write_or_finish(
        self,
        reservation: Reservation[SectionRequest],
        order: SectionOrder,
        writer: PaidScriptWriter,
        repair: Repair | None,
        work: Work | None,
        *,
        last: bool,
    ) -> _Judged:
        flight = Flight()
        writing = asyncio.create_task(self._write(reservation, order, writer, repair, work, flight, last=last))
        return await flight.land(writing, lambda unknown: self._sections.release(reservation, unknown=unknown))

    async def _write(
        self,
        reservation: Reservation[SectionRequest],
        order: SectionOrder,
        writer: PaidScriptWriter,
        repair: Repair | None,
        work: Work | None,
        flight: Flight,
        *,
        last: bool,
    ) -> _Judged:
        try:
            if (found := await asyncio.to_thread(self._files.section, order.key)) is not None:
                self._sections.adopt(reservation, found)
                return _Judged(found)
            bought = await self._paying.buy(
                Purchase(
                    account=writer.account,
                    places=self._desk.settings.script_concurrency,
                    call=lambda: writer.answer(order, repair),
                    recover=lambda lost: writer.recover(order.key, lost),
                ),
                reservation,
                self._sections,
                work,
                flight,
            )
            flight.under_way = True
        except OutcomeUnknown as unknown:
            self._sections.release(reservation, unknown=not isinstance(unknown, EarlierUnknown))
            if self._paying.buys_again and not last and not flight.stopping:
                return _Judged()
            raise
        except asyncio.CancelledError:
            self._sections.release(reservation, unknown=flight.under_way)
            raise
        except BaseException:
            self._sections.release(reservation)
            raise
        try:
            judged = await asyncio.shield(asyncio.to_thread(self._judge_and_keep, reservation, order, bought))
        except Exception:  # as on a full disk
            await asyncio.to_thread(let_go, self._sections, reservation)
            flight.under_way = False
            raise
        flight.under_way = False
        if work is not None and judged.kept is not None:
            work.paid(cost_micros=judged.kept.cost_micros)
        return judged

    def _judge_and_keep(
        self, reservation: Reservation[SectionRequest], order: SectionOrder, bought: Bought[Answer]
    ) -> _Judged:
        """Keep an answer that passes its gates; otherwise say what is wrong with it, and settle what it cost."""
        answer, request = bought.answer, reservation.request
        cost = cost_micros(self._desk, request, answer)
        blocks = order.draft.spoken
        reading = read(answer.text, blocks, order.style.directions)
        if bad := failed(gates(reading, blocks, order.locale, answer.ending)):
            self._sections.spoiled(reservation, cost, answer.request_id, earlier=bought.earlier)
            return _Judged(repair=Repair(answer.text, tuple(gate.detail for gate in bad)))
        made = Manuscript(
            key=request.key,
            provider=request.provider,
            model=request.model,
            locale=request.locale,
            title=request.title,
            segments=segments(reading, blocks, order.locale),
            prompt_tokens=answer.prompt_tokens or 0,
            completion_tokens=answer.completion_tokens or 0,
            cost_micros=cost,
            request_id=answer.request_id,
        )
        self._files.put_section(made)
        if bought.earlier:
            self._sections.adopt(reservation, made)
        else:
            self._sections.store(reservation, made)
        return _Judged(made)

    def _request(self, order: SectionOrder, writer: PaidScriptWriter, repair: Repair | None) -> SectionRequest:
        price = require_price(self._desk, writer.name, writer.model)
        return SectionRequest(
            key=order.key,
            provider=writer.name,
            model=writer.model,
            locale=order.locale.tag,
            title=order.draft.title,
            estimate_micros=script_micros(price, *writer.at_most(order, repair)),
        )

    def _tell(self, work: Work | None, order: SectionOrder, repair: Repair) -> None:
        text = f"The section '{order.draft.title}' is written again: {' '.join(repair.faults)}"
        if work is not None:
            work.note(text)
        else:
            _log.info("%s", text)


def cost_micros(desk: Desk, request: SectionRequest, answer: Answer) -> int:
    """What an answer was billed; all that was set aside when the server does not say what it counted."""
    if answer.prompt_tokens is None or answer.completion_tokens is None:
        return request.estimate_micros
    price = require_price(desk, request.provider, request.model)
    return script_micros(price, answer.prompt_tokens, answer.completion_tokens)


def _unusable(order: SectionOrder, repair: Repair) -> BadAnswer:
    return BadAnswer(
        f"The section '{order.draft.title}' could not be written so that it can be used: {' '.join(repair.faults)}",
        remedy="Ask again, choose another STUDIO_SCRIPT_MODEL, or set STUDIO_SCRIPT_WRITER=embedded.",
    )
