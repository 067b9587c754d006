"""Approvals: scripts that a person has read and found fit to be spoken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import approvals


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a script, and when."""

    by: str
    at: datetime


class Approvals:
    """Approvals by the fingerprint of the script: an edit, or another text, needs another one; other voices do not."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def of(self, script_fingerprint: str) -> Approval | None:
        """The approval of a script, or None."""
        with self._books.database.reading() as tx:
            row = tx.execute(
                select(approvals).where(approvals.c.script_fingerprint == script_fingerprint)
            ).one_or_none()
        return Approval(row.approved_by, row.approved_at) if row is not None else None

    def give(self, script_fingerprint: str, *, by: str) -> Approval:
        """Approve a script. The first approval stays when there is one already."""
        with self._books.database.writing() as tx:
            there = tx.execute(
                select(approvals).where(approvals.c.script_fingerprint == script_fingerprint)
            ).one_or_none()
            if there is not None:
                return Approval(there.approved_by, there.approved_at)
            now = self._books.clock()
            tx.execute(
                insert(approvals).values(script_fingerprint=script_fingerprint, approved_by=by[:200], approved_at=now)
            )
            return Approval(by[:200], now)
