"""How far a work is, as everybody reads it: step, sections, and a time left that only shrinks."""

import pytest

from assets.domain.keys import NarrationKey
from assets.domain.progress import Step

A = "a" * 64
KEY = NarrationKey.of("subjects/mathematics/vectors", "en", "joe")


def told(bench):
    return bench.ledger.narrations.get(KEY).progress


def test_every_step_is_told_with_its_sections_and_its_share(bench):
    work = bench.begun(A)
    assert told(bench).step is None
    work.writing(1, 5)
    assert (told(bench).step, told(bench).sections_done, told(bench).sections_total) == (Step.WRITING, 1, 5)
    work.speaking(19, sections_total=5)
    work.took(bought=1)
    work.spoke(2)
    assert (told(bench).step, told(bench).sections_done, told(bench).sections_total) == (Step.SPEAKING, 2, 5)
    work.joining(0.3)
    assert (told(bench).step, told(bench).joined) == (Step.JOINING, 0.3)
    work.joining(0.9)
    assert told(bench).step is Step.CHECKING


def test_the_time_left_follows_the_work_and_is_held_when_it_slows_down(bench):
    work = bench.begun(A)
    work.speaking(10, listening_seconds=40, pace=6)
    assert told(bench).remaining_seconds == 60
    bench.passes(4)
    work.took(bought=1)
    assert told(bench).remaining_seconds == 38  # 9 more at 4 s, 2 s of joining
    bench.passes(60)
    work.took(bought=1)
    assert told(bench).remaining_seconds == 38
    for _ in range(8):
        work.took(bought=1)
    assert told(bench).remaining_seconds == 2
    work.joining(0.0)
    bench.passes(1)
    work.joining(0.5)
    assert told(bench).remaining_seconds == 1


def test_reused_takes_do_not_make_it_seem_quick(bench):
    work = bench.begun(A)
    work.speaking(100, takes_to_buy=2)
    bench.passes(1)
    work.took(reused=98)
    assert told(bench).remaining_seconds is None
    bench.passes(9)
    work.took(bought=1)
    assert told(bench).remaining_seconds == 10


def test_a_process_that_takes_over_does_not_turn_the_clock_back(bench):
    work = bench.begun(A)
    work.speaking(10, pace=1)
    bench.dead.add(work.holder)
    again = bench.start(work.claim_id)
    assert (told(bench).step, told(bench).remaining_seconds) == (None, 10)
    again.speaking(10, pace=50)
    assert told(bench).remaining_seconds == 10


def test_the_pace_of_a_voice_is_that_of_its_latest_narrations(bench):
    assert bench.ledger.paces.seconds_per_take(KEY.voice) is None
    for fingerprint, seconds in (("b" * 64, 30), ("c" * 64, 10)):
        work = bench.begun(fingerprint)
        work.speaking(4)
        work.took(bought=4)
        bench.passes(seconds)
        work.publish(bench.publication())
    nothing_made = bench.begun("d" * 64)
    nothing_made.speaking(4, takes_to_buy=0)
    nothing_made.took(reused=4)
    bench.passes(100)
    nothing_made.publish(bench.publication())
    assert bench.ledger.paces.seconds_per_take(KEY.voice) == pytest.approx(5)
    assert bench.ledger.paces.seconds_per_take(type(KEY.voice)("espeak")) is None
