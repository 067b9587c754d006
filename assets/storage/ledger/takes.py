"""Takes: each is reserved before it is made, and known from then on; what was paid for is never lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from assets.domain.costs import Caps
from assets.domain.holders import is_gone
from assets.domain.narrations import FileFacts
from assets.domain.takes import EarlierCall, Reservation, StoredTake, Take, TakeHeld, TakeRequest
from assets.storage.ledger.books import Books
from assets.storage.ledger.rows import stored_take_of, taker_of
from assets.storage.ledger.schema import takes
from assets.storage.ledger.spending import Kind, OpenReservation, Spending
from assets.storage.ledger.work import Work

_RESERVED, _STORED = "reserved", "stored"
NO_CAPS = Caps()
_NO_TAKER = {"holder_host": None, "holder_pid": None, "holder_started": None, "lease_expires_at": None}


class Takes:
    """The record of takes; their audio is in the files."""

    def __init__(self, books: Books, spending: Spending) -> None:
        self._books = books
        self._spending = spending

    def reserve(
        self, request: TakeRequest, work: Work, *, lease_seconds: float = 120, caps: Caps = NO_CAPS
    ) -> StoredTake | TakeHeld | Reservation:
        """The right to make a take, unless it is made already or being made by a living process.

        The lease must be longer than a call can last. A reservation is a sign of life of the work, so it raises
        `ClaimLost` or `Cancelled` before anything is bought for a narration that is not this work's any more, and
        `BudgetExceeded` when the money that may be spent would not suffice.
        """
        if (known := self.get(request.key)) is not None:
            return known
        answer: StoredTake | TakeHeld | Reservation | None = None

        def change(tx: Connection, _claim: Row[Any]) -> None:
            nonlocal answer
            answer = self._reserve(tx, request, work, lease_seconds, caps)

        work.sign_of_life(change)
        assert answer is not None
        return answer

    def _reserve(
        self, tx: Connection, request: TakeRequest, work: Work, lease_seconds: float, caps: Caps
    ) -> StoredTake | TakeHeld | Reservation:
        row = self._row(tx, request.key)
        if row is not None:
            m = row._mapping
            if m[takes.c.state] == _STORED:
                return stored_take_of(row)
            if (holder := taker_of(row)) is not None and not self._is_abandoned(row):
                return TakeHeld(holder)
            left = m[takes.c.reservation_id]
            self._spending.write(tx, Kind.UNKNOWN, left, request, m[takes.c.claim_id])
            tx.execute(delete(takes).where(takes.c.key == request.key))
        self._spending.require_room(tx, request.estimate_micros, caps)
        unsettled = self._spending.open_reservations(tx, request.key)
        reservation = Reservation(
            id=str(uuid.uuid4()),
            request=request,
            claim_id=work.claim_id,
            earlier=EarlierCall(unsettled[-1].id, unsettled[-1].estimate_micros, unsettled[-1].reserved_at)
            if unsettled
            else None,
        )
        tx.execute(
            insert(takes).values(
                key=request.key,
                state=_RESERVED,
                reservation_id=reservation.id,
                claim_id=work.claim_id,
                estimate_micros=request.estimate_micros,
                holder_host=work.holder.host,
                holder_pid=work.holder.pid,
                holder_started=work.holder.started,
                lease_expires_at=self._books.clock() + timedelta(seconds=lease_seconds),
                provider=request.provider,
                model=request.model,
                voice=request.voice,
                locale=request.locale,
                text=request.text,
                characters=request.characters,
                sample_rate=0,
                samples=0,
                size=0,
                sha256="",
                cost_micros=0,
                request_id="",
                created_at=self._books.clock(),
            )
        )
        self._spending.write(
            tx, Kind.RESERVED, reservation.id, request, work.claim_id, held_micros=request.estimate_micros
        )
        return reservation

    def store(self, reservation: Reservation, take: Take, facts: FileFacts) -> StoredTake:
        """The take is made and its files are durable: it is known, and its money is spent.

        This is bound to the reservation and not to the claim: a take that was paid for is kept even when the narration
        was cancelled or taken over meanwhile, and even when another process took over the reservation.
        """
        made = replace(take, size=facts.size, sha256=facts.sha256)
        with self._books.database.writing() as tx:
            still_open = {each.id: each for each in self._spending.open_reservations(tx, take.key)}
            if reservation.id in still_open:
                self._settle(tx, still_open[reservation.id], made)
            return self._keep(tx, made, reservation.claim_id)

    def adopt(self, reservation: Reservation, take: Take) -> StoredTake:
        """The take was found in the files: the process that made it died before it could say so.

        The call of that process is settled with what it cost; this reservation is given back unused.
        """
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, take.key):
                if each.id == reservation.id:
                    self._release(tx, each, reservation.request)
            self._settle_latest(tx, take)
            return self._keep(tx, take, reservation.claim_id)

    def adopt_found(self, take: Take) -> bool:
        """Make a take known that was found in the files, when nobody living is making it and it is not known yet."""
        with self._books.database.writing() as tx:
            row = self._row(tx, take.key)
            if row is not None and (row._mapping[takes.c.state] == _STORED or not self._is_abandoned(row)):
                return False
            claim_id = row._mapping[takes.c.claim_id] if row is not None else ""
            self._settle_latest(tx, take)
            self._keep(tx, take, claim_id)
            return True

    def release(self, reservation: Reservation, *, unknown: bool = False) -> None:
        """The call failed: nothing was made, or, with `unknown`, it may have been made and billed all the same.

        The take may be reserved anew. Money of an unknown outcome stays set aside.
        """
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, reservation.request.key):
                if each.id == reservation.id and not each.unknown:
                    if unknown:
                        self._spending.write(tx, Kind.UNKNOWN, each.id, reservation.request, reservation.claim_id)
                    else:
                        self._release(tx, each, reservation.request)
            tx.execute(
                delete(takes).where(
                    takes.c.key == reservation.request.key,
                    takes.c.state == _RESERVED,
                    takes.c.reservation_id == reservation.id,
                )
            )

    def never_made(self, reservation: Reservation) -> None:
        """The provider's history says that the earlier calls for this take were never carried out: no money is due."""
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, reservation.request.key):
                if each.id != reservation.id and each.unknown:
                    self._release(tx, each, reservation.request)

    def spoiled(self, reservation: Reservation, take: Take) -> None:
        """The call was carried out and billed, and what came is not fit to be heard: paid for, and not kept."""
        with self._books.database.writing() as tx:
            for each in self._spending.open_reservations(tx, reservation.request.key):
                if each.id == reservation.id:
                    self._settle(tx, each, take)
            tx.execute(
                delete(takes).where(
                    takes.c.key == reservation.request.key,
                    takes.c.state == _RESERVED,
                    takes.c.reservation_id == reservation.id,
                )
            )

    def discard(self, key: str) -> None:
        """The files of a known take are missing or damaged: forget it, so that it is made again when it is needed."""
        with self._books.database.writing() as tx:
            tx.execute(delete(takes).where(takes.c.key == key, takes.c.state == _STORED))

    def get(self, key: str) -> StoredTake | None:
        """A known take; None when it was never made or is being made."""
        with self._books.database.reading() as tx:
            row = self._row(tx, key)
        return stored_take_of(row) if row is not None and row._mapping[takes.c.state] == _STORED else None

    def is_being_made(self, key: str) -> bool:
        """Whether a living process has reserved this take."""
        with self._books.database.reading() as tx:
            row = self._row(tx, key)
        return row is not None and row._mapping[takes.c.state] == _RESERVED and not self._is_abandoned(row)

    def known(self, keys: list[str]) -> frozenset[str]:
        """Which of these takes are made already, for saying beforehand what must be bought."""
        found: set[str] = set()
        with self._books.database.reading() as tx:
            for first in range(0, len(keys), 500):
                some = keys[first : first + 500]
                found.update(tx.scalars(select(takes.c.key).where(takes.c.key.in_(some), takes.c.state == _STORED)))
        return frozenset(found)

    def all(self) -> Iterator[StoredTake]:
        """Every known take, read in portions."""
        last = ""
        while True:
            with self._books.database.reading() as tx:
                rows = tx.execute(
                    select(takes).where(takes.c.key > last, takes.c.state == _STORED).order_by(takes.c.key).limit(1000)
                ).all()
            if not rows:
                return
            for row in rows:
                take = stored_take_of(row)
                last = take.key
                yield take

    def _row(self, tx: Connection, key: str) -> Row[Any] | None:
        return tx.execute(select(takes).where(takes.c.key == key)).one_or_none()

    def _is_abandoned(self, row: Row[Any]) -> bool:
        holder = taker_of(row)
        if holder is None:
            return True
        return is_gone(self._books.alive(holder), row._mapping[takes.c.lease_expires_at], self._books.clock())

    def _settle_latest(self, tx: Connection, take: Take) -> None:
        """Whoever made the take was the last to reserve it."""
        for each in self._spending.open_reservations(tx, take.key)[-1:]:
            self._settle(tx, each, take)

    def _settle(self, tx: Connection, reservation: OpenReservation, take: Take) -> None:
        self._spending.write(
            tx,
            Kind.SETTLED,
            reservation.id,
            _request_of(take),
            reservation.claim_id,
            micros=take.cost_micros,
            held_micros=-reservation.estimate_micros,
            request_id=take.request_id,
        )

    def _release(self, tx: Connection, reservation: OpenReservation, request: TakeRequest) -> None:
        self._spending.write(
            tx,
            Kind.RELEASED,
            reservation.id,
            request,
            reservation.claim_id,
            held_micros=-reservation.estimate_micros,
        )

    def _keep(self, tx: Connection, take: Take, claim_id: str) -> StoredTake:
        row, now = self._row(tx, take.key), self._books.clock()
        if row is not None and row._mapping[takes.c.state] == _STORED:
            return stored_take_of(row)
        facts = {
            "state": _STORED,
            **_NO_TAKER,
            "provider": take.provider,
            "model": take.model,
            "voice": take.voice,
            "locale": take.locale,
            "text": take.text,
            "characters": take.characters,
            "sample_rate": take.sample_rate,
            "samples": take.samples,
            "size": take.size,
            "sha256": take.sha256,
            "cost_micros": take.cost_micros,
            "request_id": take.request_id[:200],
            "stored_at": now,
        }
        if row is None:
            tx.execute(
                insert(takes).values(
                    key=take.key, reservation_id="", claim_id=claim_id, estimate_micros=0, created_at=now, **facts
                )
            )
        else:
            tx.execute(update(takes).where(takes.c.key == take.key).values(**facts))
        kept = self._row(tx, take.key)
        assert kept is not None
        return stored_take_of(kept)


def _request_of(take: Take) -> TakeRequest:
    return TakeRequest(take.key, take.provider, take.model, take.voice, take.locale, take.text)
