"""Asking for a narration: is it there, is it on its way, was it there before, or must it be made?"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import Connection, Row, insert

from assets.domain.claims import ClaimState
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Asked, Narration, Outcome, Version
from assets.domain.states import Event, Status, after
from assets.storage.ledger.books import NO_FAILURE, Books
from assets.storage.ledger.rows import (
    IS_LIVE,
    claims_with_narrations,
    narration_of,
    parameters_of,
    version_of,
    versions_with_narrations,
)
from assets.storage.ledger.schema import claims, narrations, versions
from assets.storage.ledger.statements import CHANGE_CLAIM, NARRATION, NEW_CLAIM


class _Step(Enum):
    VERIFY = auto()
    FRESH = auto()
    JOIN = auto()
    RESTORE = auto()
    CLAIM = auto()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done, and about which version; `changes` tells whether anything must be written for it."""

    step: _Step
    narration: Row[Any] | None
    claim: Row[Any] | None = None
    version: Version | None = None
    changes: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for."""

    key: NarrationKey
    fingerprint: str
    force: bool
    requested_by: str
    priority: int
    approval: bool = False
    run_id: str = ""


class Asking:
    """Decides what a request comes to.

    The decision is made on a consistent view and, when it needs a change, made once more inside the transaction that
    carries it out. Files are looked at outside of any transaction; what was learnt of a version's files
    serves both decisions.
    """

    def __init__(self, books: Books) -> None:
        self._books = books

    def ask(self, request: Request, verify: Callable[[Version], bool]) -> Asked:
        """Carry out a request; see `Claims.ask`."""
        verified: dict[int, bool] = {}
        while True:
            with self._books.database.reading() as tx:
                plan = self._plan(tx, request, verified)
                if not plan.changes and plan.step is not _Step.VERIFY:
                    return self._answer(plan, self._narration(tx, request.key))
            if plan.step is not _Step.VERIFY:
                with self._books.database.writing() as tx:
                    plan = self._plan(tx, request, verified)
                    if plan.step is not _Step.VERIFY:
                        return self._carry_out(tx, plan, request)
            assert plan.version is not None
            verified[plan.version.id] = verify(plan.version)

    def _plan(self, tx: Connection, request: Request, verified: dict[int, bool]) -> _Plan:
        row = tx.execute(NARRATION, parameters_of(request.key)).one_or_none()
        if row is None:
            return _Plan(_Step.CLAIM, None)
        m = row._mapping
        claim = tx.execute(
            claims_with_narrations().where(claims.c.narration_id == m[narrations.c.id], IS_LIVE)
        ).one_or_none()
        at_work = claim is not None and self._books.is_worked_on(claim)
        # Somebody who asked for it to be made anew gets that, even when another sees no need.
        insisted = claim is not None and bool(claim._mapping[claims.c.force])
        if not request.force:
            for version in self._candidates(tx, row, request.fingerprint):
                if version.id not in verified:
                    return _Plan(_Step.VERIFY, row, version=version)
                if not verified[version.id]:
                    continue
                current = version.id == m[narrations.c.current_version_id]
                settled = at_work or insisted or (claim is None and m[narrations.c.status] == Status.COMPLETED.value)
                if current and settled:
                    return _Plan(_Step.FRESH, row, version=version, changes=False)
                if not at_work and not insisted:
                    return _Plan(_Step.RESTORE, row, claim, version)
        if claim is None:
            return _Plan(_Step.CLAIM, row)
        return _Plan(_Step.JOIN, row, claim, changes=self._joining_changes(claim, request, at_work=at_work))

    def _candidates(self, tx: Connection, narration: Row[Any], fingerprint: str) -> list[Version]:
        """The versions that are what is asked for: the current one first, then the newest."""
        m = narration._mapping
        found = tx.execute(
            versions_with_narrations()
            .where(versions.c.narration_id == m[narrations.c.id], versions.c.fingerprint == fingerprint)
            .order_by((versions.c.id == m[narrations.c.current_version_id]).desc(), versions.c.number.desc())
        )
        return [version_of(row) for row in found]

    def _joining_changes(self, claim: Row[Any], request: Request, *, at_work: bool) -> bool:
        m = claim._mapping
        if at_work:
            return bool(m[claims.c.cancel_requested])
        return (
            m[claims.c.holder_host] is not None
            or m[claims.c.fingerprint] != request.fingerprint
            or (request.force and not m[claims.c.force])
            or request.priority > m[claims.c.priority]
            or (request.approval and not m[claims.c.approval])
            or bool(request.run_id and request.run_id != m[claims.c.run_id])
        )

    def _carry_out(self, tx: Connection, plan: _Plan, request: Request) -> Asked:
        if plan.step is _Step.RESTORE:
            assert plan.narration is not None
            assert plan.version is not None
            self.restore(tx, plan.narration, plan.claim, plan.version, "It is what is asked for again")
        elif plan.step is _Step.JOIN:
            self._join(tx, plan, request)
        elif plan.step is _Step.CLAIM:
            self._claim(tx, plan.narration, request)
        return self._answer(plan, self._narration(tx, request.key), request.fingerprint)

    def restore(self, tx: Connection, narration: Row[Any], claim: Row[Any] | None, version: Version, why: str) -> None:
        """Make a version current again; a claim that nobody works on is thereby done."""
        m = narration._mapping
        narration_id, status = m[narrations.c.id], m[narrations.c.status]
        was_current = version.id == m[narrations.c.current_version_id]
        claim_id = ""
        if claim is not None:
            if claim._mapping[claims.c.holder_host] is not None:
                self._books.put_back(tx, claim, "The process that worked on it is gone.")
                status = Status.PENDING.value
            claim_id = claim._mapping[claims.c.id]
            self._books.end(tx, claim_id, ClaimState.DONE, version_number=version.number)
        self._books.move(tx, narration_id, status, Event.RESTORE, current_version_id=version.id, **NO_FAILURE)
        plays = "still plays" if was_current else "plays again"
        self._books.note(tx, narration_id, claim_id, "restored", f"{why}: version {version.number} {plays}.")

    def _join(self, tx: Connection, plan: _Plan, request: Request) -> None:
        assert plan.claim is not None
        m = plan.claim._mapping
        changes: dict[str, object] = {"cancel_requested": False}
        if not self._books.is_worked_on(plan.claim):
            if m[claims.c.holder_host] is not None:
                self._books.put_back(tx, plan.claim, "The process that worked on it is gone; it waits to be taken up.")
            if m[claims.c.fingerprint] != request.fingerprint:
                self._note(tx, plan.claim, "The text changed before work on it began.")
            changes |= {
                "fingerprint": request.fingerprint,
                "force": bool(m[claims.c.force]) or request.force,
                "priority": max(m[claims.c.priority], request.priority),
                "approval": bool(m[claims.c.approval]) or request.approval,
                "run_id": request.run_id or m[claims.c.run_id],
            }
        if m[claims.c.cancel_requested]:
            self._note(tx, plan.claim, "It is asked for again; the cancellation is withdrawn.")
        tx.execute(CHANGE_CLAIM, {"of_id": m[claims.c.id], **changes})

    def _claim(self, tx: Connection, narration: Row[Any] | None, request: Request) -> None:
        now, claim_id = self._books.clock(), str(uuid.uuid4())
        if narration is None:
            narration_id = tx.scalar(
                insert(narrations)
                .values(
                    content=request.key.content.path,
                    locale=request.key.locale.tag,
                    voice=request.key.voice.name,
                    status=after(None, Event.ASK).value,
                    claim_id=claim_id,
                    attempts=0,
                    created_at=now,
                    updated_at=now,
                    **NO_FAILURE,
                )
                .returning(narrations.c.id)
            )
            assert narration_id is not None
        else:
            m = narration._mapping
            narration_id = m[narrations.c.id]
            begins_anew = (
                m[narrations.c.status] == Status.COMPLETED.value or m[claims.c.fingerprint] != request.fingerprint
            )
            attempts = 0 if begins_anew else m[narrations.c.attempts]
            self._books.move(
                tx,
                narration_id,
                m[narrations.c.status],
                Event.ASK,
                claim_id=claim_id,
                attempts=attempts,
                **NO_FAILURE,
            )
        tx.execute(
            NEW_CLAIM,
            {
                "id": claim_id,
                "narration_id": narration_id,
                "fingerprint": request.fingerprint,
                "force": request.force,
                "priority": request.priority,
                "approval": request.approval,
                "requested_by": request.requested_by[:200],
                "run_id": request.run_id,
                "state": ClaimState.LIVE.value,
                "attempt": 0,
                "cancel_requested": False,
                "segments_total": 0,
                "segments_done": 0,
                "takes_bought": 0,
                "takes_reused": 0,
                "cost_micros": 0,
                "asked_at": now,
                "waiting_since": now,
                **NO_FAILURE,
            },
        )
        by = f" by {request.requested_by}" if request.requested_by else ""
        anew = ", to be made anew" if request.force else ""
        self._books.note(tx, narration_id, claim_id, "asked", f"Asked for{by}{anew}.")

    def _narration(self, tx: Connection, key: NarrationKey) -> Narration:
        return narration_of(tx.execute(NARRATION, parameters_of(key)).one())

    def _answer(self, plan: _Plan, narration: Narration, asked_for: str = "") -> Asked:
        if plan.version is not None:
            return Asked(Outcome.FRESH, narration, fingerprint=plan.version.fingerprint)
        if plan.step is _Step.CLAIM:
            return Asked(Outcome.CLAIMED, narration, narration.claim_id, asked_for)
        assert plan.claim is not None
        m = plan.claim._mapping
        aimed_anew = plan.changes and not self._books.is_worked_on(plan.claim)
        return Asked(Outcome.JOINED, narration, m[claims.c.id], asked_for if aimed_anew else m[claims.c.fingerprint])

    def _note(self, tx: Connection, claim: Row[Any], text: str) -> None:
        m = claim._mapping
        self._books.note(tx, m[narrations.c.id], m[claims.c.id], "asked", text)
