"""The index of the catalogue: what each text says of itself, read once and kept until the text changes.

It is a file of its own beside the ledger, and nothing is lost with it: whatever is damaged or missing is read again.
A file counts as unchanged while the file system says so (size and times), then while its hash says so. What is
kept of a text is found by its hash, so that a moved file, another branch or an undone edit is not read again, either.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from filelock import FileLock

from assets.domain.contents import Catalogue, Entry, Facts, Source
from assets.domain.errors import Refused, Unwritable
from assets.domain.keys import Locale
from assets.domain.search_words import TOKENS, folded, match
from assets.storage.content_files import Stamp, read, survey
from assets.storage.disks import is_full

ReadMany = Callable[[Sequence[tuple[Source, str]]], Iterator[Facts]]
"""Reads texts, each with the source it belongs to, and gives their facts in the same order."""

_BUSY_SECONDS = 30
_YOUNG_NANOSECONDS = 2_000_000_000
"""A file that was read so soon after it was written may be written once more without its times showing it."""
_KEPT_AT_A_TIME = 100
_HELD_AT_A_TIME = 2_000
"""Texts in memory at once, some tens of megabytes."""
_READER_CHARACTERS = 16
_WEIGHED_AT_MOST = 3_000
_FOUND = "SELECT json_group_array(rowid) FROM words WHERE words MATCH ?"
_BEST_FIRST = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 10, 4, 1)"
_WEIGHED = f"SELECT json_group_array(rowid) FROM ({_BEST_FIRST})"  # noqa: S608 - our own words
_VERSION = 3
_CHECK = "Check the folder, its disk and its permissions."
_NO_TABLES = "DROP TABLE IF EXISTS pages; DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS words;"
_TABLES = f"""
CREATE TABLE IF NOT EXISTS pages (
    root TEXT, path TEXT, size INTEGER, modified INTEGER, changed INTEGER, read_at INTEGER, text TEXT,
    PRIMARY KEY (root, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, description TEXT, outline TEXT, characters INTEGER,
    problem TEXT, spoken BLOB
);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    title, description, body, content = '', tokenize = "{TOKENS}", prefix = '2 3'
);
"""


_FULL_DISK = "The disk is full; the index of the catalogue could not be written."
_FREE_SOME = "Free some space and ask again."
_log = logging.getLogger(__name__)


class _DiskFull(Unwritable):
    """There is no room for the index: only keeping fails, and what is read is still true."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A file as it was when it was read. `text` is the id of what is kept of it."""

    stamp: Stamp
    read_at: int
    text: str

    def is_still(self, stamp: Stamp) -> bool:
        return self.stamp == stamp and self.read_at - stamp.modified > _YOUNG_NANOSECONDS


class CatalogueIndex:
    """The index of one content root. Safe to use from threads, after a fork, and from many processes at once."""

    def __init__(self, file: Path, root: Path, default_locale: Locale, read_many: ReadMany, reader: str) -> None:
        """`reader` names the way in which texts are read: what another reader has kept is not used."""
        self._file = file
        self._root = root
        self._default_locale = default_locale
        self._read_many = read_many
        self._reader = reader[:_READER_CHARACTERS]
        self._lock = threading.RLock()
        self._connection: tuple[int, sqlite3.Connection] | None = None
        self._seen_version = -1
        self._pages: dict[str, _Page] = {}
        self._texts: dict[str, Facts] = {}
        self.reading: tuple[int, int] | None = None
        """How many of the texts that have to be read are, for as long as this process reads."""

    def refresh(self, progress: Callable[[int, int], None] | None = None) -> tuple[Entry, ...]:
        """Every source of the content root with its facts, after whatever has changed was read.

        12,000 unchanged files take a fraction of a second; a text that nobody has read yet takes some milliseconds.
        Several processes that come at once share the work. `progress` is told how many of the changed have been read.
        Raises `Refused` when there is no such folder.
        """
        found = survey(self._root, self._default_locale)
        if self._changed(found.catalogue, found.stamps):
            with FileLock(f"{self._file}.lock"):
                changed = self._changed(found.catalogue, found.stamps)
                tell = progress or (lambda _read, _of: None)
                try:
                    for start in range(0, len(changed), _HELD_AT_A_TIME):
                        self.reading = (start, len(changed))
                        for done in self._read(changed[start : start + _HELD_AT_A_TIME]):
                            self.reading = (start + done, len(changed))
                            tell(*self.reading)
                finally:
                    self.reading = None
                with contextlib.suppress(_DiskFull):  # they are in nobody's way
                    self._forget_other_readers()
        with contextlib.suppress(_DiskFull):
            self._forget_all_but({source.path for source in found.catalogue.sources})
        return self._entries(found.catalogue)

    def known(self, catalogue: Catalogue) -> tuple[Entry, ...]:
        """The sources of a catalogue with what is known of them now; nothing is looked at or read."""
        self._changed(Catalogue(()), {})
        return self._entries(catalogue)

    def facts(self, source: Source) -> Facts:
        """The facts of one source as its file is at this moment. Raises `Refused` when it is gone or cannot be used."""
        try:
            stamp = Stamp.of((self._root / source.path).stat())
        except OSError as fault:
            raise Refused(f"{source.path} is gone.", remedy="Put the file back, or ask for another content.") from fault
        if self._changed(Catalogue((source,)), {source.path: stamp}):
            for _ in self._read([(source, stamp)]):
                pass
        with self._lock:
            facts = self._texts[self._pages[source.path].text]
        if facts.problem:
            raise Refused(facts.problem)
        return facts

    def spoken(self, source: Source) -> tuple[str, ...]:
        """The texts of the blocks that can be spoken of a source, as it was when it was read last."""
        with self._lock, self._database() as database:
            page = self._pages.get(source.path)
            row = page and database.execute("SELECT spoken FROM texts WHERE id = ?", (page.text,)).fetchone()
        return _unpacked(row[0]) if row else ()

    def search(self, words: str) -> tuple[int, ...]:
        """The numbers of the texts in which all of these words are said, those that fit best first.

        A word of the title counts more than one of the description, and that more than one of the body.
        """
        if not (wanted := match(words)):
            return ()
        with self._lock, self._database() as database:
            # Weighing takes its time: what nearly every text says weighs nothing anyway.
            (found,) = database.execute("SELECT count(*) FROM words WHERE words MATCH ?", (wanted,)).fetchone()
            # In one answer: between row and row of tens of thousands every other thread would have its turn.
            listed = _WEIGHED if found <= _WEIGHED_AT_MOST else _FOUND
            (numbers,) = database.execute(listed, (wanted,)).fetchone()
            return tuple(json.loads(numbers))

    def said(self, number: int) -> tuple[str, ...]:
        """The texts of the blocks that can be spoken of the text of that number; none where it is not kept any more."""
        with self._lock, self._database() as database:
            row = database.execute("SELECT spoken FROM texts WHERE number = ?", (number,)).fetchone()
        return _unpacked(row[0]) if row else ()

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            if self._connection is not None:
                self._connection[1].close()
                self._connection = None

    def _changed(self, catalogue: Catalogue, stamps: Mapping[str, Stamp]) -> list[tuple[Source, Stamp]]:
        """The sources whose files are not as the index has them; what other processes have read counts."""
        with self._lock:
            with self._database() as database:
                (version,) = database.execute("PRAGMA data_version").fetchone()
                if version != self._seen_version:
                    self._load(database)
                    self._seen_version = version
            pages = self._pages
        # Going through all of them takes a while, in which somebody may search.
        return [
            (source, stamps[source.path])
            for source in catalogue.sources
            if (page := pages.get(source.path)) is None or not page.is_still(stamps[source.path])
        ]

    def _entries(self, catalogue: Catalogue) -> tuple[Entry, ...]:
        with self._lock:
            pages, texts = self._pages, self._texts
        return tuple(
            Entry(source, texts.get(page.text) if (page := pages.get(source.path)) else None)
            for source in catalogue.sources
        )

    def _load(self, database: sqlite3.Connection) -> None:
        rows = database.execute(
            "SELECT path, size, modified, changed, read_at, text, title, description, outline, characters, problem,"
            " number FROM pages JOIN texts ON texts.id = pages.text WHERE root = ?",
            (str(self._root),),
        )
        pages, texts = {}, {}
        for path, size, modified, changed, read_at, text, *facts, number in rows:
            pages[path] = _Page(Stamp(size, modified, changed), read_at, text)
            texts[text] = replace(Facts(*facts), number=number)
        self._pages = {path: page for path, page in pages.items() if page.text.startswith(self._reader)}
        self._texts = texts

    def _read(self, changed: Sequence[tuple[Source, Stamp]]) -> Iterator[int]:
        """Bring the index up to date with these files and say now and then how many are; what was read is kept."""
        pages: dict[str, list[tuple[str, _Page]]] = {}
        unread: dict[str, tuple[Source, str]] = {}
        faulty: dict[str, Facts] = {}
        for source, stamp in changed:
            now = time.time_ns()
            try:
                text = read(self._root, source)
                name = self._text_id(source, text)
                unread.setdefault(name, (source, text))
            except Refused as refused:
                name = self._text_id(source, f"\0{refused}")
                faulty[name] = Facts(problem=str(refused))
            pages.setdefault(name, []).append((source.path, _Page(stamp, now, name)))
        known = self._kept(list(unread))
        self._keep(faulty, pages)
        self._keep(known, pages)
        done = len(faulty) + len(known)
        missing = [name for name in unread if name not in known]
        read_now: dict[str, Facts] = {}
        for name, facts in zip(missing, self._read_many([unread[name] for name in missing]), strict=True):
            read_now[name] = facts
            if len(read_now) == _KEPT_AT_A_TIME:
                self._keep(read_now, pages)
                done += len(read_now)
                read_now = {}
                yield done
        self._keep(read_now, pages)
        yield len(changed)

    def _keep(self, texts: Mapping[str, Facts], pages: Mapping[str, Sequence[tuple[str, _Page]]]) -> None:
        """Keep these texts, and that these are what the files say that hold them."""
        if not texts:
            return
        held = {path: page for name in texts for path, page in pages[name]}
        try:
            self._write(texts, held)
        except _DiskFull:  # what was read is known to this process all the same, and read again by the next
            _log.warning("The disk is full: %d texts are known until the studio ends, and not kept.", len(texts))
            with self._lock:
                self._pages |= held
                self._texts |= {name: replace(facts, spoken=()) for name, facts in texts.items()}

    def _write(self, texts: Mapping[str, Facts], held: Mapping[str, _Page]) -> None:
        with self._lock, self._database() as database, _writing(database):
            numbers = {name: _put(database, name, facts) for name, facts in texts.items()}
            database.executemany(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (str(self._root), path, stamp.size, stamp.modified, stamp.changed, page.read_at, page.text)
                    for path, page in held.items()
                    for stamp in (page.stamp,)
                ],
            )
            self._pages |= held
            self._texts |= {name: replace(facts, spoken=(), number=numbers[name]) for name, facts in texts.items()}

    def _kept(self, names: Sequence[str]) -> dict[str, Facts]:
        with self._lock, self._database() as database:
            rows = [database.execute("SELECT * FROM texts WHERE id = ?", (name,)).fetchone() for name in names]
        return {row[1]: replace(Facts(*row[2:7]), spoken=_unpacked(row[7])) for row in rows if row is not None}

    def _forget_all_but(self, paths: set[str]) -> None:
        with self._lock:
            gone = [(str(self._root), path) for path in self._pages if path not in paths]
            if not gone:
                return
            with self._database() as database, _writing(database):
                database.executemany("DELETE FROM pages WHERE root = ? AND path = ?", gone)
            for _, path in gone:
                del self._pages[path]

    def _forget_other_readers(self) -> None:
        """What an earlier program has kept would only be in the way; what a text said before it was edited may stay."""
        with self._lock, self._database() as database, _writing(database):
            gone = database.execute(
                "DELETE FROM texts WHERE substr(id, 1, ?) <> ? AND id NOT IN (SELECT text FROM pages)",
                (_READER_CHARACTERS, self._reader),
            )
            if gone.rowcount:  # their words cannot be taken out one by one: those that are left are put in again
                database.execute("INSERT INTO words (words) VALUES ('delete-all')")
                left = database.execute("SELECT number, title, description, spoken FROM texts")
                for number, title, description, spoken in left.fetchall():
                    _put_words(database, number, title, description, _unpacked(spoken))

    def _text_id(self, source: Source, text: str) -> str:
        """All that its outline depends on: the reader, the text, and what its name says of it."""
        named = (source.locale.tag, PurePosixPath(source.content.path).name, PurePosixPath(source.path).suffix)
        parts = hashlib.sha256("\0".join((self._reader, *named, text)).encode("utf-8", "surrogatepass"))
        return f"{self._reader}{parts.hexdigest()}"

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """The connection of this process. Raises `Unwritable`."""
        try:
            if self._connection is None or self._connection[0] != os.getpid():
                self._connection, self._seen_version = (os.getpid(), self._open()), -1
            yield self._connection[1]
        except sqlite3.DatabaseError as fault:
            if _means_full(fault, self._file.parent):
                raise _DiskFull(_FULL_DISK, remedy=_FREE_SOME) from fault
            if not _is_damaged(fault):
                raise Unwritable(f"The index {self._file} cannot be used.", remedy=_CHECK) from fault
            self.close()
            _remove(self._file)
            self._pages, self._texts = {}, {}
            raise Unwritable(
                f"The index {self._file} was damaged and has been removed.", remedy="Try again: it is made anew."
            ) from fault
        except OSError as fault:
            if fault.errno == errno.ENOSPC:
                raise _DiskFull(_FULL_DISK, remedy=_FREE_SOME) from fault
            raise Unwritable(f"The index {self._file} cannot be written.", remedy=_CHECK) from fault

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(self._file)
        except sqlite3.DatabaseError as fault:
            if not _is_damaged(fault):
                raise
            _remove(self._file)
            return _connect(self._file)


def _connect(file: Path) -> sqlite3.Connection:
    made = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    made.execute("PRAGMA synchronous = NORMAL")
    if made.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        with FileLock(f"{file}.making"):
            if made.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                made.execute("PRAGMA journal_mode = WAL")
                made.executescript(f"{_NO_TABLES} {_TABLES} PRAGMA user_version = {_VERSION};")
    return made


@contextlib.contextmanager
def _writing(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:  # a full disk has ended it already
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _put(database: sqlite3.Connection, name: str, facts: Facts) -> int:
    """Keep a text and its words, when it is not there yet; its number."""
    row = database.execute("SELECT number FROM texts WHERE id = ?", (name,)).fetchone()
    if row is None:
        row = database.execute(
            "INSERT INTO texts (id, title, description, outline, characters, problem, spoken)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
            (
                name,
                facts.title,
                facts.description,
                facts.outline,
                facts.characters,
                facts.problem,
                _packed(facts.spoken),
            ),
        ).fetchone()
        _put_words(database, row[0], facts.title, facts.description, facts.spoken)
    number: int = row[0]
    return number


def _put_words(database: sqlite3.Connection, number: int, title: str, description: str, spoken: Sequence[str]) -> None:
    database.execute(
        "INSERT INTO words (rowid, title, description, body) VALUES (?, ?, ?, ?)",
        (number, folded(title), folded(description), folded("\n".join(spoken))),
    )


def _packed(texts: Sequence[str]) -> bytes:
    return zlib.compress(json.dumps(texts).encode())


def _unpacked(packed: bytes) -> tuple[str, ...]:
    return tuple(json.loads(zlib.decompress(packed)))


def _means_full(fault: sqlite3.DatabaseError, folder: Path) -> bool:
    name = getattr(fault, "sqlite_errorname", "")
    return name.startswith("SQLITE_FULL") or (name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")) and is_full(folder))


def _is_damaged(fault: sqlite3.DatabaseError) -> bool:
    return getattr(fault, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
