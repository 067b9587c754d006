import dataclasses
import os
import subprocess
import sys

from assets.storage.processes import is_alive, is_marked_alive, mark_of, this_process

WAITS = [sys.executable, "-c", "print(flush=True); input()"]


def holder_of(child):
    from assets.domain.holders import Holder
    from assets.storage import processes

    started = processes._started(child.pid)
    assert started is not None
    return Holder(this_process().host, child.pid, started)


def test_this_process_is_alive():
    assert this_process().pid == os.getpid()
    assert is_alive(this_process()) is True
    assert is_marked_alive(mark_of(this_process())) is True


def test_a_killed_process_is_dead_even_before_its_parent_has_collected_it():
    child = subprocess.Popen(WAITS, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.stdout.readline()
    holder = holder_of(child)
    assert is_alive(holder) is True
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead for certain, and still a zombie
    assert is_alive(holder) is False
    assert is_marked_alive(mark_of(holder)) is False
    child.communicate()
    assert is_alive(holder) is False


def test_another_process_under_a_used_process_id_is_not_taken_for_it():
    assert is_alive(dataclasses.replace(this_process(), started="1")) is False


def test_a_process_on_another_host_cannot_be_judged():
    assert is_alive(dataclasses.replace(this_process(), host="elsewhere")) is None
    assert is_marked_alive("0123456789ab-1-1") is None
    assert is_marked_alive("no mark at all") is None
