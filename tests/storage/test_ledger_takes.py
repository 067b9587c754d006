"""Takes are reserved, made, kept and found again; money follows them line by line."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, exc, text

from assets.domain.costs import Caps
from assets.domain.errors import BudgetExceeded, Cancelled, ClaimLost
from assets.domain.narrations import FileFacts
from assets.domain.pieces import EarlierCall, Held, Reservation
from assets.domain.speech import Speech, WordTiming
from assets.domain.takes import StoredTake, Take, TakeRequest
from assets.storage.ledger.spending import Spent

KEY = "c" * 64
REQUEST = TakeRequest(KEY, "fake", "model-1", "ana", "en", "Good morning.", estimate_micros=100)
TAKE = Take.of(REQUEST, Speech(b"\0\0" * 2400, 24000, (WordTiming(0.0, 0.1, 0, 4),), cost_micros=90, request_id="r1"))
FACTS = FileFacts(f"takes/cc/{KEY}.flac", 321, "d" * 64)


@pytest.fixture
def takes(bench):
    return bench.ledger.takes


def spent(bench):
    return bench.ledger.spend.totals()


def kinds_of_spending(bench):
    with bench.ledger._database.reading() as tx:
        return list(tx.scalars(text("SELECT kind FROM spend ORDER BY id")))


def test_an_unknown_take_is_reserved_made_and_known_from_then_on(bench, takes):
    work = bench.begun()
    reservation = takes.reserve(REQUEST, work)
    assert isinstance(reservation, Reservation)
    assert reservation.earlier is None
    assert spent(bench) == Spent(0, 100, 0)
    stored = takes.store(reservation, TAKE, FACTS)
    assert spent(bench) == Spent(90, 0, len("Good morning."))
    assert (stored.samples, stored.size, stored.sha256, stored.request_id) == (2400, 321, "d" * 64, "r1")
    assert takes.reserve(REQUEST, work) == stored
    assert kinds_of_spending(bench) == ["reserved", "settled"]
    assert takes.known([KEY, "e" * 64]) == {KEY: TAKE.cost_micros}


def test_a_take_that_is_being_made_is_held(bench, takes):
    work, other = bench.begun(), bench.begun(key=bench.key.__class__.of("articles/a", "en", "joe"))
    takes.reserve(REQUEST, work)
    assert takes.reserve(REQUEST, other) == Held(work.holder)
    assert takes.reserve(REQUEST, work) == Held(work.holder)
    assert takes.get(KEY) is None
    assert takes.is_being_made(KEY)


def test_a_failed_call_gives_the_money_back_and_the_take_can_be_reserved_again(bench, takes):
    work = bench.begun()
    takes.release(takes.reserve(REQUEST, work))
    assert spent(bench) == Spent(0, 0, 0)
    again = takes.reserve(REQUEST, work)
    assert isinstance(again, Reservation)
    assert again.earlier is None


def test_money_of_an_unknown_outcome_stays_set_aside_and_the_next_is_told(bench, takes):
    work = bench.begun()
    first = takes.reserve(REQUEST, work)
    takes.release(first, unknown=True)
    assert spent(bench) == Spent(0, 100, 0)
    second = takes.reserve(REQUEST, work)
    assert second.earlier == EarlierCall(first.id, 100, bench.moment)
    takes.store(second, TAKE, FACTS)
    assert spent(bench) == Spent(90, 100, 13)


def test_what_was_asked_for_stays_on_record_while_an_earlier_call_is_lost(bench, takes):
    work = bench.begun()
    takes.release(takes.reserve(REQUEST, work), unknown=True)
    takes.release(takes.reserve(REQUEST, work))
    assert spent(bench) == Spent(0, 100, 0), "the second call was never made, and holds nothing"
    assert takes.described(KEY)["text"] == REQUEST.text
    assert takes.reserve(REQUEST, work).earlier is not None


def test_a_reservation_of_a_dead_process_is_taken_over_with_an_unknown_outcome(bench, takes):
    work = bench.begun()
    first = takes.reserve(REQUEST, work)
    bench.dead.add(work.holder)
    assert not takes.is_being_made(KEY)
    next_work = bench.start(work.claim_id)
    second = takes.reserve(REQUEST, next_work)
    assert second.earlier == EarlierCall(first.id, 100, bench.moment)
    assert kinds_of_spending(bench) == ["reserved", "unknown", "reserved"]
    assert spent(bench) == Spent(0, 200, 0)


def test_a_take_that_was_durable_before_its_process_died_is_adopted_and_paid_once(bench, takes):
    work = bench.begun()
    takes.reserve(REQUEST, work)
    bench.dead.add(work.holder)
    second = takes.reserve(REQUEST, bench.start(work.claim_id))
    stored = takes.adopt(second, TAKE)
    assert isinstance(stored, StoredTake)
    assert spent(bench) == Spent(90, 0, 13)
    assert takes.get(KEY) == stored


def test_a_take_that_nobody_knows_is_adopted_and_one_that_is_being_made_is_not(bench, takes):
    assert takes.adopt_found(TAKE)
    assert takes.get(KEY).samples == 2400
    assert not takes.adopt_found(TAKE)
    takes.discard(KEY)
    work = bench.begun()
    takes.reserve(REQUEST, work)
    assert not takes.adopt_found(TAKE)
    bench.dead.add(work.holder)
    assert takes.adopt_found(TAKE)
    assert spent(bench) == Spent(90, 0, 13)


def test_a_take_that_was_paid_for_is_kept_when_the_narration_is_cancelled_or_lost(bench, takes):
    work = bench.begun()
    reservation = takes.reserve(REQUEST, work)
    work.cancel()
    takes.store(reservation, TAKE, FACTS)
    assert takes.get(KEY) is not None
    assert spent(bench).settled_micros == 90


def test_both_calls_are_on_record_when_a_slow_process_was_taken_for_dead(bench, takes):
    work = bench.begun()
    slow = takes.reserve(REQUEST, work)
    bench.dead.add(work.holder)
    quick = takes.reserve(REQUEST, bench.start(work.claim_id))
    first = takes.store(quick, TAKE, FACTS)
    assert takes.store(slow, TAKE, FACTS) == first
    assert spent(bench) == Spent(180, 0, 26)
    takes.store(slow, TAKE, FACTS)
    assert spent(bench) == Spent(180, 0, 26)


def test_releasing_a_reservation_that_was_taken_over_leaves_the_new_one(bench, takes):
    work = bench.begun()
    slow = takes.reserve(REQUEST, work)
    bench.dead.add(work.holder)
    takes.reserve(REQUEST, bench.start(work.claim_id))
    takes.release(slow)
    assert takes.is_being_made(KEY)


def test_a_damaged_take_is_forgotten_and_made_again(bench, takes):
    work = bench.begun()
    takes.store(takes.reserve(REQUEST, work), TAKE, FACTS)
    takes.discard(KEY)
    assert isinstance(takes.reserve(REQUEST, work), Reservation)


def test_nothing_is_reserved_for_a_claim_that_is_lost_or_cancelled(bench, takes):
    work = bench.begun()
    bench.dead.add(work.holder)
    next_work = bench.start(work.claim_id)
    with pytest.raises(ClaimLost):
        takes.reserve(REQUEST, work)
    bench.ledger.claims.cancel(bench.key)
    with pytest.raises(Cancelled):
        takes.reserve(REQUEST, next_work)
    assert spent(bench) == Spent(0, 0, 0)


def test_what_a_version_cost_is_what_was_spent_for_it_over_all_attempts(bench, takes):
    work = bench.begun()
    takes.store(takes.reserve(REQUEST, work), TAKE, FACTS)
    bench.dead.add(work.holder)
    again = bench.start(work.claim_id)
    again.speaking(1)
    again.took(reused=1)
    version = again.publish(bench.publication())
    assert (version.takes_bought, version.takes_reused, version.cost_micros) == (0, 1, 90)


def test_totals_can_be_of_a_provider_or_since_a_moment(bench, takes):
    work = bench.begun()
    takes.store(takes.reserve(REQUEST, work), TAKE, FACTS)
    bench.passes(10)
    assert bench.ledger.spend.totals(since=bench.moment) == Spent(0, 0, 0)
    assert bench.ledger.spend.totals(provider="other") == Spent(0, 0, 0)
    assert bench.ledger.spend.totals(provider="fake").settled_micros == 90


@pytest.mark.parametrize("change", ["UPDATE spend SET micros = 0", "DELETE FROM spend"])
def test_the_record_of_spending_cannot_be_changed_by_anybody(bench, takes, change):
    takes.reserve(REQUEST, bench.begun())
    engine = create_engine(bench.url)
    with engine.connect() as connection, pytest.raises(exc.IntegrityError, match="append-only"):
        connection.execute(text(change))
    engine.dispose()
    assert spent(bench).held_micros == 100


def test_a_cap_of_a_day_is_never_passed_by_what_is_set_aside(bench, takes):
    work = bench.begun()
    caps = Caps(per_day=250)
    for n in range(2):
        takes.reserve(replace(REQUEST, key=str(n) * 64), work, caps=caps)
    with pytest.raises(BudgetExceeded) as refused:
        takes.reserve(replace(REQUEST, key="2" * 64), work, caps=caps)
    assert "STUDIO_BUDGET_USD_PER_DAY" in refused.value.remedy
    assert spent(bench) == Spent(0, 200, 0)


def test_money_given_back_or_spent_yesterday_makes_room_today(bench, takes):
    work = bench.begun()
    caps = Caps(per_day=100)
    given_back = takes.reserve(REQUEST, work, caps=caps)
    takes.release(given_back)
    takes.store(takes.reserve(REQUEST, work, caps=caps), TAKE, FACTS)
    other = replace(REQUEST, key="2" * 64)
    with pytest.raises(BudgetExceeded):
        takes.reserve(other, work, caps=caps)
    bench.passes(24 * 3600)
    assert isinstance(takes.reserve(other, work, caps=caps), Reservation)
    with pytest.raises(BudgetExceeded, match="this month"):
        takes.reserve(replace(REQUEST, key="3" * 64), work, caps=Caps(per_month=250))


def test_an_unknown_call_that_was_surely_never_made_gives_its_money_back(bench, takes):
    work = bench.begun()
    first = takes.reserve(REQUEST, work)
    takes.release(first, unknown=True)
    second = takes.reserve(REQUEST, work)
    takes.never_made(second)
    assert spent(bench) == Spent(0, 100, 0), "only the call that is still to be made is set aside"


def test_a_spoiled_take_is_paid_for_and_not_kept(bench, takes):
    work = bench.begun()
    takes.spoiled(takes.reserve(REQUEST, work), TAKE)
    assert spent(bench) == Spent(90, 0, 13)
    assert takes.get(KEY) is None
    assert isinstance(takes.reserve(REQUEST, work), Reservation)
