"""The library: a DuckDB file built from the ledger for reading, which anyone may open with SQL.

It is written aside and swapped in: whoever reads it keeps what they have opened, and nobody ever meets half of it. Rows
that never change are only added; of the others, those that may have changed are put in anew. So a refresh costs as much
as has happened since the last one, and the copy of a file. Times are UTC; tables count money in millionths of a
dollar (`…_micros`) as the ledger does, views in dollars. A library that is lost or damaged is built again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from assets.domain.errors import Unwritable
from assets.storage.ledger.extracts import EXTRACTS, Extract, Rows
from assets.storage.ledger.ledger import Ledger

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MARGIN = timedelta(minutes=1)
"""Changes that were under way while the last library was built are looked at once more."""
_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "truth": "BOOLEAN", "moment": "TIMESTAMP", "text": "VARCHAR"}
_FRAMES = {"integer": "Int64", "number": "Float64", "truth": "boolean"}
_log = logging.getLogger(__name__)

VIEWS = {
    # One row for every request: how long until the first sound was there, and until all was.
    "requests": """
        SELECT c.id, n.content, n.locale, n.voice, c.state, c.requested_by, c.asked_at, c.started_at, c.ended_at,
            least(t.first_take_at, CASE c.state WHEN 'done' THEN c.ended_at END) AS first_sound_at,
            CASE c.state WHEN 'done' THEN c.ended_at END AS ready_at, c.takes_bought, c.takes_reused,
            c.cost_micros / 1e6 AS usd, c.estimate_micros / 1e6 AS estimate_usd, c.saved_micros / 1e6 AS saved_usd,
            c.failure_code
        FROM claims c JOIN narrations n ON n.id = c.narration_id
        LEFT JOIN (SELECT claim_id, min(stored_at) AS first_take_at FROM takes GROUP BY claim_id) t
            ON t.claim_id = c.id""",
    # What was paid, by day and by what it was paid for.
    "money": """
        SELECT CAST(s.at AS DATE) AS day, s.provider, s.model, s.stage, n.voice, n.locale, sum(s.micros) / 1e6 AS usd
        FROM spend s LEFT JOIN narrations n ON n.id = s.narration_id GROUP BY ALL HAVING sum(s.micros) <> 0""",
    # What was published, by day, with what reuse saved and what it had been expected to cost.
    "made": """
        SELECT CAST(v.created_at AS DATE) AS day, n.locale, n.voice, count(*) AS versions,
            sum(v.duration_seconds) / 60 AS minutes, sum(v.cost_micros) / 1e6 AS usd,
            sum(v.saved_micros) / 1e6 AS saved_usd, sum(v.estimate_micros) / 1e6 AS estimate_usd
        FROM versions v JOIN narrations n ON n.id = v.narration_id GROUP BY ALL""",
}


class Library:
    """The library file of one ledger. Any number of processes may refresh it; one of them builds at a time."""

    def __init__(self, ledger: Ledger, path: Path) -> None:
        self._ledger = ledger
        self.path = path

    def refresh(self, *, older_than_seconds: float = 0.0) -> Path:
        """Bring the library up to date, unless it is younger than that, and say where it is. Raises `Unwritable`."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock"):
                if self.age_seconds() >= older_than_seconds:
                    self._build()
        except OSError as error:
            raise Unwritable(
                f"The library {self.path} cannot be written.", remedy="Check the folder, its disk and its permissions."
            ) from error
        return self.path

    def age_seconds(self) -> float:
        """How long ago it was built; for ever where there is none."""
        try:
            return max(0.0, time.time() - self.path.stat().st_mtime)
        except FileNotFoundError:
            return float("inf")

    def _build(self) -> None:
        aside = self.path.with_name(f"{self.path.name}.aside")
        _remove(aside)
        try:
            if not (self.path.exists() and self._continue(aside)):
                _remove(aside)
                with _opened(aside) as library:
                    for name, extract in EXTRACTS.items():
                        library.execute(_table(name, extract))
                    for name, query in VIEWS.items():
                        library.execute(f"CREATE VIEW {name} AS {query}")
                    library.execute("CREATE TABLE library (format VARCHAR, built_at TIMESTAMP)")
                    self._fill(library, None)
            aside.replace(self.path)
        finally:
            _remove(aside)

    def _continue(self, aside: Path) -> bool:
        """Add to a copy what has come since; False when that cannot be done: it is of another kind, or damaged."""
        import duckdb

        shutil.copyfile(self.path, aside)
        try:
            with _opened(aside) as library:
                made_by, built_at = library.execute("SELECT format, built_at FROM library").fetchall()[0]
                if made_by != _format() or not self._is_of_this_ledger(library):
                    return False
                self._fill(library, built_at.replace(tzinfo=UTC) - _MARGIN)
        except (duckdb.Error, IndexError) as error:
            _log.warning("The library cannot be continued and is built anew: %s", error)
            return False
        return True

    def _is_of_this_ledger(self, library: DuckDBPyConnection) -> bool:
        """Whether the ledger goes on from where the library stands; one that was put back from a copy does not."""
        grown = [name for name, extract in EXTRACTS.items() if not extract.moments]
        return all(_newest(library, name) <= self._ledger.extracts.newest(name) for name in grown)

    def _fill(self, library: DuckDBPyConnection, since: datetime | None) -> None:
        now = datetime.now(UTC).replace(tzinfo=None)
        library.execute("BEGIN")
        for name, extract in EXTRACTS.items():
            if extract.open_state and since is not None:  # one that is open may be gone from the ledger since
                library.execute(f"DELETE FROM {name} WHERE state = ?", [extract.open_state])
            after = 0 if extract.moments else _newest(library, name)
            for rows in self._ledger.extracts.rows(name, after=after, since=since):
                _put(library, name, extract, rows)
        library.execute("DELETE FROM library")
        library.execute("INSERT INTO library VALUES (?, ?)", [_format(), now])
        library.execute("COMMIT")
        library.execute("CHECKPOINT")


def _put(library: DuckDBPyConnection, name: str, extract: Extract, rows: Rows) -> None:
    import pandas as pd

    frame = pd.DataFrame.from_records(rows, columns=list(extract.columns))
    for column, kind in extract.columns.items():
        if kind == "moment":
            frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_localize(None)
        elif kind in _FRAMES:
            frame[column] = frame[column].astype(_FRAMES[kind])
        else:
            frame[column] = frame[column].astype("object")
    library.register("portion", frame)
    library.execute(f"INSERT OR REPLACE INTO {name} BY NAME SELECT * FROM portion")
    library.unregister("portion")


def _table(name: str, extract: Extract) -> str:
    columns = [f'"{column}" {_TYPES[kind]}' for column, kind in extract.columns.items()]
    return f"CREATE TABLE {name} ({', '.join(columns)}, PRIMARY KEY ({', '.join(extract.keys)}))"


def _newest(library: DuckDBPyConnection, name: str) -> int:
    (newest,) = library.execute(f"SELECT coalesce(max(id), 0) FROM {name}").fetchall()[0]
    return int(newest)


def _format() -> str:
    """Changes with every table and view: an older library is then built anew."""
    tables = [_table(name, extract) for name, extract in EXTRACTS.items()]
    return hashlib.sha256(json.dumps([tables, VIEWS]).encode()).hexdigest()[:16]


@contextmanager
def _opened(file: Path) -> Iterator[DuckDBPyConnection]:
    import duckdb

    library = duckdb.connect(str(file), config={"threads": "1", "memory_limit": "1GB"})
    try:
        yield library
    finally:
        library.close()


def _remove(file: Path) -> None:
    for path in (file, Path(f"{file}.wal")):
        path.unlink(missing_ok=True)
