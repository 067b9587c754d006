"""Edits of scripts: what people want said instead of what was written. An ended one stays on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from assets.domain.edits import Anchor, Edit, Piece
from assets.domain.errors import Refused
from assets.storage.ledger.books import Books
from assets.storage.ledger.schema import edits


class Edits:
    """The edits of scripts, each by its passage; voices of the same style share them."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def of(self, content: str, locale: str, style: str) -> tuple[Edit, ...]:
        """The edits that hold for a script, oldest first."""
        with self._books.database.reading() as tx:
            return _found(tx, content, locale, style)

    def by_script(self) -> dict[tuple[str, str, str], tuple[Edit, ...]]:
        """All edits that hold, by content, locale and style, for comparing many scripts at once."""
        found: dict[tuple[str, str, str], tuple[Edit, ...]] = {}
        with self._books.database.reading() as tx:
            for row in tx.execute(select(edits).where(edits.c.ended_at.is_(None)).order_by(edits.c.id)):
                edit = _edit_of(row)
                script = (edit.content, edit.locale, edit.style)
                found[script] = (*found.get(script, ()), edit)
        return found

    def history(self, content: str, locale: str) -> tuple[Edit, ...]:
        """Every edit that was ever made of a text, in any style, newest first."""
        wanted = select(edits).where(edits.c.content == content, edits.c.locale == locale).order_by(edits.c.id.desc())
        with self._books.database.reading() as tx:
            return tuple(_edit_of(row) for row in tx.execute(wanted))

    def put(
        self,
        content: str,
        locale: str,
        style: str,
        anchors: Sequence[Anchor],
        pieces: Sequence[Piece],
        *,
        by: str,
        instead_of: int | None,
    ) -> Edit:
        """Keep an edit of a passage, in the place of the edit `instead_of` that it had before.

        Raises `Refused` when somebody else has edited or released the passage meanwhile.
        """
        with self._books.database.writing() as tx:
            there = [each.id for each in _found(tx, content, locale, style) if each.anchors == tuple(anchors)]
            if instead_of is not None:
                self._end(tx, instead_of, by)
                there = [each for each in there if each != instead_of]
            if there:
                raise Refused("Somebody else has edited this passage meanwhile.", remedy="Look at it again.")
            row = tx.execute(
                insert(edits)
                .values(
                    content=content,
                    locale=locale,
                    style=style,
                    anchors=[anchor.as_json() for anchor in anchors],
                    pieces=[[piece.written, piece.said] for piece in pieces],
                    made_by=by[:200],
                    made_at=self._books.clock(),
                    ended_by="",
                )
                .returning(edits)
            ).one()
            return _edit_of(row)

    def release(self, edit_id: int, *, by: str) -> None:
        """Let go of an edit: what is written for its passage is said again. Raises `Refused` when it is gone."""
        with self._books.database.writing() as tx:
            self._end(tx, edit_id, by)

    def _end(self, tx: Connection, edit_id: int, by: str) -> None:
        ended = tx.execute(
            update(edits)
            .where(edits.c.id == edit_id, edits.c.ended_at.is_(None))
            .values(ended_at=self._books.clock(), ended_by=by[:200])
        )
        if ended.rowcount != 1:
            raise Refused("Somebody else has changed this edit meanwhile.", remedy="Look at it again.")


def _found(tx: Connection, content: str, locale: str, style: str) -> tuple[Edit, ...]:
    rows = tx.execute(
        select(edits)
        .where(
            edits.c.content == content,
            edits.c.locale == locale,
            edits.c.style == style,
            edits.c.ended_at.is_(None),
        )
        .order_by(edits.c.id)
    )
    return tuple(_edit_of(row) for row in rows)


def _edit_of(row: Row[Any]) -> Edit:
    return Edit(
        id=row.id,
        content=row.content,
        locale=row.locale,
        style=row.style,
        anchors=tuple(Anchor.from_json(each) for each in row.anchors),
        pieces=tuple(Piece(written, said) for written, said in row.pieces),
        made_by=row.made_by,
        made_at=row.made_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
    )
