"""The library in a real browser: search, filters, pages and links, all of them in the address."""

import json

import pytest

from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure

pytestmark = pytest.mark.browser


def titles(page):
    return page.locator(".entry h3").all_inner_texts()


def wait_for_titles(page, wanted):
    page.wait_for_function(
        "wanted => JSON.stringify([...document.querySelectorAll('.entry h3')].map((e) => e.textContent)) === wanted",
        arg=json.dumps(wanted, ensure_ascii=False, separators=(",", ":")),
    )


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


@pytest.fixture
def stocked(house, echoes):
    """A library with something in every state, and more contents than fit on a page."""
    for number in range(40):
        house.write(f"subjects/numbers/n{number:02}.en.md", f"# Number {number:02}\n\nIt is {number}.\n")
    house.publish(echoes)
    house.begin(NarrationKey.of("subjects/numbers/n01", "en", "joe")).fail(Failure("busy", "Busy.", "Wait."))
    work = house.begin(NarrationKey.of("subjects/numbers/n02", "en", "joe"))
    work.speaking(19)
    work.took(bought=7)
    return house


def test_words_filters_pages_back_and_reload_are_all_in_the_address(open_page, stocked):
    page = open_page()
    assert page.get_by_text("44 lessons and articles").is_visible()
    page.get_by_role("link", name="Next").click()
    page.wait_for_function("location.search === '?p=2'")
    page.get_by_text("Page 2 of 2").wait_for()
    second = titles(page)
    page.reload()
    wait_for_titles(page, second)
    page.go_back()
    page.get_by_text("Page 1 of 2").wait_for()

    page.get_by_label("Search").fill("number 0")
    wait_for_titles(page, [f"Number {n:02}" for n in range(10)])
    assert page.url.endswith("?q=number+0")
    page.get_by_label("Status").select_option("failed")
    wait_for_titles(page, ["Number 01"])
    assert page.url.endswith("?q=number+0&status=failed")
    colleague = open_page("?q=number+0&status=failed", context=page.context)
    wait_for_titles(colleague, ["Number 01"])
    assert colleague.get_by_label("Search").input_value() == "number 0"
    page.go_back()
    wait_for_titles(page, [f"Number {n:02}" for n in range(10)])
    page.get_by_label("Search").fill("nothing like it")
    page.get_by_text("Nothing is like that.").wait_for()


def test_every_narration_says_how_it_stands_and_leads_to_its_page(open_page, stocked):
    page = open_page("?order=recent")
    assert page.locator(".entry", has_text="Number 02").get_by_text("Speaking 7 of 19").is_visible()
    assert page.locator(".entry", has_text="Number 01").get_by_text("Failed").is_visible()
    link = page.locator(".entry", has_text="Echoes").get_by_role("link", name="Ready")
    assert "0:0" in link.inner_text()
    link.click()
    page.wait_for_selector(".player .sentence")
    page.go_back()
    page.wait_for_selector(".entry")
    assert page.url.endswith("?order=recent")
    page.get_by_role("link", name="Ready").wait_for()


def test_what_is_made_meanwhile_appears_by_itself(open_page, house, echoes):
    house.publish(echoes)
    work = house.begin(NarrationKey.of("articles/echoes", "id", "espeak"))
    work.speaking(4)
    page = open_page()
    page.locator(".badge", has_text="Speaking 0 of 4").wait_for()
    work.took(bought=3)
    page.locator(".badge", has_text="Speaking 3 of 4").wait_for()


def test_the_keyboard_alone_reaches_everything(open_page, stocked):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("echoes")
    wait_for_titles(page, ["Echoes"])
    for _ in range(6):  # past the five choices, to the first narration
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/narration?content=articles/echoes&locale=en&voice=joe")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 860), (360, 740)])
def test_everybody_can_use_the_library(open_page, stocked, scheme, size):
    page = open_page("", color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    small = page.evaluate(
        """() => [...document.querySelectorAll('#library :is(a, input, select), #masthead :is(a, button)')]
            .filter((e) => e.offsetParent && !e.matches('.skip, .wordmark') && e.offsetHeight < 44)
            .map((e) => e.outerHTML)"""
    )
    assert small == []
