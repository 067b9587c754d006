"""Hostile titles, voices, file names, failures and names of people stay inert text on every page."""

import time

import pytest

from assets.domain.keys import Locale, NarrationKey
from assets.domain.lexicons import Entry
from assets.domain.narrations import Failure

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hurt=1> ${window.hurt=2} {{value}}"
KEY = NarrationKey.of("subjects/hostile", "en", "joe")
VOICES = f"""
[joe]
name = "Joe {HOSTILE}"
provider = "piper"
model = "en_US-joe-medium"
provider_voice = "joe"
locales = ["en"]
licence = "{HOSTILE}"
description = "{HOSTILE}"

[espeak]
name = "eSpeak </script><svg onload=window.hurt=4>"
provider = "espeak"
model = "espeak-ng"
provider_voice = "*"
locales = ["*"]
"""
QUERY = "content=subjects/hostile&locale=en&voice=joe"
PAGES = {
    "": ".entry h3",
    f"narration?{QUERY}": ".transcript .sentence",
    f"review?{QUERY}": ".script .line",
    "review": ".reviewbar .all li",
    "lexicon": ".lexicon .entries li",
    "batch?voices=joe&contents=subjects/hostile": ".chooser .chips li",
    "activity": ".failures .one",
    "insights": ".numbers dd",
    "voices": ".gallery .voice",
    "settings": ".checks li",
}


@pytest.fixture
def house(tmp_path, build_house):
    (tmp_path / "voices.toml").write_text(VOICES)
    made = build_house(tmp_path, time.monotonic, {"STUDIO_VOICES": str(tmp_path / "voices.toml")})
    made.write('articles/<img src=x onerror="window.hurt=3">.en.md', "# A file with a name\n\nText.\n")
    yield made
    made.desk.ledger.close()


def test_on_every_page(open_page, house, address):
    from axe_playwright_python.sync_playwright import Axe

    house.hear(house.publish(KEY), p2=HOSTILE)
    other = NarrationKey.of("articles/echoes", "en", "joe")
    house.begin(other).fail(Failure("busy", f"Busy. {HOSTILE}", f"Wait. {HOSTILE}"))
    house.desk.ask(NarrationKey.of("articles/a-longer-one", "en", "joe"), requested_by=HOSTILE)
    house.desk.lexicons.add(Locale("en"), Entry(HOSTILE[:60], said="sound", note=HOSTILE))
    batch = house.desk.ledger.batches.make([KEY], name=HOSTILE)
    shown = []
    page = open_page()
    page.set_viewport_size({"width": 360, "height": 740})
    for path, there in {**PAGES, f"batch?id={batch.id}": ".batch .state-of"}.items():
        page.goto(address + path)
        page.locator(there).first.wait_for(state="attached")
        for summary in page.locator("summary:visible").all():
            summary.click()
        if "onerror" in page.locator("body").inner_text() or "onload" in page.locator("body").inner_text():
            shown.append(path.partition("?")[0])
        assert page.evaluate("window.hurt") is None, path
        assert page.locator("img, svg[onload]").count() == 0, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert [each["id"] for each in Axe().run(page).response["violations"]] == [], path
    assert {"", "narration", "review", "lexicon", "batch", "activity", "voices", "settings"} <= set(shown)
