"""Where there is nothing: a page for people, JSON for programs, and the log-in for those who have not logged in."""

import pytest

from assets.domain.keys import NarrationKey
from studio_ui.security import HEADERS

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NOWHERE = ["/library", "/nothing", "/nothing/at/all", "/narration/x", "/studio/nothing.js"]


@pytest.mark.parametrize("path", NOWHERE)
def test_a_person_is_told_in_a_page_that_there_is_none_and_where_the_others_are(guarded, path):
    answer = guarded.client("operator").get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "There is no such page in this studio." in answer.text
    assert '<a href="/">Library</a>' in answer.text
    assert '<a href="/settings">Settings</a>' in answer.text
    assert {(name.encode(), value.encode()) for name, value in answer.headers.items()} >= set(HEADERS)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", NOWHERE)
def test_a_program_is_told_in_json(guarded, path):
    for headers in ({}, {"Accept": "application/json"}):
        answer = guarded.client("operator").get(path, headers=headers)
        assert answer.status_code == 404
        assert answer.json()["detail"] == "Not Found"


def test_who_only_listens_learns_no_more_than_that_and_is_sent_nowhere_else(guarded):
    answer = guarded.browser("listener").get("/nothing", headers=BROWSER)
    assert answer.status_code == 404
    assert '<a href="/">Library</a>' in answer.text
    assert "/settings" not in answer.text
    assert guarded.browser("listener").get("/settings", headers=BROWSER).status_code == 403
    assert guarded.client("listener").get("/nothing").status_code == 403


def test_nobody_comes_past_the_log_in_that_way(guarded):
    answer = guarded.client().get("/nothing?x=1", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fnothing%3Fx%3D1"
    assert guarded.client().get("/nothing").status_code == 401


def test_it_speaks_the_readers_language(guarded):
    page = guarded.client("operator").get("/nothing", headers=BROWSER | {"Accept-Language": "id-ID,en;q=0.5"}).text
    assert '<html lang="id">' in page
    assert "Halaman itu tidak ada di studio ini." in page
    assert '<a href="/">Pustaka</a>' in page


def test_what_an_answer_says_is_missing_is_said_and_what_is_there_stays_as_it_is(guarded):
    guarded.house.publish(NarrationKey.of("articles/echoes", "en", "joe"))
    operator, folder = guarded.client("operator"), "/media/articles/echoes/en/joe"
    gone = operator.get(f"{folder}/v1/nothing.mp3", headers=BROWSER)
    assert gone.status_code == 404
    assert '<p lang="en">A narration has no such file.</p>' in gone.text
    there = operator.get(f"{folder}/v1/script.txt", headers=BROWSER)
    assert there.status_code == 200
    assert there.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_addresses_of_programs_answer_in_json_whoever_reads_them(guarded):
    for path in ("/api/v1/status?content=articles/nothing&locale=en&voice=joe", "/gradio_api/file=/etc/passwd"):
        answer = guarded.client("operator").get(path, headers=BROWSER)
        assert answer.status_code == 404
        assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/%3Cscript%3Ealert(1)%3C/script%3E",
        "/media/%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E/en/joe/v1/narration.mp3",
        "/media/articles/echoes/en/%3Csvg%20onload=alert(1)%3E/v1/narration.mp3",
        "/media/${links}/{{7*7}}/$said/v1/narration.mp3",
        "/nothing?x=%3Cscript%3E",
    ],
)
def test_hostile_addresses_stay_inert(guarded, path):
    answer = guarded.client("operator").get(path, headers=BROWSER)
    assert answer.status_code == 404
    for hostile in ("<script", "<img", "<svg", "49"):
        assert hostile not in answer.text
