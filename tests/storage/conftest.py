"""A ledger on a fresh file, with a clock and a census of processes that a test moves by hand."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from assets.domain.claims import Publication
from assets.domain.holders import Holder
from assets.domain.keys import NarrationKey
from assets.domain.narrations import FileFacts
from assets.storage.ledger.ledger import Ledger
from assets.storage.ledger.work import Work

KEY = NarrationKey.of("subjects/mathematics/vectors", "en", "joe")


@dataclass
class Bench:
    """A ledger, its clock, and the processes that have died."""

    url: str
    moment: datetime = datetime(2030, 1, 1, tzinfo=UTC)
    dead: set = field(default_factory=set)
    unseen: set = field(default_factory=set)
    ledger: Ledger = None
    processes: int = 0
    key: NarrationKey = KEY

    def __post_init__(self):
        self.ledger = Ledger.open(self.url, clock=lambda: self.moment, alive=self.alive)

    def alive(self, holder):
        return None if holder in self.unseen else holder not in self.dead

    def process(self) -> Holder:
        self.processes += 1
        return Holder("here", self.processes, "0")

    def passes(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def ask(self, fingerprint="a" * 64, *, key=KEY, verify=lambda version: True, **more):
        return self.ledger.claims.ask(key, fingerprint, verify=verify, **more)

    def start(self, claim_id, holder=None, *, max_parallel=20, run_id="", gains=0):
        return self.ledger.claims.start(
            claim_id, holder or self.process(), run_id, max_parallel=max_parallel, lease_seconds=30, gains=gains
        )

    def begun(self, fingerprint="a" * 64, *, key=KEY, holder=None, **more) -> Work:
        work = self.start(self.ask(fingerprint, key=key, **more).claim_id, holder)
        assert isinstance(work, Work)
        return work

    def published(self, fingerprint="a" * 64, *, key=KEY, **more):
        work = self.begun(fingerprint, key=key, **more)
        work.speaking(1)
        return work.publish(publication())

    @staticmethod
    def publication(**changes):
        return publication(**changes)

    def status(self, key=KEY):
        return self.ledger.narrations.get(key).status

    def kinds(self, key=KEY):
        return [happening.kind for happening in self.ledger.narrations.happenings(key)]


def publication(**changes) -> Publication:
    facts = {
        "script_fingerprint": "5" * 64,
        "duration_seconds": 12.5,
        "segments": 1,
        "characters": 40,
        "files": {"audio": FileFacts("narrations/x/narration.mp3", 10, "0" * 64)},
    }
    return Publication(**(facts | changes))


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory):
    """A ledger that is up to date, to be copied: making one takes a moment."""
    file = tmp_path_factory.mktemp("ledger") / "ledger.db"
    Ledger.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def new_bench(tmp_path, empty_ledger):
    """Make a bench on a ledger of its own, as often as it is called."""
    made = []

    def make():
        file = tmp_path / f"ledger-{len(made)}.db"
        shutil.copy(empty_ledger, file)
        made.append(Bench(f"sqlite:///{file}"))
        return made[-1]

    yield make
    for bench in made:
        bench.ledger.close()


@pytest.fixture
def bench(new_bench):
    return new_bench()
