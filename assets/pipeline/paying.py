"""Paying: one call for each piece, and a lost answer is looked for before anything is bought again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

from assets.domain.costs import Price
from assets.domain.errors import EarlierUnknown, OutcomeUnknown, StudioError
from assets.domain.pieces import LostCall, Reservation
from assets.pipeline.calls import Calls, Flight, Tried
from assets.pipeline.desk import Desk
from assets.storage.ledger.reservations import LEASE_SECONDS, Reservations
from assets.storage.ledger.work import Work

_LOST_ANSWERS = 3
_HISTORY_AFTER_SECONDS = (1.0, 4.0, 15.0)
"""A call that was cut off may still be under way at the provider, and be billed when nobody waits for it any more: its
history is asked three times, with patience, before anything is called absent."""
_log = logging.getLogger(__name__)


class _Named(Protocol):
    """What a provider answered, with its name for the call."""

    @property
    def request_id(self) -> str: ...


Answer = TypeVar("Answer", bound=_Named)


@dataclass(frozen=True, slots=True)
class Purchase(Generic[Answer]):
    """How one piece is bought: by `call`; and by `recover` an earlier answer is found in the provider's history.

    `places` is how many calls of the account may be under way at once.
    """

    account: str
    places: int
    call: Callable[[], Awaitable[Answer]]
    recover: Callable[[LostCall], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class Bought(Generic[Answer]):
    """An answer. `earlier` says that a call before this reservation, of a process that died, had given it already."""

    answer: Answer
    earlier: bool = False


class Paying:
    """Buys what was reserved."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._calls = Calls(desk.ledger)

    @property
    def buys_again(self) -> bool:
        """Whether a lost answer that no history can settle is bought again."""
        return self._desk.settings.unknown_outcome == "rebuy"

    async def buy(
        self,
        purchase: Purchase[Answer],
        reservation: Reservation[Any],
        records: Reservations[Any, Any],
        work: Work | None,
        flight: Flight,
    ) -> Bought[Answer]:
        """The answer for a reserved piece.

        Raises `OutcomeUnknown` when an answer was lost and nobody can tell what became of it, and `EarlierUnknown` when
        that is so of a call before this reservation: then nothing is called. Under the policy `rebuy` such a call does
        not stand in the way, and its money stays set aside. What costs nothing is simply asked for again.
        """
        tell = work.note if work is not None else _log.info
        tried = work.tried if work is not None else _log_attempt
        free = reservation.request.estimate_micros == 0
        async with _renewing(records, reservation):
            if reservation.earlier is not None and not free:
                try:
                    found = await self._settled(purchase, reservation, reservation.earlier.reserved_at, tell, tried)
                    if found is not None:
                        if reservation.earlier.others:
                            await self._settle_others(purchase, reservation, records, found.request_id, tell, tried)
                        return Bought(found, earlier=True)
                    records.never_made(reservation)
                except OutcomeUnknown as unknown:
                    if not self.buys_again:
                        raise EarlierUnknown(unknown.message, remedy=unknown.remedy) from unknown
                    tell("An earlier answer is lost for good; it is bought again, as the settings say.")
            for lost in range(1, _LOST_ANSWERS + 1):
                began = datetime.now(UTC)
                try:
                    priority = work.priority if work is not None else 0
                    return Bought(
                        await self._calls.make(
                            purchase.account, purchase.places, purchase.call, tried, flight, priority=priority
                        )
                    )
                except OutcomeUnknown as unknown:
                    if flight.stopping and free:
                        raise
                    if not free:
                        tell(f"An answer was lost: {unknown.message} The provider's history is asked.")
                        found = await self._settled(purchase, reservation, began, tell, tried)
                        if found is not None:
                            return Bought(found)
                    if lost == _LOST_ANSWERS or flight.stopping:
                        raise
        raise AssertionError("the loop above returns or raises")

    async def _settle_others(
        self,
        purchase: Purchase[Answer],
        reservation: Reservation[Any],
        records: Reservations[Any, Any],
        found: str,
        tell: Callable[[str], None],
        tried: Tried,
    ) -> None:
        """Several processes died over one piece, and the call of one was found: what became of the others' calls."""
        assert reservation.earlier is not None
        since = reservation.earlier.reserved_at
        with contextlib.suppress(OutcomeUnknown):  # then their money stays set aside, as it was
            if await self._settled(purchase, reservation, since, tell, tried, besides=found) is None:
                records.only_one_made(reservation)

    async def _settled(
        self,
        purchase: Purchase[Answer],
        reservation: Reservation[Any],
        since: datetime,
        tell: Callable[[str], None],
        tried: Tried,
        *,
        besides: str = "",
    ) -> Answer | None:
        """What became of a call, from the provider's history; None when it was surely never carried out.

        `besides` is a call that was found already, where several were lost over one piece. Raises `OutcomeUnknown`
        when the history cannot tell.
        """
        lost = self._desk.ledger.spend.lost_call(reservation.request, since)
        lost = replace(lost, settled=lost.settled | {besides})
        cannot_tell: OutcomeUnknown | None = None
        for patience in _HISTORY_AFTER_SECONDS:
            await asyncio.sleep(patience)
            try:
                found = await self._calls.make(
                    purchase.account, purchase.places, lambda: purchase.recover(lost), tried, counted=False
                )
                cannot_tell = None
            except OutcomeUnknown as unknown:
                cannot_tell = unknown
                continue
            except StudioError as fault:
                # The history does not answer: the call is as unknown as it was.
                raise OutcomeUnknown(
                    f"An answer was lost, and the provider's history cannot be asked: {fault.message}",
                    remedy="Ask again later: the history is asked first, and nothing is bought twice.",
                ) from fault
            if found is not None:
                tell("The lost answer was found in the provider's history; nothing is bought again.")
                return found
        if cannot_tell is not None:
            raise cannot_tell
        return None


def _log_attempt(text: str, *, code: str, due_at: datetime) -> None:
    _log.info("%s (%s, next at %s)", text, code, due_at)


@contextlib.asynccontextmanager
async def _renewing(records: Reservations[Any, Any], reservation: Reservation[Any]) -> AsyncIterator[None]:
    """Keep a reservation while its call waits for a place, for its next attempt, or for the provider."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            await asyncio.to_thread(records.renew, reservation)

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()


def require_price(desk: Desk, provider: str, model: str) -> Price:
    """The price of a model today. Raises `Refused` when it is not known: a cap cannot hold on a guess."""
    return desk.prices().require(provider, model, datetime.now(UTC).date())
