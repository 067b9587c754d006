"""Batches: what people can do with one, and what a selection names."""

import itertools

import pytest

from assets.domain.batches import BATCH_TRANSITIONS, BatchEvent, BatchState, ItemState, Selection, after
from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey

RUNNING, PAUSED, CANCELLED = BatchState
ALLOWED = {
    "a running batch is paused": (RUNNING, BatchEvent.PAUSE, PAUSED),
    "a paused batch goes on": (PAUSED, BatchEvent.RESUME, RUNNING),
    "a batch whose last ones were stopped goes on": (RUNNING, BatchEvent.RESUME, RUNNING),
    "a running batch is ended": (RUNNING, BatchEvent.CANCEL, CANCELLED),
    "a paused batch is ended": (PAUSED, BatchEvent.CANCEL, CANCELLED),
    "failures are tried again": (RUNNING, BatchEvent.RETRY, RUNNING),
    "failures are tried again when it goes on": (PAUSED, BatchEvent.RETRY, PAUSED),
}
NAMED = {(state, event) for state, event, _ in ALLOWED.values()}


@pytest.mark.parametrize(("state", "event", "then"), ALLOWED.values(), ids=ALLOWED.keys())
def test_an_allowed_transition_leads_where_it_should(state, event, then):
    assert after(state, event) is then


@pytest.mark.parametrize("pair", [p for p in itertools.product(BatchState, BatchEvent) if p not in NAMED], ids=str)
def test_any_other_is_refused_in_words(pair):
    assert pair not in BATCH_TRANSITIONS
    with pytest.raises(Refused, match=f"{pair[0].value} cannot {pair[1].value}"):
        after(*pair)


def test_an_item_is_open_or_made_or_can_be_retried_and_never_two_of_them():
    for state in ItemState:
        assert state.open + state.can_be_retried + (state in {ItemState.MADE, ItemState.FRESH}) == 1


def test_a_selection_names_a_content_or_all_that_lies_in_a_folder():
    waves = NarrationKey.of("subjects/physics/waves", "en", "joe")
    assert Selection().names(waves)
    assert Selection(contents=("subjects/physics",)).names(waves)
    assert Selection(contents=("subjects/physics/waves",), locales=("en", "id")).names(waves)
    assert not Selection(contents=("subjects/phys",)).names(waves)
    assert not Selection(locales=("id",)).names(waves)
