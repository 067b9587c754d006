"""The verdict of listening, as pages and programs get it: from what was heard, by any bounds, without new audio."""

import json

import pytest
from fastapi.testclient import TestClient

from studio_ui.reviews import listened
from studio_ui.server import create_app

ECHOES = {"content": "articles/echoes", "locale": "en", "voice": "joe"}


@pytest.fixture
def client(house):
    with TestClient(create_app(house.settings, house.studio), base_url="http://127.0.0.1") as client:
        yield client


def verdict(client, **asked):
    return client.get("/api/v1/hearing", params={**ECHOES, "version": 1, **asked})


def test_what_nobody_listened_to_says_how_to_have_it_listened_to(client, house, echoes):
    house.publish(echoes)
    found = verdict(client).json()
    assert (found["verdict"], found["ground"], found["unheard"]) == ("inconclusive", "unheard", 4)
    assert found["command"] == "studio listen articles/echoes --locale en --voice joe"


def test_what_was_heard_is_judged_by_any_bounds_and_says_where(client, house, echoes):
    version = house.publish(echoes)
    house.hear(version, p2="A sound comes back. It travelled price.")
    found = verdict(client).json()
    assert (found["verdict"], found["ground"]) == ("pass", "understood")
    strict = verdict(client, good=0.01, bad=0.02).json()
    assert (strict["verdict"], strict["ground"]) == ("fail", "passages")
    (place,) = [each for each in strict["passages"] if each["verdict"] == "fail"]
    transcript = json.loads(house.studio.file(version, "transcript").read_text())
    assert place["start"] == transcript["paragraphs"][1]["sentences"][0]["start"]
    assert place["heard"].endswith("price.")


def test_all_versions_are_judged_at_once_and_without_their_passages(client, house, echoes):
    house.publish(echoes)
    house.publish(echoes, force=True)
    rows = client.get("/api/v1/hearing/versions", params=ECHOES).json()["verdicts"]
    assert [(row["version"], row["ground"], row["passages"]) for row in rows] == [(2, "unheard", 4), (1, "unheard", 4)]


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"version": 9}, 404), ({"content": "../.."}, 404), ({"good": 0.5, "bad": 0.1}, 404), ({"good": 7}, 422)],
)
def test_what_cannot_be_judged_is_refused_in_words(client, house, echoes, asked, status):
    house.publish(echoes)
    answer = verdict(client, **asked)
    assert answer.status_code == status
    assert status == 422 or answer.json()["error"]["message"]


def test_a_line_that_is_said_twice_has_the_place_of_each():
    script = {"chapters": [{"passages": [{"lines": [{"said": "Yes."}, {"said": "[warmly] Yes."}, {"said": "No."}]}]}]}
    passages = [{"said": "Yes.", "start": 1.0}, {"said": "Yes.", "start": 5.0}]
    lines = listened(script, passages)["chapters"][0]["passages"][0]["lines"]
    assert [line["heard"] and line["heard"]["start"] for line in lines] == [1.0, 5.0, None]
