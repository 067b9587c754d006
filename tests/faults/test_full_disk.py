"""A full disk, for real: one clear sentence, nothing half-served, and on it goes when there is room again."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assets.domain.errors import StudioError, Unwritable
from assets.domain.keys import NarrationKey
from assets.domain.states import Status
from assets.pipeline.engine import Engine, Result
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.storage.ledger.work import Work
from studio_ui.browsing import Place
from studio_ui.orchestrator import DagsterOverHttp
from studio_ui.server import create_app
from studio_ui.services import Studio

FIRST = NarrationKey.of("articles/first", "en", "espeak")
STATUS = "/api/v1/status?content=articles/first&locale=en&voice=espeak"
AUDIO = "/media/articles/first/en/espeak/v1/narration.mp3"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of sixteen megabytes; only whoever may mount one can try."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


class House:
    def __init__(self, disk: Path, content: Path) -> None:
        self.disk, self.content = disk, content
        self.write("first", 8)
        places = {"STUDIO_HOME": str(disk / "home"), "STUDIO_CONTENT": str(content)}
        self.desk = open_desk(Settings.from_environment(places))
        self.studio = Studio(self.desk, DagsterOverHttp("http://127.0.0.1:9"))
        self.client = TestClient(create_app(self.desk.settings, self.studio), base_url="http://127.0.0.1")

    def write(self, name: str, sentences: int) -> NarrationKey:
        path = self.content / "articles" / f"{name}.en.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        said = "".join(f"This is sentence {n} of {name}, and it goes on.\n\n" for n in range(sentences))
        path.write_text(f"# A lesson of {name}\n\n{said}")
        return NarrationKey.of(f"articles/{name}", "en", "espeak")

    def make(self, key: NarrationKey):  # type: ignore[no-untyped-def]
        return asyncio.run(Engine(self.desk, ()).make(key))

    def fill(self, leave: int) -> None:
        # What SQLite's log has grown to is room to write in, also on a full disk: that depends on what was done before.
        with closing(sqlite3.connect(self.desk.settings.home / "ledger.db", timeout=30)) as ledger:
            assert ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        facts = os.statvfs(self.disk)
        with (self.disk / "ballast").open("wb") as file:
            file.write(b"x" * max(0, facts.f_bavail * facts.f_frsize - leave))

    def make_room(self) -> None:
        (self.disk / "ballast").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def only_house(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(disk, tmp_path_factory.mktemp("content"))
    assert made.make(FIRST).result is Result.MADE
    made.studio.look(Place.of({}))
    yield made
    made.desk.ledger.close()


@pytest.fixture
def house(only_house: House) -> Iterator[House]:
    yield only_house
    only_house.make_room()


def ended_by_itself(house: House, key: NarrationKey) -> None:
    deadline = time.monotonic() + 60
    while house.desk.ledger.narrations.get(key).status in {Status.GENERATING_SCRIPT, Status.GENERATING_SPEECH}:
        assert time.monotonic() < deadline, "nobody let go of the work that failed"
        time.sleep(0.1)


@pytest.mark.parametrize(("name", "leave"), [("nothing", 0), ("little", 40_000)])
def test_on_a_full_disk_what_is_there_is_heard_and_what_cannot_be_made_says_why(house, name, leave):
    key = house.write(name, 10)
    house.desk.look_again()
    house.fill(leave)
    made = house.make(key)
    assert made.result is Result.FAILED
    assert isinstance(made.error, Unwritable)
    assert str(made.error).startswith("The disk is full")

    assert house.client.get(STATUS).json()["fresh"] is True
    heard = house.client.get(AUDIO)
    assert (heard.status_code, len(heard.content)) == (200, int(heard.headers["content-length"]))
    assert house.studio.look(Place.of({}))["total"] >= 1
    assert house.desk.ledger.narrations.get(key).version is None

    house.make_room()
    ended_by_itself(house, key)
    assert house.make(key).result is Result.MADE
    assert house.desk.view(FIRST).fresh and house.desk.view(key).fresh
    partial = house.desk.files.root / "partial"
    assert [path for path in partial.rglob("*") if path.is_file()] == []
    with sqlite3.connect(house.desk.settings.home / "ledger.db") as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_disk_that_fills_while_it_is_spoken_ends_the_work_and_with_room_it_goes_on_from_there(house, monkeypatch):
    key = house.write("middle", 12)
    house.desk.look_again()
    spoke, done = Work.took, []

    def fill_after_three(work: Work, **how: int) -> None:
        spoke(work, **how)
        done.append(how)
        if len(done) == 3:
            house.fill(0)

    monkeypatch.setattr(Work, "took", fill_after_three)
    made = house.make(key)
    assert made.result is Result.FAILED
    assert str(made.error).startswith("The disk is full")
    monkeypatch.undo()
    house.make_room()
    ended_by_itself(house, key)
    again = house.make(key)
    assert again.result is Result.MADE
    assert again.version.takes_reused >= 3, "what was spoken before is kept"


def test_a_text_that_is_new_on_a_full_disk_is_found_although_it_cannot_be_kept(house):
    house.desk.entries()
    house.fill(0)
    house.write("late", 1)
    assert "A lesson of late" in {entry.title for entry in house.desk.look_again()}
    house.make_room()
    again = open_desk(house.desk.settings)
    assert "A lesson of late" in {entry.title for entry in again.entries()}
    again.ledger.close()


def test_a_download_that_does_not_fit_is_refused_in_words_and_nothing_stays_of_it(house):
    house.fill(20_000)
    answer = house.client.get(AUDIO.replace("mp3", "m4b"))
    assert answer.status_code == 503
    assert answer.json()["error"]["message"].startswith("The disk is full.")
    house.make_room()
    whole = house.client.get(AUDIO.replace("mp3", "m4b"))
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/mp4")
    assert b"ftyp" in whole.content[:64]


def test_asking_on_a_full_disk_is_refused_before_anything_is_written(house):
    key = house.write("asked", 1)
    house.desk.look_again()
    house.fill(0)
    with pytest.raises(StudioError, match="The disk is full"):
        house.studio.request(key)
    house.make_room()
    assert house.desk.ledger.narrations.get(key).status is None
    assert house.studio.request(key).status == "pending"
