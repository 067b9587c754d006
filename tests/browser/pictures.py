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
    """First page, narration in light and dark and on a phone, and each page of the navigation with something on it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB", color_scheme="light")
    page.goto(ADDRESS)
    page.get_by_role("button", name="Make and play a narration").wait_for()
    page.screenshot(path=PICTURES / "first-page.png")
    page.get_by_role("button", name="Make and play a narration").click()
    page.wait_for_selector(".player[data-state=playing]", timeout=120_000)
    page.wait_for_function("document.querySelector('.player audio').currentTime > 14")
    page.screenshot(path=PICTURES / "studio.png")
    url = page.url
    for name, options in {
        "studio-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        "studio-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    }.items():
        other = browser.new_page(locale="en-GB", **options)
        other.goto(url)
        other.wait_for_selector(".player [data-unit]")
        other.screenshot(path=PICTURES / f"{name}.png")
        other.close()
    ask_for_more(page)
    # Activity first: it shows what is being made.
    pages = page.locator("nav.pages a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    for path in sorted(pages, key=lambda path: path != "/activity"):
        take_page(browser, path, path.strip("/") or "library", color_scheme="light")
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    take_page(browser, "/", "library-phone", **phone)
    page.close()


def ask_for_more(page) -> None:
    """Two narrations more are being made while the other pages are taken, so that Activity has something to show."""
    for content, locale in (("articles/the-story-of-zero", "id"), ("subjects/computing/binary-search", "en")):
        page.goto(f"{ADDRESS}narration?content={content}&locale={locale}")
        page.get_by_role("button", name="Make narration").click()
        page.wait_for_selector(".stage[data-live=true]", timeout=60_000)


def take_page(browser, path: str, name: str, **options) -> None:
    """One page of the navigation, when what it shows has come."""
    page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
    page.goto(f"{ADDRESS.rstrip('/')}{path}")
    page.wait_for_function("document.querySelector('nav.pages')?.getAttribute('aria-label')")
    page.wait_for_load_state("networkidle")  # no page of ours holds a connection
    page.wait_for_timeout(1500)  # fonts, and the first answer drawn
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
