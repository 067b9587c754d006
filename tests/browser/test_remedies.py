"""What somebody in a page is told to do: what the page can do, or who can do it for them."""

import pytest

from assets.domain.narrations import Failure

pytestmark = pytest.mark.browser

FAILED = Failure(
    "outcome_unknown", "Nobody knows whether it was made.", "Say what became of it: `studio reconcile --apply`."
)


def test_a_content_that_there_is_not_is_looked_for_in_the_library_and_not_on_the_command_line(open_page):
    page = open_page("narration?content=articles/nothing&locale=en&voice=joe")
    site = page.url.partition("/narration")[0]
    for path in (
        "",
        "/review?content=articles/nothing&locale=en&voice=joe",
        "/batch?which=all&contents=articles/nothing&plan=1",
    ):
        if path:
            page.goto(site + path)
        page.get_by_text("The library shows what there is.").first.wait_for()
        assert "`" not in page.locator("main").inner_text()


def test_what_only_a_command_can_mend_says_who_can(open_page, house, echoes):
    house.begin(echoes).fail(FAILED)
    here = "narration?content=articles/echoes&locale=en&voice=joe"
    indonesian = open_page(here, locale="id-ID")
    indonesian.locator(".failure .remedy", has_text=f"{FAILED.remedy} Kunci, pengaturan").wait_for()
    page, who = open_page(here), "Keys, settings and commands are up to whoever runs this studio."
    page.locator(".failure .remedy", has_text=f"{FAILED.remedy} {who}").wait_for()
    refused = page.locator(".card.refused .description", has_text=f"or choose another voice. {who}")
    refused.first.wait_for(state="attached")
    page.goto(page.url.partition("/narration")[0] + "/activity")
    page.locator(".remedy", has_text=f"{FAILED.remedy} {who}").wait_for()
    house.begin(echoes).fail(Failure("busy", "The voice is busy.", "Try again in a minute."))
    page.locator(".remedy", has_text="Try again in a minute.").wait_for()
    assert who not in page.locator("main").inner_text()
