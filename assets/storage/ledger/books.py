"""What every part of the ledger writes with: the database, the time, and who lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from assets.domain.claims import ClaimState
from assets.domain.holders import Holder, is_gone
from assets.domain.narrations import Failure
from assets.domain.states import Event, Status, after
from assets.storage.ledger.database import Database
from assets.storage.ledger.rows import holder_of
from assets.storage.ledger.schema import claims, narrations
from assets.storage.ledger.statements import CHANGE_CLAIM, END_CLAIM, MOVE_NARRATION, NEW_EVENT

NO_FAILURE = {"failure_code": "", "failure_message": "", "failure_remedy": ""}
_NO_HOLDER = {"holder_host": None, "holder_pid": None, "holder_started": None, "lease_expires_at": None}


@dataclass(frozen=True, slots=True)
class Books:
    """The few steps that all changes are made of; each happens inside a transaction of the caller.

    Rows passed in are of `claims_with_narrations`, read within the same writing transaction.
    """

    database: Database
    clock: Callable[[], datetime]
    alive: Callable[[Holder], bool | None]

    def is_worked_on(self, claim: Row[Any]) -> bool:
        """Whether somebody living is at work on a claim."""
        holder = holder_of(claim)
        lease = claim._mapping[claims.c.lease_expires_at]
        return holder is not None and not is_gone(self.alive(holder), lease, self.clock())

    def note(
        self,
        tx: Connection,
        narration_id: int,
        claim_id: str,
        kind: str,
        text: str,
        *,
        code: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """Write a line into the timeline of a narration."""
        line = {"narration_id": narration_id, "claim_id": claim_id, "at": self.clock(), "kind": kind}
        tx.execute(NEW_EVENT, {**line, "text": text[:1000], "code": code, "due_at": due_at})

    def move(self, tx: Connection, narration_id: int, status: str, event: Event, **changes: object) -> Status:
        """Take a narration from a status to the one after an event. Raises `IllegalTransition`."""
        new = after(Status(status), event)
        which = {"of_id": narration_id, "of_status": str(status)}
        moved = tx.execute(MOVE_NARRATION, {**which, "status": new.value, "updated_at": self.clock(), **changes})
        assert moved.rowcount == 1, "the status was read in this transaction"
        return new

    def put_back(self, tx: Connection, claim: Row[Any], why: str) -> None:
        """Make a claim pending again that nobody works on any more; anyone may start it."""
        m = claim._mapping
        self.move(tx, m[narrations.c.id], m[narrations.c.status], Event.RESUME)
        waits = {"of_id": m[claims.c.id], **_NO_HOLDER, "run_id": "", "waiting_since": self.clock()}
        tx.execute(CHANGE_CLAIM, waits)
        self.note(tx, m[narrations.c.id], m[claims.c.id], "resumed", why)

    def end(self, tx: Connection, claim_id: str, state: ClaimState, **changes: object) -> None:
        """Close a claim for good."""
        ended = {"state": state.value, "ended_at": self.clock(), "knocked_at": None, **_NO_HOLDER, **changes}
        tx.execute(END_CLAIM, {"of_id": claim_id, **ended})

    def cancel(self, tx: Connection, claim: Row[Any], why: str) -> None:
        """Cancel a live claim and its narration; a published version stays and plays on."""
        m = claim._mapping
        self.move(tx, m[narrations.c.id], m[narrations.c.status], Event.CANCEL)
        self.end(tx, m[claims.c.id], ClaimState.CANCELLED, cancel_requested=True)
        self.note(tx, m[narrations.c.id], m[claims.c.id], "cancelled", why)

    def hold(self, tx: Connection, claim: Row[Any], reason: Failure) -> None:
        """Close a live claim whose script is there and is to be approved; a published version stays and plays on."""
        m = claim._mapping
        why = columns_of(reason)
        self.move(tx, m[narrations.c.id], m[narrations.c.status], Event.HOLD, **why)
        self.end(tx, m[claims.c.id], ClaimState.CANCELLED, **why)
        self.note(tx, m[narrations.c.id], m[claims.c.id], "held", f"{reason.message} {reason.remedy}".strip())

    def fail(self, tx: Connection, claim: Row[Any], failure: Failure) -> None:
        """Close a live claim as failed, with the reason on the claim and on the narration."""
        m = claim._mapping
        reason = columns_of(failure)
        self.move(tx, m[narrations.c.id], m[narrations.c.status], Event.FAIL, **reason)
        self.end(tx, m[claims.c.id], ClaimState.FAILED, **reason)
        self.note(tx, m[narrations.c.id], m[claims.c.id], "failed", f"{failure.message} {failure.remedy}".strip())


def columns_of(failure: Failure) -> dict[str, str]:
    """A failure as the columns of a claim, a narration or an item of a batch."""
    return {
        "failure_code": failure.code[:40] or "error",
        "failure_message": failure.message,
        "failure_remedy": failure.remedy,
    }
