"""On a slow machine, whoever presses a button the moment that it can be pressed has what they pressed it for.

The page presses by itself, in the very turn in which the button can be: no earlier press is possible. The studio
answers when the button has been seen and not before, so that no timing decides whether there was anything to lose.
"""

import functools
import json
import threading

import pytest

from studio_ui.pages.library import LibraryPage
from studio_ui.pages.narration import NarrationPage

pytestmark = pytest.mark.browser

SLOWER = 4
PRESS = """(() => {
  const [selector, text] = %s;
  let done = false;
  const look = () => {
    const found = document.querySelector(selector);
    if (done || !found || !found.checkVisibility()) return;
    window.seen = true;
    if (found.disabled || found.closest('[inert]')) return;
    done = true;
    found.focus();
    if (text) { found.value = text; found.dispatchEvent(new Event('input', {bubbles: true})); } else found.click();
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
})();"""


@pytest.fixture
def answers(monkeypatch):
    """What the pages show is answered once this is set. To be asked for before the address."""
    allowed = threading.Event()
    for page in (LibraryPage, NarrationPage):

        def restore(self, request, answered=page.restore):
            allowed.wait(60)
            return answered(self, request)

        monkeypatch.setattr(page, "restore", functools.wraps(page.restore)(restore))
    return allowed


@pytest.fixture
def press_early(answers, browser, address):
    """Opens a page on a slow machine and presses at the first moment; the page, which has been pressed."""
    contexts = []

    def pressed(path, selector, text=""):
        context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
        contexts.append(context)
        context.add_init_script(PRESS % json.dumps([selector, text]))
        page = context.new_page()
        page.set_default_timeout(30_000)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address + path)
        page.wait_for_function("window.seen")
        assert page.locator(selector).evaluate("e => e.closest('[inert]') && getComputedStyle(e).opacity") == "0.5"
        answers.set()
        return page

    yield pressed
    for context in contexts:
        context.close()


def test_asking_for_a_narration(press_early, house, echoes):
    page = press_early("narration?content=articles/echoes&locale=en&voice=joe", "[data-act=ask]")
    page.wait_for_selector(".stage[data-phase=queued]")
    assert [key for key, _ in house.orchestrator.submitted] == [echoes]


def test_searching_the_library(press_early):
    page = press_early("", "#library input[name=q]", "far walls")
    page.wait_for_url("**/?q=far+walls")
    page.wait_for_function("document.querySelectorAll('#library .entry').length === 1")
