"""Every state of a narration's page, in light, in dark and on a phone, for those who see it less well."""

import re

import pytest

from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure

pytestmark = pytest.mark.browser

HERE = "narration?content=articles/echoes&locale=en&voice=joe"
OTHER = "# Echoes\n\nA sound comes back. It travelled thrice.\n\n## Far walls\n\nIt is far.\n"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}


@pytest.fixture
def look(open_page):
    """Looks at the page in a state, as different people would, and gathers what is wrong with it."""
    from axe_playwright_python.sync_playwright import Axe

    page, wrong = open_page(HERE), []

    def looked(state, shown, prepare=lambda page: None):
        page.reload()
        page.locator(shown).first.wait_for()
        prepare(page)
        # What changes between light and dark is colour alone.
        for scheme, size, rules in (("light", DESK, None), ("dark", DESK, "color-contrast"), ("light", PHONE, None)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_function("dark => document.body.classList.contains('dark') === dark", arg=scheme == "dark")
            page.set_viewport_size(size)
            found = Axe().run(page, options={"runOnly": [rules]} if rules else None).response["violations"]
            wrong.extend(f"{state}, {scheme}: {v['id']} {node['html'][:200]}" for v in found for node in v["nodes"])
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                wrong.append(f"{state}: wider than {size['width']} px")
        page.set_viewport_size(DESK)

    looked.page, looked.wrong = page, wrong
    return looked


def test_while_it_is_made(look, house, echoes):
    look("not asked", "[data-phase=not_asked]")
    house.desk.ask(echoes)
    look("queued", "[data-phase=queued]")
    work = house.begin(echoes)
    look("writing", "[data-phase=writing]")
    work.speaking(19, sections_total=5)
    work.took(bought=7)
    look("speaking", ".count:has-text('segment 7 of 19')", lambda page: page.locator(".timeline summary").click())
    work.fail(Failure("busy", "The voice is busy.", "Try again in a minute."))
    look("failed", ".banner.failure:has-text('Try again in a minute.')")
    house.begin(echoes).hold(Failure("approval_wanted", "The script waits for approval.", "Approve it."))
    look("waiting for approval", "[data-phase=approval]")
    look.page.goto(look.page.url.replace("voice=joe", "voice=nobody"))
    look("refused", "[data-phase=refused] .banner.failure:visible")
    assert look.wrong == []


def test_once_it_is_made(look, house, echoes):
    house.publish(echoes)
    look("ready", ".transcript .sentence", lambda page: page.get_by_role("button", name="Captions").click())
    house.write("articles/echoes.en.md", OTHER)
    look("out of date", ".banner.stale ins", lambda page: page.get_by_text("Voices that cannot").click())
    house.hear(house.publish(echoes), p2="A hound came back on ice.")

    def compared(page):
        page.locator(".verdict summary").click()
        page.locator(".versions summary").click()
        page.get_by_role("button", name=re.compile("Compare with the current one")).click()
        page.locator(".comparison ins").wait_for()
        page.locator(".versions .verdict-mark").first.wait_for()

    look("compared", ".verdict[data-verdict=fail]", compared)
    look.page.goto(f"{look.page.url}&version=1")
    look("an earlier version", ".versions .hearing:visible")
    house.publish(NarrationKey.of("subjects/greeting", "ar", "espeak"))
    look.page.goto(re.sub(r"\?.*", "?content=subjects/greeting&locale=ar&voice=espeak", look.page.url))
    look("Arabic", ".transcript[dir=rtl] .sentence")
    assert look.wrong == []
