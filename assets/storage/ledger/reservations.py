"""Reservations: each piece is reserved before it is made, and known from then on; what was paid for is never lost.

Takes and written sections are kept in tables of their own, by this one set of rules.
"""

from __future__ import annotations

import uuid
from abc import abstractmethod
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update

from assets.domain.costs import Caps
from assets.domain.holders import Holder, is_gone
from assets.domain.pieces import EarlierCall, Held, PieceRequest, Reservation
from assets.storage.ledger.books import Books
from assets.storage.ledger.spending import Kind, OpenReservation, Spending
from assets.storage.ledger.work import Work
from assets.storage.processes import this_process

RESERVED, STORED = "reserved", "stored"
NO_CAPS = Caps()
LEASE_SECONDS = 120.0
_NO_TAKER = {"holder_host": None, "holder_pid": None, "holder_started": None, "lease_expires_at": None}

Request = TypeVar("Request", bound=PieceRequest)
Stored = TypeVar("Stored")


class Reservations(Generic[Request, Stored]):
    """The record of one kind of piece."""

    def __init__(self, books: Books, spending: Spending, table: Table) -> None:
        self._books = books
        self._spending = spending
        self._table = table
        # Made once, as those of `statements.py` are.
        self._of_key = select(table).where(table.c.key == bindparam("of_key"))
        self._new = insert(table)
        self._change = update(table).where(table.c.key == bindparam("of_key"))

    @abstractmethod
    def _described(self, request: Request) -> dict[str, Any]:
        """The columns that say what is wanted, before it is there."""

    @abstractmethod
    def _stored(self, row: Row[Any]) -> Stored:
        """The piece of a row whose state is `stored`."""

    def reserve(
        self, request: Request, work: Work | None, *, lease_seconds: float = LEASE_SECONDS, caps: Caps = NO_CAPS
    ) -> Stored | Held | Reservation[Request]:
        """The right to make a piece, unless it is made already or being made by a living process.

        The lease lasts until `renew`. A reservation is a sign of life of the work, so it raises `ClaimLost` or
        `Cancelled` before anything is bought for a narration that is not this work's any more, and `BudgetExceeded`
        when the money that may be spent would not suffice. Without work it is made for its own sake.
        """
        if (known := self.get(request.key)) is not None:
            return known
        answer: Stored | Held | Reservation[Request] | None = None

        def change(tx: Connection, _claim: Row[Any] | None = None) -> None:
            nonlocal answer
            holder, claim_id = (work.holder, work.claim_id) if work is not None else (this_process(), "")
            answer = self._reserve(tx, request, holder, claim_id, lease_seconds, caps)

        if work is not None:
            work.sign_of_life(change)
        else:
            with self._books.database.writing() as tx:
                change(tx)
        assert answer is not None
        return answer

    def _reserve(
        self, tx: Connection, request: Request, holder: Holder, claim_id: str, lease_seconds: float, caps: Caps
    ) -> Stored | Held | Reservation[Request]:
        columns = self._table.c
        row = self._row(tx, request.key)
        if row is not None:
            m = row._mapping
            if m[columns.state] == STORED:
                return self._stored(row)
            if (other := self._taker(row)) is not None and not self._is_abandoned(row):
                return Held(other)
            self._give_up(tx, row)
            tx.execute(delete(self._table).where(columns.key == request.key))
        self._spending.require_room(tx, request.estimate_micros, caps, claim_id)
        unsettled = self._spending.open_reservations(tx, request.key)
        reservation = Reservation(
            id=str(uuid.uuid4()),
            request=request,
            claim_id=claim_id,
            earlier=EarlierCall(
                unsettled[-1].id, unsettled[-1].estimate_micros, unsettled[0].reserved_at, others=len(unsettled) - 1
            )
            if unsettled
            else None,
        )
        now = self._books.clock()
        tx.execute(
            self._new,
            {
                "key": request.key,
                "state": RESERVED,
                "reservation_id": reservation.id,
                "claim_id": claim_id,
                "estimate_micros": request.estimate_micros,
                "holder_host": holder.host,
                "holder_pid": holder.pid,
                "holder_started": holder.started,
                "lease_expires_at": now + timedelta(seconds=lease_seconds),
                "cost_micros": 0,
                "request_id": "",
                "created_at": now,
                **self._described(request),
            },
        )
        self._spending.write(tx, Kind.RESERVED, reservation.id, request, claim_id, held_micros=request.estimate_micros)
        return reservation

    def renew(self, reservation: Reservation[Request], lease_seconds: float = LEASE_SECONDS) -> None:
        """A sign of life of whoever makes the piece: it waits for its turn, or for the provider."""
        with self._books.database.writing() as tx:
            tx.execute(
                update(self._table)
                .where(
                    self._table.c.key == reservation.request.key,
                    self._table.c.state == RESERVED,
                    self._table.c.reservation_id == reservation.id,
                    self._table.c.holder_host.is_not(None),
                )
                .values(lease_expires_at=self._books.clock() + timedelta(seconds=lease_seconds))
            )

    def release(self, reservation: Reservation[Request], *, unknown: bool = False) -> None:
        """The call failed: nothing was made, or, with `unknown`, it may have been made and billed all the same.

        The piece may be reserved anew. Money of an unknown outcome stays set aside.
        """
        with self._books.database.writing() as tx:
            still_lost = unknown
            for each in self._spending.open_reservations(tx, reservation.request.key):
                if each.id != reservation.id:
                    still_lost = still_lost or each.unknown
                elif not each.unknown:
                    if unknown:
                        self._spending.write(tx, Kind.UNKNOWN, each.id, reservation.request, reservation.claim_id)
                    else:
                        self._release(tx, each, reservation.request)
            mine = (
                self._table.c.key == reservation.request.key,
                self._table.c.state == RESERVED,
                self._table.c.reservation_id == reservation.id,
            )
            if still_lost:
                # The row stays, held by nobody: it says what was asked for, to whoever settles it.
                tx.execute(update(self._table).where(*mine).values(**_NO_TAKER))
            else:
                tx.execute(delete(self._table).where(*mine))

    def never_made(self, reservation: Reservation[Request]) -> None:
        """The provider's history says that the earlier calls for this piece were never carried out: no money is due."""
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, reservation.request.key):
                if each.id != reservation.id and each.unknown:
                    self._release(tx, each, reservation.request)

    def only_one_made(self, reservation: Reservation[Request]) -> None:
        """Of several earlier calls for this piece the provider's history has one: no money is due for the others."""
        with self._books.database.writing() as tx:
            opened = self._spending.open_reservations(tx, reservation.request.key)
            earlier = [each for each in opened if each.id != reservation.id and each.unknown]
            for each in earlier[:-1]:  # whoever keeps what was found settles the latest
                self._release(tx, each, reservation.request)

    def mark_lost(self) -> None:
        """Say of every piece whose maker is gone that nobody knows what became of its call."""
        with self._books.database.writing() as tx:
            for row in tx.execute(select(self._table).where(self._table.c.state == RESERVED)).all():
                if self._is_abandoned(row):
                    self._give_up(tx, row)
                    tx.execute(
                        update(self._table)
                        .where(self._table.c.key == row._mapping[self._table.c.key])
                        .values(**_NO_TAKER)
                    )

    def described(self, key: str) -> dict[str, Any] | None:
        """What is recorded of a piece, made or not, by column; None when nothing is."""
        with self._books.database.reading() as tx:
            row = self._row(tx, key)
        return None if row is None else {column.name: row._mapping[column] for column in self._table.c}

    def discard(self, key: str) -> None:
        """The files of a known piece are missing or damaged: forget it, so that it is made again when it is needed."""
        with self._books.database.writing() as tx:
            tx.execute(delete(self._table).where(self._table.c.key == key, self._table.c.state == STORED))

    def get(self, key: str) -> Stored | None:
        """A known piece; None when it was never made or is being made."""
        with self._books.database.reading() as tx:
            row = self._row(tx, key)
        return self._stored(row) if row is not None and row._mapping[self._table.c.state] == STORED else None

    def is_being_made(self, key: str) -> bool:
        """Whether a living process has reserved this piece."""
        with self._books.database.reading() as tx:
            row = self._row(tx, key)
        return row is not None and row._mapping[self._table.c.state] == RESERVED and not self._is_abandoned(row)

    def known(self, keys: list[str]) -> dict[str, int]:
        """Which of these pieces are made already, and what each cost, for saying beforehand what must be bought."""
        found: dict[str, int] = {}
        with self._books.database.reading() as tx:
            for first in range(0, len(keys), 500):
                some = keys[first : first + 500]
                for row in tx.execute(
                    select(self._table.c.key, self._table.c.cost_micros).where(
                        self._table.c.key.in_(some), self._table.c.state == STORED
                    )
                ):
                    found[row.key] = row.cost_micros
        return found

    def all(self) -> Iterator[Stored]:
        """Every known piece, read in portions."""
        last = ""
        while True:
            with self._books.database.reading() as tx:
                rows = tx.execute(
                    select(self._table)
                    .where(self._table.c.key > last, self._table.c.state == STORED)
                    .order_by(self._table.c.key)
                    .limit(1000)
                ).all()
            if not rows:
                return
            for row in rows:
                last = row._mapping[self._table.c.key]
                yield self._stored(row)

    # What the kinds share when something was made

    def _settle_and_keep(
        self, reservation: Reservation[Request], request: Request, cost: int, request_id: str, facts: dict[str, Any]
    ) -> Stored:
        """Bound to the reservation and not to the claim: what was paid for is kept even when the narration was
        cancelled or taken over meanwhile, and even when another process took over the reservation.
        """  # noqa: D205
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, request.key):
                if each.id == reservation.id:
                    self._settle(tx, each, request, cost, request_id)
            return self._keep(tx, request, reservation.claim_id, cost, request_id, facts)

    def _adopt(
        self, reservation: Reservation[Request], request: Request, cost: int, request_id: str, facts: dict[str, Any]
    ) -> Stored:
        """It was there already: settle the earlier call with what it cost, give this reservation back unused."""
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, request.key):
                if each.id == reservation.id:
                    self._release(tx, each, reservation.request)
            self._settle_latest(tx, request, cost, request_id)
            return self._keep(tx, request, reservation.claim_id, cost, request_id, facts)

    def _adopt_found(self, request: Request, cost: int, request_id: str, facts: dict[str, Any]) -> bool:
        with self._books.database.writing() as tx:
            row = self._row(tx, request.key)
            if row is not None and (row._mapping[self._table.c.state] == STORED or not self._is_abandoned(row)):
                return False
            claim_id = row._mapping[self._table.c.claim_id] if row is not None else ""
            self._settle_latest(tx, request, cost, request_id)
            self._keep(tx, request, claim_id, cost, request_id, facts)
            return True

    def _spoiled(self, reservation: Reservation[Request], cost: int, request_id: str, *, earlier: bool) -> None:
        """Settle a call whose answer is not kept: this reservation's, or, with `earlier`, the one before it."""
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, reservation.request.key):
                if each.id == reservation.id:
                    if earlier:
                        self._release(tx, each, reservation.request)
                    else:
                        self._settle(tx, each, reservation.request, cost, request_id)
            if earlier:
                self._settle_latest(tx, reservation.request, cost, request_id)
            tx.execute(
                delete(self._table).where(
                    self._table.c.key == reservation.request.key,
                    self._table.c.state == RESERVED,
                    self._table.c.reservation_id == reservation.id,
                )
            )

    def _row(self, tx: Connection, key: str) -> Row[Any] | None:
        return tx.execute(self._of_key, {"of_key": key}).one_or_none()

    def _taker(self, row: Row[Any]) -> Holder | None:
        m, c = row._mapping, self._table.c
        return Holder(m[c.holder_host], m[c.holder_pid], m[c.holder_started]) if m[c.holder_host] is not None else None

    def _is_abandoned(self, row: Row[Any]) -> bool:
        holder = self._taker(row)
        if holder is None:
            return True
        return is_gone(self._books.alive(holder), row._mapping[self._table.c.lease_expires_at], self._books.clock())

    def _give_up(self, tx: Connection, row: Row[Any]) -> None:
        """Mark the call of an abandoned row as unknown, once."""
        m, c = row._mapping, self._table.c
        for each in self._spending.open_reservations(tx, m[c.key]):
            if each.id == m[c.reservation_id] and not each.unknown:
                # What costs nothing needs nobody to find out what became of it.
                self._spending.give_up(tx, each.id, unknown=each.estimate_micros > 0)

    def _settle_latest(self, tx: Connection, request: Request, cost: int, request_id: str) -> None:
        """Whoever made the piece was the last to reserve it."""
        for each in self._spending.open_reservations(tx, request.key)[-1:]:
            self._settle(tx, each, request, cost, request_id)

    def _settle(
        self, tx: Connection, reservation: OpenReservation, request: Request, cost: int, request_id: str
    ) -> None:
        self._spending.write(
            tx,
            Kind.SETTLED,
            reservation.id,
            request,
            reservation.claim_id,
            micros=cost,
            held_micros=-reservation.estimate_micros,
            request_id=request_id,
        )

    def _release(self, tx: Connection, reservation: OpenReservation, request: Request) -> None:
        self._spending.write(
            tx, Kind.RELEASED, reservation.id, request, reservation.claim_id, held_micros=-reservation.estimate_micros
        )

    def _keep(
        self, tx: Connection, request: Request, claim_id: str, cost: int, request_id: str, facts: dict[str, Any]
    ) -> Stored:
        row, now = self._row(tx, request.key), self._books.clock()
        if row is not None and row._mapping[self._table.c.state] == STORED:
            return self._stored(row)
        values = {
            "state": STORED,
            **_NO_TAKER,
            **self._described(request),
            **facts,
            "cost_micros": cost,
            "request_id": request_id[:200],
            "stored_at": now,
        }
        if row is None:
            fresh = {"reservation_id": "", "claim_id": claim_id, "estimate_micros": 0, "created_at": now}
            tx.execute(self._new, {"key": request.key, **fresh, **values})
        else:
            tx.execute(self._change, {"of_key": request.key, **values})
        kept = self._row(tx, request.key)
        assert kept is not None
        return self._stored(kept)
