"""Log-in, roles and settings as people meet them: with a keyboard, in both languages, in light and dark, on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from assets.domain.people import Role
from assets.storage.people_file import PeopleFile

pytestmark = pytest.mark.browser
PASSWORD = "a few plain words"


@pytest.fixture
def people(house):
    """The studio's people; with them, everybody has to log in. To be asked for before the address."""
    file = PeopleFile(house.settings.users)
    for role in Role:
        file.add(role.word, role, PASSWORD)
    return file


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for v in found for node in v["nodes"]]


@pytest.fixture
def visit(browser, address):
    """Opens an address as it is, in a browser of its own."""
    contexts, errors = [], []

    def opened(path, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def log_in(page, name):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_log_in_is_for_everybody(people, visit, scheme):
    page = visit(
        "narration?content=articles/echoes&locale=en&voice=joe",
        color_scheme=scheme,
        viewport={"width": 360, "height": 740},
    )
    assert "/login?next=" in page.url
    assert page.evaluate("document.activeElement.id") == "username"
    assert violations(page) == []
    page.get_by_label("Name").fill("editor")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").get_by_text("do not belong together").wait_for()
    assert page.get_by_label("Name").input_value() == "editor"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    log_in(page, "editor")
    page.wait_for_selector("#stage .badge:not(:empty)")
    assert page.url.endswith("/narration?content=articles/echoes&locale=en&voice=joe")


def test_a_page_that_is_open_when_its_session_ends_goes_to_the_log_in_and_back(people, visit):
    page = visit("narration?content=articles/echoes&locale=en&voice=joe")
    log_in(page, "editor")
    page.wait_for_selector("#stage .badge:not(:empty)")
    page.get_by_role("link", name="editor: log out").wait_for()
    people.add("editor", Role.EDITOR, PASSWORD, replacing=True)
    # Whatever the page says to the server next sends it away, and its own looking may be first: so no
    # waiting for the radio button, which may be gone with its page before it is seen to be checked.
    page.evaluate("document.querySelector('input[name=studio-voice][value=espeak]')?.click()")
    page.wait_for_url("**/login?next=*")
    log_in(page, "editor")
    page.wait_for_selector("#stage .badge:not(:empty)")
    page.get_by_role("link", name="editor: log out").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    page.go_back()
    page.goto(page.url.partition("/l")[0] + "/")
    assert "/login" in page.url


def test_who_only_listens_is_told_so_and_nothing_is_asked_for(people, visit, house):
    page = visit("narration?content=articles/echoes&locale=en&voice=joe")
    log_in(page, "listener")
    page.wait_for_selector("#stage .badge:not(:empty)")
    assert page.get_by_role("link", name="Settings").count() == 0
    page.get_by_text("Asking for narrations takes the role editor.").wait_for()
    assert page.get_by_role("button", name="Make narration").is_hidden()
    assert violations(page) == []
    page.evaluate("document.querySelector('[data-act=ask]').click()")
    page.get_by_role("alert").get_by_text("This needs the role editor").wait_for()
    assert house.orchestrator.submitted == []
    site = page.url.partition("/narration")[0]
    for path, sentence in {
        "/": "Asking for narrations takes the role editor.",
        "/review?content=articles/echoes&locale=en&voice=joe": "Editing and approving it takes the role editor.",
        "/lexicon": "Changing that takes the role editor.",
        "/activity": "Retrying and cancelling take the role editor.",
        "/voices": "can be asked for with the role editor.",
    }.items():
        page.goto(site + path)
        page.get_by_text(sentence).wait_for()
        assert page.locator("[data-needs]:visible").count() == 0, path
    page.goto(site + "/settings")
    page.get_by_text("This needs the role operator").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_settings_show_what_is_well_and_no_secret(people, visit, scheme, width):
    page = visit("settings", color_scheme=scheme, viewport={"width": width, "height": 860})
    log_in(page, "operator")
    page.locator(".values code", has_text="STUDIO_HOME").wait_for()
    page.locator(".checks li").first.wait_for()
    page.get_by_role("rowheader", name="listener").wait_for()
    page.get_by_text("It is off: nothing is made by itself.").wait_for()
    page.get_by_text("STUDIO_KEEP_FRESH=change").wait_for()
    assert "$argon2" not in page.content()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Look again").click()
    page.locator(".checks .again:not([disabled])").wait_for()


@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1280, "en-GB"), ("dark", 360, "id-ID")])
def test_an_address_with_nothing_leads_back_to_the_pages(visit, scheme, width, locale):
    page = visit("library", color_scheme=scheme, viewport={"width": width, "height": 800}, locale=locale)
    page.get_by_role("heading", name="Nothing here" if locale == "en-GB" else "Tidak ada apa-apa di sini").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("navigation").get_by_role("link").first.click()
    page.wait_for_selector("#library .found:not(:empty)")


def test_settings_speak_the_readers_language(visit):
    page = visit("settings", locale="id-ID")
    page.get_by_role("heading", name="Keadaan studio").wait_for()
    page.get_by_text("Di mesin ini tidak ada yang perlu masuk.").wait_for()
    assert page.locator(".account").is_hidden()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_voices_can_be_heard_before_one_is_chosen(visit, scheme, width):
    page = visit("voices?locale=en", color_scheme=scheme, viewport={"width": width, "height": 860})
    joe = page.get_by_role("button", name="Hear Joe in English")
    joe.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.gallery audio').currentTime > 0.2")
    assert joe.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('.gallery audio').paused")
    page.get_by_text("set ELEVENLABS_API_KEY").first.wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Voices that speak").select_option("id")
    assert page.url.endswith("/voices?locale=id")
    assert page.get_by_role("button", name="Hear Joe in English").count() == 0
    page.go_back()
    page.get_by_role("button", name="Hear Joe in English").wait_for()
