"""Extracts: rows of the ledger in bulk, for the library that is built from it. It only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ColumnElement, Float, Integer, Table, func, or_, select

from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import (
    Instant,
    claims,
    events,
    narrations,
    sections,
    spend,
    takes,
    versions,
)

_AT_A_TIME = 20_000
_LEFT_OUT = frozenset({"holder_host", "holder_pid", "holder_started", "lease_expires_at", "knocked_at", "sha256"})
"""What only says who works where, and what nobody asks about."""


@dataclass(frozen=True, slots=True)
class Extract:
    """A table that is read in bulk. `moments` show when a row changed; without any, rows never change and ids grow.

    `open_state` is the state in which a row may change without showing it.
    """

    table: Table
    moments: tuple[str, ...] = ()
    open_state: str = ""
    without: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are read, each with its type: integer, number, truth, moment or text."""
        return {
            column.name: _kind(column.type)
            for column in self.table.c
            if column.name not in {*_LEFT_OUT, *self.without} and not isinstance(column.type, JSON)
        }

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return tuple(column.name for column in self.table.primary_key)


EXTRACTS = {
    "narrations": Extract(narrations, ("updated_at",)),
    "claims": Extract(claims, ("asked_at", "waiting_since", "ended_at"), "live"),
    "versions": Extract(versions),
    "takes": Extract(takes, ("created_at", "stored_at"), "reserved", without=("text",)),
    "sections": Extract(sections, ("created_at", "stored_at"), "reserved"),
    "spend": Extract(spend),
    "events": Extract(events),
}

Rows = list[tuple[Any, ...]]


class Extracts:
    """What has come to the tables of the ledger since an earlier look, in portions."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def newest(self, name: str) -> int:
        """The largest id of a table whose rows never change; 0 when it is empty."""
        with self._books.database.reading() as tx:
            return int(tx.scalar(select(func.max(EXTRACTS[name].table.c.id))) or 0)

    def rows(self, name: str, *, after: int = 0, since: datetime | None = None) -> Iterator[Rows]:
        """The rows of a table after an id, or, where rows change, those that may have changed since a moment."""
        extract = EXTRACTS[name]
        wanted = select(*(extract.table.c[column] for column in extract.columns))
        if not extract.moments:
            wanted = wanted.where(extract.table.c.id > after)
        elif since is not None:
            changed: list[ColumnElement[bool]] = [extract.table.c[moment] >= since for moment in extract.moments]
            if extract.open_state:
                changed.append(extract.table.c.state == extract.open_state)
            wanted = wanted.where(or_(*changed))
        with self._books.database.reading() as tx:
            for part in tx.execute(wanted.execution_options(yield_per=_AT_A_TIME)).partitions():
                yield [tuple(row) for row in part]


def _kind(of: object) -> str:
    if isinstance(of, Instant):
        return "moment"
    if isinstance(of, Boolean):
        return "truth"
    if isinstance(of, Integer | BigInteger):
        return "integer"
    return "number" if isinstance(of, Float) else "text"
