"""Many real processes at one ledger."""

import json
import os
import signal
import subprocess
import sys

import pytest

from assets.domain.claims import NotYet
from assets.domain.keys import NarrationKey
from assets.domain.states import Status
from assets.storage.ledger.ledger import Ledger
from assets.storage.ledger.work import Work
from assets.storage.processes import this_process

BEGIN = """
import json, sys
from assets.domain.claims import Ended, NotYet
from assets.domain.keys import NarrationKey
from assets.storage.ledger.ledger import Ledger
from assets.storage.processes import this_process
ledger = Ledger.open(sys.argv[1])
key = NarrationKey.of("subjects/optics", "en", "joe")
def say(**what):
    print(json.dumps(what), flush=True)
    return sys.stdin.readline()
"""

ASK_AND_START = """
say(ready=True)
asked = ledger.claims.ask(key, "a" * 64, verify=lambda version: True)
begun = ledger.claims.start(asked.claim_id, this_process(), max_parallel=20, lease_seconds=30)
say(outcome=asked.outcome, claim=asked.claim_id, begun=type(begun).__name__)
"""

WRITE_FIFTY_TIMES = """
key = NarrationKey.of(f"articles/n{sys.argv[2]}", "en", "joe")
say(ready=True)
asked = ledger.claims.ask(key, "a" * 64, verify=lambda version: True)
work = ledger.claims.start(asked.claim_id, this_process(), max_parallel=20, lease_seconds=30)
work.speaking(48)
for _ in range(48):
    work.took(bought=1)
say(done=ledger.claims.get(work.claim_id).segments_done)
"""

START_FORTY = """
from assets.domain.claims import Publication
say(ready=True)
most = begun = 0
for number in range(40):
    asked = ledger.claims.ask(NarrationKey.of(f"articles/n{number}", "en", "joe"), "a" * 64, verify=lambda v: True)
    if not asked.claim_id:
        continue
    work = ledger.claims.start(asked.claim_id, this_process(), max_parallel=3, lease_seconds=30)
    if isinstance(work, (NotYet, Ended)):
        continue
    begun += 1
    work.speaking(1)
    most = max(most, sum(claim.holder is not None for claim in ledger.claims.queue()))
    work.publish(Publication("5" * 64, 1.0, 1, 1))
say(most=most, begun=begun)
"""

HOLD = """
asked = ledger.claims.ask(key, "a" * 64, verify=lambda version: True)
work = ledger.claims.start(asked.claim_id, this_process(), max_parallel=20, lease_seconds=3600)
work.speaking(5)
say(claim=asked.claim_id)
"""


@pytest.fixture
def crowd(tmp_path):
    """Start processes on one ledger, let them all go at once, and hear what each has to say."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    Ledger.open(url).close()
    started = []

    class Crowd:
        def start(self, script, *words):
            process = subprocess.Popen(
                [sys.executable, "-c", BEGIN + script, url, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            started.append(process)
            return process

        def hear(self, process):
            line = process.stdout.readline()
            assert line, process.stderr.read()
            return json.loads(line)

        def together(self, script, count):
            processes = [self.start(script, str(number)) for number in range(count)]
            for process in processes:
                assert self.hear(process) == {"ready": True}
            for process in processes:
                process.stdin.write("go\n")
                process.stdin.flush()
            return [self.hear(process) for process in processes]

    made = Crowd()
    made.url = url
    yield made
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_of_twelve_processes_that_ask_for_one_narration_exactly_one_works(crowd):
    said = crowd.together(ASK_AND_START, 12)
    assert len({answer["claim"] for answer in said}) == 1
    assert sorted(answer["outcome"] for answer in said) == ["claimed"] + ["joined"] * 11
    assert sorted(answer["begun"] for answer in said) == ["NotYet"] * 11 + ["Work"]


@pytest.mark.slow
def test_twenty_writers_never_find_the_ledger_locked(crowd):
    assert crowd.together(WRITE_FIFTY_TIMES, 20) == [{"done": 48}] * 20


@pytest.mark.slow
def test_never_more_than_allowed_are_at_work_over_all_processes(crowd):
    said = crowd.together(START_FORTY, 8)
    assert max(answer["most"] for answer in said) <= 3
    assert sum(answer["begun"] for answer in said) == 40 - len(Ledger.open(crowd.url).claims.queue())


@pytest.mark.slow
def test_after_kill_minus_nine_the_very_next_start_takes_over_though_the_lease_has_an_hour_left(crowd):
    process = crowd.start(HOLD)
    claim_id = crowd.hear(process)["claim"]
    key = NarrationKey.of("subjects/optics", "en", "joe")
    with Ledger.open(crowd.url) as ledger:
        first = ledger.claims.start(claim_id, this_process(), max_parallel=20, lease_seconds=30)
        assert isinstance(first, NotYet)
        assert first.holder.pid == process.pid
        os.kill(process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        work = ledger.claims.start(claim_id, this_process(), max_parallel=20, lease_seconds=30)
        assert isinstance(work, Work)
        assert work.attempt == 2
        assert ledger.narrations.get(key).status is Status.GENERATING_SCRIPT


def test_a_ledger_opened_before_a_fork_works_in_the_child(bench):
    asked = bench.ask()
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if isinstance(bench.start(asked.claim_id), Work) else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert bench.status() is Status.GENERATING_SCRIPT
