"""An hour of narration in a real browser: the first sound after Play, and memory from its first to its last minute.

The whole hour is played, at sixteen times its speed, and the floor is the same hour in a bare <audio> element of a page
with nothing else on it, in a browser of its own, at the same time. Memory is looked at without garbage: that
of the process that shows the page. What the browser keeps beside it (files that it fetched) is in the sum of all.
"""

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
SPEED = 16
LOOKS_AT = (5, 15, 25, 35, 45, 55)
"""Minutes of the narration at which memory is looked at."""
JUMPS = 12
BARE = '<!doctype html><title>bare</title><audio preload="metadata"></audio>'


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


class Listener:
    """One browser with one page that plays."""

    def __init__(self, chromium: Any, page: Any) -> None:
        self.page = page
        self._system = chromium.new_browser_cdp_session()
        self._page = page.context.new_cdp_session(page)
        self._page.send("HeapProfiler.enable")

    def memory(self) -> tuple[float, float, float]:
        """What the page's process holds for itself, its heap, and what all processes hold, in MB; without garbage."""
        for _ in range(2):
            self._page.send("HeapProfiler.collectGarbage")
        heap = self._page.send("Runtime.getHeapUsage")["usedSize"]
        processes = self._system.send("SystemInfo.getProcessInfo")["processInfo"]
        held = [(process["type"], private_mb(process["id"])) for process in processes]
        return sum(size for kind, size in held if kind == "renderer"), heap / 1e6, sum(size for _, size in held)

    def begin(self) -> None:
        """Play as fast as the browser can."""
        self.page.evaluate(
            "speed => { const a = document.querySelector('audio[src]'); a.playbackRate = speed; a.play(); }", SPEED
        )

    def position(self) -> float:
        """Where it is, in seconds of the narration."""
        return float(self.page.evaluate("document.querySelector('audio[src]').currentTime"))

    def jump(self, share: float) -> None:
        """Go on from there."""
        self.page.evaluate(
            "share => { const a = document.querySelector('audio[src]'); a.currentTime = a.duration * share; }", share
        )


def private_mb(pid: int) -> float:
    """The memory of a process that no other shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it has ended meanwhile
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1e3


def first_sound(page: Any) -> float:
    """Seconds from the press of Play to the first moment that is past the beginning."""
    page.evaluate("""() => {
        const audio = document.querySelector('.player audio');
        const now = (name) => { window[name] = window[name] || performance.now(); };
        document.querySelector('[data-act=play]').addEventListener('click', () => now('pressed'), true);
        audio.addEventListener('timeupdate', () => { if (audio.currentTime > 0) now('heard'); });
    }""")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("window.heard", timeout=60_000)
    return float(page.evaluate("(window.heard - window.pressed) / 1000"))


def grown(looks: list[tuple[float, float, float]], which: int) -> float:
    """How much the later half of an hour takes more than the earlier: means of three, as single looks waver."""
    values = [look[which] for look in looks]
    return sum(values[3:]) / 3 - sum(values[:3]) / 3


def listed(looks: list[tuple[float, float, float]], which: int) -> str:
    """One figure of every look, for a person."""
    return ", ".join(f"{look[which]:.1f}" for look in looks)


def main() -> None:
    """Publish it, open its page, press Play, and listen to all of it."""
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
        launch = {"executable_path": browsing.find_chromium(), "args": list(browsing.ARGUMENTS)}
        ours, bare = playwright.chromium.launch(**launch), playwright.chromium.launch(**launch)
        page, other = ours.new_page(), bare.new_page()
        page.goto(f"{address}narration?content=articles/tides&locale=en&voice=joe")
        page.wait_for_selector(".transcript .sentence", timeout=120_000)
        page.wait_for_selector(".player[data-state=ready]", timeout=120_000)
        first = first_sound(page)
        other.route("**/bare", lambda route: route.fulfill(body=BARE, content_type="text/html"))
        other.goto(f"{address}bare")
        other.evaluate(
            "url => { document.querySelector('audio').src = url; }",
            page.evaluate("document.querySelector('audio[src]').currentSrc"),
        )
        listeners = {"player": Listener(ours, page), "bare": Listener(bare, other)}
        for listener in listeners.values():
            listener.begin()
        looks: dict[str, list[tuple[float, float, float]]] = {name: [] for name in listeners}
        for minute in LOOKS_AT:
            for name, listener in listeners.items():
                while listener.position() < minute * 60:
                    time.sleep(0.5)
                looks[name].append(listener.memory())
        elements = page.evaluate("document.querySelectorAll('.transcript *').length")
        followed = page.evaluate("document.querySelector('.transcript').scrollTop > 5000")
        before = {name: listener.memory()[0] for name, listener in listeners.items()}
        for jump in range(JUMPS):
            for listener in listeners.values():
                listener.jump(jump / JUMPS)
            time.sleep(2)
        jumped = {name: listener.memory()[0] - before[name] for name, listener in listeners.items()}
        ours.close()
        bare.close()
    server.should_exit = True
    assert followed, "the transcript has followed to its end"
    whole, floor = (sum(look[2] for look in looks[name]) / len(LOOKS_AT) for name in ("player", "bare"))
    report(
        "an hour of narration in a browser",
        [
            figure("first sound after the press of Play", first, "s", at_most=1),
            figure(
                "memory of all processes of the browser while it plays",
                whole,
                "MB",
                floor=floor,
                floor_is="a bare <audio> element",
            ),
            figure(
                "what the page's process grew by from the first to the second half of the hour",
                grown(looks["player"], 0),
                "MB",
                floor=grown(looks["bare"], 0),
                floor_is="the same in a bare <audio> element",
                at_most=max(15.0, grown(looks["bare"], 0) + 15.0),
            ),
            figure("what the page's own heap grew by", grown(looks["player"], 1), "MB", at_most=2),
            figure(
                f"what {JUMPS} jumps through it grew it by",
                jumped["player"],
                "MB",
                floor=jumped["bare"],
                floor_is="a bare one",
            ),
        ],
        note=f"{version.duration_seconds / 60:.0f} minutes at {SPEED} times their speed, {elements} elements in "
        f"the transcript; at minutes {', '.join(map(str, LOOKS_AT))} it was {listed(looks['player'], 0)} MB, "
        f"a bare element {listed(looks['bare'], 0)} MB, and the page's own heap {listed(looks['player'], 1)} MB",
    )


if __name__ == "__main__":
    main()
