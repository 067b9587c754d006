"""The pages where money is spent, over the real SDKs, ledger and caps; the vendors are the provider server."""

import asyncio
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))
import provider_server as fake

from assets.domain.states import Status

pytestmark = pytest.mark.browser

WRONG = "sk_wrong_0123456789abcdef0123456789"
REFUSED = "does not accept the key."


@pytest.fixture
def server():
    running = fake.Server().start()
    yield running
    running.stop()


@pytest.fixture
def environment(server):
    """What the studio is started with; tests put other things into it before they ask for the page."""
    return dict(server.settings)


@pytest.fixture
def house(tmp_path, environment, build_house):
    made = build_house(tmp_path, time.monotonic, environment)
    yield made
    made.desk.ledger.close()


@contextmanager
def carried_out(house):
    """Carries out what the studio submits, one after the other, as Dagster would."""
    from assets.pipeline.batching import feed
    from assets.pipeline.engine import Engine

    done, submitted = threading.Event(), house.orchestrator.submitted

    def work():
        while not done.wait(0.05):
            while submitted:
                key, _ = submitted.pop(0)
                asyncio.run(Engine(house.desk, []).make(key))
                submitted.extend((each.key, each.claim_id) for each in feed(house.desk))  # as the sensor does

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(60)


def sentence_about_the_key(locator):
    """The text of a place that says in one sentence, and without the key, that it is refused."""
    locator.filter(has_text=REFUSED).wait_for()
    text = locator.inner_text()
    assert WRONG not in text and "Traceback" not in text and len(text) < 400
    return text


def test_a_script_is_read_on_the_page_that_had_it_written_before_it_is_approved(open_page, house):
    page = open_page("review?content=articles/echoes&locale=en&voice=nina")
    page.get_by_text("This script is not written yet.").wait_for()
    with carried_out(house):
        page.get_by_role("button", name="Have the script written").click()
        page.get_by_role("button", name="Approve and have it spoken").wait_for()
        page.locator(".script .line", has_text="It travelled twice.").wait_for()
        assert "blocks spoken: 0" not in page.locator(".reviewbar .byline").inner_text()


class TestWithAWrongKey:
    @pytest.fixture
    def environment(self, server):
        return {**server.settings, "ELEVENLABS_API_KEY": WRONG, "OPENAI_API_KEY": WRONG}

    def test_voices_review_and_a_batch_say_so_in_one_sentence(self, open_page, house):
        page = open_page("voices?locale=en")
        page.get_by_role("button", name="Have Nina say a sample").click()
        sentence_about_the_key(page.locator(".gallery .problem"))

        page = open_page("review?content=articles/echoes&locale=en&voice=nina")
        with carried_out(house):
            page.get_by_role("button", name="Have the script written").click()
            sentence_about_the_key(page.locator(".reviewbar .problem"))

            page = open_page("batch?voices=nova&locales=en&contents=articles/echoes")
            page.get_by_role("button", name="See the plan").click()
            page.locator(".plan button").click()
            sentence_about_the_key(page.locator(".causes").first)


class TestWithACap:
    @pytest.fixture
    def environment(self, server):
        # One at a time, so that some of the batch is still to be asked for when the cap is met.
        cap = {"STUDIO_BUDGET_USD_PER_DAY": "0.02", "STUDIO_MAX_PARALLEL": "1"}
        return {**server.settings, "STUDIO_SCRIPT_WRITER": "embedded", **cap}

    def test_a_batch_says_what_the_cap_leaves_and_stops_there(self, open_page, house):
        for number in range(3):
            house.write(f"articles/more-{number}.en.md", f"# More {number}\n\n" + f"{number} and so on. " * 30)
        page = open_page("batch?voices=nina&locales=en")
        page.get_by_role("button", name="See the plan").click()
        cap = page.locator(".plan .cap", has_text="more than the cap leaves")
        cap.wait_for()
        plan = dict(
            zip(page.locator(".plan dt").all_inner_texts(), page.locator(".plan dd").all_inner_texts(), strict=True)
        )
        assert plan["Left under the cap of today"] == "$0.02"
        with carried_out(house):
            page.locator(".plan button").click()
            page.locator(".causes", has_text="STUDIO_BUDGET_USD_PER_DAY").wait_for()
            page.locator(".batch .state", has_text="Paused").wait_for()
        made = house.desk.ledger.narrations.find(statuses={Status.COMPLETED}, limit=None)
        money = house.desk.ledger.spend.totals()
        assert made and 0 < money.settled_micros + money.held_micros <= 20_000, "the cap paid for some, and for no more"
        assert house.desk.ledger.claims.queue() == ()
