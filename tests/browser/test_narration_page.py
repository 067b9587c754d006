"""The page of one narration: first sound, early listening, samples, versions, captions, keys, the system's controls."""

import re

import pytest

from assets.domain.keys import NarrationKey

pytestmark = pytest.mark.browser

PLAYING = ".player[data-state=playing]"
HERE = "narration?content=articles/echoes&locale=en&voice=joe"
TWO_SECTIONS = "# Echoes\n\nA sound comes back.\n\n## Far walls\n\nIt is far. It is very far.\n"
SPOKEN = "narration?content=articles/echoes&locale=en&voice=espeak"
ESPEAK = NarrationKey.of("articles/echoes", "en", "espeak")


def position(page) -> float:
    return page.evaluate("document.querySelector('.player audio').currentTime")


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


class HalfSpoken:
    """A narration whose first section is really spoken, and that goes on when it is told to."""

    def __init__(self, house, monkeypatch):
        import asyncio
        import threading

        from assets.pipeline.engine import Engine
        from assets.storage.ledger.work import Work

        self.go_on, self.made = threading.Event(), []
        spoke = Work.spoke

        def held(work, sections_done):
            spoke(work, sections_done)
            if sections_done == 1:
                assert self.go_on.wait(60)

        monkeypatch.setattr(Work, "spoke", held)
        asked = house.desk.ask(ESPEAK)
        assert asked.claim_id
        self.thread = threading.Thread(
            target=lambda: self.made.append(asyncio.run(Engine(house.desk, []).make(ESPEAK)))
        )
        self.thread.start()

    def finish(self):
        self.go_on.set()
        self.thread.join(60)
        return self.made[0].version


@pytest.fixture
def half_spoken(house, monkeypatch):
    begun = []

    def begin(text):
        house.write("articles/echoes.en.md", text)
        begun.append(HalfSpoken(house, monkeypatch))
        return begun[-1]

    yield begin
    for each in begun:
        each.finish()


def test_what_is_spoken_first_is_heard_while_the_rest_is_not_and_the_whole_goes_on_from_there(
    open_page, house, half_spoken
):
    work = half_spoken(TWO_SECTIONS)
    page = open_page(SPOKEN)
    page.wait_for_selector(".transcript .sentence")
    assert "section 1 of 2" in page.locator(".player .message").inner_text()
    assert page.locator(".transcript").inner_text().strip() == "Echoes.", "the first take alone"
    page.get_by_role("button", name="Play", exact=True).click()
    # The second take follows by itself, and with it the section is over.
    page.wait_for_selector(".transcript .sentence:has-text('sound comes back')")
    assert "/early/" in page.evaluate("document.querySelector('.player audio').currentSrc")
    page.wait_for_selector(".player[data-state=awaiting]")
    version = work.finish()
    page.wait_for_selector(".badge:text-is('Ready')")
    page.wait_for_function("document.querySelector('.player audio')?.currentSrc.includes('/v1/')")
    # It goes on by itself from where the section ended; on a busy machine it may have come to its end by now.
    page.wait_for_function(
        "(a => a.currentTime > 1 && (!a.paused || a.ended))(document.querySelector('.player audio'))"
    )
    assert 1 < position(page) <= version.duration_seconds + 0.15
    page.locator(".player .chapter", has_text="Far walls").wait_for()


def test_a_stretch_that_cannot_be_had_is_replaced_by_the_whole_and_nobody_presses_play_again(
    open_page, house, half_spoken
):
    work = half_spoken(TWO_SECTIONS)
    page = open_page(SPOKEN)
    page.wait_for_selector(".transcript .sentence")
    page.route("**/early/*.mp3", lambda route: route.fulfill(body=b"", content_type="audio/mpeg"))
    page.reload()
    page.wait_for_selector(".player[data-state=awaiting]")
    page.get_by_role("button", name="Play", exact=True).click()
    work.finish()
    page.wait_for_function("document.querySelector('.player audio')?.currentSrc.includes('/v1/')")
    page.wait_for_function("(a => a.currentTime > 0.2)(document.querySelector('.player audio'))")


def test_a_voice_is_heard_before_it_is_chosen_and_falls_silent_for_the_narration(open_page, house, echoes):
    house.publish(echoes)
    page = open_page(HERE)
    page.get_by_role("button", name="Sample of eSpeak").click()
    page.wait_for_function("!document.querySelector('.voices audio').paused")
    assert page.get_by_role("button", name="Sample of eSpeak").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector(PLAYING)
    assert page.evaluate("document.querySelector('.voices audio').paused")


def test_a_stale_narration_says_what_changed_and_what_it_costs(open_page, house, echoes):
    house.publish(echoes)
    house.write(
        "articles/echoes.en.md",
        "# Echoes\n\nA sound comes back. It travelled <b>thrice</b>.\n\n## Far walls\n\nIt is far.\n",
    )
    page = open_page(HERE)
    banner = page.locator(".banner.stale")
    assert "The text has changed. Bringing it up to date is free of charge." in banner.inner_text()
    assert "thrice" in banner.locator("ins").inner_text()
    assert violations(page) == []
    indonesian = open_page(HERE, locale="id-ID").locator(".banner.stale")
    assert "Narasi ini kedaluwarsa. Teksnya berubah." in indonesian.inner_text()


def test_versions_are_listed_heard_compared_and_restored(open_page, house, echoes):
    house.publish(echoes)
    house.write(
        "articles/echoes.en.md", "# Echoes\n\nA sound comes back. It travelled thrice.\n\n## Far walls\n\nIt is far.\n"
    )
    house.publish(echoes)
    page = open_page(HERE)
    page.locator(".versions summary").click()
    page.get_by_role("button", name="Compare with the current one: Version 1").click()
    page.get_by_text("Differences in what is said: 1").wait_for()
    assert (page.locator(".comparison del").inner_text(), page.locator(".comparison ins").inner_text()) == (
        "It travelled twice.",
        "It travelled thrice.",
    )
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("Hear version 1 at")).click()
    page.wait_for_function("document.querySelector('.player audio')?.currentSrc.includes('/v1/')")
    page.wait_for_selector(PLAYING)
    assert position(page) > 0.5
    assert page.url.endswith("&version=1")
    page.reload()
    page.wait_for_function("document.querySelector('.player audio')?.currentSrc.includes('/v1/')")
    page.get_by_role("button", name="Hear the current version").click()
    page.wait_for_function("document.querySelector('.player audio')?.currentSrc.includes('/v2/')")
    page.get_by_role("button", name="Let it play again: Version 1").click()
    page.wait_for_function("document.querySelector('.player audio')?.currentSrc.includes('/v1/')")
    assert page.locator(".badge").first.inner_text() == "Out of date"


def test_what_a_listener_heard_is_shown_with_the_way_to_its_place_and_judged_again_by_other_bounds(
    open_page, house, echoes
):
    version = house.publish(echoes)
    page = open_page(HERE)
    page.locator(".verdict .mark", has_text="Not listened to yet").wait_for()
    page.locator(".verdict summary").click()
    page.locator(".verdict code", has_text="studio listen articles/echoes --locale en --voice joe").wait_for()
    house.hear(version, p2="A sound comes back. It travelled <b>price</b>.")
    page.locator(".verdict .mark", has_text="Heard as written").wait_for()
    page.get_by_label("Good enough up to").fill("1")
    page.get_by_label("A passage fails above").fill("5")
    page.get_by_role("button", name="Judge again by these").click()
    place = page.locator(".verdict .places li", has_text="<b>price</b>.")
    place.wait_for()
    assert violations(page) == []
    page.locator(".versions summary").click()
    page.locator(".versions .verdict-mark", has_text="Heard as written").wait_for()
    place.get_by_role("button", name="Play from 0:00").click()
    page.wait_for_selector(PLAYING)
    assert position(page) > 0.4


def test_the_player_is_used_by_keyboard_alone(open_page, house, echoes):
    house.publish(echoes)
    page = open_page(HERE)
    page.wait_for_selector(".transcript .sentence")
    for _ in range(40):
        if page.evaluate("document.activeElement.dataset && document.activeElement.dataset.act") == "play":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(PLAYING)
    page.keyboard.press("k")
    page.wait_for_selector(".player[data-state=paused]")
    page.keyboard.press("n")
    page.wait_for_function("[...CSS.highlights.get('heard')][0].toString() === 'Far'")
    page.keyboard.press("j")
    assert position(page) == 0
    page.keyboard.press(">")
    assert page.get_by_label("Speed").input_value() == "1.25"
    page.keyboard.press("c")
    assert page.get_by_role("button", name="Captions").get_attribute("aria-pressed") == "true"
    page.keyboard.press("k")
    page.locator(".player .caption", has_text="Echoes").wait_for()


def test_the_controls_of_the_system_know_what_plays_and_act_on_it(open_page, house, echoes):
    house.publish(echoes)
    page = open_page()
    page.add_init_script("""
        window.acts = {};
        const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
        navigator.mediaSession.setActionHandler = (name, act) => { window.acts[name] = act; set(name, act); };
        const at = navigator.mediaSession.setPositionState.bind(navigator.mediaSession);
        navigator.mediaSession.setPositionState = (state) => { window.told = state; at(state); };
    """)
    page.goto(page.url.split("?")[0] + HERE)
    page.wait_for_selector(".transcript .sentence")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector(PLAYING)
    shown = page.evaluate("[navigator.mediaSession.metadata.title, navigator.mediaSession.metadata.artist]")
    assert shown == ["Echoes", "Joe"]
    page.evaluate("window.acts.pause()")
    page.wait_for_selector(".player[data-state=paused]")
    page.evaluate("window.acts.seekto({seekTime: 1})")
    page.wait_for_function("Math.abs(window.told.position - 1) < 0.05 && window.told.duration > 2")
    page.evaluate("window.acts.nexttrack()")
    page.locator(".player .chapter", has_text="Far walls").wait_for()


def test_arabic_is_read_from_right_to_left_everywhere(open_page, house):
    key = NarrationKey.of("subjects/greeting", "ar", "espeak")
    house.publish(key)
    page = open_page("narration?content=subjects/greeting&locale=ar&voice=espeak")
    page.wait_for_selector(".transcript .sentence")
    sheet = page.locator(".transcript")
    assert (sheet.get_attribute("dir"), sheet.get_attribute("lang")) == ("rtl", "ar")
    page.get_by_role("button", name="Captions").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator(".caption[dir=rtl]", has_text="التحية").wait_for()
    first, last = page.locator(".transcript .sentence").last.evaluate(
        """(sentence) => [0, sentence.firstChild.length - 1].map((at) => {
            const range = document.createRange();
            range.setStart(sentence.firstChild, at);
            range.setEnd(sentence.firstChild, at + 1);
            return range.getBoundingClientRect().x;
        })"""
    )
    assert first > last
    assert violations(page) == []


def test_a_page_that_was_open_while_the_server_was_not_there_goes_on(open_page, house, echoes):
    page = open_page(HERE)
    page.route("**/api/v1/pages/**", lambda route: route.fulfill(status=204))
    house.publish(echoes)
    page.unroute("**/api/v1/pages/**")
    page.wait_for_selector(".badge:text-is('Ready')", timeout=15_000)
