import threading

import pytest

from studio_ui.remembered import MOST_ANSWERS, Remembered


def test_an_answer_is_looked_up_again_when_its_time_is_over():
    now, looks = [0.0], []
    remembered = Remembered(1.0, clock=lambda: now[0])
    for moment in (0.0, 0.5, 1.0, 1.5, 2.5):
        now[0] = moment
        remembered.get("a", lambda: looks.append(now[0]))
    assert looks == [0.0, 1.0, 2.5]


def test_many_threads_share_one_look():
    looks, gate = [], threading.Event()
    remembered = Remembered(60.0)

    def look():
        gate.wait(5)
        looks.append(1)
        return "found"

    answers = []
    threads = [threading.Thread(target=lambda: answers.append(remembered.get("a", look))) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert (answers, len(looks)) == (["found"] * 8, 1)


def test_a_look_that_fails_is_not_kept():
    remembered = Remembered(60.0)
    with pytest.raises(ZeroDivisionError):
        remembered.get("a", lambda: 1 // 0)
    assert remembered.get("a", lambda: 2) == 2


def test_what_was_changed_by_us_is_looked_up_at_once():
    remembered = Remembered(60.0)
    assert remembered.get("a", lambda: 1) == 1
    remembered.forget()
    assert remembered.get("a", lambda: 2) == 2


def test_memory_stays_bounded_however_many_names_there_are():
    remembered = Remembered(60.0)
    for name in range(3 * MOST_ANSWERS):
        remembered.get(name, lambda: None)
    assert len(remembered._answers) <= MOST_ANSWERS


def test_one_answer_is_let_go_of_and_the_others_stay():
    remembered = Remembered(60.0)
    for name in ("a", "b"):
        remembered.get(name, lambda: 1)
    remembered.drop("a")
    assert (remembered.get("a", lambda: 2), remembered.get("b", lambda: 2)) == (2, 1)
