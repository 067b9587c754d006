"""The library file: what is in it, how it goes on, and that nobody ever meets half of it."""

from datetime import UTC, datetime

import duckdb
import pytest

from assets.domain.claims import Publication
from assets.domain.errors import Unwritable
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure
from assets.storage.ledger.ledger import Ledger
from assets.storage.library import Library
from assets.storage.processes import this_process

KEY = NarrationKey.of("articles/tides", "en", "joe")
OTHER = NarrationKey.of("articles/tides", "id", "joe")


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as opened:
        yield opened


@pytest.fixture
def library(ledger, tmp_path):
    return Library(ledger, tmp_path / "library.duckdb")


def begin(ledger, key):
    asked = ledger.claims.ask(key, "a" * 64, verify=lambda version: True, force=True)
    return ledger.claims.start(asked.claim_id, this_process(), max_parallel=20, lease_seconds=30)


def publish(ledger, key):
    work = begin(ledger, key)
    work.speaking(2)
    work.took(bought=2)
    return work.publish(Publication("b" * 64, 90.0, 2, 100, {}))


def rows(library, sql):
    with duckdb.connect(str(library.refresh()), read_only=True) as opened:
        return opened.execute(sql).fetchall()


def test_what_was_made_is_in_it(ledger, library):
    version = publish(ledger, KEY)
    assert rows(library, "SELECT locale, voice, versions, minutes FROM made") == [("en", "joe", 1, 1.5)]
    ((state, asked, ready),) = rows(library, "SELECT state, asked_at, ready_at FROM requests")
    assert state == "done"
    assert asked <= ready
    assert abs((ready.replace(tzinfo=UTC) - version.created_at).total_seconds()) < 1
    assert rows(library, "SELECT count(*) FROM money") == [(0,)]


def test_a_refresh_brings_what_has_changed_and_keeps_what_was_there(ledger, library):
    publish(ledger, KEY)
    work = begin(ledger, OTHER)
    assert rows(library, "SELECT state FROM claims ORDER BY state") == [("done",), ("live",)]
    work.tried("Attempt 1 failed.", code="busy", due_at=datetime(2026, 11, 25, 12, tzinfo=UTC))
    work.fail(Failure("busy", "Busy.", "Wait."))
    publish(ledger, KEY)
    assert rows(library, "SELECT status, failure_code FROM narrations ORDER BY id") == [
        ("completed", ""),
        ("failed", "busy"),
    ]
    assert rows(library, "SELECT number FROM versions ORDER BY id") == [(1,), (2,)]
    assert rows(library, "SELECT state FROM claims WHERE state = 'live'") == []
    ((code, due_at),) = rows(library, "SELECT code, due_at FROM events WHERE kind = 'retry'")
    assert (code, due_at.isoformat()) == ("busy", "2026-11-25T12:00:00")
    everything = rows(library, "SELECT count(*) FROM events")
    assert everything == rows(library, "SELECT count(DISTINCT id) FROM events")


def test_a_refresh_that_is_not_due_does_nothing(ledger, library):
    library.refresh()
    before = library.path.stat().st_mtime_ns
    library.refresh(older_than_seconds=60)
    assert library.path.stat().st_mtime_ns == before
    library.refresh()
    assert library.path.stat().st_mtime_ns > before


def test_whoever_reads_it_keeps_what_they_have_opened(ledger, library):
    publish(ledger, KEY)
    with duckdb.connect(str(library.refresh()), read_only=True) as opened:
        publish(ledger, OTHER)
        library.refresh()
        assert opened.execute("SELECT count(*) FROM versions").fetchall() == [(1,)]
    assert rows(library, "SELECT count(*) FROM versions") == [(2,)]


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 1000])
def test_a_damaged_library_is_built_again(ledger, library, damage):
    publish(ledger, KEY)
    library.refresh()
    library.path.write_bytes(damage)
    assert rows(library, "SELECT count(*) FROM versions") == [(1,)]


def test_a_ledger_that_was_put_back_makes_the_library_anew(ledger, library, tmp_path):
    publish(ledger, KEY)
    publish(ledger, OTHER)
    library.refresh()
    with Ledger.open(f"sqlite:///{tmp_path}/other.db") as older:
        publish(older, OTHER)
        assert rows(Library(older, library.path), "SELECT locale FROM narrations") == [("id",)]


def test_nothing_is_left_beside_it(ledger, library):
    library.refresh()
    library.refresh()
    assert sorted(path.name for path in library.path.parent.glob("library*")) == [
        "library.duckdb",
        "library.duckdb.lock",
    ]


def test_a_folder_that_cannot_be_written_is_said_in_words(ledger, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable, match="cannot be written"):
        Library(ledger, tmp_path / "file" / "library.duckdb").refresh()
