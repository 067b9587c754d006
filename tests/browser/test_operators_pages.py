"""Activity and Insights in a real browser."""

from datetime import UTC, datetime, timedelta

import pytest

from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hurt=1"> ${window.hurt=2}'


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


@pytest.fixture
def busy_house(house, echoes):
    """Something runs, something waits, something failed for each of two causes, and something was published."""
    house.publish(NarrationKey.of("articles/echoes", "id", "espeak"))
    work = house.begin(echoes)
    work.speaking(19)
    work.took(bought=7)
    work.tried(f"Attempt 1 of 5 failed. {HOSTILE}", code="busy", due_at=datetime.now(UTC) + timedelta(minutes=2))
    house.desk.ask(NarrationKey.of("subjects/greeting", "ar", "espeak"), requested_by="ana")
    for name, code in (("articles/a-longer-one", "busy"), ("subjects/hostile", "busy")):
        house.begin(NarrationKey.of(name, "en", "joe")).fail(Failure(code, f"The voice is busy. {HOSTILE}", "Wait."))
    house.begin(NarrationKey.of("articles/echoes", "en", "espeak")).fail(Failure("corrupt", "Damaged.", "Again."))
    return house


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 860), (360, 740)])
def test_everybody_can_use_activity_and_insights(open_page, busy_house, scheme, size):
    options = {"color_scheme": scheme, "viewport": {"width": size[0], "height": size[1]}}
    page = open_page("activity", **options)
    page.locator(".activity .one").first.wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page = open_page("insights?days=7", **options)
    page.locator(".numbers dd").first.wait_for()
    page.locator(".chart summary").first.click()
    page.locator(".inquiry summary").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_what_runs_waits_and_failed_is_seen_and_retried_by_the_keyboard(open_page, busy_house):
    page = open_page("activity")
    page.locator(".running .badge", has_text="Speaking 7 of 19").wait_for()
    assert page.locator(".running .setback").inner_text().startswith("Provider overloaded: Attempt 1 of 5")
    assert page.locator(".queued .one", has_text="by ana").is_visible()
    assert page.locator(".failures .remedy").first.inner_text() == "Wait."
    assert page.get_by_role("link", name="Partition in Dagster").first.get_attribute("href").startswith("http://")
    page.get_by_role("button", name="Retry all 2").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Asked again: 2.").wait_for()
    page.get_by_role("heading", name="Failed: 1").wait_for()
    assert len(busy_house.orchestrator.submitted) == 2
    page.locator("summary", has_text="Damaged file").focus()
    if not page.locator(".cause[open]").count():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Retry: Echoes").click()
    page.get_by_role("heading", name="Failed: 0").wait_for()
    assert page.evaluate("window.hurt") is None


def test_insights_keep_their_period_in_the_address_and_answer_sql(open_page, busy_house):
    page = open_page("insights")
    page.locator(".numbers dd").first.wait_for()
    page.get_by_role("link", name="7 days").click()
    page.wait_for_function("location.search === '?days=7'")
    page.locator("a[aria-current=true]", has_text="7 days").wait_for()
    page.reload()
    page.locator("a[aria-current=true]", has_text="7 days").wait_for()
    chart = page.get_by_role("img", name="Minutes made by day")
    assert "The most was" in chart.get_attribute("aria-label")
    built = page.locator(".built").inner_text()
    assert built.startswith("As of ")
    page.get_by_role("button", name="Refresh").click()
    page.locator(".built", has_text="As of ").wait_for()
    page.get_by_role("button", name="Refresh", disabled=False).wait_for()
    box = page.get_by_label("Inquiry")
    box.fill("SELECT content, status, failure_message FROM narrations ORDER BY id")
    box.press("Control+Enter")
    page.locator(".answer td", has_text="onerror").first.wait_for()
    assert page.get_by_text("6 rows in").is_visible()
    assert "sql=SELECT" in page.url
    box.fill("DROP TABLE narrations")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Only one statement that reads may be asked.").wait_for()
    assert page.evaluate("window.hurt") is None
