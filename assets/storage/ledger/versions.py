"""Versions: everything that was ever published of a narration, and going back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assets.domain.errors import Corrupt, Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Narration, Version
from assets.storage.ledger.asking import Asking
from assets.storage.ledger.books import Books
from assets.storage.ledger.rows import (
    IS_LIVE,
    claims_with_narrations,
    narration_of,
    narrations_with_versions,
    of_key,
    version_of,
    versions_with_narrations,
)
from assets.storage.ledger.schema import versions


class Versions:
    """Published versions; none is ever removed from the record."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._asking = Asking(books)

    def of(self, key: NarrationKey) -> tuple[Version, ...]:
        """All versions of a narration, newest first."""
        with self._books.database.reading() as tx:
            rows = tx.execute(versions_with_narrations().where(*of_key(key)).order_by(versions.c.number.desc()))
            return tuple(version_of(row) for row in rows)

    def all(self) -> Iterator[Version]:
        """Every version of every narration, read in portions."""
        last = 0
        while True:
            with self._books.database.reading() as tx:
                rows = tx.execute(
                    versions_with_narrations().where(versions.c.id > last).order_by(versions.c.id).limit(1000)
                ).all()
            if not rows:
                return
            for row in rows:
                version = version_of(row)
                last = version.id
                yield version

    def restore(self, key: NarrationKey, number: int, *, verify: Callable[[Version], bool]) -> Narration:
        """Make an earlier version the current one; a request that still waits is thereby done.

        Raises `Refused` when there is no such version or the narration is being made at this moment, and `Corrupt` when
        the files of the version are gone.
        """
        version = next((version for version in self.of(key) if version.number == number), None)
        if version is None:
            raise Refused(f"{key} has no version {number}.", remedy="Look at its versions and choose one of them.")
        if not verify(version):
            raise Corrupt(
                f"The files of version {number} of {key} are missing or damaged.", remedy="Have it made anew instead."
            )
        with self._books.database.writing() as tx:
            claim = tx.execute(claims_with_narrations().where(*of_key(key), IS_LIVE)).one_or_none()
            if claim is not None and self._books.is_worked_on(claim):
                raise Refused(f"{key} is being made at this moment.", remedy="Wait until it is done, or cancel it.")
            row = tx.execute(narrations_with_versions().where(*of_key(key))).one()
            self._asking.restore(tx, row, claim, version, "Somebody went back to it")
            return narration_of(tx.execute(narrations_with_versions().where(*of_key(key))).one())
