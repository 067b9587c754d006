"""What planning has worked out of narrations, kept by what it depends on: a file beside the index of the catalogue.

Nothing is lost with it: whatever is damaged, missing or cannot be written is worked out again.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

_VERSION = 1
_BUSY_SECONDS = 10
_AT_A_TIME = 500
_MOST = 200_000
_log = logging.getLogger(__name__)


class EstimateFile:
    """Plain data by name. Safe to use from threads and from many processes at once; it never raises."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def get(self, names: Iterable[str]) -> dict[str, Any]:
        """What is kept under these names."""
        wanted, found = list(names), dict[str, Any]()

        def look(database: sqlite3.Connection) -> None:
            for first in range(0, len(wanted), _AT_A_TIME):
                some = wanted[first : first + _AT_A_TIME]
                chosen = "SELECT name, data FROM kept WHERE name IN (SELECT value FROM json_each(?))"
                for name, data in database.execute(chosen, (json.dumps(some),)):
                    found[name] = json.loads(zlib.decompress(data))

        self._do(look)
        return found

    def put(self, kept: Mapping[str, Any]) -> None:
        """Keep these, and let go of the oldest when there are very many."""
        rows = [(name, zlib.compress(json.dumps(data).encode(), 1)) for name, data in kept.items()]

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.executemany("INSERT OR REPLACE INTO kept (name, data) VALUES (?, ?)", rows)
                database.execute("DELETE FROM kept WHERE number <= (SELECT max(number) FROM kept) - ?", (_MOST,))

        self._do(write)

    def _do(self, work: Callable[[sqlite3.Connection], None]) -> None:
        try:
            with self._lock, closing(self._open()) as database:
                work(database)
        except (sqlite3.DatabaseError, OSError, zlib.error, ValueError) as fault:
            _log.warning("The kept estimates in %s cannot be used: %s", self._file.name, fault)
            if getattr(fault, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                for suffix in ("", "-wal", "-shm"):
                    Path(f"{self._file}{suffix}").unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = sqlite3.connect(self._file, timeout=_BUSY_SECONDS)
        made.execute("PRAGMA synchronous = NORMAL")
        if made.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            made.executescript(
                "PRAGMA journal_mode = WAL;"
                "CREATE TABLE IF NOT EXISTS kept"
                " (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, data BLOB);"
                f"PRAGMA user_version = {_VERSION};"
            )
        return made
