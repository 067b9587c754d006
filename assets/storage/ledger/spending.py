"""Spending: what was set aside, spent and given back. Lines are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select, update

from assets.domain.batches import batch_of
from assets.domain.costs import MICROS, Caps
from assets.domain.errors import BudgetExceeded
from assets.domain.pieces import LostCall, PieceRequest, Stage, Unsettled, Witness
from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import batches, spend
from assets.storage.ledger.statements import (
    ASKER_OF_CLAIM,
    CAP_OF_BATCH,
    LINES_OF_PIECE,
    NARRATION_OF_CLAIM,
    NEW_LINE,
    USED_SINCE,
)

_WITNESS_AT_MOST = timedelta(days=1)
unknown_lines = spend.alias("unknown_lines")


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

    def used(self, since: date) -> int:
        """What a cap is held against, in micros: what was spent since a day of UTC began, and all that is set aside.

        Money set aside counts on whatever day that was done.
        """
        with self._books.database.reading() as tx:
            return self._used(tx, since)

    def _used(self, tx: Connection, since: date) -> int:
        return int(tx.scalar(USED_SINCE, {"of_day": since}) or 0)

    def require_room(self, tx: Connection, micros: int, caps: Caps, claim_id: str) -> None:
        """See that a call that may cost so much stays within the caps, in the transaction that sets the money aside.

        They are those of day and month, and that of the batch that asked for the claim. Raises `BudgetExceeded`.
        """
        if micros == 0:
            return
        self._require_room_in_batch(tx, micros, claim_id)
        today = self._books.clock().date()
        for cap, since, name, setting in (
            (caps.per_day, today, "today", "STUDIO_BUDGET_USD_PER_DAY"),
            (caps.per_month, today.replace(day=1), "this month", "STUDIO_BUDGET_USD_PER_MONTH"),
        ):
            if cap is None:
                continue
            used = self._used(tx, since)
            if used + micros > cap:
                raise BudgetExceeded(
                    f"The next piece may cost ${micros / MICROS:.4f}, and of the {_dollars(cap)} for {name} "
                    f"${used / MICROS:.4f} are spent or set aside.",
                    remedy=f"Raise {setting}, or ask again when the time is over; what is finished is kept.",
                )

    def _require_room_in_batch(self, tx: Connection, micros: int, claim_id: str) -> None:
        batch_id = self._batch(tx, claim_id)
        row = batch_id and tx.execute(CAP_OF_BATCH, {"of_id": batch_id}).one_or_none()
        if row and row.cap_micros is not None and row.used_micros + micros > row.cap_micros:
            raise BudgetExceeded(
                f"The next piece may cost ${micros / MICROS:.4f}, and of the {_dollars(row.cap_micros)} for the "
                f"batch '{row.name}' ${row.used_micros / MICROS:.4f} are spent or set aside.",
                remedy="Go on with the batch under a higher cap; what is finished is kept.",
            )

    def _batch(self, tx: Connection, claim_id: str) -> str | None:
        return batch_of(tx.scalar(ASKER_OF_CLAIM, {"of_id": claim_id}) or "")

    def _count(self, tx: Connection, claim_id: str, micros: int) -> None:
        """Put money that was spent, set aside or given back on the account of the batch, if it is any batch's."""
        if micros and (batch_id := self._batch(tx, claim_id)):
            used = batches.c.used_micros + micros
            tx.execute(update(batches).where(batches.c.id == batch_id).values(used_micros=used))

    def write(
        self,
        tx: Connection,
        kind: Kind,
        reservation_id: str,
        request: PieceRequest,
        claim_id: str,
        *,
        micros: int = 0,
        held_micros: int = 0,
        request_id: str = "",
    ) -> None:
        """Add a line, within a transaction of the caller."""
        tx.execute(
            NEW_LINE,
            {
                "at": self._books.clock(),
                "kind": kind.value,
                "reservation_id": reservation_id,
                "micros": micros,
                "held_micros": held_micros,
                "characters": request.characters,
                "provider": request.provider,
                "model": request.model,
                "voice": request.voice,
                "take_key": request.key,
                "claim_id": claim_id,
                "narration_id": tx.scalar(NARRATION_OF_CLAIM, {"of_id": claim_id}),
                "request_id": request_id,
                "stage": request.stage.value,
            },
        )
        self._count(tx, claim_id, micros + held_micros)

    def give_up(self, tx: Connection, reservation_id: str, *, unknown: bool) -> None:
        """The maker of a piece is gone: nobody knows what became of its call, or nothing is due.

        Within a transaction of the caller.
        """
        reserved = self._reserved(tx, reservation_id)
        if reserved is not None:
            held = 0 if unknown else -reserved._mapping[spend.c.held_micros]
            kind = Kind.UNKNOWN if unknown else Kind.RELEASED
            self._copy(tx, reserved, kind, micros=0, held_micros=held, request_id="")

    def decide(self, reservation_id: str, *, paid: bool, request_id: str = "", micros: int | None = None) -> bool:
        """Settle an unknown call by what a person or the provider's history says; False when it is settled already.

        `micros` is what it cost, by default all that was set aside.
        """
        with self._books.database.writing() as tx:
            reserved = self._reserved(tx, reservation_id)
            if reserved is None or self._is_closed(tx, reservation_id):
                return False
            held = reserved._mapping[spend.c.held_micros]
            kind = Kind.SETTLED if paid else Kind.RELEASED
            cost = (held if micros is None else micros) if paid else 0
            self._copy(tx, reserved, kind, micros=cost, held_micros=-held, request_id=request_id)
            return True

    def unsettled(self) -> tuple[Unsettled, ...]:
        """The calls of which nobody knows what became of them, oldest first; their money is set aside."""
        closed = select(spend.c.reservation_id).where(
            spend.c.kind.in_([Kind.SETTLED.value, Kind.RELEASED.value]),
            spend.c.reservation_id == unknown_lines.c.reservation_id,
        )
        lost = select(unknown_lines.c.reservation_id).where(unknown_lines.c.kind == "unknown", ~closed.exists())
        with self._books.database.reading() as tx:
            rows = tx.execute(
                select(spend)
                .where(spend.c.kind == Kind.RESERVED.value, spend.c.reservation_id.in_(lost))
                .order_by(spend.c.id)
            ).all()
        return tuple(
            Unsettled(
                reservation_id=row.reservation_id,
                stage=Stage(row.stage),
                key=row.take_key,
                provider=row.provider,
                model=row.model,
                voice=row.voice,
                estimate_micros=row.held_micros,
                reserved_at=row.at,
                claim_id=row.claim_id,
            )
            for row in rows
        )

    def settled_calls(self, key: str) -> frozenset[str]:
        """The provider's names of the calls for a piece that are accounted for."""
        with self._books.database.reading() as tx:
            return frozenset(
                tx.scalars(
                    select(spend.c.request_id).where(
                        spend.c.take_key == key, spend.c.kind == Kind.SETTLED.value, spend.c.request_id != ""
                    )
                )
            )

    def lost_call(self, request: PieceRequest, since: datetime) -> LostCall:
        """What is known of a call for a piece that was made after a moment and whose answer was lost."""
        with self._books.database.reading() as tx:
            row = tx.execute(
                select(spend.c.take_key, spend.c.request_id, spend.c.at)
                .where(
                    spend.c.kind == Kind.SETTLED.value,
                    spend.c.provider == request.provider,
                    spend.c.model == request.model,
                    spend.c.voice == request.voice,
                    spend.c.request_id != "",
                    spend.c.at >= since - _WITNESS_AT_MOST,
                )
                .order_by(spend.c.id.desc())
                .limit(1)
            ).one_or_none()
        witness = Witness(row.take_key, row.request_id, row.at) if row is not None else None
        return LostCall(since, self.settled_calls(request.key), witness)

    def of_claim(self, claim_id: str) -> dict[Stage, tuple[int, int]]:
        """For each stage, how many calls were paid for a claim and what they cost, in micros."""
        with self._books.database.reading() as tx:
            rows = tx.execute(
                select(spend.c.stage, func.count(), func.coalesce(func.sum(spend.c.micros), 0))
                .where(spend.c.claim_id == claim_id, spend.c.kind == Kind.SETTLED.value)
                .group_by(spend.c.stage)
            ).all()
        return {Stage(stage): (int(count), int(micros)) for stage, count, micros in rows}

    def _reserved(self, tx: Connection, reservation_id: str) -> Row[Any] | None:
        return tx.execute(
            select(spend).where(spend.c.reservation_id == reservation_id, spend.c.kind == Kind.RESERVED.value)
        ).one_or_none()

    def _is_closed(self, tx: Connection, reservation_id: str) -> bool:
        return bool(
            tx.scalar(
                select(func.count()).where(
                    spend.c.reservation_id == reservation_id,
                    spend.c.kind.in_([Kind.SETTLED.value, Kind.RELEASED.value]),
                )
            )
        )

    def _copy(
        self, tx: Connection, line: Row[Any], kind: Kind, *, micros: int, held_micros: int, request_id: str
    ) -> None:
        """A further line about the reservation of another."""
        kept = {c.name: line._mapping[c] for c in spend.c if c.name != "id"}
        changes = {"at": self._books.clock(), "kind": kind.value, "micros": micros}
        tx.execute(insert(spend).values({**kept, **changes, "held_micros": held_micros, "request_id": request_id}))
        self._count(tx, kept["claim_id"], micros + held_micros)

    def open_reservations(self, tx: Connection, take_key: str) -> list[OpenReservation]:
        """The reservations of a take that were neither settled nor released, oldest first."""
        rows = tx.execute(LINES_OF_PIECE, {"of_key": take_key}).all()
        closed = {row.reservation_id for row in rows if row.kind in {Kind.SETTLED.value, Kind.RELEASED.value}}
        unknown = {row.reservation_id for row in rows if row.kind == Kind.UNKNOWN.value}
        return [
            OpenReservation(row.reservation_id, row.held_micros, row.claim_id, row.reservation_id in unknown, row.at)
            for row in rows
            if row.kind == Kind.RESERVED.value and row.reservation_id not in closed
        ]


def _dollars(micros: int) -> str:
    """A cap as it was written: no rounding makes it more than what was spent."""
    whole, part = f"{micros / MICROS:.6f}".split(".")
    return f"${whole}.{part.rstrip('0').ljust(2, '0')}"
