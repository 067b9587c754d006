"""The shelves: every text and every narration that may be asked for, in memory, for searching and for turning pages.

They are filled from the catalogue and from the ledger and hold nothing of their own. Searching is SQLite's FTS5: words
of title, description and id here, those of the text by whoever has read it; in any order, each as the beginning of a
word, whatever accents it has. What is found by its title comes first. Which contents are shown, and how many narrations
there are, is told by columns. What was put up is kept in a file: the next process begins with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets.domain.questions import Question
from assets.domain.search_words import TOKENS, folded, match
from assets.storage.columns import NOWHERE, Columns, Numbers

_VERSION = 2
_TABLES = f"""
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE contents (rank INTEGER PRIMARY KEY, id TEXT, kind TEXT);
CREATE TABLE texts (id INTEGER PRIMARY KEY, rank INTEGER, locale TEXT, title TEXT, number INTEGER);
CREATE INDEX texts_by_rank ON texts (rank);
CREATE VIRTUAL TABLE words USING fts5 (title, description, name, content = '', tokenize = "{TOKENS}", prefix = '2 3');
CREATE TABLE narrations (
    rank INTEGER, locale TEXT, voice TEXT, phase TEXT, duration REAL, changed REAL, version INTEGER,
    PRIMARY KEY (rank, locale, voice)
) WITHOUT ROWID;
"""
_PUT = "INSERT OR REPLACE INTO narrations VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it stands on the shelves: a content in a locale, with the words it is found by."""

    content: str
    locale: str
    kind: str
    title: str
    description: str = ""
    number: int = 0
    """By which whoever searches the text itself names it."""
    hit: bool = False
    """Whether words that were looked for are in this text, and not in its title, description or id."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one narration stands. `phase` is the word that people see for it, `not_asked` for one nobody asked for."""

    content: str
    locale: str
    voice: str
    phase: str
    version: int = 0
    duration_seconds: float | None = None
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One content that was found: its texts, and of their narrations those that were asked about."""

    content: str
    kind: str
    texts: tuple[Text, ...]
    narrations: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, and how many contents there are in all."""

    total: int
    shelves: tuple[Shelf, ...]


class Shelves:
    """All texts and narrations in memory. Safe to use from threads; whoever fills them anew replaces all at once."""

    def __init__(self, search: Callable[[str], Sequence[int]] = lambda _words: ()) -> None:
        """`search` finds the numbers of the texts that say some words, those that fit best first."""
        self._search = search
        self._lock = threading.Lock()
        self._database = _fresh()
        self._columns = _columns(self._database)
        self._ranks: dict[str, int] = {}
        self._found: tuple[str, Numbers] | None = None
        self._locales: tuple[str, ...] | None = None

    def fill(
        self,
        texts: Iterable[Text],
        standings: Iterable[Standing],
        default_locale: str,
        *,
        keep: Path | None = None,
        label: str = "",
    ) -> None:
        """Put everything up anew, contents in the order of their titles; what there was is seen until it is done.

        It is kept in the file `keep`, too, under a label, for the next process. Raises `OSError` when that cannot be
        written; what is put up is there all the same.
        """
        contents: dict[str, list[Text]] = {}
        for text in texts:
            contents.setdefault(text.content, []).append(text)

        def place(content: str) -> tuple[str, str]:
            own = contents[content]
            return next((t for t in own if t.locale == default_locale), own[0]).title.casefold(), content

        ranks = {content: rank for rank, content in enumerate(sorted(contents, key=place))}
        every = [(rank, text) for content, rank in ranks.items() for text in contents[content]]
        database = _fresh()
        with database:
            database.executemany(
                "INSERT INTO contents VALUES (?, ?, ?)", [(r, c, contents[c][0].kind) for c, r in ranks.items()]
            )
            database.executemany(
                "INSERT INTO texts VALUES (?, ?, ?, ?, ?)",
                [(n, r, t.locale, t.title, t.number) for n, (r, t) in enumerate(every)],
            )
            database.executemany(
                "INSERT INTO words (rowid, title, description, name) VALUES (?, ?, ?, ?)",
                [
                    (n, folded(t.title), folded(t.description), folded(t.content.replace("/", " ")))
                    for n, (_, t) in enumerate(every)
                ],
            )
            database.executemany(_PUT, _rows(ranks, standings))
        self._put_up(database, ranks)
        if keep is not None:
            self._keep(keep, label)

    def take_up(self, file: Path, label: str) -> bool:
        """Put up what an earlier process has kept in a file under that label; False when there is nothing of use."""
        database = _fresh(empty=True)
        try:
            with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as kept:
                kept.backup(database)
            found = database.execute("SELECT value FROM kept WHERE name = 'label'").fetchone()
            if found is None or found[0] != _labelled(label):
                return False
            ranks = {content: rank for rank, content in database.execute("SELECT rank, id FROM contents")}
            self._put_up(database, ranks)
        except sqlite3.DatabaseError:  # none, or a damaged one, or an older program's: it is made anew
            return False
        return True

    def _put_up(self, database: sqlite3.Connection, ranks: dict[str, int]) -> None:
        columns = _columns(database)
        with self._lock:
            self._database, self._ranks, before = database, ranks, self._database
            self._columns, self._found, self._locales = columns, None, None
            before.close()

    def _keep(self, file: Path, label: str) -> None:
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            with self._lock:
                self._database.execute("INSERT OR REPLACE INTO kept VALUES ('label', ?)", (_labelled(label),))
                self._database.commit()
                with contextlib.closing(sqlite3.connect(draft)) as kept:
                    self._database.backup(kept)
            draft.replace(file)
        except sqlite3.DatabaseError as fault:
            raise OSError(f"{file} could not be written: {fault}") from fault
        finally:
            draft.unlink(missing_ok=True)

    def update(self, standings: Iterable[Standing]) -> None:
        """How these narrations stand now; those of texts that are not on the shelves are passed over."""
        with self._lock, self._database:
            rows = list(_rows(self._ranks, standings))
            self._database.executemany(_PUT, rows)
            self._columns.put((rank, locale, voice, phase, at) for rank, locale, voice, phase, _, at, _ in rows)

    def last_change(self) -> datetime | None:
        """When something last happened to any narration on the shelves."""
        with self._lock:
            return _moment(self._columns.last_change())

    def find(self, question: Question, *, first: int = 0, most: int = 25) -> Found:
        """So many contents from the first (counted from 0) on, in order, with what was asked about."""
        with self._lock:
            places = self._places(question.words)
            chosen = self._columns.choose(question, places)
            page = chosen[first : first + most].tolist()
            return Found(len(chosen), tuple(self._shelves(question, page, places)))

    def counts(self, question: Question) -> dict[str, int]:
        """How many narrations there are in each phase, of those that are asked about in whatever phase."""
        with self._lock:
            return self._columns.count(question, self._places(question.words))

    def locales(self) -> tuple[str, ...]:
        """Every locale that a text is in."""
        with self._lock:
            if self._locales is None:
                rows = self._database.execute("SELECT DISTINCT locale FROM texts ORDER BY locale")
                self._locales = tuple(tag for (tag,) in rows)
            return self._locales

    def _places(self, words: str) -> Numbers | None:
        """How well each text fits these words; remembered for whoever turns the pages of what was found."""
        if not words:
            return None
        if self._found is None or self._found[0] != words:
            wanted = match(words)
            titled, said = (self._titled(wanted), self._search(words)) if wanted else ((), ())
            self._found = words, self._columns.places(titled, said)
        return self._found[1]

    def _titled(self, wanted: str) -> Sequence[int]:
        return self._all("rowid", "words WHERE words MATCH :wanted", wanted=wanted)

    def _shelves(self, question: Question, ranks: Sequence[int], places: Numbers | None) -> Iterator[Shelf]:
        asked = {"locale": question.locale, "voice": question.voice, "phase": question.phase}
        narrow = "".join(f" AND {name} = :{name}" for name, value in asked.items() if value)
        told = "locale, voice, phase, version, duration, changed"
        order = "ORDER BY locale, changed DESC, voice"
        contents = {rank: (content, kind) for rank, content, kind in self._of("rank, id, kind", "contents", ranks)}
        texts: dict[int, list[Any]] = {rank: [] for rank in ranks}
        narrations: dict[int, list[Any]] = {rank: [] for rank in ranks}
        for rank, *text in self._of("rank, id, locale, title, number", "texts", ranks, "ORDER BY locale"):
            texts[rank].append(text)
        for rank, *narration in self._of(f"rank, {told}", "narrations", ranks, f"{narrow} {order}", **asked):
            narrations[rank].append(narration)
        for rank in ranks:
            yield _shelf(question, *contents[rank], texts[rank], narrations[rank], places)

    def _of(self, columns: str, table: str, ranks: Sequence[int], rest: str = "", **values: str) -> list[Any]:
        these = f"(SELECT {columns} FROM {table} WHERE rank IN (SELECT value FROM json_each(:ranks)) {rest})"
        return self._all(f"json_array({columns})", these, ranks=json.dumps(ranks), **values)

    def _all(self, each: str, source: str, **values: str) -> list[Any]:
        """All rows in one answer: between one row and the next, every other thread of the process would have a turn."""
        rows = self._database.execute(f"SELECT json_group_array({each}) FROM {source}", values)
        found: list[Any] = json.loads(rows.fetchone()[0])
        return found


def _shelf(
    question: Question,
    content: str,
    kind: str,
    rows: Sequence[Sequence[Any]],
    narrations: Sequence[Sequence[Any]],
    places: Numbers | None,
) -> Shelf:
    found = {locale: NOWHERE if places is None else int(places[at]) for at, locale, _, _ in rows}
    standings = tuple(
        Standing(content, locale, voice, phase, version, duration, _moment(changed))
        for locale, voice, phase, version, duration, changed in narrations
        if found.get(locale, NOWHERE) != NOWHERE or not (question.words and question.about_narrations)
    )
    spoken = {standing.locale for standing in standings}
    texts = tuple(
        Text(content, locale, kind, title, number=number, hit=0 <= found[locale] < NOWHERE)
        for _, locale, title, number in rows
        if question.locale in {"", locale} and (not question.about_narrations or locale in spoken)
    )
    return Shelf(content, kind, texts, standings)


def _columns(database: sqlite3.Connection) -> Columns:
    kinds = [kind for (kind,) in database.execute("SELECT kind FROM contents ORDER BY rank")]
    made = Columns(kinds, database.execute("SELECT rank, locale, number FROM texts ORDER BY id"))
    made.put(database.execute("SELECT rank, locale, voice, phase, changed FROM narrations"))
    return made


def _labelled(label: str) -> str:
    return f"{_VERSION} {label}"


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _rows(ranks: Mapping[str, int], standings: Iterable[Standing]) -> Iterator[tuple[Any, ...]]:
    for s in standings:
        if (rank := ranks.get(s.content)) is not None:
            at = s.changed.timestamp() if s.changed else None
            yield rank, s.locale, s.voice, s.phase, s.duration_seconds, at, s.version


def _fresh(*, empty: bool = False) -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", check_same_thread=False)
    if not empty:
        made.executescript(_TABLES)
    return made
