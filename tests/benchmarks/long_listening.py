"""An hour of narration in a real browser: the first sound after the press of Play, and memory while it plays."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from _measure import ROOT, figure, report

WORDS = 12_900  # at 0.28 s each that is an hour
LISTENED_SECONDS = 40
JUMPS = 12


def module(name: str, path: Path) -> ModuleType:
    """A module of the tests, by its path: test folders are no packages."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


def text() -> str:
    """An hour's worth of sentences under thirty headings."""
    sentence = "The sea rises twice a day and falls again as often."
    parts = WORDS // 30 // len(sentence.split())
    return "# Tides\n" + "".join(
        f"\n## Part {number}\n\n" + "\n\n".join([sentence] * parts) + "\n" for number in range(1, 31)
    )


def tones(timeline: Any, path: Path) -> None:
    """A tone for every word, a minute at a time, as the tests make it all at once."""
    import numpy as np

    from assets.audio.encoding import Mp3, Tags
    from assets.audio.filters import frame

    rate = 22_050
    total = int(timeline.duration_seconds * rate)
    with Mp3(path, rate, Tags("Tides")) as mp3:
        for at in range(0, total, 60 * rate):
            moments = np.arange(at, min(total, at + 60 * rate)) / rate
            wave = 0.2 * np.sin(2 * np.pi * 220 * moments) * (moments % 0.28 < 0.25)
            mp3.write([frame(wave.astype(np.float32), rate, at)])


def browser_mb() -> float:
    """The memory of every process of the browser that this one started."""
    parents: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, _, fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")
            size = int((entry / "statm").read_text(encoding="ascii").split()[1])
        except OSError:  # it has ended meanwhile
            continue
        parents.setdefault(int(fields.split()[1]), []).append(int(entry.name))
        pages[int(entry.name)] = size if "chrom" in name else 0
    found, waiting = 0, [os.getpid()]
    while waiting:
        pid = waiting.pop()
        found += pages.get(pid, 0)
        waiting += parents.get(pid, [])
    return found * os.sysconf("SC_PAGE_SIZE") / 1e6


def serve(house: Any) -> tuple[Any, str]:
    """The studio on a port of its own, in a thread."""
    import uvicorn

    from studio_ui.server import create_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(house.settings, house.studio)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{port}/"


def main() -> None:
    """Publish it, open its page, press Play, and listen."""
    from playwright.sync_api import sync_playwright

    from assets.domain.keys import NarrationKey

    fixtures = module("studio_fixtures", ROOT / "tests" / "studio" / "conftest.py")
    browsing = module("browser_fixtures", ROOT / "tests" / "browser" / "conftest.py")
    fixtures._tones = tones
    house = fixtures.build_house(Path(os.environ["STUDIO_HOME"]), time.monotonic)
    house.write("articles/tides.en.md", text())
    version = house.publish(NarrationKey.of("articles/tides", "en", "joe"))
    server, address = serve(house)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browsing.find_chromium(), args=list(browsing.ARGUMENTS))
        page = chromium.new_page()
        page.goto(f"{address}narration?content=articles/tides&locale=en&voice=joe")
        page.wait_for_selector(".transcript .word", timeout=120_000)
        page.wait_for_selector(".player[data-state=ready]", timeout=120_000)
        page.evaluate("""() => {
            const audio = document.querySelector('.player audio');
            const now = (name) => { window[name] = window[name] || performance.now(); };
            document.querySelector('[data-act=play]').addEventListener('click', () => now('pressed'), true);
            audio.addEventListener('timeupdate', () => { if (audio.currentTime > 0) now('heard'); });
        }""")
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_function("window.heard", timeout=60_000)
        first = page.evaluate("(window.heard - window.pressed) / 1000")
        time.sleep(5)
        begun = browser_mb()
        heap = page.evaluate("performance.memory.usedJSHeapSize / 1e6")
        for jump in range(JUMPS):
            page.evaluate(
                "share => { const a = document.querySelector('.player audio'); a.currentTime = a.duration * share; }",
                jump / JUMPS,
            )
            time.sleep(LISTENED_SECONDS / JUMPS)
        ended = browser_mb()
        grown = page.evaluate("performance.memory.usedJSHeapSize / 1e6") - heap
        words = page.evaluate("document.querySelectorAll('.transcript .word').length")
        chromium.close()
    server.should_exit = True
    report(
        "an hour of narration in a browser",
        [
            figure("first sound after the press of Play", first, "s", at_most=1),
            figure("memory of the browser, all its processes", begun, "MB"),
            figure(f"what it grew by in {LISTENED_SECONDS} s and {JUMPS} jumps", ended - begun, "MB", at_most=60),
            figure("what the page's own heap grew by", grown, "MB", at_most=10),
        ],
        note=f"{version.duration_seconds / 60:.0f} minutes, {words} words in the transcript; the sound is muted",
    )


if __name__ == "__main__":
    main()
