from datetime import UTC, datetime, timedelta

import pytest

from assets.domain.holders import ABANDONED_AFTER, is_gone

LEASE = datetime(2030, 1, 1, tzinfo=UTC)
BEFORE, SOON, LATE = LEASE - timedelta(seconds=1), LEASE + timedelta(seconds=1), LEASE + ABANDONED_AFTER * 2


@pytest.mark.parametrize(
    ("alive", "now", "gone"),
    [
        (False, BEFORE, True),
        (False, SOON, True),
        (None, BEFORE, False),
        (None, SOON, True),
        (True, BEFORE, False),
        (True, SOON, False),
        (True, LATE, True),
    ],
    ids=[
        "a dead process is gone though its lease runs",
        "a dead process is gone",
        "one that cannot be seen is there while its lease runs",
        "one that cannot be seen is gone with its lease",
        "a living process is there",
        "a living process is given time when it is late",
        "a living process that forgot its work is gone",
    ],
)
def test_whether_a_holder_is_gone(alive, now, gone):
    assert is_gone(alive, LEASE, now) is gone
