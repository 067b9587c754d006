"""The lexicon as an editor uses it: mark a word, hear candidates, see what it touches, save."""

import pytest

from assets.domain.keys import Locale

pytestmark = pytest.mark.browser


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


def opened(open_page, query="lexicon", **options):
    page = open_page(query, **options)
    page.wait_for_selector(".lexicon .entries li")
    return page


def heard(page):
    """What the audio is that was just asked for: its length in seconds."""
    page.wait_for_selector(".lexicon .heard[data-which]")
    return page.locator(".heard").inner_text()


def test_a_word_is_heard_otherwise_saved_and_makes_its_narrations_stale(open_page, house, echoes):
    house.publish(echoes)
    page = opened(open_page, "lexicon?locale=en&word=travelled&voice=espeak")
    page.get_by_label("As it sounds").fill("tra veld")
    page.get_by_role("button", name="Hear the letters").click()
    assert heard(page) == "The voice was given: tra veld"
    page.get_by_role("button", name="Which narrations").click()
    page.locator(".reach li", has_text="articles/echoes").filter(has_text="It travelled twice").first.wait_for()
    assert page.locator(".reach li", has_text="it becomes out of date").count() == 1
    assert house.desk.view(echoes).fresh
    page.get_by_role("button", name="Save for this language").click()
    page.locator(".lexicon .saved", has_text="travelled").wait_for()
    assert not house.desk.view(echoes).fresh
    page.get_by_role("button", name="Remove travelled").click()
    page.get_by_role("button", name="Change travelled").wait_for(state="detached")
    assert house.desk.view(echoes).fresh


def test_what_cannot_be_said_is_refused_and_what_somebody_else_saved_is_not_lost(open_page, house):
    from assets.domain.lexicons import Entry

    page = opened(open_page)
    page.get_by_label("As it is written").fill("Euler")
    page.get_by_label("Its sounds in IPA").fill("<b>")
    page.get_by_role("button", name="Hear the sounds").click()
    page.locator(".heard", has_text="is no IPA for 'Euler'").wait_for()
    house.desk.lexicons.add(Locale("en"), Entry("echo", "ekko"))
    page.get_by_label("Its sounds in IPA").fill("ˈɔɪlɚ")
    page.get_by_role("button", name="Save for this language").click()
    page.locator(".lexicon .problem:not(:empty)").wait_for()
    assert [each.entry.written for each in house.desk.lexicons.listed(Locale("en")) if each.own] == ["echo"]


def test_a_voice_that_is_not_told_sounds_says_so(open_page):
    page = opened(open_page, "lexicon?locale=en&word=Euler&voice=espeak")
    page.locator(".takers", has_text="Joe").wait_for()
    assert "espeak" not in page.locator(".takers").inner_text().lower()
    page.get_by_label("Its sounds in IPA").fill("ˈɔɪlɚ")
    page.get_by_role("button", name="Hear the sounds").click()
    page.locator(".heard", has_text="This voice is not told sounds").wait_for()


def test_a_word_that_is_marked_in_a_script_leads_here(open_page, house):
    page = open_page("review?content=articles/echoes&locale=en&voice=joe")
    page.locator(".script .line p", has_text="travelled").dblclick(position={"x": 40, "y": 10})
    page.locator(".lexicon-offer:visible").click()
    page.wait_for_selector(".lexicon .entries li")
    assert page.get_by_label("As it is written").input_value()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_those_who_cannot_see_it_well(open_page, house, scheme):
    page = opened(open_page, "lexicon?locale=en&word=sound", color_scheme=scheme)
    page.get_by_text("Only in some places").click()
    page.get_by_label("As it sounds").fill("sownd")
    page.get_by_role("button", name="Which narrations").click()
    page.wait_for_selector(".reach li")
    assert violations(page) == []
