"""Takes the pictures of the documentation: `make pictures`. The real system, the shipped catalogue, a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from conftest import ARGUMENTS, find_chromium  # type: ignore[import-not-found]
from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PORTS = {"STUDIO_PORT": "7971", "STUDIO_DAGSTER_PORT": "3971"}
LOOKS: dict[str, dict] = {
    "": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "is_mobile": True},
}
PATIENCE = 300_000  # milliseconds
ADDRESS = f"http://127.0.0.1:{PORTS['STUDIO_PORT']}/"


def main() -> None:
    """Start the system on a new home, press the button, and keep what a person sees."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        system = subprocess.Popen(
            [sys.executable, "-m", "studio_ui.cli", "up"], env={**os.environ, **PORTS, "STUDIO_HOME": home}
        )
        try:
            wait_for_address()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
                take(browser)
                browser.close()
        finally:
            system.terminate()
            system.wait(30)


def wait_for_address() -> None:
    """Until the whole system answers."""
    deadline = time.monotonic() + 120
    for url in (f"{ADDRESS}healthz", f"http://127.0.0.1:{PORTS['STUDIO_DAGSTER_PORT']}/server_info"):
        while True:
            try:
                httpx.get(url, trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, f"{url} does not answer"
                time.sleep(0.2)


def take(browser) -> None:
    """First page, a narration, and every page with something on it: in light, in dark and on a phone."""
    page = browser.new_page(**LOOKS[""], locale="en-GB")
    page.set_default_timeout(PATIENCE)
    page.goto(ADDRESS)
    page.get_by_role("button", name="Make and play a narration").wait_for()
    page.screenshot(path=PICTURES / "first-page.png")
    page.get_by_role("button", name="Make and play a narration").click()
    page.wait_for_selector(".player[data-state=playing]")
    page.wait_for_selector(".badge:text-is('Ready')")
    page.reload()
    listened(page)
    narration = page.url
    page.screenshot(path=PICTURES / "narration.png")
    for look in ("-dark", "-phone"):
        take_page(browser, narration, "narration", look, listened)
    review = narration.replace("/narration?", "/review?")
    begin_a_batch(page)
    # Activity and batches first: they show what is being made.
    pages = {
        "activity": (f"{ADDRESS}activity", still),
        "batch": (page.url, still),
        "batch-plan": (f"{ADDRESS}batch?which=all&locales=id&plan=1", planned),
        "library": (ADDRESS, still),
        "review": (review, edited),
        "lexicon": (f"{ADDRESS}lexicon?locale=en", still),
        "insights": (f"{ADDRESS}insights", still),
        "voices": (f"{ADDRESS}voices?locale=en", still),
        "settings": (f"{ADDRESS}settings", still),
    }
    for name, (url, prepare) in pages.items():
        for look in LOOKS:
            take_page(browser, url, name, look, prepare)
    page.close()


def begin_a_batch(page) -> None:
    """Some narrations more are being made while the other pages are taken, so that there is something to see."""
    page.goto(f"{ADDRESS}batch?which=missing&locales=en&voices=joe&plan=1")
    page.get_by_label("Name of the batch").fill("All lessons in English")
    page.locator(".plan button").click()
    page.wait_for_url("**/batch?id=*")


def still(page) -> None:
    """Nothing more is done on it."""


def listened(page) -> None:
    """In the middle of the narration, as in the picture before."""
    page.wait_for_selector(".player .transcript .sentence")
    page.wait_for_selector(".player:is([data-state=ready], [data-state=playing], [data-state=paused])")
    page.evaluate("(a => { a.pause(); a.currentTime = 14; })(document.querySelector('.player audio'))")
    page.wait_for_timeout(1000)


def edited(page) -> None:
    """A line is about to be said in other words, at a price that stands there."""
    page.get_by_role("button", name="Edit line 2").click()
    box = page.get_by_label("Say instead")
    box.fill(box.input_value().replace(",", " and"))
    page.wait_for_selector(".editor [data-act=save]:enabled")


def planned(page) -> None:
    """The plan of a batch is there."""
    page.wait_for_selector(".plan:visible dd")
    page.locator(".plan").scroll_into_view_if_needed()


def take_page(browser, url: str, name: str, look: str, prepare) -> None:
    """One page in one look, when what it shows has come."""
    page = browser.new_page(**LOOKS[look], locale="en-GB")
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.wait_for_function("document.querySelector('nav.pages')?.getAttribute('aria-label')")
    page.wait_for_load_state("networkidle")  # no page of ours holds a connection
    prepare(page)
    page.wait_for_timeout(1500)  # fonts, and the first answer drawn
    page.screenshot(path=PICTURES / f"{name}{look}.png")
    page.close()


if __name__ == "__main__":
    main()
