"""First sound after the click: asked for in the running system, warm, until the first bytes of audio arrive."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from _measure import ROOT, figure, report

ROUNDS = 7
VOICE = "joe"
LOOK_AGAIN_SECONDS = 0.1
"""The page looks every second; a click is served from its own event at once."""


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
    """The engine alone: the first section of a script, spoken in this process by a voice that is loaded."""
    from assets.pipeline.asking import requests
    from assets.pipeline.writing import Writing

    wanted = desk.wanted(key)
    provider = desk.speech_provider(wanted.voice)
    script = asyncio.run(Writing(desk).script(wanted))
    first = next(section for section in script.sections if section.segments)
    asked = requests(wanted, first.segments)

    async def speak() -> None:
        for each in asked:
            await provider.speak(each)

    asyncio.run(speak())
    began = time.perf_counter()
    asyncio.run(speak())
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
            rounds = [click(studio, settings.studio_url, key) for key in keys[2:]]
            floor = bare(desk, keys[-1])
        finally:
            system.send_signal(signal.SIGTERM)
            system.wait(60)
    report(
        "first sound after the click",
        [
            figure(
                "first bytes of audio, median",
                statistics.median(each["sound"] for each in rounds),
                "s",
                floor=round(floor, 3),
                floor_is="the engine alone, first section",
                at_most=2.0,
            ),
            figure("of that, until the work began", statistics.median(each["begun"] for each in rounds), "s"),
            figure("the worst of them", max(each["sound"] for each in rounds), "s"),
        ],
        f"{ROUNDS} narrations by the voice '{VOICE}', one after another, of texts never spoken before. What is left "
        "above the floor: Dagster's queue and the start of the run (the second line), and joining, levelling, encoding "
        "the first section on demand. All of it stretches with the load, as the engine alone does.",
    )


def click(studio: Any, address: str, key: Any) -> dict[str, float]:
    """Ask for a narration, and wait until there is something to hear."""
    began = time.perf_counter()
    asked_at = time.time()
    claim = ""
    studio.request(key)
    while True:
        narration = studio.ledger.narrations.get(key)
        claim = claim or narration.claim_id
        early = studio.listening.early(narration)
        if early or narration.version is not None:
            break
        assert time.perf_counter() - began < 120, narration
        time.sleep(LOOK_AGAIN_SECONDS)
    path = early[0]["audio"] if early else f"/media/{key.content}/{key.locale}/{key.voice}/v1/narration.mp3"
    with httpx.stream("GET", f"{address}{path}", timeout=60, trust_env=False) as answer:
        answer.raise_for_status()
        next(answer.iter_bytes())
    sound = time.perf_counter() - began
    wait_for(lambda: done(studio.desk, key), 120)
    started = studio.ledger.claims.get(claim).started_at
    return {"sound": sound, "begun": started.timestamp() - asked_at if started else 0.0}


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
