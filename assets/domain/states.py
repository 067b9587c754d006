"""The life of a narration: its statuses, and the transitions that are allowed between them.

```
            ask                 start                    speak                    publish
 (absent) ------> pending ------------> generating_script ------> generating_speech ------> completed
                    |  ^                  |   |   ^                 |   |    |                  |
                    |  +------ resume ----+---|---|-----------------+   |    |                  | ask (stale, forced)
                    |                         |   +--- rewrite ---------+    |                  v
                    +---- fail / cancel ------+------------------------------+              pending
```
`hold` ends the work once its script is there, because a person is to approve it before it is spoken: the narration is
cancelled, its failure says `approval_wanted`, and asking again after the approval goes on from that script.
`pending` always means that work is on its way: a claim exists that is submitted or will be. Absent and stale are
derived, never stored. `resume` is what happens when the run that held a claim died: the next run takes over.
"""

from __future__ import annotations

from enum import StrEnum

from assets.domain.errors import StudioError


class Status(StrEnum):
    """The stored status of a narration; the values are the words of the JSON contract."""

    PENDING = "pending"
    GENERATING_SCRIPT = "generating_script"
    GENERATING_SPEECH = "generating_speech"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def live(self) -> bool:
        """Whether work is on its way or under way."""
        return self in _LIVE

    @property
    def at_work(self) -> bool:
        """Whether it occupies one of the places for narrations at work."""
        return self in {Status.GENERATING_SCRIPT, Status.GENERATING_SPEECH}


class Event(StrEnum):
    """What can happen to a narration."""

    ASK = "ask"
    START = "start"
    SPEAK = "speak"
    REWRITE = "rewrite"
    RESUME = "resume"
    PUBLISH = "publish"
    RESTORE = "restore"
    HOLD = "hold"
    FAIL = "fail"
    CANCEL = "cancel"


_LIVE = frozenset({Status.PENDING, Status.GENERATING_SCRIPT, Status.GENERATING_SPEECH})

TRANSITIONS: dict[tuple[Status | None, Event], Status] = {
    (None, Event.ASK): Status.PENDING,
    (Status.COMPLETED, Event.ASK): Status.PENDING,
    (Status.FAILED, Event.ASK): Status.PENDING,
    (Status.CANCELLED, Event.ASK): Status.PENDING,
    (Status.PENDING, Event.START): Status.GENERATING_SCRIPT,
    (Status.GENERATING_SCRIPT, Event.SPEAK): Status.GENERATING_SPEECH,
    (Status.GENERATING_SPEECH, Event.REWRITE): Status.GENERATING_SCRIPT,
    (Status.GENERATING_SCRIPT, Event.RESUME): Status.PENDING,
    (Status.GENERATING_SPEECH, Event.RESUME): Status.PENDING,
    (Status.GENERATING_SPEECH, Event.PUBLISH): Status.COMPLETED,
    # An earlier version is exactly what is asked for (an undone edit): it is published again without any work.
    (None, Event.RESTORE): Status.COMPLETED,
    (Status.PENDING, Event.RESTORE): Status.COMPLETED,
    (Status.COMPLETED, Event.RESTORE): Status.COMPLETED,
    (Status.FAILED, Event.RESTORE): Status.COMPLETED,
    (Status.CANCELLED, Event.RESTORE): Status.COMPLETED,
    (Status.GENERATING_SCRIPT, Event.HOLD): Status.CANCELLED,
    (Status.PENDING, Event.FAIL): Status.FAILED,
    (Status.GENERATING_SCRIPT, Event.FAIL): Status.FAILED,
    (Status.GENERATING_SPEECH, Event.FAIL): Status.FAILED,
    (Status.PENDING, Event.CANCEL): Status.CANCELLED,
    (Status.GENERATING_SCRIPT, Event.CANCEL): Status.CANCELLED,
    (Status.GENERATING_SPEECH, Event.CANCEL): Status.CANCELLED,
}


class IllegalTransition(StudioError):
    """A transition that the state machine does not have: a fault of ours, never of the person who asked."""

    code = "illegal_transition"


def after(status: Status | None, event: Event) -> Status:
    """The status after an event; `None` is a narration nobody asked for. Raises `IllegalTransition`."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        was = "absent" if status is None else status.value
        raise IllegalTransition(f"A narration that is {was} cannot {event.value}.") from None
