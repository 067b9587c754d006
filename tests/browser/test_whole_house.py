"""The button of the first page with nothing in between left out: studio, Dagster, worker, voice, file, player."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "# A word of welcome\n\nWelcome. This was spoken on your own machine.\n"


@pytest.fixture
def whole_house(studio, wait_until: Callable[[Callable[[], bool]], None]) -> Iterator[str]:
    """`studio up` over one short article; its address."""
    (studio.content / "tides.en.md").unlink()
    studio.write("articles/welcome.en.md", TEXT)
    for name in ("STUDIO_PORT", "STUDIO_DAGSTER_PORT"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            studio.environment[name] = str(probe.getsockname()[1])
    log = studio.home / "up.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "studio_ui.cli", "up"],
        env=studio.environment,
        stdout=subprocess.DEVNULL,
        stderr=log.open("w"),
    )
    try:
        wait_until(lambda: "Press Ctrl-C" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{studio.environment['STUDIO_PORT']}/"
    finally:
        process.terminate()
        process.wait(30)


def test_the_button_makes_a_narration_through_dagster_and_it_plays_to_its_end(browser, whole_house, studio) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((whole_house, "data:", "blob:")) else 0)
    page.goto(whole_house)
    page.get_by_role("button", name="Make and play a narration").click()
    page.wait_for_selector(".player[data-state=playing]", timeout=90_000)
    page.wait_for_selector(".player[data-state=ended]", timeout=60_000)
    heard = page.evaluate("document.querySelector('.player audio').currentTime")
    context.close()

    report = studio.run("status", "articles/welcome", "--voice", "joe", "--json").json
    assert report["status"] == "completed"
    assert report["fresh"]
    assert heard == pytest.approx(report["duration_seconds"], abs=0.15)
    assert outside == []
