"""300 open pages look for news while 20 narrations are made: how quickly they are answered, and what it costs.

Three processes: the studio as it is served, a writer that does to the ledger what 20 engines do, and this one, which is
the pages. Each page looks as `stage.js` does, with the revision it has. The writer notes when it wrote each take, so
that it is known what every answer ought to say: an update is lost when a page is told less than was written
`LATE_SECONDS` before it asked, when it is told less than before, or when it has not seen the last word in the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from _measure import figure, percentile, report

PAGES, NARRATIONS, TAKES = 300, 20, 50
TAKE_SECONDS = 0.5
LOOK_SECONDS = 1.5
LATE_SECONDS = 3.0
"""A round is a second; what is not told after so long is not late but lost."""
SECTIONS = 5
VOICE = "espeak"


def lesson(number: int) -> str:
    """A lesson of five sections with ten sentences each."""
    parts = "".join(
        f"\n## Part {part} of {number}\n\n" + f"In lesson {number} the sea rises, and it falls again.\n\n" * 9
        for part in range(1, SECTIONS)
    )
    return f"# Lesson {number}\n\nIt is about the sea.\n{parts}"


def serve() -> None:
    """The studio, as `studio up` serves it."""
    from assets.settings import Settings
    from studio_ui.server import serve as serve_studio

    serve_studio(Settings.from_environment())


def write() -> None:
    """What 20 engines write: a script each, a take every half second, a section every ten takes."""
    from assets.domain.keys import NarrationKey
    from assets.pipeline.opening import open_desk
    from assets.pipeline.writing import Writing
    from assets.settings import Settings
    from assets.storage.ledger.work import Work
    from assets.storage.processes import this_process

    desk = open_desk(Settings.from_environment())
    works = []
    for number in range(NARRATIONS):
        key = NarrationKey.of(f"articles/n{number}", "en", VOICE)
        asked = desk.ask(key)
        work = desk.ledger.claims.start(asked.claim_id, this_process(), max_parallel=NARRATIONS, lease_seconds=300)
        assert isinstance(work, Work)
        asyncio.run(Writing(desk).script(desk.wanted(key)))
        work.speaking(TAKES, sections_total=SECTIONS)
        works.append(work)
    print("begun", flush=True)  # noqa: T201
    written: list[tuple[int, int, float]] = []
    for take in range(1, TAKES + 1):
        began = time.monotonic()
        for number, work in enumerate(works):
            work.took(bought=1)
            written.append((number, take, time.time()))
            if take % (TAKES // SECTIONS) == 0:
                work.spoke(take * SECTIONS // TAKES)
        time.sleep(max(0.0, TAKE_SECONDS - (time.monotonic() - began)))
    Path(os.environ["STUDIO_HOME"], "written.json").write_text(json.dumps(written), encoding="ascii")
    print("done", flush=True)  # noqa: T201
    sys.stdin.read()  # the works stay live until the pages have looked once more


@dataclass
class Page:
    """One open page: what it has seen, and how long each look took."""

    narration: int
    looks: list[float] = field(default_factory=list)
    told: list[tuple[float, float, int]] = field(default_factory=list)
    """When it asked and was answered, and how many segments it shows since then."""
    unchanged: int = 0
    revision: str = ""

    @property
    def query(self) -> str:
        """The address of its narration."""
        return f"?content=articles/n{self.narration}&locale=en&voice={VOICE}"

    def lost(self, written: dict[int, list[tuple[int, float]]]) -> int:
        """How many of its looks were told too little, and one for a last word that it never saw."""
        found, before = 0, 0
        for asked, _, shown in self.told:
            due = max((take for take, at in written[self.narration] if at <= asked - LATE_SECONDS), default=0)
            found += shown < max(due, before)
            before = shown
        return found + (before != TAKES)

    def lateness(self, written: dict[int, list[tuple[int, float]]]) -> list[float]:
        """How long after each take was written the page first showed it."""
        return [
            next((answered - at for _, answered, shown in self.told if shown >= take), float("inf"))
            for take, at in written[self.narration]
        ]

    async def look(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One look, on the connection that the page keeps."""
        began, asked = time.perf_counter(), time.time()
        writer.write(
            f"GET /api/v1/pages/narration{self.query} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f'If-None-Match: "{self.revision}"\r\n\r\n'.encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length")), 0)
        body = await reader.readexactly(length)
        self.looks.append(time.perf_counter() - began)
        if head.startswith("http/1.1 304"):
            self.unchanged += 1
            self.told.append((asked, time.time(), self.told[-1][2]))
            return
        assert head.startswith("http/1.1 200"), head
        stage = json.loads(body)["stage"]
        self.revision = stage["revision"]
        self.told.append((asked, time.time(), stage["segments_done"]))

    async def stay_open(self, port: int, closing: asyncio.Event) -> None:
        """Look again and again until the page is closed, and once more then."""
        await asyncio.sleep(random.random() * LOOK_SECONDS)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while not closing.is_set():
            await self.look(reader, writer)
            await asyncio.sleep(LOOK_SECONDS)
        await self.look(reader, writer)
        writer.close()


async def knock(port: int, closing: asyncio.Event, took: list[float]) -> None:
    """The floor: whether the process answers at all, asked at the same time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not closing.is_set():
        began = time.perf_counter()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(
            next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
        )
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.05)
    writer.close()


def cpu_seconds(pid: int) -> float:
    """What a process has used of its cores so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answers(port: int) -> None:
    """Wait until the studio is served."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.2)
        else:
            writer.close()
            return
    raise SystemExit("the studio did not start")


async def measure(port: int, server: subprocess.Popen[str], environment: dict[str, str], home: Path) -> None:
    """The pages, from the first look to the last."""
    await answers(port)
    writer = subprocess.Popen(  # noqa: ASYNC220 - it is waited for by its words
        [sys.executable, __file__, "write"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    await asyncio.to_thread(writer.stdout.readline)
    pages = [Page(number % NARRATIONS) for number in range(PAGES)]
    closing = asyncio.Event()
    began, used = time.monotonic(), cpu_seconds(server.pid)
    floor: list[float] = []
    open_pages = [asyncio.create_task(knock(port, closing, floor))]
    open_pages += [asyncio.create_task(page.stay_open(port, closing)) for page in pages]
    await asyncio.to_thread(writer.stdout.readline)
    took, used = time.monotonic() - began, cpu_seconds(server.pid) - used
    await asyncio.sleep(LATE_SECONDS)
    closing.set()
    await asyncio.gather(*open_pages)
    writer.communicate("")
    looks = [each for page in pages for each in page.looks]
    written: dict[int, list[tuple[int, float]]] = {number: [] for number in range(NARRATIONS)}
    for number, take, at in json.loads((home / "written.json").read_text(encoding="ascii")):
        written[number].append((take, at))
    late = [each for page in pages for each in page.lateness(written)]
    report(
        f"{PAGES} open pages while {NARRATIONS} narrations are made",
        [
            figure("a look, p50", percentile(looks, 0.5) * 1000, "ms"),
            figure(
                "a look, p95",
                percentile(looks, 0.95) * 1000,
                "ms",
                floor=percentile(floor, 0.95) * 1000,
                floor_is="whether the process answers at all, p95 of the same run",
                at_most=100,
            ),
            figure("a look, p99", percentile(looks, 0.99) * 1000, "ms"),
            figure("the server, of one core", used / took, "", at_most=1),
            figure("updates lost", sum(page.lost(written) for page in pages), "looks", at_most=0),
            figure("from a take written to a page that shows it, p95", percentile(late, 0.95), "s"),
            figure("the same, the longest", max(late), "s"),
            figure("looks", len(looks) / took, "a second"),
        ],
        note=f"{sum(page.unchanged for page in pages)} of {len(looks)} looks found nothing new; pages, writer and"
        " server share the machine",
    )


def main() -> None:
    """Set it all up in a folder of its own, measure, and clear away."""
    home = Path(os.environ["STUDIO_HOME"])
    contents = home / "contents" / "articles"
    contents.mkdir(parents=True)
    for number in range(NARRATIONS):
        (contents / f"n{number}.en.md").write_text(lesson(number), encoding="utf-8")
    port = free_port()
    environment = {**os.environ, "STUDIO_CONTENT": str(contents.parent), "STUDIO_PORT": str(port)}
    with subprocess.Popen([sys.executable, __file__, "serve"], env=environment, stdout=sys.stderr, text=True) as server:
        try:
            asyncio.run(measure(port, server, environment, home))
        finally:
            server.terminate()


if __name__ == "__main__":
    {"serve": serve, "write": write}.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
