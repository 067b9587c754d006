"""The page of voices: what each speaks, how it sounds, and why one cannot be chosen."""

from dataclasses import replace
from types import SimpleNamespace

from assets.domain.accounts import Account
from studio_ui.pages.voices import VoicesPage
from studio_ui.services import Studio


def shown(page):
    return {voice["key"]: voice for voice in page.restore()["voices"]}


def test_a_voice_of_this_machine_is_ready_with_a_sample_for_each_language(shared_house):
    voices = shown(VoicesPage(shared_house.studio))
    assert voices["joe"]["state"] == "ready"
    assert [each["tag"] for each in voices["joe"]["samples"]] == ["en"]
    assert voices["joe"]["samples"][0]["url"] == "/media/samples/en/joe.mp3"
    assert voices["joe"]["licence"]
    assert {"ar", "en", "id"} <= {each["tag"] for each in voices["espeak"]["samples"]}


def test_a_voice_without_a_key_says_so_and_what_helps(shared_house):
    nina = shown(VoicesPage(shared_house.studio))["nina"]
    assert (nina["state"], nina["paid"], nina["samples"]) == ("unable", True, [])
    assert "ELEVENLABS_API_KEY" in nina["reason"]


def test_an_account_that_rests_is_told_with_the_cause(house):
    house.desk.settings = replace(house.settings, elevenlabs=Account("sk-not-shown", "http://127.0.0.1:9"))
    house.desk.ledger.accounts.failed("elevenlabs", "The key was refused.", of_the_account=True)
    page = VoicesPage(Studio(house.desk, house.orchestrator, clock=house.clock))
    nina = shown(page)["nina"]
    assert (nina["state"], nina["reason"]) == ("resting", "The key was refused.")
    assert "sk-not-shown" not in str(page.restore())


def test_a_sample_that_cannot_be_had_is_a_sentence_on_the_page(shared_house):
    page = VoicesPage(shared_house.studio)
    answer = page.buy(SimpleNamespace(voice="nobody", locale="en"))
    assert "nobody" in answer["notice"]["message"]
    assert answer["voices"]
