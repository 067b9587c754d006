"""The shelves: every text and every narration that may be asked for, in memory, for searching and for turning pages.

They are filled from the catalogue and from the ledger and hold nothing of their own. Searching is SQLite's FTS5: words
of title, description and id here, those of the text by whoever has read it; in any order, each as the beginning of a
word, whatever accents it has. What is found by its title comes first. All that is asked has to be true of one and the
same text: of its words, its locale, its narrations. What was put up is kept in a file: the next process begins with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets.domain.search_words import TOKENS, folded, match

_VERSION = 1
_TABLES = f"""
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE contents (rank INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, changed REAL);
CREATE INDEX contents_by_kind ON contents (kind, rank);
CREATE INDEX contents_by_change ON contents (changed DESC, rank);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY, rank INTEGER, locale TEXT, title TEXT, number INTEGER, UNIQUE (rank, locale)
);
CREATE INDEX texts_by_locale ON texts (locale, rank);
CREATE INDEX texts_by_number ON texts (number);
CREATE VIRTUAL TABLE words USING fts5 (title, description, name, content = '', tokenize = "{TOKENS}", prefix = '2 3');
CREATE TABLE hits (rank INTEGER, locale TEXT, place INTEGER, PRIMARY KEY (rank, locale)) WITHOUT ROWID;
CREATE TABLE narrations (
    rank INTEGER, locale TEXT, voice TEXT, phase TEXT, duration REAL, changed REAL, version INTEGER,
    PRIMARY KEY (rank, locale, voice)
) WITHOUT ROWID;
CREATE INDEX narrations_by_phase ON narrations (phase, rank, locale, voice);
CREATE INDEX narrations_by_voice ON narrations (voice, rank, locale, phase);
"""
_REMEMBERED = 200


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
class Question:
    """What is looked for. Whatever is empty does not matter; `recent` puts first what last changed."""

    words: str = ""
    kind: str = ""
    locale: str = ""
    voice: str = ""
    phase: str = ""
    recent: bool = False

    @property
    def about_narrations(self) -> bool:
        """Whether it asks for more than the texts themselves."""
        return bool(self.voice or self.phase)


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
        self._ranks: dict[str, int] = {}
        self._hits_of: str | None = None
        self._counted: dict[Question, dict[str, int]] = {}
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
        database = _fresh()
        with database:
            database.executemany(
                "INSERT INTO contents VALUES (?, ?, ?, NULL)", [(r, c, contents[c][0].kind) for c, r in ranks.items()]
            )
            every = [(ranks[t.content], t) for own in contents.values() for t in own]
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
            _put(database, ranks, standings)
        database.execute("ANALYZE")
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
        except sqlite3.DatabaseError:  # none, or a damaged one, or an older program's: it is made anew
            return False
        self._put_up(database, ranks)
        return True

    def _put_up(self, database: sqlite3.Connection, ranks: dict[str, int]) -> None:
        with self._lock:
            self._database, self._ranks, before = database, ranks, self._database
            self._hits_of, self._locales = None, None
            self._counted.clear()
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
            if _put(self._database, self._ranks, standings):
                self._counted.clear()

    def last_change(self) -> datetime | None:
        """When something last happened to any narration on the shelves."""
        with self._lock:
            return _moment(self._database.execute("SELECT max(changed) FROM contents").fetchone()[0])

    def find(self, question: Question, *, first: int = 0, most: int = 25) -> Found:
        """So many contents from the first (counted from 0) on, in order, with what was asked about."""
        with self._lock:
            self._look_for(question.words)
            source, values = _chosen(question)
            (total,) = self._database.execute(f"SELECT count(*) FROM {source}", values).fetchone()
            order = "c.changed DESC, c.rank" if question.recent else "h.place" if question.words else "c.rank"
            rows = self._database.execute(
                f"SELECT c.rank, c.id, c.kind FROM {source} ORDER BY {order} LIMIT :most OFFSET :first",
                {**values, "most": most, "first": first},
            ).fetchall()
            return Found(total, tuple(self._shelf(question, *row) for row in rows))

    def counts(self, question: Question) -> dict[str, int]:
        """How many narrations there are in each phase, of those that are asked about in whatever phase."""
        asked = replace(question, phase="", recent=False)
        with self._lock:
            if asked not in self._counted:
                if len(self._counted) >= _REMEMBERED:
                    self._counted.clear()
                self._counted[asked] = self._count(asked)
            return dict(self._counted[asked])

    def _count(self, question: Question) -> dict[str, int]:
        self._look_for(question.words)
        narrow = [f"n.{name} = :{name}" for name in ("locale", "voice") if getattr(question, name)]
        source = "narrations n"
        if question.words:
            source = "hits h CROSS JOIN narrations n ON n.rank = h.rank AND n.locale = h.locale"
        if question.kind:
            narrow.append("n.rank IN (SELECT rank FROM contents WHERE kind = :kind)")
        where = f"WHERE {' AND '.join(narrow)}" if narrow else ""
        values = {"locale": question.locale, "voice": question.voice, "kind": question.kind}
        return dict(self._database.execute(f"SELECT phase, count(*) FROM {source} {where} GROUP BY phase", values))

    def locales(self) -> tuple[str, ...]:
        """Every locale that a text is in."""
        with self._lock:
            if self._locales is None:
                rows = self._database.execute("SELECT DISTINCT locale FROM texts ORDER BY locale")
                self._locales = tuple(tag for (tag,) in rows)
            return self._locales

    def _look_for(self, words: str) -> None:
        """Lay out the texts that say these words, in the order in which they fit, unless that is done already."""
        if not words or words == self._hits_of:
            return
        wanted = match(words)
        with self._database:
            self._database.execute("DELETE FROM hits")
            if wanted:
                # By title, description or id: before all others, in the order of titles.
                self._database.execute(
                    "INSERT INTO hits SELECT t.rank, t.locale, t.rank - 1000000000 FROM words w"
                    " JOIN texts t ON t.id = w.rowid WHERE words MATCH ?",
                    (wanted,),
                )
                self._database.execute(
                    "INSERT OR IGNORE INTO hits SELECT t.rank, t.locale, said.key FROM json_each(?) said"
                    " CROSS JOIN texts t ON t.number = said.value",
                    (json.dumps(self._search(words)),),
                )
        self._hits_of = words

    def _shelf(self, question: Question, rank: int, content: str, kind: str) -> Shelf:
        texts = self._database.execute(
            "SELECT t.locale, t.title, t.number, h.place FROM texts t"
            " LEFT JOIN hits h ON :words <> '' AND h.rank = t.rank AND h.locale = t.locale"
            " WHERE t.rank = :rank ORDER BY t.locale",
            {"words": question.words, "rank": rank},
        ).fetchall()
        said = {row[0] for row in texts if row[3] is not None}
        narrow = "".join(f" AND {name} = :{name}" for name in ("locale", "voice", "phase") if getattr(question, name))
        narrations = self._database.execute(
            "SELECT locale, voice, phase, version, duration, changed FROM narrations"
            f" WHERE rank = :rank{narrow} ORDER BY locale, changed DESC, voice",
            {"rank": rank, "locale": question.locale, "voice": question.voice, "phase": question.phase},
        )
        standings = tuple(
            Standing(content, row[0], row[1], row[2], row[3], row[4], _moment(row[5]))
            for row in narrations
            if row[0] in said or not (question.words and question.about_narrations)
        )
        return Shelf(content, kind, tuple(_texts(texts, content, kind, question, standings)), standings)


def _texts(
    rows: Iterable[Sequence[Any]], content: str, kind: str, question: Question, standings: tuple[Standing, ...]
) -> Iterator[Text]:
    """The texts that were asked about: of one locale, or those of which there is a narration in question."""
    spoken = {standing.locale for standing in standings}
    for locale, title, number, place in rows:
        if question.locale in {"", locale} and (not question.about_narrations or locale in spoken):
            yield Text(content, locale, kind, title, number=number, hit=place is not None and place >= 0)


def _chosen(question: Question) -> tuple[str, dict[str, object]]:
    """Where the contents `c` are that are to be found, and the values of it. Of words, `h.place` is how well they fit.

    All that is asked has to be true of one and the same text of a content.
    """
    asked = [name for name in ("locale", "voice", "phase") if getattr(question, name)]
    values: dict[str, object] = {name: getattr(question, name) for name in asked}
    same = " AND ".join(f"n.{name} = :{name}" for name in asked) or "TRUE"
    conditions = ["TRUE"]
    if question.kind:
        conditions.append("c.kind = :kind")
        values["kind"] = question.kind
    source = "contents c"
    if question.words:
        narrow = "t.locale = :locale" if question.locale else "TRUE"
        if question.about_narrations:
            narrow = f"EXISTS (SELECT 1 FROM narrations n WHERE n.rank = t.rank AND n.locale = t.locale AND {same})"
        source = (
            f"(SELECT t.rank, min(t.place) AS place FROM hits t WHERE {narrow} GROUP BY t.rank) h"
            " CROSS JOIN contents c ON c.rank = h.rank"
        )
    elif question.about_narrations:
        conditions.append(f"c.rank IN (SELECT n.rank FROM narrations n WHERE {same})")
    elif question.locale:
        conditions.append(f"c.rank IN (SELECT n.rank FROM texts n WHERE {same})")
    return f"{source} WHERE {' AND '.join(conditions)}", values


def _labelled(label: str) -> str:
    return f"{_VERSION} {label}"


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _put(database: sqlite3.Connection, ranks: dict[str, int], standings: Iterable[Standing]) -> int:
    rows = [
        (rank, s.locale, s.voice, s.phase, s.duration_seconds, s.changed.timestamp() if s.changed else None, s.version)
        for s in standings
        if (rank := ranks.get(s.content)) is not None
    ]
    database.executemany("INSERT OR REPLACE INTO narrations VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    changes: dict[int, float] = {}
    for row in rows:
        if row[5] is not None:
            changes[row[0]] = max(row[5], changes.get(row[0], 0.0))
    database.executemany(
        "UPDATE contents SET changed = max(coalesce(changed, 0), ?) WHERE rank = ?",
        [(changed, rank) for rank, changed in changes.items()],
    )
    return len(rows)


def _fresh(*, empty: bool = False) -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", check_same_thread=False)
    if not empty:
        made.executescript(_TABLES)
    return made
