"""Anything that can happen to a few narrations, in any order, with processes that die: some things never happen."""

from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from assets.domain.claims import ClaimState, Ended, NotYet
from assets.domain.errors import Cancelled, ClaimLost, Corrupt, Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure, Outcome
from assets.domain.pieces import Reservation
from assets.domain.speech import Speech
from assets.domain.states import IllegalTransition, Status
from assets.domain.takes import StoredTake, Take, TakeRequest
from assets.storage.ledger.work import Work

KEYS = [NarrationKey.of(f"articles/n{number}", "en", "joe") for number in range(2)]
FINGERPRINTS = ["a" * 64, "b" * 64]
AT_MOST = 1
OFTEN = ["ask", "start", "start", "crash", "work_on", "work_on", "end", "reserve", "call_ends"]
SELDOM = ["free_the_gone", "cancel", "restore", "give_up", "lose_files", "time_passes"]


class Studio(RuleBasedStateMachine):
    """The model knows who holds what by right; the ledger must agree, whatever happened before."""

    new_bench = None

    def __init__(self):
        super().__init__()
        self.bench = type(self).new_bench()
        self.ledger = self.bench.ledger
        self.holding = {}  # claim id -> the work that has it by right
        self.published = {key: [] for key in KEYS}
        self.damaged = set()
        self.claims, self.works, self.reserved = [], [], []  # newest first, so that much happens to few
        self.paid = 0

    @initialize(data=st.data())
    def begins(self, data):
        self.ask(data.draw)
        self.start(data.draw)

    @rule(deed=st.sampled_from(OFTEN * 2 + SELDOM), data=st.data())
    def happens(self, deed, data):
        """One rule and not many: hypothesis leaves some rules out of each run, and here all matter to each other."""
        needs = {"start": self.claims, "give_up": self.claims, "call_ends": self.reserved}
        needs |= dict.fromkeys(["crash", "work_on", "end", "reserve"], self.works)
        if needs.get(deed, True):
            getattr(self, deed)(data.draw)

    def one_of(self, newest_first, draw):
        return newest_first[draw(st.integers(0, min(len(newest_first), 3) - 1))]

    def verify(self, version):
        return version.id not in self.damaged

    def ask(self, draw):
        key, fingerprint, force = draw(st.sampled_from(KEYS)), draw(st.sampled_from(FINGERPRINTS)), draw(st.booleans())
        before = self.ledger.narrations.get(key)
        asked = self.ledger.claims.ask(key, fingerprint, verify=self.verify, force=force)
        self.bench.passes(0.001)
        if asked.outcome is Outcome.FRESH:
            assert not force
            assert asked.narration.version.fingerprint == fingerprint
            assert self.verify(asked.narration.version)
            return
        if asked.outcome is Outcome.CLAIMED:
            assert before.status is None or not before.status.live
        assert self.ledger.claims.get(asked.claim_id).state is ClaimState.LIVE
        if asked.claim_id not in self.claims:
            self.claims.insert(0, asked.claim_id)

    def start(self, draw):
        claim_id = self.one_of(self.claims, draw)
        begun = self.bench.start(claim_id, max_parallel=AT_MOST)
        self.bench.passes(0.001)
        if isinstance(begun, NotYet):
            if begun.holder is not None:
                assert self.holding[claim_id].holder == begun.holder
                assert begun.holder not in self.bench.dead
            return
        if isinstance(begun, Ended):
            assert begun.claim.state is not ClaimState.LIVE
            return
        earlier = self.holding.get(claim_id)
        assert earlier is None or earlier.holder in self.bench.dead, "taken from a living process"
        self.holding[claim_id] = begun
        self.works.insert(0, begun)

    def crash(self, draw):
        self.bench.dead.add(self.one_of(self.works, draw).holder)

    def free_the_gone(self, draw):
        for claim in self.ledger.claims.gone():
            assert self.holding[claim.id].holder in self.bench.dead
            self.ledger.claims.free(claim.id)
        assert self.ledger.claims.gone() == ()

    def work_on(self, draw):
        work = self.one_of(self.works, draw)
        verb = draw(st.sampled_from(["speaking", "took", "heartbeat", "rewriting"]))
        self.write(work, lambda: getattr(work, verb)(*([3] if verb == "speaking" else [])), ends=False)

    def end(self, draw):
        work = self.one_of(self.works, draw)
        verb = draw(st.sampled_from(["publish", "publish", "fail", "cancel", "hand_back"]))

        def write():
            if verb == "publish":
                self.published[work.key].append(work.publish(self.bench.publication()))
            elif verb == "fail":
                work.fail(Failure("busy", "Busy.", "Wait."))
            else:
                getattr(work, verb)()

        self.write(work, write, ends=True)

    def write(self, work, write, *, ends):
        """A write happens exactly when the work has its claim by right."""
        before = self.picture(work.key)
        may = self.has_it_by_right(work)
        try:
            write()
        except ClaimLost:
            assert not may
        except IllegalTransition:
            assert may
        except Cancelled:
            if may:
                assert self.ledger.narrations.get(work.key).status is Status.CANCELLED
                return
        else:
            assert may, "a stale writer wrote"
            if ends:
                self.holding.pop(work.claim_id, None)
            return
        assert self.picture(work.key) == before

    def has_it_by_right(self, work):
        claim = self.ledger.claims.get(work.claim_id)
        return self.holding.get(work.claim_id) is work and claim.holder == work.holder

    def picture(self, key):
        narration = self.ledger.narrations.get(key)
        return (narration, self.ledger.claims.get(narration.claim_id), self.ledger.narrations.happenings(key))

    def cancel(self, draw):
        key = draw(st.sampled_from(KEYS))
        live = [claim for claim in self.ledger.claims.queue() if claim.key == key]
        try:
            narration = self.ledger.claims.cancel(key)
        except Refused:
            assert live == []
            return
        at_work = live[0].holder is not None and live[0].holder not in self.bench.dead
        assert (narration.status is Status.CANCELLED) != at_work

    def restore(self, draw):
        key, number = draw(st.sampled_from(KEYS)), draw(st.integers(1, 3))
        try:
            narration = self.ledger.versions.restore(key, number, verify=self.verify)
        except (Refused, Corrupt):
            return
        assert narration.version.number == number
        assert narration.status is Status.COMPLETED

    def give_up(self, draw):
        self.ledger.claims.give_up(
            self.one_of(self.claims, draw), Failure("unavailable", "The run died.", "Ask again.")
        )

    def lose_files(self, draw):
        key = draw(st.sampled_from(KEYS))
        if self.published[key]:
            self.damaged.add(self.published[key][-1].id)

    def time_passes(self, draw):
        self.bench.passes(draw(st.sampled_from([1, 15])))
        for work in self.holding.values():
            if work.holder not in self.bench.dead and self.has_it_by_right(work):
                try:
                    work.heartbeat()
                except Cancelled:
                    continue

    def reserve(self, draw):
        work, text = self.one_of(self.works, draw), draw(st.sampled_from(["One.", "Two."]))
        request = TakeRequest(text.encode().hex(), "fake", "m", "v", "en", text, estimate_micros=10)
        try:
            answer = self.ledger.takes.reserve(request, work)
        except (ClaimLost, Cancelled):
            return
        if isinstance(answer, StoredTake):
            assert answer.text == text
        elif isinstance(answer, Reservation):
            self.reserved.append((answer, work.holder))

    def call_ends(self, draw):
        reservation, holder = self.reserved.pop()
        ends = draw(st.sampled_from(["made", "failed", "unknown"]))
        if holder in self.bench.dead:
            return
        if ends == "made":
            take = Take.of(reservation.request, Speech(b"\0\0" * 10, 100, cost_micros=7))
            self.ledger.takes.store(reservation, take, self.bench.publication().files["audio"])
            self.paid += 7
        else:
            self.ledger.takes.release(reservation, unknown=ends == "unknown")

    @invariant()
    def what_must_always_be_so(self):
        queue = self.ledger.claims.queue()
        live = {claim.key: claim for claim in queue}
        assert len(live) == len(queue), "two live claims of one narration"
        narrations = {narration.key: narration for narration in self.ledger.narrations.find()}
        assert set(live) == {key for key, narration in narrations.items() if narration.status.live}
        for key, narration in narrations.items():
            if key in live:
                assert narration.status.at_work == (live[key].holder is not None)
            if narration.status is Status.COMPLETED:
                assert narration.version is not None
            assert (narration.failure is not None) == (narration.status is Status.FAILED)
            assert narration.version is None or narration.version in self.published[key]
        working = [claim for claim in queue if claim.holder is not None and claim.holder not in self.bench.dead]
        assert len(working) <= AT_MOST
        versions = list(self.ledger.versions.all())
        for key in KEYS:
            assert [version for version in versions if version.key == key] == self.published[key], "a version is lost"
        totals = self.ledger.spend.totals()
        assert totals.settled_micros == self.paid
        assert totals.held_micros >= 0
        assert self.ledger.spend.used(date.min) == totals.settled_micros + totals.held_micros, "the sums by day are off"

    def teardown(self):
        """Whatever happened, what waits can be brought to its end."""
        for claim in self.ledger.claims.queue():
            if claim.holder is not None:
                self.bench.dead.add(claim.holder)
        self.bench.passes(60)
        for claim in self.ledger.claims.queue():
            begun = self.bench.start(claim.id, max_parallel=AT_MOST)
            assert isinstance(begun, Work) or claim.cancel_requested
            if isinstance(begun, Work):
                begun.speaking(1)
                begun.publish(self.bench.publication())
        assert self.ledger.claims.queue() == ()


@pytest.mark.timeout(900)  # a failure is made small before it is shown
def test_the_ledger_keeps_its_promises_whatever_happens(new_bench):
    Studio.new_bench = staticmethod(new_bench)
    run_state_machine_as_test(
        Studio,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
