"""First sound after the click: in the running system, warm, until the page can play, in a real browser.

The floor is the engine alone: the first take of the same narration, spoken by the same speakers after each round, when
all is quiet again.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from _measure import ROOT, figure, report

ROUNDS = 7
VOICE = "joe"
LOOK_AGAIN_SECONDS = 0.02
WATCH = """() => {
    window.clicked = window.ready = 0;
    const now = (name) => { window[name] = window[name] || performance.now(); };
    document.querySelector('[data-act=ask]').addEventListener('click', () => now('clicked'), true);
    new MutationObserver(() => {
        if (document.querySelector('.player[data-state=ready]')) now('ready');
    }).observe(document.body, {subtree: true, attributes: true, attributeFilter: ['data-state']});
}"""


def lesson(number: int) -> str:
    """A lesson of four sections, no sentence of which was spoken before."""
    sections = "".join(
        f"\n## Part {part} of lesson {number}\n\nIn lesson {number} the sea rises, and it falls again. "
        f"People of town {number} plan their work by it. They have done so for {number + part} hundred years.\n"
        for part in range(2, 5)
    )
    return f"# Lesson {number}\n\nWelcome to lesson {number}, which is about the sea and the Moon.\n{sections}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bare(desk: Any, key: Any) -> float:
    """The engine alone: the first take, by speakers that have the voice loaded."""
    from assets.pipeline.asking import requests
    from assets.pipeline.crew import Crew
    from assets.pipeline.writing import Writing

    wanted = desk.wanted(key)
    script = asyncio.run(Writing(desk).script(wanted))
    crew, first = Crew(desk.settings.home), requests(wanted, script.segments)[0]
    began = time.perf_counter()
    asyncio.run(crew.speak(desk.speech_provider(wanted.voice), first))
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    from assets.domain.keys import NarrationKey
    from assets.pipeline.opening import open_desk
    from assets.settings import Settings
    from studio_ui.orchestrator import DagsterOverHttp
    from studio_ui.services import Studio

    with tempfile.TemporaryDirectory(prefix="bench-first-") as name:
        content = Path(name) / "content"
        content.mkdir()
        for number in range(ROUNDS + 2):
            (content / f"lesson-{number}.en.md").write_text(lesson(number), encoding="utf-8")
        given = {
            "STUDIO_HOME": f"{name}/home",
            "STUDIO_CONTENT": str(content),
            "STUDIO_PORT": str(free_port()),
            "STUDIO_DAGSTER_PORT": str(free_port()),
        }
        settings = Settings.from_environment(given)
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("STUDIO_", "DAGSTER_"))}
        system = subprocess.Popen(
            [sys.executable, "-m", "studio_ui.cli", "up"],
            env={**kept, **given, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
        )
        try:
            wait_for(lambda: answers(f"{settings.studio_url}/readyz"), 240)
            desk = open_desk(settings)
            studio = Studio(desk, DagsterOverHttp(settings.dagster_url))
            keys = [NarrationKey.of(f"lesson-{number}", "en", VOICE) for number in range(ROUNDS + 2)]
            for key in keys[:2]:  # workers load the voice, Dagster its pages
                studio.request(key)
                wait_for(lambda key=key: done(desk, key), 240)
            # The browser has an event loop of its own in this thread, and the engine wants one.
            with browser() as page, ThreadPoolExecutor(1) as aside:
                rounds = []
                for key in keys[2:]:
                    rounds.append(click(page, desk, settings.studio_url, key))
                    wait_for(lambda key=key: done(desk, key), 120)
                    rounds[-1]["bare"] = aside.submit(bare, desk, key).result()
        finally:
            system.send_signal(signal.SIGTERM)
            system.wait(60)

    def usually(what: str) -> float:
        return statistics.median(each[what] for each in rounds)

    report(
        "first sound after the click",
        [
            figure(
                "until the page can play, median",
                usually("sound"),
                "s",
                floor=round(usually("bare"), 3),
                floor_is="the engine alone, first take",
                at_most=2.0,
            ),
            figure("the worst of them", max(each["sound"] for each in rounds), "s"),
            figure("of that, until the work began", usually("begun"), "s"),
            figure("until the first take was kept", usually("spoken"), "s"),
        ],
        f"{ROUNDS} narrations by the voice '{VOICE}', one after another, of texts never spoken before, each asked for "
        "by a click in Chromium. What is left above the floor: Dagster's queue, which looks twice a second, and the "
        "start of the run (until the work began); then the page, which looks three times a second, and joining and "
        "encoding the first take on demand. All of it stretches with the load, as the engine alone does.",
    )


@contextmanager
def browser() -> Iterator[Any]:
    """A page of a real browser."""
    from playwright.sync_api import sync_playwright

    spec = importlib.util.spec_from_file_location("browser_fixtures", ROOT / "tests" / "browser" / "conftest.py")
    assert spec is not None and spec.loader is not None
    fixtures = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = fixtures
    spec.loader.exec_module(fixtures)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=fixtures.find_chromium(), args=list(fixtures.ARGUMENTS))
        try:
            yield chromium.new_page()
        finally:
            chromium.close()


def click(page: Any, desk: Any, address: str, key: Any) -> dict[str, float]:
    """Ask for a narration, and wait until there is something to hear."""
    page.goto(f"{address}/narration?content={key.content}&locale={key.locale}&voice={key.voice}")
    page.wait_for_selector("[data-act=ask]:visible", timeout=60_000)
    page.wait_for_load_state("networkidle")  # a click on a page that is still being filled may be lost
    page.evaluate(WATCH)
    spoken: list[float] = []

    def watch() -> None:
        while not desk.ledger.narrations.get(key).segments_done:
            time.sleep(LOOK_AGAIN_SECONDS)
        spoken.append(time.time())

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    asked_at = time.time()
    page.click("[data-act=ask]")
    page.wait_for_function("window.ready", timeout=120_000)
    sound = page.evaluate("(window.ready - window.clicked) / 1000")
    watching.join(60)
    narration = desk.ledger.narrations.get(key)
    started = desk.ledger.claims.get(narration.claim_id).started_at
    return {"sound": sound, "begun": started.timestamp() - asked_at, "spoken": spoken[0] - asked_at}


def done(desk: Any, key: Any) -> bool:
    """Whether it is published. Fails when it never will be."""
    narration = desk.ledger.narrations.get(key)
    assert narration.failure is None, narration.failure
    return narration.version is not None


def answers(address: str) -> bool:
    """Whether an address says that all is well."""
    try:
        return httpx.get(address, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def wait_for(condition: Any, seconds: float) -> None:
    """Wait until it is so. Fails when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for never came"
        time.sleep(0.05)


if __name__ == "__main__":
    main()
