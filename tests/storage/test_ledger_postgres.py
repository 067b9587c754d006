"""The same ledger on PostgreSQL, where a server and its driver are there."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, exc, text

from assets.domain.claims import NotYet, Publication
from assets.domain.errors import ClaimLost, Refused, Unwritable
from assets.domain.keys import NarrationKey
from assets.domain.narrations import FileFacts
from assets.domain.speech import Speech
from assets.domain.states import Status
from assets.domain.takes import Take, TakeRequest
from assets.storage.ledger.ledger import Ledger
from assets.storage.ledger.work import Work
from assets.storage.processes import this_process

KEY = NarrationKey.of("subjects/optics", "en", "joe")


@pytest.fixture(scope="module")
def server(postgres):
    """The PostgreSQL server of this test run."""
    return postgres


@pytest.fixture
def url(server):
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"ledger_{os.urandom(4).hex()}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


def ask(ledger, fingerprint="a" * 64):
    return ledger.claims.ask(KEY, fingerprint, verify=lambda version: True)


def start(ledger, claim_id):
    return ledger.claims.start(claim_id, this_process(), max_parallel=20, lease_seconds=30)


def test_a_narration_is_asked_for_made_published_and_restored(url):
    with Ledger.open(url) as ledger:
        work = start(ledger, ask(ledger).claim_id)
        assert isinstance(work, Work)
        assert isinstance(start(ledger, work.claim_id), NotYet)
        request = TakeRequest("c" * 64, "fake", "m", "v", "en", "Hello.", estimate_micros=10)
        work.speaking(1)
        take = Take.of(request, Speech(b"\0\0" * 10, 100, cost_micros=7))
        facts = FileFacts("x", 3, "d" * 64)
        ledger.takes.store(ledger.takes.reserve(request, work), take, facts)
        work.took(bought=1, cost_micros=7)
        first = work.publish(Publication("5" * 64, 1.5, 1, 6, {"audio": facts}))
        assert first.cost_micros == 7
        assert first.files["audio"] == facts
        assert first.created_at.utcoffset().total_seconds() == 0
        with pytest.raises(ClaimLost):
            work.heartbeat()
        second = start(ledger, ask(ledger, "b" * 64).claim_id)
        second.speaking(0)
        second.publish(Publication("5" * 64, 1.0, 0, 0))
        assert ask(ledger).narration.version == first
        assert ledger.narrations.counts()[Status.COMPLETED] == 1
        assert len(ledger.narrations.find(statuses=[Status.COMPLETED])) == 1
        assert list(ledger.narrations.fingerprints().values()) == ["a" * 64]
        assert ledger.spend.totals().settled_micros == 7
        today = datetime.now(UTC).date()
        assert [ledger.spend.used(today + timedelta(days=each)) for each in (-1, 2)] == [7, 0]


@pytest.mark.parametrize("change", ["UPDATE spend SET micros = 0", "DELETE FROM spend", "TRUNCATE spend"])
def test_the_record_of_spending_cannot_be_changed_by_anybody(url, change):
    Ledger.open(url).close()
    engine = create_engine(url)
    with engine.connect() as connection, pytest.raises(exc.DBAPIError, match="append-only"):
        connection.execute(text(change))
    engine.dispose()


OPEN = """
import sys
from assets.storage.ledger.ledger import Ledger
Ledger.open(sys.argv[1]).close()
"""


@pytest.mark.slow
def test_several_processes_open_an_empty_database_at_once(url):
    crowd = [subprocess.Popen([sys.executable, "-c", OPEN, url], stderr=subprocess.PIPE) for _ in range(6)]
    for process in crowd:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
    Ledger.open(url).close()


def test_of_many_that_ask_at_once_exactly_one_works(url):
    with Ledger.open(url) as ledger:
        begun, outcomes = [], []

        def ask_and_start():
            asked = ask(ledger)
            outcomes.append(asked.outcome.value)
            begun.append(type(start(ledger, asked.claim_id)).__name__)

        crowd = [threading.Thread(target=ask_and_start) for _ in range(8)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        assert sorted(outcomes) == ["claimed"] + ["joined"] * 7
        assert sorted(begun) == ["NotYet"] * 7 + ["Work"]


def test_a_server_that_is_not_there_is_said_in_plain_words(server):
    with pytest.raises(Unwritable, match="cannot be reached"):
        Ledger.open("postgresql+psycopg://studio@127.0.0.1:1/nothing")


def test_a_driver_that_is_not_there_is_named():
    with pytest.raises(Refused, match="driver"):
        Ledger.open("postgresql+pg8000://studio@127.0.0.1:1/nothing")
