"""The state machine: every transition by its name, and none besides."""

import itertools

import pytest

from assets.domain.states import TRANSITIONS, Event, IllegalTransition, Status, after

PENDING, SCRIPT, SPEECH = Status.PENDING, Status.GENERATING_SCRIPT, Status.GENERATING_SPEECH
COMPLETED, FAILED, CANCELLED = Status.COMPLETED, Status.FAILED, Status.CANCELLED

ALLOWED = {
    "a narration nobody asked for is asked for": (None, Event.ASK, PENDING),
    "a completed one is asked for, stale or forced": (COMPLETED, Event.ASK, PENDING),
    "a failed one is asked for again": (FAILED, Event.ASK, PENDING),
    "a cancelled one is asked for again": (CANCELLED, Event.ASK, PENDING),
    "a pending one is started": (PENDING, Event.START, SCRIPT),
    "a script is ready and speech begins": (SCRIPT, Event.SPEAK, SPEECH),
    "speech goes back to the script": (SPEECH, Event.REWRITE, SCRIPT),
    "its process died while writing": (SCRIPT, Event.RESUME, PENDING),
    "its process died while speaking": (SPEECH, Event.RESUME, PENDING),
    "speech is published": (SPEECH, Event.PUBLISH, COMPLETED),
    "an earlier version fits one never asked for": (None, Event.RESTORE, COMPLETED),
    "an earlier version makes waiting needless": (PENDING, Event.RESTORE, COMPLETED),
    "an earlier version replaces the current one": (COMPLETED, Event.RESTORE, COMPLETED),
    "an earlier version mends a failure": (FAILED, Event.RESTORE, COMPLETED),
    "an earlier version follows a cancellation": (CANCELLED, Event.RESTORE, COMPLETED),
    "it fails before it is started": (PENDING, Event.FAIL, FAILED),
    "its script is to be approved first": (SCRIPT, Event.HOLD, CANCELLED),
    "writing fails": (SCRIPT, Event.FAIL, FAILED),
    "speaking fails": (SPEECH, Event.FAIL, FAILED),
    "it is cancelled before it is started": (PENDING, Event.CANCEL, CANCELLED),
    "writing is cancelled": (SCRIPT, Event.CANCEL, CANCELLED),
    "speaking is cancelled": (SPEECH, Event.CANCEL, CANCELLED),
}
NAMED = {(status, event) for status, event, _ in ALLOWED.values()}
OTHERS = [pair for pair in itertools.product([None, *Status], Event) if pair not in NAMED]


@pytest.mark.parametrize(("status", "event", "then"), ALLOWED.values(), ids=ALLOWED.keys())
def test_an_allowed_transition_leads_where_it_should(status, event, then):
    assert after(status, event) is then


@pytest.mark.parametrize(("status", "event"), OTHERS, ids=lambda part: str(part))
def test_any_other_transition_is_refused_in_words(status, event):
    with pytest.raises(IllegalTransition, match=f"cannot {event.value}"):
        after(status, event)


def test_the_table_has_exactly_the_transitions_that_are_named_here():
    assert set(TRANSITIONS) == NAMED


def test_the_live_statuses_are_those_that_can_be_cancelled():
    for status in Status:
        assert status.live == ((status, Event.CANCEL) in TRANSITIONS)


def test_only_what_is_at_work_can_lose_its_process():
    for status in Status:
        assert status.at_work == ((status, Event.RESUME) in TRANSITIONS)
