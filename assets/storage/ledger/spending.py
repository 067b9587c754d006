"""Spending: what was set aside, spent and given back. Lines are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, case, func, insert, select

from assets.domain.costs import MICROS, Caps
from assets.domain.errors import BudgetExceeded
from assets.domain.takes import TakeRequest
from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import claims, spend


class Kind(StrEnum):
    """What a line of the record says."""

    RESERVED = "reserved"
    SETTLED = "settled"
    RELEASED = "released"
    UNKNOWN = "unknown"
    """The call may have been carried out and billed: its money stays set aside until it is settled or released."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Money in millionths of a US dollar: spent, and set aside but not decided yet; and for how many characters."""

    settled_micros: int
    held_micros: int
    settled_characters: int


@dataclass(frozen=True, slots=True)
class OpenReservation:
    """Money that is set aside for one call, and whether the outcome of that call is unknown."""

    id: str
    estimate_micros: int
    claim_id: str
    unknown: bool
    reserved_at: datetime


class Spending:
    """The record of spending."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def totals(self, *, since: datetime | None = None, provider: str | None = None) -> Spent:
        """The sums over all lines, or those since a moment or of one provider."""
        settled = spend.c.kind == Kind.SETTLED.value
        wanted = select(
            func.coalesce(func.sum(spend.c.micros), 0),
            func.coalesce(func.sum(spend.c.held_micros), 0),
            func.coalesce(func.sum(case((settled, spend.c.characters), else_=0)), 0),
        )
        if since is not None:
            wanted = wanted.where(spend.c.at >= since)
        if provider is not None:
            wanted = wanted.where(spend.c.provider == provider)
        with self._books.database.reading() as tx:
            micros, held, characters = tx.execute(wanted).one()
        return Spent(int(micros), int(held), int(characters))

    def require_room(self, tx: Connection, micros: int, caps: Caps) -> None:
        """See that a call that may cost so much stays within the caps, in the transaction that sets the money aside.

        Money set aside counts on whatever day that was done. Raises `BudgetExceeded`.
        """
        if micros == 0:
            return
        now = self._books.clock()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        held = int(tx.scalar(select(func.coalesce(func.sum(spend.c.held_micros), 0))) or 0)
        for cap, since, name, setting in (
            (caps.per_day, today, "today", "STUDIO_BUDGET_USD_PER_DAY"),
            (caps.per_month, today.replace(day=1), "this month", "STUDIO_BUDGET_USD_PER_MONTH"),
        ):
            if cap is None:
                continue
            settled = select(func.coalesce(func.sum(spend.c.micros), 0)).where(spend.c.at >= since)
            used = held + int(tx.scalar(settled) or 0)
            if used + micros > cap:
                raise BudgetExceeded(
                    f"The next piece may cost ${micros / MICROS:.4f}, and of the ${cap / MICROS:.2f} for {name} "
                    f"${used / MICROS:.4f} are spent or set aside.",
                    remedy=f"Raise {setting}, or ask again when the time is over; what is finished is kept.",
                )

    def write(
        self,
        tx: Connection,
        kind: Kind,
        reservation_id: str,
        request: TakeRequest,
        claim_id: str,
        *,
        micros: int = 0,
        held_micros: int = 0,
        request_id: str = "",
    ) -> None:
        """Add a line, within a transaction of the caller."""
        tx.execute(
            insert(spend).values(
                at=self._books.clock(),
                kind=kind.value,
                reservation_id=reservation_id,
                micros=micros,
                held_micros=held_micros,
                characters=request.characters,
                provider=request.provider,
                model=request.model,
                voice=request.voice,
                take_key=request.key,
                claim_id=claim_id,
                narration_id=tx.scalar(select(claims.c.narration_id).where(claims.c.id == claim_id)),
                request_id=request_id,
            )
        )

    def open_reservations(self, tx: Connection, take_key: str) -> list[OpenReservation]:
        """The reservations of a take that were neither settled nor released, oldest first."""
        rows = tx.execute(
            select(spend.c.kind, spend.c.reservation_id, spend.c.held_micros, spend.c.claim_id, spend.c.at)
            .where(spend.c.take_key == take_key)
            .order_by(spend.c.id)
        ).all()
        closed = {row.reservation_id for row in rows if row.kind in {Kind.SETTLED.value, Kind.RELEASED.value}}
        unknown = {row.reservation_id for row in rows if row.kind == Kind.UNKNOWN.value}
        return [
            OpenReservation(row.reservation_id, row.held_micros, row.claim_id, row.reservation_id in unknown, row.at)
            for row in rows
            if row.kind == Kind.RESERVED.value and row.reservation_id not in closed
        ]
