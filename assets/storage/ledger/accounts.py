"""Provider accounts: how many calls are under way over all processes, and whether an account may be called at all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from assets.domain.circuits import Circuit
from assets.domain.holders import Holder, is_gone
from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import callers, calls, circuits

SOONER = timedelta(minutes=1)
"""What a step of priority is worth at the door of an account: whoever asks for one narration goes before a batch,
and no call of a batch waits for ever."""
_WAITS = timedelta(seconds=5)
"""A caller that has not knocked for so long waits no more: its process is gone."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the door of an account, and the moment that its turn goes by."""

    id: str
    turn: datetime


class Accounts:
    """The record of provider accounts."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def caller(self, priority: int = 0) -> Caller:
        """Whoever comes to the door now; each step of priority is as good as having come a minute sooner."""
        return Caller(str(uuid.uuid4()), self._books.clock() - priority * SOONER)

    def enter(
        self, account: str, holder: Holder, *, limit: int, lease_seconds: float, caller: Caller | None = None
    ) -> str | None:
        """A place for one call, or None while all are taken or others have their turn. Give it back with `leave`.

        A `caller` asks again every moment until it has one, or goes away with `give_up`: it is known to wait, and is
        not passed by those that come after it. The lease must be longer than a call can last; a place whose process
        is gone is free at once.
        """
        waits, caller = caller is not None, caller or self.caller()
        with self._books.database.reading() as tx:
            # Whoever waits looks often; only who may find a place, or must say that it waits, takes the ledger's pen.
            in_turn = self._is_its_turn(tx, account, caller, limit - len(self._places(tx, account)[0]))
            knocked_at = tx.scalar(select(callers.c.knocked_at).where(callers.c.id == caller.id))
        heard = knocked_at is not None and knocked_at > self._books.clock() - _WAITS / 2
        if not in_turn and (heard or not waits):
            return None
        with self._books.database.writing() as tx:
            now = self._books.clock()
            taken, lost = self._places(tx, account)
            if lost:
                tx.execute(delete(calls).where(calls.c.id.in_(lost)))
            if not self._is_its_turn(tx, account, caller, limit - len(taken)):
                if waits and knocked_at is None:
                    row = {"id": caller.id, "account": account, "turn": caller.turn, "knocked_at": now}
                    tx.execute(insert(callers), row)
                else:
                    tx.execute(update(callers).where(callers.c.id == caller.id).values(knocked_at=now))
                return None
            if knocked_at is not None:
                tx.execute(delete(callers).where(or_(callers.c.id == caller.id, callers.c.knocked_at < now - _WAITS)))
            place = str(uuid.uuid4())
            tx.execute(
                insert(calls).values(
                    id=place,
                    account=account,
                    holder_host=holder.host,
                    holder_pid=holder.pid,
                    holder_started=holder.started,
                    lease_expires_at=now + timedelta(seconds=lease_seconds),
                )
            )
            return place

    def give_up(self, caller: Caller) -> None:
        """It does not wait for a place any more."""
        with self._books.database.writing() as tx:
            tx.execute(delete(callers).where(callers.c.id == caller.id))

    def _is_its_turn(self, tx: Connection, account: str, caller: Caller, free: int) -> bool:
        """Whether of so many free places one is left for it, when all have theirs that wait and were sooner."""
        if free <= 0:
            return False
        c = callers.c
        sooner = or_(c.turn < caller.turn, and_(c.turn == caller.turn, c.id < caller.id))
        waiting = select(func.count()).where(c.account == account, c.knocked_at > self._books.clock() - _WAITS, sooner)
        return int(tx.scalar(waiting) or 0) < free

    def _places(self, tx: Connection, account: str) -> tuple[list[str], list[str]]:
        """The places of an account that are taken, and those whose call is over without a word."""
        now, taken, lost = self._books.clock(), list[str](), list[str]()
        for row in tx.execute(select(calls).where(calls.c.account == account)):
            other = Holder(row.holder_host, row.holder_pid, row.holder_started)
            over = is_gone(self._books.alive(other), row.lease_expires_at, now) or now > row.lease_expires_at
            (lost if over else taken).append(row.id)
        return taken, lost

    def leave(self, place: str) -> None:
        """The call is over, however it ended."""
        with self._books.database.writing() as tx:
            tx.execute(delete(calls).where(calls.c.id == place))

    def circuit(self, account: str) -> Circuit:
        """The circuit of an account as it stands."""
        with self._books.database.reading() as tx:
            return _circuit(tx, account)

    def circuits(self) -> tuple[Circuit, ...]:
        """The circuits of all accounts that have met a fault since their last success."""
        with self._books.database.reading() as tx:
            rows = tx.execute(select(circuits).order_by(circuits.c.account))
            return tuple(Circuit(r.account, r.faults, r.opened, r.open_until, r.why) for r in rows)

    def close_all(self) -> tuple[Circuit, ...]:
        """Let every account be called again at once, when the cause is mended; gives those that were open."""
        with self._books.database.writing() as tx:
            found = tx.execute(select(circuits).where(circuits.c.open_until.is_not(None))).all()
            tx.execute(delete(circuits))
        return tuple(Circuit(r.account, r.faults, r.opened, r.open_until, r.why) for r in found)

    def worked(self, account: str) -> None:
        """A call to the account worked: its circuit is closed."""
        with self._books.database.reading() as tx:
            if _circuit(tx, account) == Circuit(account):
                return
        with self._books.database.writing() as tx:
            tx.execute(delete(circuits).where(circuits.c.account == account))

    def failed(self, account: str, why: str, *, of_the_account: bool) -> Circuit:
        """A call to the account failed; the circuit after that."""
        with self._books.database.writing() as tx:
            after = _circuit(tx, account).after_fault(why, self._books.clock(), of_the_account=of_the_account)
            tx.execute(delete(circuits).where(circuits.c.account == account))
            tx.execute(
                insert(circuits).values(
                    account=account,
                    faults=after.faults,
                    opened=after.opened,
                    open_until=after.open_until,
                    why=after.why[:1000],
                )
            )
            return after


def _circuit(tx: Connection, account: str) -> Circuit:
    row = tx.execute(select(circuits).where(circuits.c.account == account)).one_or_none()
    return Circuit(account, row.faults, row.opened, row.open_until, row.why) if row else Circuit(account)
