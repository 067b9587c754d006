"""The circuit of an account, every transition by name."""

from datetime import UTC, datetime, timedelta

from assets.domain.circuits import FAULTS_TO_OPEN, FIRST_REST, LONGEST_REST, Circuit

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_few_faults_leave_it_closed() -> None:
    circuit = Circuit("a")
    for _ in range(FAULTS_TO_OPEN - 1):
        circuit = circuit.after_fault("down", NOW, of_the_account=False)
        assert circuit.lets_through(NOW)


def test_faults_in_a_row_open_it_for_a_while() -> None:
    circuit = Circuit("a")
    for _ in range(FAULTS_TO_OPEN):
        circuit = circuit.after_fault("down", NOW, of_the_account=False)
    assert not circuit.lets_through(NOW)
    assert circuit.lets_through(NOW + FIRST_REST)


def test_a_success_in_between_starts_the_count_anew() -> None:
    circuit = Circuit("a")
    for _ in range(FAULTS_TO_OPEN - 1):
        circuit = circuit.after_fault("down", NOW, of_the_account=False)
    circuit = circuit.after_success().after_fault("down", NOW, of_the_account=False)
    assert circuit.lets_through(NOW)


def test_a_fault_of_the_account_opens_it_at_once() -> None:
    assert not Circuit("a").after_fault("the key is wrong", NOW, of_the_account=True).lets_through(NOW)


def test_half_open_one_fault_opens_it_for_longer_up_to_a_limit() -> None:
    circuit, now = Circuit("a").after_fault("key", NOW, of_the_account=True), NOW
    rests = []
    for _ in range(8):
        assert circuit.open_until is not None
        rests.append(circuit.open_until - now)
        now = circuit.open_until
        circuit = circuit.after_fault("down", now, of_the_account=False)
    assert rests[0] == FIRST_REST
    assert rests == sorted(rests)
    assert rests[-1] == LONGEST_REST


def test_half_open_a_success_closes_it() -> None:
    circuit = Circuit("a").after_fault("key", NOW, of_the_account=True)
    assert circuit.after_success().lets_through(NOW + timedelta(0))
