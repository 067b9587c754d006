"""Figures over the whole ledger, for whoever watches over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from assets.domain.claims import ClaimState
from assets.domain.states import Status
from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import calls, circuits, claims, narrations, spend, takes, versions


@dataclass(frozen=True, slots=True)
class Figures:
    """The ledger at one moment. Money is in micros, `seconds` is the length of all versions together."""

    statuses: dict[str, int]
    ended: dict[str, int]
    waiting: int
    at_work: int
    oldest_waiting: datetime | None
    calls: int
    resting: int
    versions: int
    seconds: float
    takes: int
    spent: int
    held: int


class Ledgerwide:
    """Counts and sums; it only reads and never waits for writers."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def reachable(self) -> None:
        """Do nothing but ask. Raises `Unwritable` or `Corrupt` when the ledger does not answer."""
        with self._books.database.reading() as tx:
            tx.execute(select(func.min(narrations.c.id)))

    def now(self) -> Figures:
        """All figures, of one moment."""
        live = claims.c.state == ClaimState.LIVE.value
        waits = (live, claims.c.holder_pid.is_(None))
        now = self._books.clock()
        with self._books.database.reading() as tx:
            by_status = select(narrations.c.status, func.count()).group_by(narrations.c.status)
            statuses: dict[str, int] = {row[0]: row[1] for row in tx.execute(by_status)}
            by_state = select(claims.c.state, func.count()).where(~live).group_by(claims.c.state)
            ended: dict[str, int] = {row[0]: row[1] for row in tx.execute(by_state)}
            number, seconds = tx.execute(select(func.count(), func.sum(versions.c.duration_seconds))).one()
            spent, held = tx.execute(select(func.sum(spend.c.micros), func.sum(spend.c.held_micros))).one()
            return Figures(
                statuses={status.value: statuses.get(status.value, 0) for status in Status},
                ended={s.value: ended.get(s.value, 0) for s in ClaimState if s is not ClaimState.LIVE},
                waiting=tx.scalar(select(func.count()).select_from(claims).where(*waits)) or 0,
                at_work=tx.scalar(select(func.count()).select_from(claims).where(live, claims.c.holder_pid.isnot(None)))
                or 0,
                oldest_waiting=tx.scalar(select(func.min(claims.c.waiting_since)).where(*waits)),
                calls=tx.scalar(select(func.count()).select_from(calls)) or 0,
                resting=tx.scalar(select(func.count()).select_from(circuits).where(circuits.c.open_until > now)) or 0,
                versions=number,
                seconds=float(seconds or 0.0),
                takes=tx.scalar(select(func.count()).select_from(takes).where(takes.c.state != "reserved")) or 0,
                spent=int(spent or 0),
                held=int(held or 0),
            )
