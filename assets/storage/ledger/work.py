"""Work: the right to write about a narration, for as long as nobody else has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from assets.domain.claims import Claim, ClaimState, Publication
from assets.domain.errors import Cancelled, ClaimLost
from assets.domain.holders import Holder
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure, Version
from assets.domain.progress import CHECKED_FROM, Step, joining_left, never_more, speaking_left
from assets.domain.states import Event
from assets.storage.ledger.books import NO_FAILURE, Books
from assets.storage.ledger.rows import files_as_json, holder_of, version_of, versions_with_narrations
from assets.storage.ledger.schema import claims, narrations, spend, versions
from assets.storage.ledger.statements import CHANGE_CLAIM, CLAIM


class Work:
    """A started claim. It is the token that every write is checked against: claim, process and attempt.

    Each method is one transaction and raises `ClaimLost`, having written nothing, when the claim is no longer this
    work's. Methods that are a sign of life prolong the lease; when somebody asked to stop, they cancel the
    narration there and then and raise `Cancelled`: nothing more is to be written.
    """

    def __init__(self, books: Books, claim: Claim, lease_seconds: float) -> None:
        assert claim.holder is not None, "work is made of a claim that was started"
        self._books = books
        self.claim_id: str = claim.id
        self.key: NarrationKey = claim.key
        self.fingerprint: str = claim.fingerprint
        self.force: bool = claim.force
        self.approval: bool = claim.approval
        self.priority: int = claim.priority
        self.attempt: int = claim.attempt
        self.holder: Holder = claim.holder
        self.run_id: str = claim.run_id
        self.lease_seconds: float = lease_seconds

    def heartbeat(self) -> None:
        """A sign of life; due at least every third part of `lease_seconds`."""
        self.sign_of_life(lambda _tx, _claim: None)

    def aim(self, fingerprint: str) -> None:
        """The text read at the beginning has another fingerprint than the one asked for: make that. A sign of life."""
        self._progress(lambda _claim: {"fingerprint": fingerprint})
        self.fingerprint = fingerprint

    def writing(self, sections_done: int, sections_total: int) -> None:
        """So many sections of the script are there. A sign of life."""
        self._progress(
            lambda claim: {
                **self._step(claim, Step.WRITING),
                "sections_done": sections_done,
                "sections_total": sections_total,
            }
        )

    def speaking(
        self,
        segments_total: int,
        *,
        sections_total: int = 0,
        takes_to_buy: int | None = None,
        listening_seconds: float = 0.0,
        pace: float | None = None,
    ) -> None:
        """The script is there and has so many segments: `generating_speech` begins. A sign of life.

        `takes_to_buy` of them are not known yet, or all; `listening_seconds` is about how long it will play, and `pace`
        how many seconds a take of this voice usually takes.
        """
        to_buy = segments_total if takes_to_buy is None else takes_to_buy

        def change(tx: Connection, claim: Row[Any]) -> dict[str, Any]:
            m = claim._mapping
            told = speaking_left(0, 0, to_buy, listening_seconds, pace)
            self._books.move(tx, m[narrations.c.id], m[narrations.c.status], Event.SPEAK)
            self._note(tx, claim, "speaking", f"The script is ready; {segments_total} segments are to be spoken.")
            return {
                "segments_total": segments_total,
                "segments_done": 0,
                "takes_bought": 0,
                "takes_reused": 0,
                "takes_to_buy": to_buy,
                "sections_done": 0,
                "sections_total": sections_total,
                "listening_seconds": listening_seconds,
                "remaining_seconds": never_more(m[claims.c.remaining_seconds], told),
                **self._step(claim, Step.SPEAKING),
            }

        self.sign_of_life(change)

    def rewriting(self) -> None:
        """Back from speech to script. A sign of life."""

        def change(tx: Connection, claim: Row[Any]) -> None:
            m = claim._mapping
            self._books.move(tx, m[narrations.c.id], m[narrations.c.status], Event.REWRITE)
            self._note(tx, claim, "rewriting", "The script is written anew.")

        self.sign_of_life(change)

    def expects(self, micros: int, seconds: float | None = None) -> None:
        """What the work is expected to cost and how long to take, said before anything is paid. A sign of life.

        The first word on the cost counts: a claim that is taken over was estimated when it began.
        """
        self._progress(
            lambda claim: {
                "estimate_micros": claim._mapping[claims.c.estimate_micros] or micros,
                "remaining_seconds": never_more(claim._mapping[claims.c.remaining_seconds], seconds),
            }
        )

    def paid(self, *, cost_micros: int = 0, saved_micros: int = 0) -> None:
        """So much was paid for a section, or saved because it was written before. A sign of life."""
        self._progress(
            lambda claim: {
                "cost_micros": claim._mapping[claims.c.cost_micros] + cost_micros,
                "saved_micros": claim._mapping[claims.c.saved_micros] + saved_micros,
            }
        )

    def took(self, *, bought: int = 0, reused: int = 0, cost_micros: int = 0, saved_micros: int = 0) -> None:
        """So many segments more have their take, made now or known before. A sign of life."""
        self._progress(
            lambda claim: {
                "segments_done": claim._mapping[claims.c.segments_done] + bought + reused,
                "takes_bought": claim._mapping[claims.c.takes_bought] + bought,
                "takes_reused": claim._mapping[claims.c.takes_reused] + reused,
                "cost_micros": claim._mapping[claims.c.cost_micros] + cost_micros,
                "saved_micros": claim._mapping[claims.c.saved_micros] + saved_micros,
                "remaining_seconds": self._speaking_left(claim, bought),
            }
        )

    def spoke(self, sections_done: int) -> None:
        """The first so many sections can be heard. A sign of life."""
        self._progress(lambda _claim: {"sections_done": sections_done})

    def joining(self, share: float) -> None:
        """So much of the joining is done, 0 to 1; at the end of it the encoded file is checked. A sign of life."""
        step = Step.CHECKING if share >= CHECKED_FROM else Step.JOINING

        def values(claim: Row[Any]) -> dict[str, Any]:
            m = claim._mapping
            # Joining and checking are one job with one clock.
            began = m[claims.c.step_began_at] if m[claims.c.step] in {Step.JOINING, Step.CHECKING} else None
            now = self._books.clock()
            elapsed = (now - began).total_seconds() if began is not None else 0.0
            told = joining_left(elapsed, share, m[claims.c.listening_seconds])
            return {
                "step": step.value,
                "step_began_at": began or now,
                "joined": share,
                "remaining_seconds": never_more(m[claims.c.remaining_seconds], told),
            }

        self._progress(values)

    def note(self, text: str) -> None:
        """A line in the narration's timeline."""
        with self._books.database.writing() as tx:
            self._note(tx, self.mine(tx), "note", text)

    def tried(self, text: str, *, code: str, due_at: datetime) -> None:
        """An attempt failed for the fault of that code; the next one is due then. A line in the timeline."""
        with self._books.database.writing() as tx:
            m = self.mine(tx)._mapping
            self._books.note(tx, m[narrations.c.id], self.claim_id, "retry", text, code=code, due_at=due_at)

    def publish(self, publication: Publication) -> Version:
        """The narration is finished and its files are durable: it becomes the current version.

        This is the point of no return, and it wins over a cancellation that was not seen yet: all is made and
        paid for. What the version cost is what the record of spending says for this claim, over all attempts.
        """
        with self._books.database.writing() as tx:
            claim = self.mine(tx)
            m = claim._mapping
            narration_id = m[narrations.c.id]
            number = 1 + (
                tx.scalar(select(func.max(versions.c.number)).where(versions.c.narration_id == narration_id)) or 0
            )
            cost = tx.scalar(
                select(func.coalesce(func.sum(spend.c.micros), 0)).where(spend.c.claim_id == self.claim_id)
            )
            version_id = tx.scalar(
                insert(versions)
                .values(
                    narration_id=narration_id,
                    number=number,
                    claim_id=self.claim_id,
                    fingerprint=m[claims.c.fingerprint],
                    script_fingerprint=publication.script_fingerprint,
                    duration_seconds=publication.duration_seconds,
                    segments=publication.segments,
                    characters=publication.characters,
                    takes_bought=m[claims.c.takes_bought],
                    takes_reused=m[claims.c.takes_reused],
                    cost_micros=int(cost or 0),
                    estimate_micros=m[claims.c.estimate_micros],
                    saved_micros=m[claims.c.saved_micros],
                    files=files_as_json(publication.files),
                    created_at=self._books.clock(),
                )
                .returning(versions.c.id)
            )
            self._books.move(
                tx, narration_id, m[narrations.c.status], Event.PUBLISH, current_version_id=version_id, **NO_FAILURE
            )
            self._books.end(tx, self.claim_id, ClaimState.DONE, version_number=number, cost_micros=int(cost or 0))
            self._note(tx, claim, "published", f"Version {number} is published.")
            return version_of(tx.execute(versions_with_narrations().where(versions.c.id == version_id)).one())

    def fail(self, failure: Failure) -> None:
        """The work failed for a reason that a person can act on; a published version plays on."""
        with self._books.database.writing() as tx:
            self._books.fail(tx, self.mine(tx), failure)

    def hold(self, reason: Failure) -> None:
        """The script is there and is to be approved before it is spoken: this work ends, and costs nothing more."""
        with self._books.database.writing() as tx:
            self._books.hold(tx, self.mine(tx), reason)

    def cancel(self, reason: str = "") -> None:
        """The worker itself ends the work for good, as somebody told it to."""
        with self._books.database.writing() as tx:
            self._books.cancel(tx, self.mine(tx), reason or "It was stopped while it was being made.")

    def hand_back(self, reason: str = "") -> None:
        """This process stops, the narration does not: it is pending again at once, for whoever comes next.

        When somebody had asked to cancel it, it is cancelled instead.
        """
        with self._books.database.writing() as tx:
            claim = self.mine(tx)
            if claim._mapping[claims.c.cancel_requested]:
                self._books.cancel(tx, claim, "It was cancelled while it was being made.")
            else:
                self._books.put_back(tx, claim, reason or "The process that worked on it was stopped.")

    def mine(self, tx: Connection) -> Row[Any]:
        """The claim with its narration, when it is still this work's. Raises `ClaimLost` or `Cancelled`."""
        claim = tx.execute(CLAIM, {"of_id": self.claim_id}).one_or_none()
        m = claim._mapping if claim is not None else {}
        if claim is not None and m[claims.c.state] == ClaimState.LIVE.value:
            if holder_of(claim) == self.holder and m[claims.c.attempt] == self.attempt:
                return claim
        elif claim is not None and m[claims.c.state] == ClaimState.CANCELLED.value:
            raise Cancelled(f"The work on {self.key} was cancelled.", remedy="Ask again to make it.")
        raise ClaimLost(f"Somebody else has taken over {self.key}.", remedy="Look at its status; nothing is lost.")

    def sign_of_life(self, change: Callable[[Connection, Row[Any]], dict[str, Any] | None]) -> None:
        """Prolong the lease and make a change in the same transaction, unless a person asked to stop.

        What `change` returns is written into the claim.
        """
        with self._books.database.writing() as tx:
            claim = self.mine(tx)
            stop = bool(claim._mapping[claims.c.cancel_requested])
            if stop:
                self._books.cancel(tx, claim, "It was cancelled while it was being made.")
            else:
                lease = self._books.clock() + timedelta(seconds=self.lease_seconds)
                values = change(tx, claim) or {}
                tx.execute(CHANGE_CLAIM, {"of_id": self.claim_id, "lease_expires_at": lease, **values})
        if stop:
            raise Cancelled(f"The work on {self.key} was cancelled.", remedy="Ask again to make it.")

    def _step(self, claim: Row[Any], step: Step) -> dict[str, Any]:
        m = claim._mapping
        began = m[claims.c.step_began_at] if m[claims.c.step] == step.value else self._books.clock()
        return {"step": step.value, "step_began_at": began}

    def _speaking_left(self, claim: Row[Any], bought: int) -> float | None:
        m = claim._mapping
        told: float | None = m[claims.c.remaining_seconds]
        if m[claims.c.step] != Step.SPEAKING.value or m[claims.c.step_began_at] is None:
            return told
        elapsed = (self._books.clock() - m[claims.c.step_began_at]).total_seconds()
        so_far = m[claims.c.takes_bought] + bought
        left = speaking_left(elapsed, so_far, m[claims.c.takes_to_buy], m[claims.c.listening_seconds], None)
        return never_more(told, left)

    def _progress(self, values: Callable[[Row[Any]], dict[str, Any]]) -> None:
        self.sign_of_life(lambda _tx, claim: values(claim))

    def _note(self, tx: Connection, claim: Row[Any], kind: str, text: str) -> None:
        self._books.note(tx, claim._mapping[narrations.c.id], self.claim_id, kind, text)
