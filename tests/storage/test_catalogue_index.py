import multiprocessing
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assets.domain.contents import Facts, Source
from assets.domain.errors import Refused, Unwritable
from assets.domain.keys import ContentId, Locale
from assets.storage.catalogue_index import CatalogueIndex

EN = Locale("en")
LONG_AGO = 1_700_000_000


class Reading:
    """Reads a text's first line as its title, and remembers what it has read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, texts: Sequence[tuple[Source, str]]) -> Iterator[Facts]:
        for source, text in texts:
            self.read.append(source.path)
            yield Facts(text.partition("\n")[0], "", f"digest of {text}", len(text))


def write(root: Path, path: str, text: str, *, at: int = LONG_AGO) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
    os.utime(root / path, (at, at))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    write(folder, "tides/en.md", "Tides")
    write(folder, "tides/id.md", "Pasang")
    write(folder, "zero.md", "Zero")
    return folder


def index(root: Path, reading: Reading, reader: str = "a" * 64) -> CatalogueIndex:
    return CatalogueIndex(root.parent / "home" / "catalogue.db", root, EN, reading, reader)


def titles(found: CatalogueIndex) -> dict[str, str]:
    return {entry.source.path: entry.title for entry in found.refresh()}


def test_every_text_is_read_once_also_after_a_restart(root):
    first, second = Reading(), Reading()
    there = index(root, first)
    expected = {"tides/en.md": "Tides", "tides/id.md": "Pasang", "zero.md": "Zero"}
    assert titles(there) == expected
    assert titles(there) == expected
    assert titles(index(root, second)) == expected
    assert sorted(first.read) == sorted(expected)
    assert second.read == []


def test_only_the_edited_text_is_read_again(root):
    reading = Reading()
    there = index(root, reading)
    there.refresh()
    write(root, "zero.md", "Nought", at=LONG_AGO + 60)
    assert titles(there)["zero.md"] == "Nought"
    assert reading.read[3:] == ["zero.md"]


def test_an_edit_that_keeps_size_and_time_is_seen(root):
    there = index(root, Reading())
    there.refresh()
    write(root, "zero.md", "Nero")
    assert titles(there)["zero.md"] == "Nero"


def test_a_touched_or_moved_or_restored_text_is_not_read_again(root):
    reading = Reading()
    there = index(root, reading)
    there.refresh()
    write(root, "zero.md", "Zero", at=LONG_AGO + 60)
    shutil.move(root / "tides", root / "tides2")
    (root / "tides2").rename(root / "tides")
    (root / "other").mkdir()
    (root / "other" / "zero.md").write_text("Zero", encoding="utf-8")
    assert titles(there)["other/zero.md"] == "Zero"
    write(root, "zero.md", "Nought", at=LONG_AGO + 120)
    there.refresh()
    write(root, "zero.md", "Zero", at=LONG_AGO + 180)
    assert titles(there)["zero.md"] == "Zero"
    assert len(reading.read) == 4, reading.read


def test_a_file_written_a_moment_ago_is_not_trusted_by_its_times(root, monkeypatch):
    reading = Reading()
    there = index(root, reading)
    now = (root / "zero.md").stat().st_ctime_ns
    write(root, "zero.md", "Zero", at=now // 1_000_000_000)
    there.refresh()
    page = there._pages["zero.md"]
    assert not page.is_still(page.stamp)
    old = there._pages["tides/en.md"]
    assert old.is_still(old.stamp)


def test_another_way_of_reading_reads_everything_anew_and_what_was_kept_goes(root):
    index(root, Reading()).refresh()
    other = Reading()
    index(root, other, "b" * 64).refresh()
    assert len(other.read) == 3
    with sqlite3.connect(root.parent / "home" / "catalogue.db") as database:
        assert {row[0][:16] for row in database.execute("SELECT id FROM texts")} == {"b" * 16}


def test_a_removed_file_is_forgotten(root):
    there = index(root, Reading())
    there.refresh()
    shutil.rmtree(root / "tides")
    assert titles(there) == {"zero.md": "Zero"}


def test_a_text_that_cannot_be_used_says_why_and_the_others_are_there(root):
    (root / "zero.md").write_bytes(b"\xff\xfe\x00bad")
    there = index(root, Reading())
    found = {entry.source.path: entry.facts for entry in there.refresh()}
    assert "not UTF-8" in (found["zero.md"] or Facts()).problem
    tides = found["tides/en.md"] or Facts()
    assert tides == Facts("Tides", "", "digest of Tides", 5, number=tides.number)
    with pytest.raises(Refused, match="not UTF-8"):
        there.facts(Source(ContentId("zero"), EN, "zero.md"))
    with pytest.raises(Refused, match="is gone"):
        there.facts(Source(ContentId("one"), EN, "one.md"))


def test_what_is_known_is_told_without_reading(root):
    reading = Reading()
    there = index(root, reading)
    there.facts(Source(ContentId("zero"), EN, "zero.md"))
    from assets.storage.content_files import scan

    known = {entry.source.path: entry.facts is not None for entry in there.known(scan(root, EN))}
    assert known == {"tides/en.md": False, "tides/id.md": False, "zero.md": True}
    assert reading.read == ["zero.md"]


def test_what_another_process_has_read_is_not_read_again(root):
    reading = Reading()
    mine = index(root, reading)
    mine.refresh()
    write(root, "zero.md", "Nought", at=LONG_AGO + 60)
    child = multiprocessing.get_context("fork").Process(target=mine.refresh)
    child.start()
    child.join()
    assert child.exitcode == 0
    assert titles(mine)["zero.md"] == "Nought"
    assert len(reading.read) == 3


def test_a_damaged_index_is_made_anew(root):
    index(root, Reading()).refresh()
    file = root.parent / "home" / "catalogue.db"
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.write_bytes(b"this is no database, by any measure" * 200)
    assert len(titles(index(root, Reading()))) == 3


def test_an_index_that_cannot_be_written_says_so(root, tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(Unwritable, match="cannot be written"):
        index(root, Reading()).refresh()
