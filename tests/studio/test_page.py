"""The page as Gradio is told to build it, and its events as a browser would call them."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assets.domain.accounts import Account
from assets.domain.narrations import Failure
from studio_ui.pages.library import LibraryPage
from studio_ui.server import STATIC, create_app
from studio_ui.services import Studio


@pytest.fixture(scope="module")
def app(shared_house):
    return create_app(shared_house.settings, shared_house.studio)


@pytest.fixture(scope="module")
def config(app):
    with TestClient(app, base_url="http://127.0.0.1") as client:
        return client.get("/config").json()


def test_no_open_page_holds_a_connection(config):
    assert config["connect_heartbeat"] is False


def test_every_event_is_a_plain_call_that_no_machine_is_offered(config):
    offered = {"request", "status", "plan", "list", "script", "retry", "cancel"}  # to machines, on purpose
    events = [each for each in config["dependencies"] if each["api_visibility"] != "public"]
    assert {each["api_name"] for each in config["dependencies"] if each not in events} == offered
    assert len(events) >= 10
    for event in events:
        assert event["queue"] is False
        assert event["api_visibility"] == "private"
        assert event["show_progress"] == "hidden"


def test_every_field_has_a_label_and_nothing_keeps_state_on_the_server(config):
    kinds = {component["type"] for component in config["components"]}
    assert "state" not in kinds
    for component in config["components"]:
        if component["type"] in {"dropdown", "radio", "textbox"}:
            assert component["props"]["label"], component


def test_gradio_sends_nothing_anywhere_and_records_nothing(config):
    assert config["analytics_enabled"] is False
    assert config["show_error"] is False
    assert not config.get("footer_links")
    assert not config.get("run_history")


def test_no_template_has_a_place_where_data_could_become_code():
    templates = sorted(STATIC.glob("*.html"))
    assert len(templates) >= 9
    for template in templates:
        assert not re.search(r"\{\{|\$\{|`|<script|\bon\w+=", template.read_text()), template.name


def test_no_script_turns_text_into_markup():
    scripts = sorted(STATIC.glob("*.js"))
    assert len(scripts) >= 10
    for script in scripts:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(", script.read_text()
        )


def test_the_page_names_no_other_host():
    for file in filter(Path.is_file, STATIC.rglob("*")):
        addresses = set(re.findall(r"https?://[^\s'\"()]+", file.read_text()))
        assert addresses <= {"http://www.w3.org/2000/svg"}, file.name


def test_importing_the_verbs_of_the_studio_loads_neither_gradio_nor_dagster():
    code = "import sys, studio_ui.services, studio_ui.server; print({'gradio', 'dagster', 'pandas'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded == "set()\n"


def _call(client, config, target, data, event_data=None, query=""):
    number = next(
        d["id"]
        for d in config["dependencies"]
        if any(name == target[1] and (target[0] is None or elem(config, i) == target[0]) for i, name in d["targets"])
    )
    answer = client.post(
        f"/gradio_api/run/predict{query}",
        json={"fn_index": number, "data": data, "event_data": event_data, "session_hash": "s"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def elem(config, number):
    return next((c["props"].get("elem_id") for c in config["components"] if c["id"] == number), None)


ECHOES = {"content": "articles/echoes", "locale": "en", "voice": "joe"}


@pytest.fixture
def page(house):
    with TestClient(create_app(house.settings, house.studio), base_url="http://127.0.0.1") as client:
        config = client.get("/config").json()
        yield lambda *target, data=(), event=None, query="": _call(client, config, target, list(data), event, query)


def test_the_first_page_invites_and_says_to_what(page):
    hero = page("library", "restore")[0]
    assert (hero["visible"], hero["title"], hero["voice_name"]) == (True, "Echoes", "Joe")
    stage = page("stage", "restore")[3]
    assert (stage["phase"], stage["action"]) == ("not_asked", "make")


def test_the_press_of_the_invitation_asks_and_turns_the_page(page, house, echoes):
    assert page("hero", "begin")[0]["go"] == "/narration?content=articles/echoes&locale=en&voice=joe"
    assert [key for key, _ in house.orchestrator.submitted] == [echoes]
    assert page("library", "restore")[0] == {"visible": False}
    answer = page("stage", "restore", query="?content=articles/echoes&locale=en&voice=joe")
    assert answer[3]["phase"] == "queued"
    assert answer[3]["look_seconds"] == 0.3, "its listener waits for the first sound"


def test_an_address_restores_the_page_in_the_middle_of_work(page, house, echoes):
    house.begin(echoes).speaking(4)
    stage = page("stage", "restore", query="?content=articles/echoes&locale=en&voice=joe")[3]
    assert (stage["phase"], stage["segments_total"], stage["settled"]) == ("speaking", 4, True)


def test_a_page_on_which_something_can_be_heard_is_in_no_hurry(page, house, echoes):
    house.publish(echoes)
    house.write("articles/echoes.en.md", "# Echoes\n\nA sound comes back twice.\n")
    house.begin(echoes).speaking(4)
    stage = page("stage", "restore", query="?content=articles/echoes&locale=en&voice=joe")[3]
    assert (stage["live"], stage["look_seconds"]) == (True, 1.5)


@pytest.fixture
def client(house):
    with TestClient(create_app(house.settings, house.studio), base_url="http://127.0.0.1") as client:
        yield client


LOOK = "/api/v1/pages/narration"


def test_a_look_that_finds_nothing_new_sends_nothing(client, house, echoes):
    house.publish(echoes)
    first = client.get(LOOK, params=ECHOES)
    assert (first.json()["stage"]["phase"], first.json()["player"]["version"]) == ("ready", 1)
    assert first.headers["etag"] == f'"{first.json()["stage"]["revision"]}"'
    again = client.get(LOOK, params=ECHOES, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    house.desk.ask(echoes, force=True)
    news = client.get(LOOK, params=ECHOES, headers={"If-None-Match": first.headers["etag"]})
    assert news.json()["stage"]["phase"] == "queued"


def test_a_notice_stays_until_something_else_is_new(page, client):
    stage = page("stage", "cancel", data=[ECHOES])[0]
    assert stage["notice"]
    tag = {"If-None-Match": f'"{stage["revision"]}"'}
    assert client.get(LOOK, params=ECHOES, headers=tag).status_code == 304


@pytest.mark.parametrize("sent", [{"content": "../.."}, {"locale": "<b>"}, {"voice": ""}, {"version": "99"}])
def test_a_look_at_what_there_is_not_is_answered_in_words(client, sent):
    page = client.get(LOOK, params={**ECHOES, **sent}).json()
    assert page["stage"]["phase"] in {"refused", "not_asked"}


def test_an_earlier_version_is_heard_on_one_page_alone(page, client, house, echoes):
    house.publish(echoes)
    house.publish(echoes, force=True)
    stage, player, _, versions, *_ = page("versions", "listen", data=[ECHOES], event={"number": 1})
    assert (stage["query"], stage["heard"]) == ("?content=articles/echoes&locale=en&voice=joe&version=1", 1)
    assert "/v1/" in player["audio"]
    assert [row["number"] for row in versions["rows"]] == [2, 1]
    assert page("stage", "restore", query=stage["query"])[4]["audio"] == player["audio"]
    assert "/v2/" in client.get(LOOK, params=ECHOES).json()["player"]["audio"]
    assert "/v1/" in client.get(LOOK, params={**ECHOES, "version": 1}).json()["player"]["audio"]


def test_an_earlier_version_is_restored_for_everybody(page, house, echoes):
    house.publish(echoes)
    house.write("articles/echoes.en.md", "# Echoes\n\nAnother sound.\n")
    house.publish(echoes)
    stage, player, _, versions, *_ = page("versions", "restore", data=[ECHOES], event={"number": 1})
    assert (stage["phase"], versions["current"]) == ("stale", 1)
    assert "/v1/" in player["audio"]
    assert page("versions", "restore", data=[ECHOES], event={"number": "x"})[0]["notice"]


def test_two_versions_are_compared_for_machines_too(client, house, echoes):
    house.publish(echoes)
    house.write(
        "articles/echoes.en.md", "# Echoes\n\nA sound comes back. It travelled thrice.\n\n## Far walls\n\nIt is far.\n"
    )
    house.publish(echoes)
    found = client.get("/api/v1/compare", params={**ECHOES, "before": 1, "after": 2})
    different = [each for each in found.json()["changes"] if each["kind"] != "same"]
    assert [(each["before"]["text"], each["after"]["text"]) for each in different] == [
        ("It travelled twice.", "It travelled thrice.")
    ]
    assert different[0]["before"]["start"] > 0
    missing = client.get("/api/v1/compare", params={**ECHOES, "before": 1, "after": 9})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "refused")


def test_a_sample_is_served_and_one_that_costs_money_is_not_made_by_a_get(client):
    heard = client.get("/media/samples/en/espeak.mp3")
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/mpeg")
    for address in (
        "/media/samples/ar/joe.mp3",
        "/media/samples/en/nobody.mp3",
        "/media/samples/en/nina.mp3",
        "/media/samples/..%2F/espeak.mp3",
    ):
        assert client.get(address).status_code == 404, address


def test_a_voice_says_where_it_can_be_heard(page):
    voices = page("stage", "restore")[2]["voices"]
    espeak = next(each for each in voices if each["key"] == "espeak")
    assert espeak["sample"] == {"url": "/media/samples/en/espeak.mp3", "cost_usd": 0.0}
    assert all(each["sample"] is None for each in voices if each["refusal"])


def test_a_press_asks_again_only_where_the_button_says_so(page, house, echoes):
    house.publish(echoes)
    assert page("stage", "ask", data=[ECHOES], event={"action": "update"})[0]["phase"] == "ready"
    assert page("stage", "ask", data=[ECHOES], event={"action": "again"})[0]["phase"] == "queued"
    assert page("stage", "cancel", data=[ECHOES])[0]["phase"] == "cancelled"


def test_retry_after_a_failed_making_anew_makes_anew(page, house, echoes):
    house.publish(echoes)
    house.begin(echoes, force=True).fail(Failure("busy", "The voice is busy.", "Try later."))
    assert page("stage", "ask", data=[ECHOES], event={"action": "retry"})[0]["phase"] == "queued"


def test_a_refusal_is_a_notice_on_the_page_and_no_error(page):
    stage = page("stage", "cancel", data=[ECHOES])[0]
    assert stage["notice"]["message"]
    stage = page("stage", "ask", data=[{**ECHOES, "content": "articles/nothing"}], event={"action": "make"})[0]
    assert (stage["phase"], bool(stage["notice"]["message"])) == ("refused", True)


def test_what_cannot_be_made_is_called_by_its_title(page):
    stage = page("voices", "choose", data=[ECHOES], event={"voice": "nina"})[3]
    assert (stage["phase"], stage["title"]) == ("refused", "Echoes")


def test_another_voice_is_another_narration(page):
    answer = page("voices", "choose", data=[ECHOES], event={"voice": "espeak"})
    assert answer[2]["chosen"] == "espeak"
    assert answer[3]["query"] == "?content=articles/echoes&locale=en&voice=espeak"


def test_another_content_brings_its_own_language_and_voice(page):
    """On a server that has just started: it knows nothing of the choices that the open page was given."""
    answer = page("content", "input", data=["subjects/greeting", ECHOES])
    assert answer[3]["query"] == "?content=subjects/greeting&locale=ar&voice=espeak"
    answer = page("locales", "choose", data=[ECHOES], event={"locale": "id"})
    assert answer[3]["query"] == "?content=articles/echoes&locale=id&voice=nicola"


@pytest.mark.parametrize(
    "sent", [None, {}, {"content": 5, "locale": [], "voice": {}}, {"content": "../..", "locale": "x"}]
)
def test_whatever_a_page_sends_back_is_answered(page, sent):
    assert page("versions", "listen", data=[sent], event={"number": sent})


def test_gradio_leaves_no_files_in_the_source_folder():
    assert not list(STATIC.parent.rglob("*.pyi"))


def test_the_invitation_says_what_it_costs_where_scripts_are_paid_for(house):
    assert LibraryPage(house.studio).invitation()["cost_usd"] == 0
    house.desk.settings = replace(house.desk.settings, script_writer="openai", openai=Account("sk-none"))
    house.studio = Studio(house.desk, house.orchestrator)
    assert LibraryPage(house.studio).invitation()["cost_usd"] > 0
