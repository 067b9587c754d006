"""Reading narrations: one, many, their timelines, and how they stand altogether."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select

from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.domain.narrations import Happening, Narration, Record, Setback
from assets.domain.states import Status
from assets.storage.ledger.books import Books
from assets.storage.ledger.rows import narration_of, narrations_with_versions, of_key, parameters_of
from assets.storage.ledger.schema import claims, events, narrations, versions
from assets.storage.ledger.statements import NARRATION

_AT_A_TIME = 500
"""Contents in one question to the database: its parameters are limited."""


class Narrations:
    """What the ledger knows of narrations; it only reads and never waits for writers."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def get(self, key: NarrationKey) -> Narration:
        """A narration; one that nobody ever asked for has no status."""
        with self._books.database.reading() as tx:
            row = tx.execute(NARRATION, parameters_of(key)).one_or_none()
            return narration_of(row) if row is not None else Narration(key)

    def find(
        self,
        *,
        content: str | None = None,
        locale: str | None = None,
        voice: str | None = None,
        statuses: Collection[Status] | None = None,
        limit: int | None = 100,
        offset: int = 0,
    ) -> tuple[Narration, ...]:
        """Narrations that were asked for at some time, in the order of their keys; no limit when it is None."""
        # Chosen by the narrations alone: what is passed over by the offset is never joined with anything.
        chosen = select(narrations.c.id)
        for column, value in (
            (narrations.c.content, content),
            (narrations.c.locale, locale),
            (narrations.c.voice, voice),
        ):
            if value is not None:
                chosen = chosen.where(column == value)
        if statuses is not None:
            chosen = chosen.where(narrations.c.status.in_([status.value for status in statuses]))
        order = (narrations.c.content, narrations.c.locale, narrations.c.voice)
        chosen = chosen.order_by(*order).limit(limit).offset(offset)
        wanted = narrations_with_versions().where(narrations.c.id.in_(chosen)).order_by(*order)
        with self._books.database.reading() as tx:
            return tuple(narration_of(row) for row in tx.execute(wanted))

    def published_as(self, fingerprints: Mapping[NarrationKey, str]) -> Iterator[Narration]:
        """Those of these narrations whose version has the fingerprint given for them, in the order of their keys."""
        wanted = {(key.content.path, key.locale.tag, key.voice.name, made) for key, made in fingerprints.items()}
        contents = sorted({each[0] for each in wanted})
        what = (narrations.c.content, narrations.c.locale, narrations.c.voice, versions.c.fingerprint)
        for start in range(0, len(contents), _AT_A_TIME):
            chosen = narrations.c.content.in_(contents[start : start + _AT_A_TIME])
            order = (narrations.c.content, narrations.c.locale, narrations.c.voice)
            with self._books.database.reading() as tx:
                rows = tx.execute(narrations_with_versions().where(chosen).order_by(*order)).all()
            # Looked at before anything is made of them: in a large catalogue most are not.
            yield from (narration_of(row) for row in rows if tuple(row._mapping[each] for each in what) in wanted)

    def stamps(self, keys: Collection[NarrationKey]) -> tuple[Hashable, dict[NarrationKey, Hashable]]:
        """Something for all narrations and something for each of these, another one whenever anything of it changes.

        What belongs to all is when something last happened to any of them, its progress left aside. One question of a
        millisecond or two for hundreds of open pages; where the narration was never asked for, there is nothing.
        """
        n, c = narrations.c, claims.c
        last_event = select(func.max(events.c.id)).where(events.c.narration_id == n.id).scalar_subquery()
        seen = select(
            n.content, n.locale, n.voice, n.status, n.updated_at, n.current_version_id, last_event,
            c.id, c.state, c.holder_pid, c.run_id, c.cancel_requested, c.segments_total, c.segments_done,
            c.takes_bought, c.takes_reused, c.cost_micros, c.step, c.sections_done, c.sections_total, c.joined,
            c.remaining_seconds,
        ).select_from(narrations.outerjoin(claims, c.id == n.claim_id))  # fmt: skip
        wanted, contents = set(keys), sorted({key.content.path for key in keys})
        found: dict[NarrationKey, Hashable] = {}
        with self._books.database.reading() as tx:
            everything = tx.scalar(select(func.max(n.updated_at)))
            pending = tx.scalar(select(func.count()).where(n.status == Status.PENDING.value))
            for start in range(0, len(contents), _AT_A_TIME):
                for row in tx.execute(seen.where(n.content.in_(contents[start : start + _AT_A_TIME]))):
                    key = NarrationKey(ContentId(row[0]), Locale(row[1]), VoiceKey(row[2]))
                    if key in wanted:
                        # Its place in the line is another when somebody before it has begun, or gone.
                        line = pending if row[3] == Status.PENDING.value else None
                        found[key] = (*row[3:], line)
        return everything, found

    def recent(self, limit: int) -> tuple[Narration, ...]:
        """The narrations that something last happened to, newest first."""
        wanted = narrations_with_versions().order_by(narrations.c.updated_at.desc(), narrations.c.id.desc())
        with self._books.database.reading() as tx:
            return tuple(narration_of(row) for row in tx.execute(wanted.limit(limit)))

    def records(self, *, since: datetime | None = None) -> tuple[Record, ...]:
        """All narrations in short, or those that something happened to at a moment or after it."""
        n, v = narrations.c, versions.c
        wanted = select(
            n.content,
            n.locale,
            n.voice,
            n.status,
            v.number,
            v.fingerprint,
            v.duration_seconds,
            n.updated_at,
            n.failure_code,
        ).select_from(narrations.outerjoin(versions, v.id == n.current_version_id))
        if since is not None:
            wanted = wanted.where(n.updated_at >= since)
        with self._books.database.reading() as tx:
            return tuple(
                Record(
                    NarrationKey(ContentId(row[0]), Locale(row[1]), VoiceKey(row[2])),
                    Status(row[3]),
                    row[4] or 0,
                    row[5] or "",
                    row[6],
                    row[7],
                    row[8],
                )
                for row in tx.execute(wanted)
            )

    def fingerprints(self, *, locale: str | None = None, voice: str | None = None) -> dict[NarrationKey, str]:
        """What each published narration is made of now, for comparing all with their texts at once."""
        wanted = select(narrations.c.content, narrations.c.locale, narrations.c.voice, versions.c.fingerprint).join(
            versions, versions.c.id == narrations.c.current_version_id
        )
        if locale is not None:
            wanted = wanted.where(narrations.c.locale == locale)
        if voice is not None:
            wanted = wanted.where(narrations.c.voice == voice)
        with self._books.database.reading() as tx:
            return {
                NarrationKey(ContentId(row[0]), Locale(row[1]), VoiceKey(row[2])): row[3] for row in tx.execute(wanted)
            }

    def counts(self, *, locale: str | None = None, voice: str | None = None) -> dict[Status, int]:
        """How many narrations have each status; every status is there."""
        wanted = select(narrations.c.status, func.count()).group_by(narrations.c.status)
        if locale is not None:
            wanted = wanted.where(narrations.c.locale == locale)
        if voice is not None:
            wanted = wanted.where(narrations.c.voice == voice)
        with self._books.database.reading() as tx:
            found = {Status(status): count for status, count in tx.execute(wanted)}
        return {status: found.get(status, 0) for status in Status}

    def causes(self) -> dict[str, int]:
        """How many narrations failed for each cause, by its code, the commonest first."""
        count, code = func.count(), narrations.c.failure_code
        failed = narrations.c.status == Status.FAILED.value
        wanted = select(code, count).where(failed).group_by(code).order_by(count.desc(), code)
        with self._books.database.reading() as tx:
            return {row[0]: row[1] for row in tx.execute(wanted)}

    def failed(self, code: str, *, limit: int | None = None, offset: int = 0) -> tuple[Narration, ...]:
        """The narrations that failed for one cause, the latest first."""
        n = narrations.c
        chosen = (n.status == Status.FAILED.value, n.failure_code == code)
        wanted = narrations_with_versions().where(*chosen).order_by(n.updated_at.desc(), n.id.desc())
        with self._books.database.reading() as tx:
            return tuple(narration_of(row) for row in tx.execute(wanted.limit(limit).offset(offset)))

    def happenings(self, key: NarrationKey, *, limit: int = 200) -> tuple[Happening, ...]:
        """The latest lines of a narration's timeline, oldest first."""
        with self._books.database.reading() as tx:
            rows = tx.execute(
                select(events.c.at, events.c.kind, events.c.text)
                .join(narrations, narrations.c.id == events.c.narration_id)
                .where(*of_key(key))
                .order_by(events.c.id.desc())
                .limit(limit)
            ).all()
        return tuple(Happening(row.at, row.kind, row.text) for row in reversed(rows))

    def setbacks(self, claim_ids: Collection[str]) -> dict[str, Setback]:
        """Of each of these claims the last attempt that failed, when there was one."""
        last = (
            select(func.max(events.c.id))
            .where(events.c.claim_id.in_(claim_ids), events.c.kind == "retry")
            .group_by(events.c.claim_id)
        )
        with self._books.database.reading() as tx:
            rows = tx.execute(select(events).where(events.c.id.in_(last))).all()
        return {row.claim_id: Setback(row.text, row.code, row.due_at) for row in rows}
