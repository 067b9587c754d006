"""Provider accounts: places for calls over all processes, and circuits."""

from assets.domain.circuits import FAULTS_TO_OPEN


def test_no_more_calls_are_under_way_than_an_account_allows(bench):
    accounts, process = bench.ledger.accounts, bench.process()
    places = [accounts.enter("a", process, limit=2, lease_seconds=60) for _ in range(3)]
    assert places[2] is None
    assert accounts.enter("b", process, limit=2, lease_seconds=60), "another account has places of its own"
    accounts.leave(places[0])
    assert accounts.enter("a", process, limit=2, lease_seconds=60)


def test_the_place_of_a_dead_process_is_free_at_once(bench):
    accounts, process = bench.ledger.accounts, bench.process()
    accounts.enter("a", process, limit=1, lease_seconds=600)
    assert accounts.enter("a", bench.process(), limit=1, lease_seconds=60) is None
    bench.dead.add(process)
    assert accounts.enter("a", bench.process(), limit=1, lease_seconds=60)


def test_a_place_is_free_when_its_lease_is_over_though_its_process_lives(bench):
    accounts, process = bench.ledger.accounts, bench.process()
    accounts.enter("a", process, limit=1, lease_seconds=60)
    bench.passes(61)
    assert accounts.enter("a", process, limit=1, lease_seconds=60)


def test_a_free_place_goes_to_whoever_asks_for_one_narration_and_not_to_the_batch_that_came_before(bench):
    accounts, process = bench.ledger.accounts, bench.process()

    def knock(caller):
        return accounts.enter("a", process, limit=1, lease_seconds=600, caller=caller)

    place = knock(accounts.caller(-1))
    batch = []
    for _ in range(3):
        batch.append(accounts.caller(-1))
        bench.passes(0.1)
    assert [knock(each) for each in batch] == [None] * 3
    person = accounts.caller()
    assert knock(person) is None
    accounts.leave(place)
    assert knock(batch[0]) is None, "somebody has the turn before it"
    place = knock(person)
    assert place
    accounts.leave(place)
    assert [bool(knock(each)) for each in reversed(batch)] == [False, False, True], "then those of the batch, in turn"


def test_a_call_of_a_batch_that_has_waited_for_long_is_not_passed_by_any_more(bench):
    accounts, process = bench.ledger.accounts, bench.process()
    place = accounts.enter("a", process, limit=1, lease_seconds=600)
    batch = accounts.caller(-1)
    bench.passes(61)
    person = accounts.caller()
    for each in (batch, person):
        assert accounts.enter("a", process, limit=1, lease_seconds=60, caller=each) is None
    accounts.leave(place)
    assert accounts.enter("a", process, limit=1, lease_seconds=60, caller=person) is None
    assert accounts.enter("a", process, limit=1, lease_seconds=60, caller=batch)


def test_whoever_went_away_or_died_at_the_door_keeps_nobody_waiting(bench):
    accounts, process = bench.ledger.accounts, bench.process()
    place = accounts.enter("a", process, limit=1, lease_seconds=600)
    died, left, batch = accounts.caller(), accounts.caller(), accounts.caller(-1)
    for each in (died, left, batch):
        assert accounts.enter("a", process, limit=1, lease_seconds=60, caller=each) is None
    accounts.leave(place)
    accounts.give_up(left)
    assert accounts.enter("a", process, limit=1, lease_seconds=60, caller=batch) is None
    bench.passes(6)
    assert accounts.enter("a", process, limit=1, lease_seconds=60, caller=batch)


def test_a_circuit_is_shared_by_all_and_closed_by_a_success(bench):
    accounts = bench.ledger.accounts
    for _ in range(FAULTS_TO_OPEN):
        accounts.failed("a", "It is down.", of_the_account=False)
    found = accounts.circuit("a")
    assert not found.lets_through(bench.moment)
    assert found.why == "It is down."
    assert accounts.circuits() == (found,)
    accounts.worked("a")
    assert accounts.circuit("a").lets_through(bench.moment)
    assert accounts.circuits() == ()
