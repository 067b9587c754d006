"""The first page as a person meets it: ask, watch, listen, come back."""

import re

import pytest

pytestmark = pytest.mark.browser

PLAYING = ".player[data-state=playing]"
ENDED = ".player[data-state=ended]"
QUERY = "?content=articles/echoes&locale=en&voice=joe"
HERE = "narration" + QUERY


def position(page) -> float:
    return page.evaluate("document.querySelector('.player audio').currentTime")


HEARD = "[...CSS.highlights.get('heard')][0].toString()"


def current_word(page) -> str:
    return page.evaluate(HEARD)


def click_word(page, word: str) -> None:
    """Click into the middle of a word of the transcript; words are no elements."""
    sentence = page.locator(".transcript .sentence", has_text=word)
    x, y = sentence.evaluate(
        """(sentence, word) => {
            const [text, range] = [sentence.firstChild, document.createRange()];
            range.setStart(text, text.data.indexOf(word));
            range.setEnd(text, text.data.indexOf(word) + word.length);
            const [here, all] = [range.getBoundingClientRect(), sentence.getBoundingClientRect()];
            return [here.x + here.width / 2 - all.x, here.y + here.height / 2 - all.y];
        }""",
        word,
    )
    sentence.click(position={"x": x, "y": y})


def stop_at_once(page) -> None:
    """Let the next playing stop where it begins: on a busy machine a press of Pause would come anywhere after it."""
    page.evaluate(
        "document.querySelector('.player audio').addEventListener('playing', (e) => e.target.pause(), {once: true})"
    )


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


def test_one_press_makes_a_narration_and_plays_it_to_its_end(open_page, house, echoes):
    page = open_page()
    page.get_by_role("button", name="Make and play a narration").press("Enter")
    page.wait_for_selector(".stage[data-phase=queued]")
    assert page.url.endswith(HERE)
    assert [key for key, _ in house.orchestrator.submitted] == [echoes]
    version = house.publish(echoes)  # what Dagster would do now
    page.wait_for_selector(PLAYING)
    page.wait_for_function("document.activeElement.dataset.act === 'play'")
    first = current_word(page)
    page.wait_for_selector(ENDED)
    assert position(page) == pytest.approx(version.duration_seconds, abs=0.15)
    assert current_word(page) != first
    assert page.locator(".badge").inner_text() == "Ready"
    page.get_by_role("link", name="Narration Studio").click()
    page.wait_for_selector("#library .entry")
    assert page.locator(".hero").is_hidden()


def test_progress_is_seen_while_it_is_made_and_after_a_reload_in_the_middle(open_page, house, echoes):
    page = open_page(HERE)
    page.get_by_role("button", name="Make narration").click()
    page.wait_for_selector(".stage[data-phase=queued]")
    work = house.begin(echoes)
    page.wait_for_selector(".stage[data-phase=writing]")
    work.speaking(19, sections_total=5)
    work.took(bought=7)
    page.wait_for_selector(".stage[data-phase=speaking]")
    page.locator(".count", has_text="section 1 of 5 · segment 7 of 19").wait_for()
    page.reload()
    page.locator(".count", has_text="section 1 of 5 · segment 7 of 19").wait_for()
    page.locator(".progress .hint", has_text="left").wait_for()
    work.joining(0.5)
    page.locator(".badge", has_text="Joining").wait_for()
    work.joining(0.9)
    page.locator(".badge", has_text="Checking").wait_for()
    assert page.get_by_role("progressbar").get_attribute("value")
    assert page.url.endswith(HERE)
    page.get_by_role("button", name="Cancel").click()
    page.locator(".timeline li", has_text="ancel").wait_for()


def test_what_it_will_take_stands_beside_the_button(open_page, house, echoes):
    page = open_page(HERE)
    shown = page.locator(".estimate").inner_text()
    assert re.search(r"^free of charge · segments to speak: \d+ \(\d+ characters\) · about \d+ seconds? to", shown), (
        shown
    )
    page.get_by_role("button", name="Make narration").click()
    page.wait_for_selector(".stage[data-phase=queued]")
    assert page.locator(".estimate").inner_text() == ""


def test_two_people_see_the_same_work(open_page, house, echoes):
    one, other = open_page(HERE), open_page(HERE)
    one.get_by_role("button", name="Make narration").click()
    other.wait_for_selector(".stage[data-phase=queued]", timeout=15_000)
    house.publish(echoes)
    for page in (one, other):
        page.wait_for_selector(".player .sentence")
        assert page.locator(PLAYING).count() == 0, "nobody is surprised by sound that they did not ask to hear"


def test_a_failure_says_what_to_do_and_retry_asks_again(open_page, house, echoes):
    from assets.domain.narrations import Failure

    house.publish(echoes)
    house.begin(echoes, force=True).fail(Failure("busy", "The voice is busy.", "Try again in a minute."))
    page = open_page(HERE)
    alert = page.get_by_role("alert").filter(has_text="The voice is busy.")
    assert "Try again in a minute." in alert.inner_text()
    page.get_by_role("button", name="Retry").click()
    page.wait_for_selector(".stage[data-phase=queued]")
    page.get_by_role("button", name="Play", exact=True).click()  # the version that there was still plays
    page.wait_for_selector(PLAYING)


def test_an_edited_text_is_said_to_be_out_of_date_and_a_newer_version_cuts_nobody_off(open_page, house, echoes):
    house.publish(echoes)
    house.write("articles/echoes.en.md", "# Echoes\n\nA sound comes back. " + "It travelled twice as far. " * 10)
    page = open_page(HERE)
    assert "The text has changed." in page.locator(".banner.stale").inner_text()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector(PLAYING)
    page.get_by_role("button", name="Bring up to date").click()
    house.publish(echoes)
    page.get_by_role("button", name="Play the new version").click()
    page.wait_for_function("document.querySelector('.player audio').currentSrc.includes('/v2/')")
    page.wait_for_selector(PLAYING)


def test_the_transcript_leads_the_audio_by_mouse_and_by_keyboard(open_page, house, echoes):
    house.publish(echoes)
    page = open_page(HERE)
    stop_at_once(page)
    click_word(page, "travelled")
    page.wait_for_selector(".player[data-state=paused]")
    assert current_word(page) in {"travelled", "twice."}
    page.get_by_role("region", name="Transcript").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(PLAYING)
    page.keyboard.press("Space")
    page.wait_for_selector(".player[data-state=paused]")
    before = position(page)
    page.keyboard.press("ArrowLeft")
    assert position(page) < before
    page.get_by_role("button", name="Back 15 seconds").click()
    assert position(page) == 0
    page.locator(".chapters summary").click()
    page.locator(".chapters").get_by_role("button", name="Far walls").click()
    page.wait_for_function(f"{HEARD} === 'Far'")


def test_position_and_speed_are_remembered_and_back_returns(open_page, house, echoes):
    from assets.domain.keys import NarrationKey

    house.publish(echoes)
    house.publish(NarrationKey.of("articles/echoes", "id", "espeak"))
    page = open_page(HERE)
    stop_at_once(page)
    click_word(page, "travelled")
    page.wait_for_selector(".player[data-state=paused]")
    page.get_by_label("Speed").select_option("1.5")
    here = position(page)
    link = page.get_by_role("link", name=re.compile("Gema"))
    assert link.evaluate("link => link.href").endswith("/narration?content=articles/echoes&locale=id&voice=espeak")
    link.click()
    page.wait_for_function("document.querySelector('#stage-title').textContent === 'Gema'")
    assert page.url.endswith("?content=articles/echoes&locale=id&voice=espeak")
    page.go_back()
    page.wait_for_function("document.querySelector('#stage-title').textContent === 'Echoes'")
    page.wait_for_selector(".player[data-state=ready]")
    assert position(page) == pytest.approx(here, abs=0.05)
    assert page.get_by_label("Speed").input_value() == "1.5"


def test_a_reader_who_scrolls_away_is_left_alone_until_they_follow_again(open_page, house, echoes):
    house.write("articles/echoes.en.md", "# Echoes\n\n" + "A sound comes back. It travelled twice.\n\n" * 40)
    house.publish(echoes)
    page = open_page(HERE)
    page.wait_for_selector(".transcript .sentence")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector(PLAYING)
    page.get_by_role("region", name="Transcript").hover()
    page.mouse.wheel(0, 1500)
    follow = page.get_by_role("button", name="Follow along")
    follow.wait_for()
    # The page hears of the wheel before it has scrolled.
    page.wait_for_function("document.querySelector('.transcript').scrollTop > 300")
    scrolled = page.evaluate("document.querySelector('.transcript').scrollTop")
    word = current_word(page)
    page.wait_for_function(f"word => {HEARD} !== word", arg=word)
    assert page.evaluate("document.querySelector('.transcript').scrollTop") >= scrolled > 0
    follow.click()
    page.wait_for_function("document.querySelector('.transcript').scrollTop < 300")
    page.keyboard.press("k")
    page.wait_for_selector(".player[data-state=paused]")
    page.locator(".transcript .sentence").last.click()
    page.wait_for_selector(".transcript .paragraph:last-of-type [aria-current]")


def test_the_text_moves_with_what_is_heard_and_rests_while_that_can_be_read(open_page, house, echoes):
    house.write("articles/echoes.en.md", "# Echoes\n\n" + "A sound comes back. It travelled twice.\n\n" * 40)
    house.publish(echoes)
    page = open_page(HERE, reduced_motion="reduce")  # then it moves at once
    page.wait_for_selector(".player[data-state=ready]")
    page.wait_for_selector(".transcript .sentence")
    heard_at = """share => new Promise((done) => {
        const [audio, sheet] = [document.querySelector('.player audio'), document.querySelector('.transcript')];
        audio.addEventListener('seeked', () => done([sheet.scrollTop,
            document.querySelector('.transcript [aria-current]').getBoundingClientRect().top
            - sheet.getBoundingClientRect().top, sheet.clientHeight]), {once: true});
        audio.currentTime = audio.duration * share;
    })"""
    rests, there, _ = page.evaluate(heard_at, 0.03)
    assert (rests, there > 0) == (0, True), "it can be read where it is"
    moved, there, height = page.evaluate(heard_at, 0.5)
    assert moved > 300
    assert 0 < there < height / 2
    assert page.evaluate(heard_at, 0.53)[0] == moved, "the next sentences are in sight"


def test_content_language_and_voice_are_chosen_and_the_address_says_so(open_page):
    page = open_page("narration")
    box = page.get_by_role("combobox", name="Lesson or article")
    box.click()
    box.fill("التح")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search === '?content=subjects/greeting&locale=ar&voice=espeak'")
    assert page.locator("#stage-title").get_attribute("dir") == "rtl"
    page.get_by_text("Voices that cannot speak this").click()
    refused = page.get_by_role("radio", name=re.compile("Joe"))
    assert refused.is_disabled()
    assert page.get_by_text("Does not speak Arabic.").first.is_visible()
    box.click()
    page.get_by_role("option", name="Echoes").click()
    page.wait_for_function("location.search.startsWith('?content=articles/echoes&locale=en')")
    page.get_by_role("radio", name="English", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search === '?content=articles/echoes&locale=id&voice=espeak'")
    page.get_by_role("radio", name="English", exact=True).check()
    page.get_by_role("radio", name=re.compile("Joe")).check()
    page.wait_for_function(
        "location.pathname + location.search === '/narration?content=articles/echoes&locale=en&voice=joe'"
    )
    page.reload()
    page.wait_for_function("document.querySelector('#stage-title')?.textContent === 'Echoes'")


def test_hostile_text_stays_text(open_page, house):
    from assets.domain.keys import NarrationKey

    key = NarrationKey.of("subjects/hostile", "en", "joe")
    work = house.begin(key)
    work.note('<img src=x onerror="window.hurt=5"> ${window.hurt=6} {{value}}')
    page = open_page("narration?content=subjects/hostile&locale=en&voice=joe")
    page.wait_for_selector(".timeline li")
    work.cancel()
    house.publish(key)
    page.wait_for_selector(".transcript .sentence")
    assert "onerror" in page.locator(".timeline").inner_text()
    page.goto(page.url.split("?")[0] + "?content=%3Cimg%20src=x%20onerror=window.hurt=7%3E&locale=en&voice=joe")
    page.wait_for_selector(".stage[data-phase=refused]")
    assert "cannot be a content id" in page.locator(".banner.failure").inner_text()
    assert page.evaluate("window.hurt") is None


def test_the_page_speaks_the_language_of_the_browser(open_page):
    page = open_page(locale="id-ID")
    assert page.get_by_role("button", name="Buat dan putar narasi").is_visible()
    page = open_page(HERE, context=page.context)
    assert page.get_by_role("combobox", name="Pelajaran atau artikel").is_visible()
    assert page.evaluate("document.documentElement.lang") == "id"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 860), (390, 844)])
def test_everybody_can_use_it(open_page, house, echoes, scheme, size):
    options = {"color_scheme": scheme, "viewport": {"width": size[0], "height": size[1]}}
    page = open_page(**options)
    assert violations(page) == []
    house.publish(echoes)
    house.begin(echoes, force=True).speaking(9)
    page = open_page(HERE, **options)
    click_word(page, "travelled")
    page.wait_for_selector(".transcript [aria-current]")
    page.locator(".downloads summary").click()
    assert violations(page) == []


def test_a_phone_needs_no_sideways_scrolling_and_has_large_targets(open_page, house, echoes):
    house.publish(echoes)
    page = open_page(HERE, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.wait_for_selector(".transcript .sentence")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    small = page.evaluate(
        """() => [...document.querySelectorAll('.stage button, .player button, .player summary, .player select,'
            + ' .card, .locales label, .shelf a, .timeline summary')]
            .filter((e) => e.offsetParent && (e.offsetHeight < 44 || e.offsetWidth < 44)).map((e) => e.outerHTML)"""
    )
    assert small == []


def test_eight_tabs_of_one_browser_all_load(open_page):
    first = open_page()
    for _ in range(7):
        open_page(context=first.context)


def test_an_audiobook_is_prepared_while_one_watches_and_then_saved(open_page, house, echoes):
    house.publish(echoes)
    page = open_page(HERE)
    page.locator(".downloads summary").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Audiobook with chapters (M4B)").click()
    assert saved.value.suggested_filename == "echoes.en.joe.m4b"
