"""300 open pages look for news while 20 narrations are made: how quickly they are answered, and what it costs.

Three processes: the studio as it is served, a writer that does to the ledger what 20 engines do, and this one, which is
the pages. Each page looks as `stage.js` does, with the revision it has; in the end, each must have seen the last word.
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
    for take in range(1, TAKES + 1):
        began = time.monotonic()
        for work in works:
            work.took(bought=1)
            if take % (TAKES // SECTIONS) == 0:
                work.spoke(take * SECTIONS // TAKES)
        time.sleep(max(0.0, TAKE_SECONDS - (time.monotonic() - began)))
    print("done", flush=True)  # noqa: T201
    sys.stdin.read()  # the works stay live until the pages have looked once more


@dataclass
class Page:
    """One open page: what it has seen, and how long each look took."""

    query: str
    seen: list[int] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    unchanged: int = 0
    revision: str = ""

    async def look(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One look, on the connection that the page keeps."""
        began = time.perf_counter()
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
            return
        assert head.startswith("http/1.1 200"), head
        stage = json.loads(body)["stage"]
        self.revision = stage["revision"]
        self.seen.append(stage["segments_done"])

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


async def measure(port: int, server: subprocess.Popen[str], environment: dict[str, str]) -> None:
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
    pages = [Page(f"?content=articles/n{n % NARRATIONS}&locale=en&voice={VOICE}") for n in range(PAGES)]
    closing = asyncio.Event()
    began, used = time.monotonic(), cpu_seconds(server.pid)
    floor: list[float] = []
    open_pages = [asyncio.create_task(knock(port, closing, floor))]
    open_pages += [asyncio.create_task(page.stay_open(port, closing)) for page in pages]
    await asyncio.to_thread(writer.stdout.readline)
    took, used = time.monotonic() - began, cpu_seconds(server.pid) - used
    await asyncio.sleep(1.5)  # an answer serves for a second
    closing.set()
    await asyncio.gather(*open_pages)
    writer.communicate("")
    looks = [each for page in pages for each in page.looks]
    lost = sum(page.seen[-1] != TAKES or page.seen != sorted(page.seen) for page in pages)
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
            figure("pages that missed the last word or saw it run back", lost, "pages", at_most=0),
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
            asyncio.run(measure(port, server, environment))
        finally:
            server.terminate()


if __name__ == "__main__":
    {"serve": serve, "write": write}.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
