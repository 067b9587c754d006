"""Status writes and reads while 20 processes write: the ledger, beside bare SQLite doing the same."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import statistics
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from _measure import figure, percentile, report

WRITERS = 20
SECONDS = 10.0
PAUSE = 0.02
"""Between two signs of life of one narration; real ones are seconds apart."""


def write_to_ledger(url: str, number: int, go: Event, out: str) -> None:
    """One narration at work: its progress, again and again."""
    from assets.domain.keys import NarrationKey
    from assets.storage.ledger.ledger import Ledger
    from assets.storage.ledger.work import Work
    from assets.storage.processes import this_process

    with Ledger.open(url) as ledger:
        key = NarrationKey.of(f"lesson-{number}", "en", "joe")
        claim = ledger.claims.ask(key, "a" * 64, verify=lambda _version: True).claim_id
        work = ledger.claims.start(claim, this_process(), max_parallel=WRITERS, lease_seconds=60)
        assert isinstance(work, Work)
        work.speaking(1_000_000)
        go.wait()
        _write(lambda: work.took(bought=1), out)


def write_bare(file: str, number: int, go: Event, out: str) -> None:
    """The same two statements in one transaction, with nothing around them."""
    database = sqlite3.connect(file, timeout=30, isolation_level=None)
    database.execute("PRAGMA synchronous = NORMAL")

    def write() -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute("SELECT done FROM work WHERE id = ?", (number,)).fetchone()
        database.execute("UPDATE work SET lease = ? WHERE id = ?", (time.time(), number))
        database.execute("UPDATE work SET done = done + 1 WHERE id = ?", (number,))
        database.execute("COMMIT")

    go.wait()
    _write(write, out)


def _write(write: object, out: str) -> None:
    took, faults, until = [], [], time.monotonic() + SECONDS
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            write()  # type: ignore[operator]
        except Exception as fault:
            faults.append(str(fault))
        took.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    Path(out).write_text(json.dumps({"took": took, "faults": faults}), encoding="utf-8")


def crowd(folder: Path, target: object, where: str, read: object) -> tuple[list[float], list[float], list[str]]:
    """How long writes and reads take while everybody writes, and what went wrong."""
    context = multiprocessing.get_context("spawn")
    go = context.Event()
    outs = [str(folder / f"{number}.json") for number in range(WRITERS)]
    writers = [
        context.Process(target=target, args=(where, number, go, outs[number]))  # type: ignore[arg-type]
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    time.sleep(1.0)
    go.set()
    reads = []
    while any(writer.is_alive() for writer in writers):
        began = time.perf_counter()
        read()  # type: ignore[operator]
        reads.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    found = [json.loads(Path(out).read_text(encoding="utf-8")) for out in outs]
    return [t for each in found for t in each["took"]], reads, [f for each in found for f in each["faults"]]


def main() -> None:
    """Print the figures."""
    from assets.domain.keys import NarrationKey
    from assets.storage.ledger.ledger import Ledger

    with tempfile.TemporaryDirectory(prefix="bench-crowd-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/ledger.db"
        with Ledger.open(url) as ledger:
            key = NarrationKey.of("lesson-7", "en", "joe")
            writes, reads, faults = crowd(folder, write_to_ledger, url, lambda: ledger.narrations.get(key))
        bare = str(folder / "bare.db")
        with sqlite3.connect(bare, isolation_level=None) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE work (id INTEGER PRIMARY KEY, done INTEGER, lease REAL)")
            database.executemany("INSERT INTO work VALUES (?, 0, 0)", [(n,) for n in range(WRITERS)])
            look = lambda: database.execute("SELECT * FROM work WHERE id = 7").fetchone()  # noqa: E731
            bare_writes, bare_reads, bare_faults = crowd(folder, write_bare, bare, look)

    def milliseconds(name: str, ours: float, floor: float) -> dict[str, object]:
        return figure(name, ours * 1000, "ms", floor=round(floor * 1000, 3), floor_is="bare sqlite3")

    report(
        f"status under {WRITERS} writing processes",
        [
            milliseconds("a write of progress, median", statistics.median(writes), statistics.median(bare_writes)),
            milliseconds("a write of progress, 99 of 100", percentile(writes, 0.99), percentile(bare_writes, 0.99)),
            milliseconds("a read of status, median", statistics.median(reads), statistics.median(bare_reads)),
            milliseconds("a read of status, 99 of 100", percentile(reads, 0.99), percentile(bare_reads, 0.99)),
            figure(
                "writes a second", len(writes) / SECONDS, "", floor=round(len(bare_writes) / SECONDS), floor_is="bare"
            ),
            figure("'database is locked' and other faults", len(faults) + len(bare_faults), "", at_most=0),
        ],
        f"Each of {WRITERS} processes writes its progress every {PAUSE * 1000:.0f} ms for {SECONDS:.0f} s, as fast as "
        "50 narrations a second would; one that is at work writes about once a second. What is left above the floor is "
        "processor time of SQLAlchemy in 20 processes on these cores; SQLite's own wait for its lock sleeps in steps.",
    )


if __name__ == "__main__":
    main()
