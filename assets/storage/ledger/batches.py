"""Batches in the ledger: which narrations belong to one, which are asked for, and what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from assets.domain.batches import Batch, BatchEvent, BatchItem, BatchState, Cause, ItemState, after, asker
from assets.domain.claims import ClaimState
from assets.domain.errors import ApprovalWanted, Refused
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.domain.narrations import Asked, Failure, Outcome
from assets.storage.ledger.books import NO_FAILURE, Books, columns_of
from assets.storage.ledger.rows import IS_LIVE, claims_with_narrations
from assets.storage.ledger.schema import batch_items, batches, claims

_WAITING, _ASKED, _FRESH, _REFUSED = "waiting", "asked", "fresh", "refused"
_AT_ONCE = 500
"""Rows written in one statement."""
_SHOWN_OF_A_CAUSE = 20


def _says(state: ItemState) -> ColumnElement[str]:
    # Written out and not bound: what is grouped by must be the same text wherever it stands.
    return literal_column(f"'{state.value}'", String)


# How an item stands is told by its claim, so that nothing about it is ever written twice.
_STATE = case(
    (batch_items.c.state == _WAITING, _says(ItemState.WAITING)),
    (batch_items.c.state == _FRESH, _says(ItemState.FRESH)),
    (batch_items.c.state == _REFUSED, _says(ItemState.FAILED)),
    (and_(claims.c.state == ClaimState.LIVE.value, claims.c.holder_pid.is_(None)), _says(ItemState.QUEUED)),
    (claims.c.state == ClaimState.LIVE.value, _says(ItemState.WORKING)),
    (claims.c.state == ClaimState.DONE.value, _says(ItemState.MADE)),
    (claims.c.failure_code == ApprovalWanted.code, _says(ItemState.APPROVAL)),
    (claims.c.state == ClaimState.CANCELLED.value, _says(ItemState.CANCELLED)),
    else_=_says(ItemState.FAILED),
)
_ITEMS = batch_items.outerjoin(claims, claims.c.id == batch_items.c.claim_id)
_COST = batch_items.c.spent_micros + func.coalesce(claims.c.cost_micros, 0)
_CODE = func.coalesce(func.nullif(batch_items.c.failure_code, literal_column("''")), claims.c.failure_code)


class Batches:
    """Batches and their items. What becomes of an item is what becomes of its claim."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def make(
        self,
        keys: Sequence[NarrationKey],
        *,
        name: str,
        force: bool = False,
        approval: bool = False,
        requested_by: str = "",
        estimate_micros: int = 0,
        cap_micros: int | None = None,
    ) -> Batch:
        """A running batch of these narrations; nothing is asked for yet. Raises `Refused` for none.

        What is bought for it never comes to more than `cap_micros`: each reservation sees to that.
        """
        if not keys:
            raise Refused("There is nothing to make in this batch.", remedy="Choose other contents, locales or voices.")
        batch_id = str(uuid.uuid4())
        rows = [
            {
                "batch_id": batch_id,
                "position": position,
                "content": key.content.path,
                "locale": key.locale.tag,
                "voice": key.voice.name,
                "state": _WAITING,
                "claim_id": "",
                "spent_micros": 0,
                **NO_FAILURE,
            }
            for position, key in enumerate(dict.fromkeys(keys), 1)
        ]
        with self._books.database.writing() as tx:
            tx.execute(
                insert(batches).values(
                    id=batch_id,
                    name=name[:200],
                    state=BatchState.RUNNING.value,
                    force=force,
                    approval=approval,
                    requested_by=requested_by[:200],
                    estimate_micros=estimate_micros,
                    cap_micros=cap_micros,
                    created_at=self._books.clock(),
                )
            )
            for start in range(0, len(rows), _AT_ONCE):
                tx.execute(insert(batch_items), rows[start : start + _AT_ONCE])
        return self.get(batch_id)

    def get(self, batch_id: str) -> Batch:
        """A batch, by its id or by the beginning of it. Raises `Refused` when there is none."""
        with self._books.database.reading() as tx:
            return self._with_counts(tx, [self._row(tx, batch_id)])[0]

    def recent(self, limit: int = 50) -> tuple[Batch, ...]:
        """The newest batches, newest first."""
        with self._books.database.reading() as tx:
            rows = tx.execute(select(batches).order_by(batches.c.created_at.desc(), batches.c.id).limit(limit)).all()
            return self._with_counts(tx, rows)

    def items(
        self, batch_id: str, *, states: Collection[ItemState] | None = None, limit: int | None = 100, offset: int = 0
    ) -> tuple[BatchItem, ...]:
        """The narrations of a batch in its order, all or those that stand so."""
        wanted = _items().where(batch_items.c.batch_id == batch_id)
        if states is not None:
            wanted = wanted.where(_STATE.in_([state.value for state in states]))
        wanted = wanted.order_by(batch_items.c.position).limit(limit).offset(offset)
        with self._books.database.reading() as tx:
            return tuple(_item_of(row) for row in tx.execute(wanted))

    def causes(self, batch_id: str) -> tuple[Cause, ...]:
        """Why narrations of a batch were not made, the commonest cause first."""
        bad = [state.value for state in ItemState if state.can_be_retried]
        wanted = (
            select(
                _CODE.label("code"),
                _STATE.label("state"),
                func.count().label("many"),
                func.min(func.coalesce(func.nullif(batch_items.c.failure_message, ""), claims.c.failure_message, "")),
                func.min(func.coalesce(func.nullif(batch_items.c.failure_remedy, ""), claims.c.failure_remedy, "")),
            )
            .select_from(_ITEMS)
            .where(batch_items.c.batch_id == batch_id, _STATE.in_(bad))
            .group_by(_CODE, _STATE)
        )
        found = []
        with self._books.database.reading() as tx:
            for row in tx.execute(wanted).all():
                state = ItemState(row.state)
                those = _items().where(
                    batch_items.c.batch_id == batch_id, _STATE.in_([state.value]), _CODE.in_([row.code])
                )
                some = tx.execute(those.order_by(batch_items.c.position).limit(_SHOWN_OF_A_CAUSE))
                keys = tuple(_item_of(item).key for item in some)
                found.append(Cause(row.code or state.value, state, row[3], row[4], row.many, keys))
        return tuple(sorted(found, key=lambda cause: (-cause.count, cause.code)))

    def due(self, in_flight: int, *, ahead: int = 0) -> tuple[tuple[Batch, int, tuple[BatchItem, ...]], ...]:
        """For each running batch, how many to ask for now, so that at most `in_flight` of it are under way; and those.

        Where there are any, the items that wait after them are there, too, `ahead` of them in all.
        """
        found = []
        with self._books.database.reading() as tx:
            running = tx.execute(
                select(batches)
                .where(
                    batches.c.state == BatchState.RUNNING.value,
                    select(batch_items.c.batch_id)
                    .where(batch_items.c.batch_id == batches.c.id, batch_items.c.state == _WAITING)
                    .exists(),
                )
                .order_by(batches.c.created_at, batches.c.id)
            ).all()
            for batch in self._with_counts(tx, running):
                free = in_flight - batch.under_way
                if free > 0:
                    waiting = (
                        _items()
                        .where(batch_items.c.batch_id == batch.id, batch_items.c.state == _WAITING)
                        .order_by(batch_items.c.position)
                        .limit(max(free, ahead))
                    )
                    found.append((batch, free, tuple(_item_of(row) for row in tx.execute(waiting))))
        return tuple(found)

    def asked(self, answers: Iterable[tuple[BatchItem, Asked]]) -> None:
        """These items have been asked for. An item that somebody else has marked meanwhile stays as it is."""
        with self._books.database.writing() as tx:
            for item, asked in answers:
                fresh = asked.outcome is Outcome.FRESH
                self._mark(tx, item, state=_FRESH if fresh else _ASKED, claim_id=asked.claim_id)

    def fresh(self, items: Sequence[BatchItem]) -> None:
        """These items of one batch have nothing to be done about them."""
        with self._books.database.writing() as tx:
            for start in range(0, len(items), _AT_ONCE):
                tx.execute(
                    update(batch_items)
                    .where(
                        batch_items.c.batch_id == items[0].batch_id,
                        batch_items.c.position.in_([item.position for item in items[start : start + _AT_ONCE]]),
                        batch_items.c.state == _WAITING,
                    )
                    .values(state=_FRESH, claim_id="")
                )

    def refused(self, item: BatchItem, why: Failure) -> None:
        """An item could not be asked for."""
        with self._books.database.writing() as tx:
            self._mark(tx, item, state=_REFUSED, **columns_of(why))

    def pause(self, batch_id: str) -> Batch:
        """Ask for nothing more, and take back what nobody works on yet; what is being made is finished."""
        with self._books.database.writing() as tx:
            row = self._move(tx, batch_id, BatchEvent.PAUSE)
            for claim, position in self._own_claims(tx, row):
                if not self._books.is_worked_on(claim):
                    self._books.cancel(tx, claim, "Its batch was paused.")
                    tx.execute(
                        update(batch_items)
                        .where(batch_items.c.batch_id == row.id, batch_items.c.position == position)
                        .values(state=_WAITING, claim_id="")
                    )
        return self.get(row.id)

    def resume(self, batch_id: str, *, cap_micros: int | None = None) -> Batch:
        """Go on with a batch that is not cancelled, under another cap where one is given."""
        with self._books.database.writing() as tx:
            row = self._move(tx, batch_id, BatchEvent.RESUME)
            if cap_micros is not None:
                tx.execute(update(batches).where(batches.c.id == row.id).values(cap_micros=cap_micros))
        return self.get(row.id)

    def cancel(self, batch_id: str) -> Batch:
        """End a batch for good: what is queued or being made for it stops, what others asked for, too, does not."""
        with self._books.database.writing() as tx:
            row = self._move(tx, batch_id, BatchEvent.CANCEL)
            for claim, _ in self._own_claims(tx, row):
                m = claim._mapping
                if not self._books.is_worked_on(claim):
                    self._books.cancel(tx, claim, "Its batch was cancelled.")
                elif not m[claims.c.cancel_requested]:
                    tx.execute(update(claims).where(claims.c.id == m[claims.c.id]).values(cancel_requested=True))
                    self._books.note(tx, m[claims.c.narration_id], m[claims.c.id], "cancelling", "Its batch is over.")
        return self.get(row.id)

    def retry(self, batch_id: str, *, cause: str | None = None, key: NarrationKey | None = None) -> int:
        """Ask again for what was not made: all of it, what has one cause, or one narration. How many that are.

        Raises `Refused` for a cancelled batch.
        """
        with self._books.database.writing() as tx:
            row = self._move(tx, batch_id, BatchEvent.RETRY)
            wanted = _items().where(
                batch_items.c.batch_id == row.id,
                _STATE.in_([state.value for state in ItemState if state.can_be_retried]),
            )
            if key is not None:
                wanted = wanted.where(
                    batch_items.c.content == key.content.path,
                    batch_items.c.locale == key.locale.tag,
                    batch_items.c.voice == key.voice.name,
                )
            if cause is not None:
                wanted = wanted.where(or_(_CODE.in_([cause]), and_(_CODE.in_([""]), _STATE.in_([cause]))))
            positions = [item.position for item in map(_item_of, tx.execute(wanted).all())]
            for start in range(0, len(positions), _AT_ONCE):
                tx.execute(
                    update(batch_items)
                    .where(
                        batch_items.c.batch_id == row.id,
                        batch_items.c.position.in_(positions[start : start + _AT_ONCE]),
                    )
                    .values(state=_WAITING, claim_id="", spent_micros=_spent(), **NO_FAILURE)
                )
            return len(positions)

    def _row(self, tx: Connection, batch_id: str) -> Row[Any]:
        rows = tx.execute(select(batches).where(batches.c.id.startswith(batch_id, autoescape=True)).limit(2)).all()
        if len(rows) != 1 or not batch_id:
            raise Refused(f"There is no batch '{batch_id[:40]}'.", remedy="Look at the list of batches.")
        return rows[0]

    def _move(self, tx: Connection, batch_id: str, event: BatchEvent) -> Row[Any]:
        row = self._row(tx, batch_id)
        state = after(BatchState(row.state), event)
        tx.execute(update(batches).where(batches.c.id == row.id).values(state=state.value))
        return row

    def _mark(self, tx: Connection, item: BatchItem, **values: object) -> None:
        tx.execute(
            update(batch_items)
            .where(
                batch_items.c.batch_id == item.batch_id,
                batch_items.c.position == item.position,
                batch_items.c.state == _WAITING,
            )
            .values(**values)
        )

    def _own_claims(self, tx: Connection, batch: Row[Any]) -> list[tuple[Row[Any], int]]:
        """The live claims that this batch made; those that it joined are somebody else's."""
        rows = tx.execute(
            select(batch_items.c.claim_id, batch_items.c.position)
            .join(claims, claims.c.id == batch_items.c.claim_id)
            .where(
                batch_items.c.batch_id == batch.id,
                batch_items.c.state == _ASKED,
                IS_LIVE,
                claims.c.requested_by == asker(batch.id),
            )
        ).all()
        return [
            (tx.execute(claims_with_narrations().where(claims.c.id == claim_id)).one(), position)
            for claim_id, position in rows
        ]

    def _with_counts(self, tx: Connection, rows: Sequence[Row[Any]]) -> tuple[Batch, ...]:
        ids = [row.id for row in rows]
        counted = tx.execute(
            select(
                batch_items.c.batch_id,
                _STATE.label("state"),
                func.count().label("many"),
                func.sum(_COST).label("cost"),
            )
            .select_from(_ITEMS)
            .where(batch_items.c.batch_id.in_(ids))
            .group_by(batch_items.c.batch_id, _STATE)
        ).all()
        counts: dict[str, dict[ItemState, int]] = {each: {} for each in ids}
        costs = dict.fromkeys(ids, 0)
        for row in counted:
            counts[row.batch_id][ItemState(row.state)] = row.many
            costs[row.batch_id] += int(row.cost)
        return tuple(
            Batch(
                id=row.id,
                name=row.name,
                state=BatchState(row.state),
                force=row.force,
                approval=row.approval,
                requested_by=row.requested_by,
                estimate_micros=row.estimate_micros,
                created_at=row.created_at,
                counts=counts[row.id],
                cost_micros=costs[row.id],
                cap_micros=row.cap_micros,
                used_micros=row.used_micros,
            )
            for row in rows
        )


def _spent() -> ColumnElement[int]:
    """What an item has cost so far, for when it is asked for again: its next claim counts from nothing."""
    latest = select(claims.c.cost_micros).where(claims.c.id == batch_items.c.claim_id).scalar_subquery()
    return batch_items.c.spent_micros + func.coalesce(latest, 0)


def _items() -> Select[Any]:
    return select(
        batch_items,
        _STATE.label("stands"),
        claims.c.failure_code.label("claim_code"),
        claims.c.failure_message.label("claim_message"),
        claims.c.failure_remedy.label("claim_remedy"),
        _COST.label("cost"),
    ).select_from(_ITEMS)


def _item_of(row: Row[Any]) -> BatchItem:
    own = (row.failure_code, row.failure_message, row.failure_remedy)
    of_claim = (row.claim_code or "", row.claim_message or "", row.claim_remedy or "")
    code, message, remedy = own if own[0] else of_claim
    return BatchItem(
        batch_id=row.batch_id,
        position=row.position,
        key=NarrationKey(ContentId(row.content), Locale(row.locale), VoiceKey(row.voice)),
        state=ItemState(row.stands),
        claim_id=row.claim_id,
        failure=Failure(code, message, remedy) if code else None,
        cost_micros=row.cost,
    )
