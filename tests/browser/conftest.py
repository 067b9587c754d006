"""A real server on a real port, and a real Chromium that may talk to nobody else."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_chromium() -> str | None:
    """The Chromium of `STUDIO_CHROMIUM`, of the PATH, or the one that Playwright keeps."""
    named = os.environ.get("STUDIO_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def _studio_fixtures() -> ModuleType:
    """The studio that the tests beside these build; test folders are no packages, so it is loaded by its path."""
    path = Path(__file__).parent.parent / "studio" / "conftest.py"
    spec = importlib.util.spec_from_file_location("studio_fixtures", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_fixtures = _studio_fixtures()
echoes = _fixtures.echoes


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, once for a file of tests. Without one, what a person sees stays untested, and the run says so.

    No longer than that: while Playwright runs, so does its event loop, and other tests need one of their own.
    """
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        pytest.skip("NO CHROMIUM: THE PAGE IS NOT TESTED. Install chromium, or name one in STUDIO_CHROMIUM.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def build_house() -> Callable[..., Any]:
    """Builds a studio as `house` is, with an environment of its own."""
    built: Callable[..., Any] = _fixtures.build_house
    return built


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Any]:
    """A studio of its own with a running clock."""
    made = _fixtures.build_house(tmp_path, time.monotonic)
    yield made
    made.desk.ledger.close()


@pytest.fixture
def address(house: Any) -> Iterator[str]:
    """The studio's address while it is being served."""
    import uvicorn

    from studio_ui.server import create_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(house.settings, house.studio)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline, "the studio did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens pages as different people would; in the end, none may have called outside or met an error."""
    contexts, outside, errors = [], [], []

    def opened(path: str = "", *, context: Any = None, **options: Any) -> Any:
        if context is None:
            context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", **options})
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda r: outside.append(r.url) if _leaves(r.url) else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on(
            "console", lambda m: errors.append(f"{m.text} {m.location.get('url', '')}") if m.type == "error" else None
        )
        page.goto(address + path)
        page.wait_for_function("document.querySelector('.pages')?.getAttribute('aria-label')")
        if path.startswith("narration"):
            page.wait_for_selector("#stage .badge:not(:empty)")
        if path.startswith("?") or not path:
            page.wait_for_selector("#library .found:not(:empty)")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


def _leaves(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))
