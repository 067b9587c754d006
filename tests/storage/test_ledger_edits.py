"""Edits in the ledger: one holds for each passage, and none is ever forgotten."""

import threading

import pytest

from assets.domain.edits import Anchor, Piece
from assets.domain.errors import Refused
from assets.domain.outlines import BlockKind

ABOUT = (Anchor(BlockKind.PARAGRAPH, "The Moon pulls."),)


def put(bench, said="It tugs.", *, about=ABOUT, style="", instead_of=None, by="ann"):
    return bench.ledger.edits.put(
        "tides", "en", style, about, (Piece("It pulls.", said),), by=by, instead_of=instead_of
    )


def test_an_edit_holds_until_it_is_released_and_stays_on_record(bench):
    edit = put(bench)
    assert bench.ledger.edits.of("tides", "en", "") == (edit,)
    bench.ledger.edits.release(edit.id, by="bob")
    assert bench.ledger.edits.of("tides", "en", "") == ()
    (kept,) = bench.ledger.edits.history("tides", "en")
    assert (kept.made_by, kept.ended_by, kept.ended_at) == ("ann", "bob", bench.moment)


def test_another_edit_of_the_same_passage_takes_the_place_of_the_first(bench):
    first = put(bench)
    second = put(bench, "It heaves.", instead_of=first.id)
    assert bench.ledger.edits.of("tides", "en", "") == (second,)
    assert [each.id for each in bench.ledger.edits.history("tides", "en")] == [second.id, first.id]


def test_whoever_did_not_see_the_edit_of_another_is_refused(bench):
    first = put(bench)
    with pytest.raises(Refused, match="Somebody else has edited this passage"):
        put(bench, "It heaves.")
    put(bench, "It heaves.", instead_of=first.id)
    with pytest.raises(Refused, match="Somebody else has changed this edit"):
        put(bench, "It draws.", instead_of=first.id)
    with pytest.raises(Refused, match="Somebody else has changed this edit"):
        bench.ledger.edits.release(first.id, by="bob")
    assert [each.pieces[0].said for each in bench.ledger.edits.of("tides", "en", "")] == ["It heaves."]


def test_locales_and_styles_have_edits_of_their_own(bench):
    plain, warm = put(bench), put(bench, style="w" * 64)
    assert bench.ledger.edits.of("tides", "en", "") == (plain,)
    assert bench.ledger.edits.of("tides", "en", "w" * 64) == (warm,)
    assert bench.ledger.edits.of("tides", "id", "") == ()


def test_of_twenty_people_who_edit_one_passage_at_once_one_wins(bench):
    won, refused = [], []

    def one(number):
        try:
            won.append(put(bench, f"It tugs {number} times."))
        except Refused:
            refused.append(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 19)
    assert bench.ledger.edits.of("tides", "en", "") == (won[0],)
