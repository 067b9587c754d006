from studio_ui.access.limits import Limiter


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_pace_holds_for_each_name_alone():
    clock = Clock()
    limiter = Limiter(60, burst=3, clock=clock)
    assert [limiter.take("ada") for _ in range(3)] == [0, 0, 0]
    assert limiter.take("ada") == 1.0
    assert limiter.take("bob") == 0
    clock.now = 0.5
    assert limiter.take("ada") == 0.5
    clock.now = 1.0
    assert limiter.take("ada") == 0
    clock.now = 1000.0
    assert [limiter.take("ada") > 0 for _ in range(4)] == [False, False, False, True]


def test_what_is_given_back_may_be_taken_again_and_never_more():
    limiter = Limiter(60, burst=1, clock=Clock())
    limiter.take("ada")
    limiter.give_back("ada")
    limiter.give_back("ada")
    assert limiter.take("ada") == 0
    assert limiter.take("ada") > 0


def test_a_crowd_of_names_does_not_grow_without_end_and_frees_nobody_who_is_waiting():
    clock = Clock()
    limiter = Limiter(60, burst=1, clock=clock)
    for number in range(20_000):
        clock.now = number * 1e-6
        limiter.take(f"address {number}")
    assert len(limiter._buckets) <= 10_000
    assert limiter.take("address 19999") > 0
