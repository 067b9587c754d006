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
