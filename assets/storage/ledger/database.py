"""The database beneath the ledger: connections, transactions, and bringing the schema up to date."""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url, text

from assets.domain.errors import Corrupt, Refused, StudioError, Unwritable
from assets.storage.disks import is_full
from assets.storage.ledger.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from sqlalchemy import URL

BUSY_SECONDS = 30
_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
# Any fixed number will do: it names the one lock that all writers of this ledger take on PostgreSQL.
_POSTGRES_LOCK = 7_236_001


class Database:
    """One ledger database in one process; safe to use from threads and after a fork."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Database:
        """Connect, and bring the schema up to date when it is not.

        Any number of processes may do so at once on nothing at all. Raises `Refused` for a URL that will not do
        or a ledger made by a newer program, `Unwritable` when the place cannot be used, `Corrupt` when
        what is there is no ledger.
        """
        parsed = _checked(url)
        file = Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
        with _speaking_plainly(parsed):
            if file is not None:
                try:
                    file.parent.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise _not_writable(parsed) from error
            database = cls(_engine(parsed))
            try:
                if database.schema_version() != SCHEMA_VERSION:
                    database._bring_up_to_date(file)
            except BaseException:
                database.close()
                raise
        return database

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the ledger; it never waits for writers."""
        with _speaking_plainly(self._engine.url), self._engine.connect() as plain:
            # SQLite reads from a snapshot anyway; PostgreSQL must be asked to.
            consistent = {"isolation_level": "REPEATABLE READ"} if plain.dialect.name == "postgresql" else {}
            connection = plain.execution_options(**consistent)
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that nobody else writes in; it commits at the end, or undoes everything on an error.

        The lock is taken at the beginning: what is read inside stays true until the commit, and there is
        no upgrade from reading to writing that could fail half-way.
        """
        with _speaking_plainly(self._engine.url), self._engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRES_LOCK})
                yield connection

    def schema_version(self) -> str | None:
        """The migration this ledger is at, None when it has no tables yet."""
        try:
            with self._engine.connect() as connection:
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except (exc.OperationalError, exc.ProgrammingError) as error:
            if _means_no_such_table(error):
                return None
            raise

    def _bring_up_to_date(self, file: Path | None) -> None:
        # Imported here: the migration machinery is slow to load and almost never needed.
        from alembic import command
        from alembic.config import Config
        from filelock import FileLock

        lock = FileLock(f"{file}.lock") if file is not None else contextlib.nullcontext()
        with lock:
            found = self.schema_version()
            if found == SCHEMA_VERSION:
                return
            if found is not None and found > SCHEMA_VERSION:
                raise Refused(
                    f"The ledger was made by a newer version of this program (schema {found}, known {SCHEMA_VERSION}).",
                    remedy="Update the program, or point STUDIO_LEDGER_URL to another ledger.",
                )
            if file is not None:
                self._keep_a_write_ahead_log()
            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            with self.writing() as connection:
                # On PostgreSQL the lock is taken here, so look again: another process may have been first.
                if file is not None or self.schema_version() != SCHEMA_VERSION:
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")

    def _keep_a_write_ahead_log(self) -> None:
        """Set the journal once for all; it stays with the file.

        This needs the file for itself for a moment, and SQLite does not wait for it by its own busy timeout.
        """
        patience = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                with self._engine.connect().execution_options(bare=True) as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except exc.OperationalError as error:
                busy = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_BUSY"
                if not busy or time.monotonic() > patience:
                    raise
                time.sleep(0.02)


def _checked(url: str) -> URL:
    remedy = "Set STUDIO_LEDGER_URL to sqlite:///folder/ledger.db or postgresql+psycopg://user@host/database."
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise Refused("The address of the ledger is not a database URL.", remedy=remedy) from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise Refused(f"The ledger cannot be kept in '{parsed.get_backend_name()}'.", remedy=remedy)
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise Refused("The ledger must be a file: several processes share it.", remedy=remedy)
    return parsed


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_engine(url, max_overflow=-1, connect_args={"timeout": BUSY_SECONDS})
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            engine = create_engine(url, max_overflow=-1, pool_pre_ping=True)
    except (ImportError, exc.NoSuchModuleError) as error:
        raise Refused(
            f"The driver of '{url.drivername}' is not installed.",
            remedy="Install it (`pip install 'psycopg[binary]'`), or leave STUDIO_LEDGER_URL empty.",
        ) from error
    # A connection must not be shared with a child; it opens its own.
    forked = weakref.ref(engine)

    def forget() -> None:
        if (mine := forked()) is not None:
            mine.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's own object
    connection.isolation_level = None  # the driver must not begin transactions: `_begin_sqlite` does
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("bare", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")


def _means_no_such_table(error: exc.DBAPIError) -> bool:
    original = error.orig
    if getattr(original, "sqlstate", None) is not None:
        return getattr(original, "sqlstate", None) == "42P01"
    # SQLite has one code for every fault of a statement; this statement can have no other.
    return getattr(original, "sqlite_errorname", None) == "SQLITE_ERROR"


@contextlib.contextmanager
def _speaking_plainly(url: URL) -> Iterator[None]:
    """Turn what a database says of its surroundings into what a person can act on; faults of ours stay as they are."""
    try:
        yield
    except exc.DBAPIError as error:
        if (plain := _in_plain_words(error, url)) is not None:
            raise plain from error
        raise


def _in_plain_words(error: exc.DBAPIError, url: URL) -> StudioError | None:
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    fails = name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR"))
    if name.startswith("SQLITE_FULL") or (fails and url.database and is_full(Path(url.database).parent)):
        return Unwritable("The disk is full; the ledger could not be written.", remedy="Free some space and ask again.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM")):
        return _not_writable(url)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Unwritable(
            f"The ledger was locked by another process for {BUSY_SECONDS} seconds.",
            remedy="Look for a program that holds it open, and ask again.",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Corrupt(
            f"{url.database} is damaged or not a ledger.",
            remedy="Restore it from a copy, or move it away to begin anew.",
        )
    if isinstance(error, exc.OperationalError) and url.get_backend_name() == "postgresql":
        return Unwritable(
            "The database of the ledger cannot be reached.", remedy="Check STUDIO_LEDGER_URL and the server."
        )
    return None


def _not_writable(url: URL) -> Unwritable:
    return Unwritable(
        f"The ledger {url.database} cannot be read or written.",
        remedy="Check the folder, its disk and its permissions.",
    )
