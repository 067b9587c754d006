"""The shelves: every text and every narration that may be asked for, in memory, for searching and for turning pages.

They are filled from the catalogue and from the ledger and hold nothing of their own. Searching is SQLite's FTS5: words
of the title, the description and the id, in any order, each as the beginning of a word, whatever accents it has.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_WORD = re.compile(r"\w+")
_WORDS_AT_MOST = 12
_TABLES = """
CREATE TABLE contents (rank INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, changed REAL);
CREATE INDEX contents_by_kind ON contents (kind, rank);
CREATE INDEX contents_by_change ON contents (changed DESC, rank);
CREATE TABLE texts (rank INTEGER, locale TEXT, title TEXT, PRIMARY KEY (rank, locale)) WITHOUT ROWID;
CREATE INDEX texts_by_locale ON texts (locale, rank);
CREATE VIRTUAL TABLE words USING fts5 (
    title, description, name, content = '', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
CREATE TABLE word_ranks (id INTEGER PRIMARY KEY, rank INTEGER, locale TEXT);
CREATE TABLE narrations (
    rank INTEGER, locale TEXT, voice TEXT, phase TEXT, duration REAL, changed REAL, version INTEGER,
    PRIMARY KEY (rank, locale, voice)
) WITHOUT ROWID;
CREATE INDEX narrations_by_phase ON narrations (phase, rank, locale, voice);
CREATE INDEX narrations_by_voice ON narrations (voice, rank, locale, phase);
"""


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it stands on the shelves: a content in a locale, with the words it is found by."""

    content: str
    locale: str
    kind: str
    title: str
    description: str = ""


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

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = _fresh()
        self._ranks: dict[str, int] = {}

    def fill(self, texts: Iterable[Text], standings: Iterable[Standing], default_locale: str) -> None:
        """Put everything up anew, contents in the order of their titles; what there was is seen until it is done."""
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
            database.executemany("INSERT INTO texts VALUES (?, ?, ?)", [(r, t.locale, t.title) for r, t in every])
            database.executemany(
                "INSERT INTO words (rowid, title, description, name) VALUES (?, ?, ?, ?)",
                [(n, t.title, t.description, t.content.replace("/", " ")) for n, (_, t) in enumerate(every)],
            )
            database.executemany(
                "INSERT INTO word_ranks VALUES (?, ?, ?)", [(n, r, t.locale) for n, (r, t) in enumerate(every)]
            )
            _put(database, ranks, standings)
        database.execute("ANALYZE")
        with self._lock:
            self._database, self._ranks, before = database, ranks, self._database
            before.close()

    def update(self, standings: Iterable[Standing]) -> None:
        """How these narrations stand now; those of texts that are not on the shelves are passed over."""
        with self._lock, self._database:
            _put(self._database, self._ranks, standings)

    def find(self, question: Question, *, first: int = 0, most: int = 25) -> Found:
        """So many contents from the first (counted from 0) on, in order, with what was asked about."""
        chosen, values = _chosen(question)
        with self._lock:
            (total,) = self._database.execute(f"SELECT count(*) FROM contents c WHERE {chosen}", values).fetchone()
            order = "c.changed DESC, c.rank" if question.recent else "c.rank"
            rows = self._database.execute(
                f"SELECT c.rank, c.id, c.kind FROM contents c WHERE {chosen} ORDER BY {order}"
                " LIMIT :most OFFSET :first",
                {**values, "most": most, "first": first},
            ).fetchall()
            return Found(total, tuple(self._shelf(question, *row) for row in rows))

    def counts(self, question: Question) -> dict[str, int]:
        """How many narrations there are in each phase, of those that are asked about in whatever phase."""
        narrow = [f"n.{name} = :{name}" for name in ("locale", "voice") if getattr(question, name)]
        if question.kind or question.words:
            chosen, values = _chosen(Question(words=question.words, kind=question.kind, locale=question.locale))
            narrow.append(f"n.rank IN (SELECT c.rank FROM contents c WHERE {chosen})")
        else:
            values = {}
        values |= {"locale": question.locale, "voice": question.voice}
        where = f"WHERE {' AND '.join(narrow)}" if narrow else ""
        with self._lock:
            return dict(
                self._database.execute(f"SELECT phase, count(*) FROM narrations n {where} GROUP BY phase", values)
            )

    def locales(self) -> tuple[str, ...]:
        """Every locale that a text is in."""
        with self._lock:
            return tuple(tag for (tag,) in self._database.execute("SELECT DISTINCT locale FROM texts ORDER BY locale"))

    def _shelf(self, question: Question, rank: int, content: str, kind: str) -> Shelf:
        texts = self._database.execute("SELECT locale, title FROM texts WHERE rank = ? ORDER BY locale", (rank,))
        narrow = "".join(f" AND {name} = :{name}" for name in ("locale", "voice", "phase") if getattr(question, name))
        narrations = self._database.execute(
            "SELECT locale, voice, phase, version, duration, changed FROM narrations"
            f" WHERE rank = :rank{narrow} ORDER BY locale, changed DESC, voice",
            {"rank": rank, "locale": question.locale, "voice": question.voice, "phase": question.phase},
        )
        standings = tuple(
            Standing(content, row[0], row[1], row[2], row[3], row[4], _moment(row[5])) for row in narrations
        )
        return Shelf(content, kind, tuple(_texts(texts, content, kind, question, standings)), standings)


def _texts(
    rows: Iterable[Sequence[str]], content: str, kind: str, question: Question, standings: tuple[Standing, ...]
) -> Iterator[Text]:
    """The texts that were asked about: of one locale, or those of which there is a narration in question."""
    spoken = {standing.locale for standing in standings}
    for locale, title in rows:
        if question.locale in {"", locale} and (not question.about_narrations or locale in spoken):
            yield Text(content, locale, kind, title)


def _chosen(question: Question) -> tuple[str, dict[str, object]]:
    """The condition for a content `c` to be found, and its values."""
    conditions, values = ["TRUE"], dict[str, object]()
    words = _WORD.findall(question.words)[:_WORDS_AT_MOST]
    if question.words.strip() and not words:
        conditions.append("FALSE")
    if question.kind:
        conditions.append("c.kind = :kind")
        values["kind"] = question.kind
    same = " AND locale = :locale" if question.locale else ""
    if question.locale:
        values["locale"] = question.locale
    if words:
        # Each word in quotation marks, so that nothing in it is a sign of the search language.
        values["words"] = " ".join(f'"{word}"*' for word in words)
        conditions.append(
            "c.rank IN (SELECT w.rank FROM word_ranks w WHERE w.id IN"
            f" (SELECT rowid FROM words WHERE words MATCH :words){same})"
        )
    if question.about_narrations:
        asked = [f"{name} = :{name}" for name in ("voice", "phase") if getattr(question, name)]
        values |= {name: getattr(question, name) for name in ("voice", "phase")}
        conditions.append(f"c.rank IN (SELECT rank FROM narrations WHERE {' AND '.join(asked)}{same})")
    elif question.locale and not words:
        conditions.append("c.rank IN (SELECT rank FROM texts WHERE locale = :locale)")
    return " AND ".join(conditions), values


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _put(database: sqlite3.Connection, ranks: dict[str, int], standings: Iterable[Standing]) -> None:
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


def _fresh() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", check_same_thread=False)
    made.executescript(_TABLES)
    return made
