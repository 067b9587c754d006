"""Opening the ledger: made when it is not there, by however many at once, and refused in plain words."""

import sqlite3
import subprocess
import sys
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from assets.domain.errors import Corrupt, Refused, Unwritable
from assets.storage.ledger.database import _MIGRATIONS
from assets.storage.ledger.ledger import Ledger
from assets.storage.ledger.schema import SCHEMA_VERSION, metadata

OPEN = """
import sys
from assets.domain.keys import NarrationKey
from assets.storage.ledger.ledger import Ledger
sys.stdin.readline()
with Ledger.open(sys.argv[1]) as ledger:
    ledger.claims.ask(NarrationKey.of(f"articles/n{sys.argv[2]}", "en", "joe"), "a" * 64, verify=lambda version: True)
"""


def test_twelve_processes_open_a_ledger_in_an_empty_folder_at_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'new' / 'ledger.db'}"
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, url, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(12)
    ]
    for opener in openers:
        opener.stdin.write("go\n")
        opener.stdin.flush()
    for opener in openers:
        _, err = opener.communicate(timeout=120)
        assert opener.returncode == 0, err
    with Ledger.open(url) as ledger:
        assert len(ledger.claims.queue()) == 12
    mode = sqlite3.connect(tmp_path / "new" / "ledger.db").execute("PRAGMA journal_mode").fetchone()[0]
    assert mode == "wal"


def test_opening_a_ledger_that_is_up_to_date_does_not_load_the_migration_machinery(empty_ledger):
    code = (
        "import sys\nfrom assets.storage.ledger.ledger import Ledger\n"
        f"Ledger.open('sqlite:///{empty_ledger}').close()\n"
        "print([name for name in ('alembic', 'filelock', 'psutil', 'mako') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_connections_have_the_settings_that_the_ledger_relies_on(bench):
    with bench.ledger._database.reading() as tx:
        found = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30_000}


def test_the_migrations_make_exactly_the_tables_of_the_schema(empty_ledger):
    engine = create_engine(f"sqlite:///{empty_ledger}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_schema_version_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_VERSION


def test_a_ledger_of_an_older_program_is_brought_up_to_date_and_keeps_what_it_knows(tmp_path):
    from alembic import command

    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql(
            "INSERT INTO spend (reservation_id, take_key, claim_id, provider, model, voice, characters, micros,"
            " held_micros, kind, request_id, at) VALUES ('r', 'k', 'c', 'elevenlabs', 'm', 'v', 10, 800, 0, 'settled',"
            " 'q', '2026-01-01 23:59:59.999999'), ('s', 'l', 'c', 'elevenlabs', 'm', 'v', 10, 0, 50, 'unknown',"
            " 'q', '2025-12-31 00:00:00.000000')"
        )
    engine.dispose()
    with Ledger.open(url) as ledger:
        assert ledger.spend.totals().settled_micros == 800
        assert ledger.spend.unsettled() == ()
        assert [ledger.spend.used(date(2026, 1, day)) for day in (1, 2)] == [850, 50]


def test_a_ledger_of_a_newer_program_is_refused_in_one_sentence(tmp_path):
    file = tmp_path / "ledger.db"
    Ledger.open(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Refused, match="newer version of this program"):
        Ledger.open(f"sqlite:///{file}")


def test_a_migration_that_fails_leaves_nothing_half_done(tmp_path, monkeypatch):
    from alembic import command

    upgrade = command.upgrade

    def upgrade_and_fail(*arguments):
        upgrade(*arguments)
        raise RuntimeError("the power went")

    monkeypatch.setattr(command, "upgrade", upgrade_and_fail)
    with pytest.raises(RuntimeError, match="power"):
        Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.undo()
    connection = sqlite3.connect(tmp_path / "ledger.db")
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()
    Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}").close()


def test_a_file_that_is_no_ledger_is_named_and_left_alone(tmp_path):
    file = tmp_path / "ledger.db"
    file.write_bytes(b"This is a letter to my aunt. " * 100)
    with pytest.raises(Corrupt, match="not a ledger"):
        Ledger.open(f"sqlite:///{file}")
    assert file.read_bytes().startswith(b"This is a letter")


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://somewhere/ledger", "sqlite://", "sqlite:///:memory:"], ids=lambda url: url
)
def test_an_address_that_will_not_do_is_refused(url):
    with pytest.raises(Refused, match="ledger"):
        Ledger.open(url)


def test_a_place_that_cannot_be_written_is_said_in_plain_words(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unwritable, match="cannot be read or written"):
        Ledger.open(f"sqlite:///{tmp_path / 'file' / 'ledger.db'}")


def test_a_full_disk_is_one_sentence_and_undoes_the_whole_change(bench):
    from sqlalchemy import event

    asked = bench.ask()
    engine = bench.ledger._database._engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(Unwritable, match="The disk is full"):
        for _ in range(100):
            bench.ask(requested_by="x" * 200)
            bench.ledger.claims.cancel(bench.key)
    assert len({claim.id for claim in bench.ledger.claims.queue()} | {asked.claim_id}) <= 2
    status = bench.ledger.narrations.get(bench.key).status
    assert status.live == (len(bench.ledger.claims.queue()) == 1)


def test_a_moment_without_a_zone_is_a_fault(bench):
    bench.moment = bench.moment.replace(tzinfo=None)
    with pytest.raises(Exception, match="without a time zone"):
        bench.ask()
