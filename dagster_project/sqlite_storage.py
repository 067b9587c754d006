"""Dagster's records in SQLite, as Dagster keeps them, with connections that stay open.

Dagster makes an engine for every single access: it compiles each statement anew, opens the file, and closes it again,
which makes SQLite write its log back and sync the disk. That was two fifths of what a batch cost. Here a process has
one engine for each file that it used last. The files are Dagster's own: an instance may be opened with either.

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
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster
from dagster import DagsterEventType
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, AssetKeyTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
    SqliteEventLogStorageWatchdog,
)
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from sqlalchemy import bindparam, create_engine, event
from sqlalchemy.dialects.sqlite import Insert, insert
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
_IN_THE_INDEX = {each.value for each in ASSET_EVENTS | ASSET_CHECK_EVENTS | set(EVENT_TYPE_TO_PIPELINE_RUN_STATUS)}

# Statements that are made once: making one anew costs more than carrying it out.
_EVENT = SqlEventLogStorageTable.insert()
_NEW_VERDICT = AssetCheckExecutionsTable.insert()
_VERDICT = AssetCheckExecutionsTable.update().where(
    *(
        AssetCheckExecutionsTable.c[name] == bindparam(f"of_{name}")
        for name in ("asset_key", "check_name", "run_id", "partition")
    )
)


@cache
def _asset(columns: tuple[str, ...]) -> Insert:
    """An asset's own row, made or brought up to date in these columns."""
    new = insert(AssetKeyTable)
    return new.on_conflict_do_update(
        index_elements=[AssetKeyTable.c.asset_key], set_={name: new.excluded[name] for name in columns}
    )


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
        self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one run, all or none: what Dagster's own storage does one by one, and compiles each time."""
        rows = [(each, self._event_to_row(each)) for each in events]
        with self.run_connection(events[0].run_id) as run:
            run.execute(_EVENT, [row for _, row in rows])
            indexed = [(each, row) for each, row in rows if row["dagster_event_type"] in _IN_THE_INDEX]
            if indexed:
                with self.index_connection() as index:
                    self._store_in_index(index, indexed)

    def _store_in_index(self, index: Connection, rows: Sequence[tuple[EventLogEntry, dict[str, Any]]]) -> None:
        numbers = [index.execute(_EVENT, row).inserted_primary_key[0] for _, row in rows]
        latest: dict[tuple[str, str], tuple[EventLogEntry, int]] = {}
        tagged: list[tuple[EventLogEntry, int]] = []
        for (entry, row), number in zip(rows, numbers, strict=True):
            kind = DagsterEventType(row["dagster_event_type"])
            if kind in ASSET_EVENTS and row["asset_key"]:
                tagged.append((entry, number))
                latest.pop(which := (row["asset_key"], kind.value), None)
                latest[which] = (entry, number)
            elif kind is DagsterEventType.ASSET_CHECK_EVALUATION:
                self._store_verdict(index, entry, row, number)
            elif kind in ASSET_CHECK_EVENTS:
                self.store_asset_check_event(entry, number)
        if tagged:
            self._store_asset_event_tags(index, [entry for entry, _ in tagged], [number for _, number in tagged])
        for (asset, _), (entry, number) in latest.items():
            if values := self._get_asset_entry_values(entry, number, has_asset_key_index_cols=True):
                index.execute(_asset(tuple(values)), {"asset_key": asset, **values})

    def _store_verdict(self, index: Connection, entry: EventLogEntry, row: dict[str, Any], number: int) -> None:
        """What came of a check of one partition: in place of what was planned for it in this run, or by itself."""
        said = entry.get_dagster_event().asset_check_evaluation_data
        if not (said.partition and entry.run_id):
            self.store_asset_check_event(entry, number)
            return
        target = said.target_materialization_data
        status = AssetCheckExecutionRecordStatus.SUCCEEDED if said.passed else AssetCheckExecutionRecordStatus.FAILED
        which = {
            "asset_key": said.asset_key.to_string(),
            "check_name": said.check_name,
            "run_id": entry.run_id,
            "partition": said.partition,
        }
        values = {
            "execution_status": status.value,
            "evaluation_event": row["event"],
            "evaluation_event_timestamp": row["timestamp"],
            "evaluation_event_storage_id": number,
            "materialization_event_storage_id": target.storage_id if target else None,
        }
        found = {f"of_{name}": value for name, value in which.items()}
        if index.execute(_VERDICT, {**found, **values}).rowcount == 0:
            index.execute(_NEW_VERDICT, {**which, **values})

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
