"""Dagster's records in SQLite, as Dagster keeps them, with connections that stay open.

Dagster makes an engine for every single access: it compiles each statement anew, opens the file, and closes it again,
which makes SQLite write its log back and sync the disk. That was half of what a batch cost. Here a process has one
engine for each file that it used last. The files are Dagster's own: an instance may be opened with either.

The records may lose their last moments when the power fails, never when a process dies; the ledger is what counts then,
and what it has and Dagster lacks is recorded by the next run.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import dagster
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
    SqliteEventLogStorageWatchdog,
)
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool, QueuePool
from watchdog.observers import Observer

if TYPE_CHECKING:
    from dagster._core.event_api import EventHandlerFn
    from dagster._core.events.log import EventLogEntry
    from dagster._core.storage.sqlite_storage import SqliteStorageConfig
    from dagster._serdes import ConfigurableClassData
    from sqlalchemy.engine import Connection, Engine
    from watchdog.events import FileSystemEvent

_MOST_ENGINES = 24
"""Files that are kept open; a webserver looks at thousands of runs, a file each."""
_IN_THE_INDEX = ASSET_EVENTS | ASSET_CHECK_EVENTS | set(EVENT_TYPE_TO_PIPELINE_RUN_STATUS)


class Engines:
    """The engines of this process by their address, those that were used last. A forked child begins with none."""

    def __init__(self, most: int = _MOST_ENGINES) -> None:
        self._most = most
        self._inherited: list[object] = []
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        # What a child inherits stays as it is: closing it would meddle with what its parent has open.
        self._inherited.append(getattr(self, "_engines", None))
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, address: str) -> Engine:
        """The engine of this address; the one that nobody used for longest makes room for it."""
        with self._lock:
            engine = self._engines.get(address) or _engine(address)
            self._engines[address] = engine
            self._engines.move_to_end(address)
            too_many = [self._engines.popitem(last=False)[1] for _ in range(len(self._engines) - self._most)]
        for each in too_many:
            each.dispose()  # a connection that is in use is closed when it is given back
        return engine

    def close(self, beginning: str) -> None:
        """Close what lies under an address."""
        with self._lock:
            found = [self._engines.pop(address) for address in list(self._engines) if address.startswith(beginning)]
        for engine in found:
            engine.dispose()


def _engine(address: str) -> Engine:
    engine = create_engine(
        address,
        poolclass=QueuePool,
        max_overflow=-1,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = NORMAL"))
    return engine


_engines = Engines()


class KeptRunStorage(SqliteRunStorage):
    """Dagster's runs."""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A transaction on a connection that was open already."""
        with _engines.of(self._conn_string).begin() as connection:
            yield connection


class KeptScheduleStorage(SqliteScheduleStorage):
    """Dagster's sensors and their ticks."""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A transaction on a connection that was open already."""
        with _engines.of(self._conn_string).begin() as connection:
            yield connection


class KeptEventLogStorage(SqliteEventLogStorage):
    """Dagster's events: a file for each run, and one with what is asked for across runs.

    Whatever an event, or several together, comes to in a file is one transaction.
    """

    def __init__(self, base_dir: str) -> None:
        self._joined = threading.local()
        self._tables: dict[str, bool] = {}
        self._columns: dict[str, bool] = {}
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        """A transaction on the file; whoever is in one already, in the same thread, stays in it."""
        inside: dict[str, Connection] = self._joined.__dict__
        if shard in inside:
            yield inside[shard]
            return
        engine = _engines.of(self.conn_string_for_shard(shard))
        if shard not in self._initialized_dbs:
            with self._db_lock:
                self._make_ready(shard, engine)
            self._initialized_dbs.add(shard)
        with engine.begin() as connection:
            inside[shard] = connection
            try:
                yield connection
            finally:
                del inside[shard]

    def _make_ready(self, shard: str, engine: Engine) -> None:
        """See that the file of a run has its tables: a copy of an empty one, where there is none yet."""
        if shard != INDEX_SHARD_NAME:
            if not (path := Path(self.path_for_shard(shard))).exists():
                self._copy_empty(path)
            if _is_ready(path):
                return
        self._initdb(engine, for_index_shard=shard == INDEX_SHARD_NAME)

    def _copy_empty(self, path: Path) -> None:
        """Put an empty file of a run in place, at once and whole: making one takes Dagster half a second."""
        empty = Path(self._base_dir).parent / f"empty-run-{dagster.__version__}.db"
        with tempfile.TemporaryDirectory(dir=empty.parent) as folder:
            if not empty.is_file():
                made = Path(folder) / "made.db"
                engine = create_engine(f"sqlite:///{made}", poolclass=NullPool)
                self._initdb(engine)
                engine.dispose()
                made.replace(empty)
            copy = Path(folder) / "copy.db"
            shutil.copyfile(empty, copy)
            with suppress(FileExistsError):  # another process was first
                os.link(copy, path)

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, and in the index what it means there."""
        if event.is_dagster_event and event.dagster_event_type in _IN_THE_INDEX:
            with self.index_connection():
                super().store_event(event)
        else:
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events of one run, all or none."""
        with self.run_connection(events[0].run_id), self.index_connection():
            for each in events:
                super().store_event(each)

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """Dagster asks this of the database for every event."""
        if not self._columns.get(column_name):
            self._columns[column_name] = super()._has_asset_key_col_on_connection(conn, column_name)
        return self._columns[column_name]

    def watch(self, run_id: str, cursor: str | None, callback: EventHandlerFn) -> None:
        """Tell `callback` of each new event of a run; the webserver's pages follow a run so."""
        if self._obs is None:
            self._obs = Observer()
            self._obs.start()
        watchdog = _Watchdog(self, run_id, callback, cursor)
        watch = self._obs.schedule(watchdog, self._base_dir, recursive=False)
        self._watchers[run_id][callback] = (watchdog, watch)

    def dispose(self) -> None:
        """Close its files."""
        super().dispose()
        _engines.close(self.conn_string_for_shard("").removesuffix(".db"))

    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table. One that is there stays there."""
        if not self._tables.get(table_name):
            self._tables[table_name] = super().has_table(table_name)
        return self._tables[table_name]


class _Watchdog(SqliteEventLogStorageWatchdog):
    """Looks again when the file changes, or SQLite's log beside it, which is where new events are at first."""

    def __init__(self, storage: KeptEventLogStorage, run_id: str, callback: EventHandlerFn, cursor: str | None) -> None:
        super().__init__(storage, run_id, callback, cursor)
        path = storage.path_for_shard(run_id)
        self._patterns = [path, f"{path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:
        del event
        self._process_log()


def _is_ready(path: Path) -> bool:
    """Whether the file has its tables; that is said last when they are made."""
    with closing(sqlite3.connect(path, timeout=SQLITE_BUSY_TIMEOUT_SECONDS)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return "alembic_version" in tables and bool(connection.execute("SELECT 1 FROM alembic_version").fetchall())


class KeptSqliteStorage(DagsterSqliteStorage):
    """What `storage` of dagster.yaml names: Dagster's three databases in the instance's folder."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._run_storage = KeptRunStorage(self._run_storage._conn_string)
        self._event_log_storage = KeptEventLogStorage(self._event_log_storage._base_dir)
        self._schedule_storage = KeptScheduleStorage(self._schedule_storage._conn_string)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: SqliteStorageConfig
    ) -> KeptSqliteStorage:
        """Dagster's way of making one from dagster.yaml."""
        return cls.from_local(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        """Close its files."""
        super().dispose()
        for storage in (self._run_storage, self._schedule_storage):
            _engines.close(storage._conn_string)
