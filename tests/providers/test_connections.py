"""What a server says is shown short, on one line and without secrets; its pause is obeyed where it can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.accounts import Account
from assets.providers.connections import seconds_told, sendable, sentence

KEY = "sk-very-secret-0123456789"


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_key_is_never_shown_whatever_stands_around_it(before: str, after: str) -> None:
    shown = sentence(Account(KEY), f"{before}{KEY}{after}")
    assert KEY not in shown
    assert "\n" not in shown
    assert len(shown) <= 201


def test_an_account_does_not_print_its_key() -> None:
    assert KEY not in repr(Account(KEY)) + str(Account(KEY))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_the_pause_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds_told(headers) == seconds


def test_a_pause_may_be_told_as_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=60)
    told = seconds_told({"Retry-After": format_datetime(moment, usegmt=True)})
    assert told is not None
    assert 50 < told <= 60
    assert seconds_told({"Retry-After": format_datetime(moment - timedelta(days=1), usegmt=True)}) == 0.0


@given(st.text(alphabet=st.characters(), max_size=50))
def test_any_text_can_be_sent_and_is_as_long_as_before(text: str) -> None:
    assert len(sendable(text)) == len(text)
    sendable(text).encode()


def test_half_a_surrogate_pair_can_be_sent() -> None:
    assert sendable("a\ud800b") == "a?b"
