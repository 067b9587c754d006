"""Claims: asking for a narration, beginning the work in turn, stopping it, and seeing who waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, update

from assets.domain.claims import Claim, ClaimState, Ended, NotYet
from assets.domain.errors import Refused
from assets.domain.holders import Holder
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Asked, Failure, Narration, Version
from assets.domain.progress import Step
from assets.domain.states import Event
from assets.storage.ledger.asking import Asking, Request
from assets.storage.ledger.books import Books
from assets.storage.ledger.rows import (
    IS_LIVE,
    claim_of,
    claims_with_narrations,
    holder_of,
    key_of,
    narration_of,
    of_key,
    parameters_of,
)
from assets.storage.ledger.schema import claims, narrations
from assets.storage.ledger.statements import CHANGE_CLAIM, CLAIM, NARRATION
from assets.storage.ledger.work import Work

WAITED_FOR = timedelta(seconds=10)
"""A pending claim keeps its turn for this long after somebody last tried to start it."""

PATIENCE = timedelta(minutes=10)
"""A claim that is kept at the door for this long counts as of the next higher priority: a batch is never starved."""

_AT_A_TIME = 500
_HOLDERS: Select[Any] = select(
    claims.c.holder_host, claims.c.holder_pid, claims.c.holder_started, claims.c.lease_expires_at
).where(IS_LIVE, claims.c.holder_pid.is_not(None), claims.c.step.not_in([Step.JOINING.value, Step.CHECKING.value]))
_TURNS = (claims.c.priority.desc(), claims.c.asked_at, claims.c.id)


class Claims:
    """The right to work on narrations: at most one live claim each, at most so many at work over all processes.

    Turns go by priority, then by age; whoever has stood at the door for long gains in priority (`PATIENCE`). A claim
    can only be started by whoever comes for it, so its turn is kept only while somebody keeps coming: those that nobody
    tried to start within `WAITED_FOR` do not hold up the others, and have their old place again as soon as somebody
    does.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._asking = Asking(books)

    def ask(
        self,
        key: NarrationKey,
        fingerprint: str,
        *,
        verify: Callable[[Version], bool],
        force: bool = False,
        requested_by: str = "",
        priority: int = 0,
        approval: bool = False,
        run_id: str = "",
    ) -> Asked:
        """Ask for a narration that has this fingerprint.

        `FRESH`: it is published, or an earlier version is exactly it and is current again from now on. `JOINED`: a
        claim is live; one that waits is aimed at this fingerprint, one whose process died waits again, and a
        cancellation that the work has not seen yet is withdrawn. `CLAIMED`: a new claim waits to be
        started. `verify` tells whether the files of a version are there; it is called outside of any
        transaction. A version that it denies is passed over. With `approval`, the work stops before speech until
        a person has approved the script. `run_id` is the run that is going to do it, where that is known.
        """
        return self._asking.ask(Request(key, fingerprint, force, requested_by, priority, approval, run_id), verify)

    def start(
        self,
        claim_id: str,
        holder: Holder,
        run_id: str = "",
        *,
        max_parallel: int,
        lease_seconds: float,
        gains: int = 0,
    ) -> Work | NotYet | Ended:
        """Begin the work of a claim in its turn, or take it over when the process that had it is gone.

        Call it again every second or two for as long as it says `NotYet`; `gains` is by how much its priority rises
        now, once for each `PATIENCE` that it has been kept waiting like that. Raises `Refused` for an unknown claim.
        """
        # Most of those who come find somebody at work, again and again: they need not stand in line to write.
        with self._books.database.reading() as tx:
            claim = self._row(tx, claim_id)
            if self._books.is_worked_on(claim):
                return NotYet(holder=holder_of(claim))
        with self._books.database.writing() as tx:
            claim = self._row(tx, claim_id)
            if self._books.is_worked_on(claim):
                return NotYet(holder=holder_of(claim))
            if holder_of(claim) is not None:
                self._free(tx, claim)
                claim = self._row(tx, claim_id)
            if claim._mapping[claims.c.state] != ClaimState.LIVE.value:
                return Ended(claim_of(claim), self._narration(tx, key_of(claim)))
            free = max(0, max_parallel - self._at_work(tx))
            ahead = self._waited_for_before(tx, claim)
            if ahead >= free:
                now, priority = self._books.clock(), claims.c.priority + gains
                tx.execute(update(claims).where(claims.c.id == claim_id).values(knocked_at=now, priority=priority))
                return NotYet(position=ahead - free + 1)
            self._begin(tx, claim, holder, run_id, lease_seconds)
            return Work(self._books, claim_of(self._row(tx, claim_id)), lease_seconds)

    def get(self, claim_id: str) -> Claim:
        """A claim, live or ended. Raises `Refused` when there is none of that id."""
        with self._books.database.reading() as tx:
            return claim_of(self._row(tx, claim_id))

    def submitted(self, claim_ids: str | Sequence[str], run_id: str) -> None:
        """A run was submitted for these claims. Without effect on those that are at work or have ended."""
        chosen = [claim_ids] if isinstance(claim_ids, str) else list(claim_ids)
        with self._books.database.writing() as tx:
            for start in range(0, len(chosen), _AT_A_TIME):
                tx.execute(
                    update(claims)
                    .where(claims.c.id.in_(chosen[start : start + _AT_A_TIME]), IS_LIVE, claims.c.holder_pid.is_(None))
                    .values(run_id=run_id)
                )

    def give_up(self, claim_id: str, failure: Failure) -> Narration:
        """Fail a claim whose run will never begin its work, or died in it.

        Without effect when a living process is at work: it will say itself how it ends. Raises `Refused`.
        """
        with self._books.database.writing() as tx:
            claim = self._row(tx, claim_id)
            if claim._mapping[claims.c.state] == ClaimState.LIVE.value and not self._books.is_worked_on(claim):
                self._books.fail(tx, claim, failure)
            return self._narration(tx, key_of(claim))

    def cancel(self, key: NarrationKey) -> Narration:
        """Stop the work on a narration: at once when nobody is at it, else at its next sign of life.

        Raises `Refused` when it is not being made.
        """
        with self._books.database.writing() as tx:
            claim = tx.execute(claims_with_narrations().where(*of_key(key), IS_LIVE)).one_or_none()
            if claim is None:
                raise Refused(f"{key} is not being made.", remedy="There is nothing to cancel.")
            m = claim._mapping
            if not self._books.is_worked_on(claim):
                self._books.cancel(tx, claim, "It was cancelled before work on it was finished.")
            elif not m[claims.c.cancel_requested]:
                tx.execute(update(claims).where(claims.c.id == m[claims.c.id]).values(cancel_requested=True))
                self._books.note(tx, m[narrations.c.id], m[claims.c.id], "cancelling", "Somebody asked to cancel it.")
            return self._narration(tx, key)

    def queue(self, *, limit: int | None = None) -> tuple[Claim, ...]:
        """The live claims: all at work, by their start, then the pending ones (at most `limit`) in their turns."""
        c = claims.c
        at_work = claims_with_narrations().where(IS_LIVE, c.holder_pid.is_not(None)).order_by(c.started_at, c.id)
        pending = claims_with_narrations().where(IS_LIVE, c.holder_pid.is_(None)).order_by(*_TURNS).limit(limit)
        with self._books.database.reading() as tx:
            return (
                *(claim_of(row) for row in tx.execute(at_work)),
                *(claim_of(row, position) for position, row in enumerate(tx.execute(pending), start=1)),
            )

    def unsubmitted(self, older_than: timedelta) -> tuple[Claim, ...]:
        """Pending claims that no run was submitted for, though they have waited for longer than this."""
        with self._books.database.reading() as tx:
            rows = tx.execute(
                claims_with_narrations()
                .where(
                    IS_LIVE,
                    claims.c.holder_pid.is_(None),
                    claims.c.run_id == "",
                    claims.c.waiting_since < self._books.clock() - older_than,
                )
                .order_by(*_TURNS)
            )
            return tuple(claim_of(row) for row in rows)

    def gone(self) -> tuple[Claim, ...]:
        """Claims at work whose process is gone."""
        with self._books.database.reading() as tx:
            rows = tx.execute(claims_with_narrations().where(IS_LIVE, claims.c.holder_pid.is_not(None))).all()
            return tuple(claim_of(row) for row in rows if not self._books.is_worked_on(row))

    def free(self, claim_id: str) -> None:
        """Put the claim of a process that is gone back to pending, or cancel it when that was asked for.

        Without effect when it is not so any more.
        """
        with self._books.database.writing() as tx:
            claim = self._row(tx, claim_id)
            live = claim._mapping[claims.c.state] == ClaimState.LIVE.value
            if live and holder_of(claim) is not None and not self._books.is_worked_on(claim):
                self._free(tx, claim)

    def _free(self, tx: Connection, claim: Row[Any]) -> None:
        if claim._mapping[claims.c.cancel_requested]:
            self._books.cancel(tx, claim, "It was cancelled; the process that worked on it is gone.")
        else:
            self._books.put_back(tx, claim, "The process that worked on it is gone; it waits to be taken up.")

    def _begin(self, tx: Connection, claim: Row[Any], holder: Holder, run_id: str, lease_seconds: float) -> None:
        m, now = claim._mapping, self._books.clock()
        attempts = m[narrations.c.attempts] + 1
        self._books.move(tx, m[narrations.c.id], m[narrations.c.status], Event.START, attempts=attempts)
        tx.execute(
            CHANGE_CLAIM,
            {
                "of_id": m[claims.c.id],
                "holder_host": holder.host,
                "holder_pid": holder.pid,
                "holder_started": holder.started,
                "lease_expires_at": now + timedelta(seconds=lease_seconds),
                "attempt": m[claims.c.attempt] + 1,
                "run_id": run_id or m[claims.c.run_id],
                "knocked_at": None,
                "started_at": now,
                "segments_total": 0,
                "segments_done": 0,
                "takes_bought": 0,
                "takes_reused": 0,
                "step": "",
                "sections_done": 0,
                "sections_total": 0,
                "joined": 0.0,
            },
        )
        again = f", for the {_ordinal(attempts)} time" if attempts > 1 else ""
        self._books.note(tx, m[narrations.c.id], m[claims.c.id], "started", f"Work began{again}.")

    def _at_work(self, tx: Connection) -> int:
        """How many places are taken by processes that live.

        What is being joined has given its place back: it waits for no provider, and nobody need wait for it.
        """
        rows = tx.execute(_HOLDERS).all()
        return sum(self._books.is_worked_on(row) for row in rows)

    def _waited_for_before(self, tx: Connection, claim: Row[Any]) -> int:
        """How many pending claims have their turn before this one and somebody who waits for it."""
        m, c = claim._mapping, claims.c
        older = or_(c.asked_at < m[c.asked_at], and_(c.asked_at == m[c.asked_at], c.id < m[c.id]))
        found = tx.scalar(
            select(func.count()).where(
                IS_LIVE,
                c.holder_pid.is_(None),
                c.knocked_at.is_not(None),
                c.knocked_at > self._books.clock() - WAITED_FOR,
                or_(c.priority > m[c.priority], and_(c.priority == m[c.priority], older)),
            )
        )
        return int(found or 0)

    def _row(self, tx: Connection, claim_id: str) -> Row[Any]:
        claim = tx.execute(CLAIM, {"of_id": claim_id}).one_or_none()
        if claim is None:
            raise Refused(f"There is no claim '{claim_id[:40]}'.", remedy="Ask for the narration again.")
        return claim

    def _narration(self, tx: Connection, key: NarrationKey) -> Narration:
        return narration_of(tx.execute(NARRATION, parameters_of(key)).one())


def _ordinal(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
