"""Activity: what runs, waits and failed, and asking again for it."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from assets.domain.batches import asker
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure
from studio_ui import activity, services

LONG = NarrationKey.of("articles/a-longer-one", "en", "joe")
GEMA = NarrationKey.of("articles/echoes", "id", "espeak")
BUSY = Failure("busy", "The voice is busy.", "Try again in a minute.")


def test_what_runs_says_how_far_it_is_and_when_the_next_attempt_is(house, echoes):
    work = house.begin(echoes)
    work.speaking(19)
    work.took(bought=7)
    due = datetime.now(UTC) + timedelta(minutes=1)
    work.tried("Attempt 1 of 5 failed.", code="rate_limited", due_at=due - timedelta(seconds=50))
    work.tried("Attempt 2 of 5 failed.", code="busy", due_at=due)
    (running,) = house.studio.happening()["running"]
    assert (running["phase"], running["done"], running["total"]) == ("speaking", 7, 19)
    assert running["setback"] == {"text": "Attempt 2 of 5 failed.", "code": "busy", "due": due.isoformat()}
    assert running["run_url"].endswith("/runs/run-1")
    assert str(echoes) in running["partition_url"]


def test_what_waits_stands_in_the_order_of_its_turns(house, echoes):
    house.desk.ask(LONG, priority=-1, requested_by=asker("9780c342-dbad"))
    house.desk.ask(echoes, requested_by="ana")
    happening = house.studio.happening()
    assert [(one["title"], one["position"], one["by"], one["in_batch"]) for one in happening["queued"]] == [
        ("Echoes", 1, "ana", False),
        ("Long", 2, "", True),
    ]
    assert happening["waiting"] == 2


def test_failures_are_together_by_their_cause_and_retried_together(house, echoes):
    for key in (echoes, LONG):
        house.begin(key).fail(BUSY)
    house.begin(GEMA).fail(Failure("quota_exceeded", "The quota is used up.", "Raise it."))
    happening = house.studio.happening()
    assert [(cause["code"], cause["count"]) for cause in happening["causes"]] == [("busy", 2), ("quota_exceeded", 1)]
    failed = happening["causes"][1]["narrations"][0]
    assert (failed["message"], failed["remedy"], failed["attempts"]) == ("The quota is used up.", "Raise it.", 1)
    came_to = house.studio.retry(house.studio.activity.failed("busy"), by="ana")
    assert came_to == {"asked": 2, "refused": 0, "later": 0, "why": []}
    assert {key for key, _ in house.orchestrator.submitted} == {echoes, LONG}
    assert [cause["code"] for cause in house.studio.happening()["causes"]] == ["quota_exceeded"]


def test_every_failure_is_counted_and_found_page_by_page_the_latest_first(house, echoes, monkeypatch):
    monkeypatch.setattr(activity, "FAILED_SHOWN", 2)
    for key in (LONG, GEMA, echoes):
        house.begin(key).fail(BUSY)
    (first,) = house.studio.happening()["causes"]
    assert [one["key"] for one in first["narrations"]] == [str(echoes), str(GEMA)]
    assert (first["count"], first["pages"], first["before"], first["after"]) == (3, 2, "", "/activity?cause=busy&p=2")
    for beyond in (2, 99):
        (last,) = house.studio.happening("busy", beyond)["causes"]
        assert [one["key"] for one in last["narrations"]] == [str(LONG)]
        assert (last["page"], last["before"], last["after"]) == (2, "/activity?cause=busy&p=1", "")


def test_a_retry_of_very_many_answers_before_all_are_asked_for(house, echoes, monkeypatch):
    monkeypatch.setattr(services, "RETRIED_AT_ONCE", 1)
    for key in (echoes, LONG, GEMA):
        house.begin(key).fail(BUSY)
    came_to = house.studio.retry(house.studio.activity.failed("busy"))
    assert (came_to["asked"], came_to["later"]) == (1, 2)
    deadline = time.monotonic() + 20
    while house.studio.happening()["failed"]:
        assert time.monotonic() < deadline, "the others were not asked for"


def test_a_retry_of_many_hands_over_some_and_leaves_the_rest_to_the_sensor(house, echoes, monkeypatch):
    monkeypatch.setattr(services, "SUBMITTED_AT_ONCE", 1)
    for key in (echoes, LONG, GEMA):
        house.begin(key).fail(BUSY)
    assert house.studio.retry(house.studio.activity.failed("busy"))["asked"] == 3
    assert len(house.orchestrator.submitted) == 1
    assert house.studio.happening()["waiting"] == 3


def test_one_that_cannot_be_made_any_more_does_not_stop_the_others(house, echoes):
    for key in (echoes, LONG):
        house.begin(key).fail(BUSY)
    (house.settings.content / "articles/a-longer-one.en.md").unlink()
    house.desk.look_again()
    came_to = house.studio.retry([LONG, echoes])
    assert (came_to["asked"], came_to["refused"]) == (1, 1)
    assert came_to["why"]


def test_a_forced_making_that_failed_is_retried_by_force(house, echoes):
    house.publish(echoes)
    house.begin(echoes, force=True).fail(BUSY)
    assert house.studio.happening()["causes"][0]["narrations"][0]["plays"]
    house.studio.retry([echoes])
    assert house.studio.happening()["waiting"] == 1


@pytest.mark.parametrize("code", ["", "nothing", "busy' OR 1=1"])
def test_a_cause_that_nothing_has_is_nothing_to_retry(house, code):
    assert house.studio.activity.failed(code) == ()
