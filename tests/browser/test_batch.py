"""Many at once as an operator does it: choose, see the plan and the cap, confirm, watch, pause, retry."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from assets.domain.narrations import Failure
from assets.domain.states import Status
from assets.pipeline import batching

pytestmark = pytest.mark.browser


def feed(house) -> None:
    """Ask for what is due, as a process of its own does it: the thread of a browser test has an event loop already."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(batching.feed, house.desk).result()


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


def opened(open_page, query="batch", **options):
    page = open_page(query, **options)
    page.wait_for_selector(".chooser .which label")
    return page


def planned(page):
    page.get_by_role("button", name="See the plan").click()
    page.wait_for_selector(".chooser .plan:visible dd")
    return dict(
        zip(page.locator(".plan dt").all_inner_texts(), page.locator(".plan dd").all_inner_texts(), strict=True)
    )


def test_a_selection_is_planned_confirmed_and_seen_to_its_end(open_page, house, echoes):
    page = opened(open_page)
    page.get_by_label("Search for a lesson").fill("echo")
    page.get_by_role("button", name="Echoes").click()
    page.get_by_label("English", exact=True).check()
    page.get_by_label("Joe", exact=True).check()
    plan = planned(page)
    assert (plan["Narrations"], plan["Costs about"]) == ("1", "nothing")
    assert "contents=articles%2Fechoes" in page.url and "voices=joe" in page.url
    page.reload()  # what is chosen and planned is in the address
    page.wait_for_selector(".chooser .plan:visible dd")
    assert page.get_by_role("button", name="Without Echoes").is_visible()
    page.get_by_label("Name of the batch").fill("Before the term")
    page.get_by_role("button", name="Make 1 narration", exact=True).click()
    page.get_by_role("heading", name="Before the term").wait_for()
    page.locator(".batch .state", has_text="Running · 0 of 1").wait_for()
    house.publish(echoes)
    page.locator(".batch .state", has_text="Done · 1 of 1").wait_for()
    assert [key for key, _ in house.orchestrator.submitted] == [echoes]
    page.go_back()
    page.get_by_role("link", name="Before the term").wait_for()


def test_a_pause_and_going_on_and_failures_by_cause(open_page, house):
    keys = house.desk.everything(voice="joe")
    made = house.desk.ledger.batches.make(keys, name="Articles")
    feed(house)
    for key in keys[:2]:
        house.begin(key).fail(Failure("busy", "The voice is busy.", "Try again later."))
    page = open_page(f"batch?id={made.id}")
    page.locator(".causes", has_text="2 × The voice is busy.").wait_for()
    page.get_by_role("button", name="Pause").click()
    page.locator(".batch .state", has_text="Paused").wait_for()
    page.get_by_text("Which ones").click()
    page.get_by_role("button", name=f"Retry {keys[0]}").click()
    page.locator(".causes", has_text="1 × The voice is busy.").wait_for()
    page.get_by_role("button", name="Retry 1 narration").click()
    page.locator(".causes").wait_for(state="hidden")
    page.get_by_role("button", name="Go on").click()
    page.locator(".state-of[data-state=queued]").nth(len(keys) - 1).wait_for()
    page.get_by_role("button", name="End the batch").click()
    page.locator(".batch .state", has_text="Ended").wait_for()
    assert {house.desk.ledger.narrations.get(key).status for key in keys} == {Status.CANCELLED}


def test_what_its_cap_stopped_goes_on_under_a_higher_one_although_nothing_is_left_to_ask_for(open_page, house, echoes):
    made = house.desk.ledger.batches.make([echoes], name="Capped", cap_micros=5_000)
    feed(house)
    house.begin(echoes).fail(Failure("budget_exceeded", "The cap is met.", "Go on under a higher cap."))
    page = open_page(f"batch?id={made.id}")
    page.locator(".causes", has_text="The cap is met.").wait_for()
    page.get_by_label("Go on under a cap of").fill("0.25")
    page.get_by_role("button", name="Go on").click()
    page.locator(".batch .money", has_text="its cap of $0.25").wait_for()
    page.locator(".batch .state", has_text="Running · 0 of 1").wait_for()
    page.get_by_role("button", name="Go on").wait_for(state="hidden")
    assert house.desk.ledger.batches.get(made.id).cap_micros == 250_000


def test_by_keyboard_alone(open_page, house):
    page = opened(open_page, "batch?voices=espeak&contents=articles/echoes&locales=en")
    page.get_by_role("button", name="See the plan").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'plan-title'")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Make 1 narration"
    page.keyboard.press("Enter")
    page.locator(".batch .state", has_text="Running").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_those_who_cannot_see_it_well(open_page, house, echoes, scheme):
    page = opened(open_page, "batch?voices=espeak", color_scheme=scheme)
    planned(page)
    assert violations(page) == []
    made = house.desk.ledger.batches.make([echoes], name="One")
    feed(house)
    house.begin(echoes).fail(Failure("busy", "The voice is busy.", "Try again later."))
    page = open_page(f"batch?id={made.id}", color_scheme=scheme, viewport={"width": 390, "height": 800})
    page.locator(".causes", has_text="busy").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
