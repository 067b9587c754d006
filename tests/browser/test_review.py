"""Script review as a person does it: read, edit one line at a known price, release it, approve."""

import json
import re

import pytest

from assets.domain.narrations import Failure

pytestmark = pytest.mark.browser

HERE = "review?content=articles/echoes&locale=en&voice=joe"
SAID = "A sound comes back to you."


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


def opened(open_page, query=HERE, **options):
    page = open_page(query, **options)
    page.wait_for_selector(".script .line")
    return page


def line(page, text):
    return page.locator(".script .line", has_text=text)


def test_one_segment_is_edited_at_a_price_that_stands_there_first(open_page, house, echoes):
    house.publish(echoes)
    page = opened(open_page)
    assert page.locator(".script .source", has_text="It travelled twice.").count() == 1
    assert page.get_by_role("button", name="Speak what is new").is_hidden()
    line(page, "A sound comes back").get_by_role("button", name=re.compile("Edit line")).click()
    area = page.get_by_label("Say instead")
    assert page.get_by_role("button", name="Say it so").is_disabled()
    area.fill(SAID)
    page.locator(".editor .price", has_text="1 to speak, 26 characters · free of charge").wait_for()
    assert house.desk.ledger.edits.of("articles/echoes", "en", "") == ()
    page.get_by_role("button", name="Say it so").click()
    page.locator(".script .line[data-edited=true]", has_text=SAID).wait_for()
    assert "The script was edited." in page.locator(".reviewbar .state").inner_text()
    page.get_by_role("button", name="Speak what is new").click()
    page.locator(".reviewbar .state", has_text="Queued").wait_for()
    assert [key for key, _ in house.orchestrator.submitted] == [echoes]


def test_a_released_edit_and_an_edit_by_a_colleague_are_seen(open_page, house):
    first, second = opened(open_page), opened(open_page)
    first.get_by_role("button", name="Edit line 2").click()
    first.get_by_label("Say instead").fill(SAID)
    first.get_by_role("button", name="Say it so").click()
    first.locator(".line[data-edited=true]").wait_for()
    second.locator(".line[data-edited=true]").wait_for()
    second.get_by_role("button", name="Release").click()
    second.locator(".line[data-edited=false]", has_text="A sound comes back.").wait_for()


def test_what_was_heard_appears_by_itself_and_leaves_whoever_is_writing_alone(open_page, house, echoes):
    version = house.publish(echoes)
    page = opened(open_page, viewport={"width": 1280, "height": 420})
    page.locator(".reviewbar .listening", has_text="Whoever runs this studio can have it listened to").wait_for()
    page.get_by_role("button", name="Edit line 4").click()
    page.get_by_label("Say instead").fill("Not quite finished")
    before = page.evaluate("""() => {
        window.area = document.querySelector('.editor textarea');
        area.setSelectionRange(4, 9);
        area.scrollIntoView({block: 'center', behavior: 'instant'});
        return area.getBoundingClientRect().top;
    }""")
    house.hear(version, p2="A hound came back on ice.")
    page.locator(".script .heard", has_text="A hound came back on ice.").wait_for()
    page.locator(".reviewbar .listening", has_text="Listening check: Passages that were not").wait_for()
    after = page.evaluate("""() => [document.activeElement === area, area.isConnected, area.value,
        area.selectionStart, area.selectionEnd, area.getBoundingClientRect().top]""")
    assert after[:5] == [True, True, "Not quite finished", 4, 9]
    assert after[5] == pytest.approx(before, abs=1)
    house.desk.ask(echoes, force=True)
    page.locator(".reviewbar .state", has_text="Queued").wait_for()
    assert page.locator(".script .heard").count() == 1
    assert page.locator(".reviewbar .listening", has_text="Listening check").is_visible()


def test_words_that_a_colleague_was_quicker_than_are_refused_and_not_lost(open_page, house):
    first, second = opened(open_page), opened(open_page)
    for page, said in ((first, "It came back to me."), (second, SAID)):
        page.get_by_role("button", name="Edit line 2").click()
        page.get_by_label("Say instead").fill(said)
        page.wait_for_selector(".editor [data-act=save]:enabled")
    second.get_by_role("button", name="Say it so").click()
    second.locator(".line[data-edited=true]", has_text=SAID).wait_for()
    first.locator(".reviewbar .state", has_text="Not made yet").wait_for()
    first.get_by_role("button", name="Say it so").click()
    first.locator(".editor .price", has_text="This passage has changed meanwhile.").wait_for()
    assert first.get_by_label("Say instead").input_value() == "It came back to me."
    first.get_by_role("button", name="Keep as it is").click()
    line(first, SAID).wait_for()


def test_a_script_that_begins_to_wait_appears_in_the_open_list(open_page, house, echoes):
    page = open_page("review")
    page.locator(".reviewbar .waiting .none").wait_for()
    house.begin(echoes).hold(Failure("approval_wanted", "The script waits for approval.", "Approve it."))
    page.locator(".reviewbar .waiting").get_by_role("link", name="Echoes").wait_for()


def test_what_cannot_be_said_is_told_where_it_is_written(open_page, house):
    page = opened(open_page)
    page.get_by_role("button", name="Edit line 2").click()
    page.get_by_label("Say instead").fill("It has <b>markup</b>.")
    page.locator(".editor .price", has_text="That cannot be said.").wait_for()
    assert page.get_by_role("button", name="Say it so").is_disabled()
    page.get_by_role("button", name="Leave out").click()
    page.locator(".editor .price", has_text="nothing to speak").wait_for()
    page.get_by_role("button", name="Say it so").click()
    page.locator(".passage[data-outcome=left_out]", has_text="an editor left it out").wait_for()


def test_a_waiting_script_is_found_approved_and_spoken(open_page, house, echoes):
    house.begin(echoes).hold(Failure("approval_wanted", "The script waits for approval.", "Approve it."))
    page = open_page("review")
    page.locator(".reviewbar .waiting").get_by_role("link", name="Echoes").click()
    page.get_by_role("button", name="Approve and have it spoken").click()
    page.locator(".reviewbar .state", has_text="Queued").wait_for()
    assert house.desk.ledger.approvals.of(house.desk.wanted(echoes).script_fingerprint).by
    assert [key for key, _ in house.orchestrator.submitted] == [echoes]


def test_a_line_that_was_not_heard_as_it_is_written_says_so_and_leads_to_its_place(open_page, house, echoes):
    house.hear(house.publish(echoes), p2="A hound came back on ice.")
    page = opened(open_page)
    heard = line(page, "It travelled twice.").locator(".heard")
    assert "A hound came back on ice." in heard.inner_text()
    assert "Listening check: Passages that were not" in page.locator(".reviewbar .listening").inner_text()
    assert violations(page) == []
    heard.get_by_role("link", name="Play from").click()
    page.wait_for_selector(".player[data-state=playing]")
    assert page.evaluate("document.querySelector('.player audio').currentTime") > 0.4
    assert page.url.endswith("/narration?content=articles/echoes&locale=en&voice=joe")


def test_what_the_gates_find_in_a_script_that_nobody_edited_is_seen_and_leads_there(open_page, house, echoes):
    house.publish(echoes)
    name = house.desk.wanted(echoes).written_fingerprint
    kept = json.dumps(house.desk.files.script(name)).replace("A sound comes back. It travelled twice.", "<<")
    house.desk.files.put_script(name, json.loads(kept))
    page = opened(open_page)
    page.locator(".script .warnings").get_by_role("button", name="Show line 2").click()
    assert page.evaluate("document.activeElement.querySelector('.doubt').textContent")


def test_by_keyboard_alone(open_page, house):
    page = opened(open_page)
    page.get_by_role("button", name="Edit line 2").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Edit line 2"
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type(SAID)
    page.wait_for_selector(".editor [data-act=save]:enabled")
    page.keyboard.press("Control+Enter")
    page.locator(".line[data-edited=true]", has_text=SAID).wait_for()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Edit line 2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_those_who_cannot_see_it_well(open_page, house, scheme):
    page = opened(open_page, color_scheme=scheme)
    page.get_by_role("button", name="Edit line 2").click()
    page.get_by_label("Say instead").fill("A sound comes back in 20 seconds.")
    page.wait_for_selector(".editor [data-act=save]:enabled")
    assert violations(page) == []


def test_a_hostile_text_stays_text_and_a_phone_shows_all_of_it(open_page, house):
    page = opened(
        open_page, "review?content=subjects/hostile&locale=en&voice=joe", viewport={"width": 390, "height": 800}
    )
    assert page.evaluate("window.hurt") is None
    page.get_by_role("button", name="Edit line 1").click()
    page.get_by_label("Say instead").fill("${window.hurt=5} {{value}}")
    page.locator(".editor .price", has_text="That cannot be said.").wait_for()
    assert page.evaluate("window.hurt") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
