"""Batches as the studio handles them: planned while people watch, begun, and handed to Dagster."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from assets.domain.batches import Batch, Selection, Which
from assets.domain.errors import Refused, StudioError
from assets.domain.keys import NarrationKey
from assets.pipeline.batching import BatchPlan, chosen, feed, plan_batch, plan_batch_at_once, resume
from studio_ui.services import Studio

logger = logging.getLogger(__name__)

_IN_A_RUN = 250
"""Narrations that are handed to Dagster together."""
_PLANS_KEPT = 20
_WORTH_A_ROUGH_PLAN = 40
"""So many narrations are worked out before anybody has read what is known of them at once."""
_PLAN_SECONDS = 300.0
"""How long a plan is good for; what is confirmed is what was shown."""
_GIVES_WAY_SECONDS = 10.0
"""A plan that nobody has looked at for so long is given up when another is waited for: a page asks every 1.5 s."""
_GIVEN_UP_SECONDS = 180.0
"""Then it is given up in any case. A page in the background asks once a minute."""


class _GivenUp(Exception):
    """Nobody looks at this plan any more. What was worked out for it is kept."""


@dataclass
class Planning:
    """A plan that is being made: `done` of `total` narrations have been looked at.

    `rough` is there within seconds, and good enough to begin by.
    """

    future: Future[BatchPlan]
    rough: BatchPlan | None = None
    done: int = 0
    total: int = 0
    looked_at: float = 0.0
    ended: float | None = None

    @property
    def plan(self) -> BatchPlan | None:
        """The plan when it is there. Raises what making it raised."""
        return self.future.result() if self.future.done() else None

    def is_forgotten(self, seconds: float, now: float) -> bool:
        """Whether nobody has looked at it for longer than this."""
        return now - self.looked_at > seconds

    def is_older_than(self, seconds: float, now: float) -> bool:
        """Whether it has been there for longer than this; one that is still being made is of no age."""
        return self.ended is not None and now - self.ended > seconds


class Batching:
    """The verbs of the batch page. Plans are made one after the other, beside the pages, and kept for a while."""

    def __init__(self, studio: Studio, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.studio = studio
        self._desk = studio.desk
        self._clock = clock
        self._lock = threading.Lock()
        self._plans: dict[Selection, Planning] = {}
        self._waiting = 0
        self._one_plan_at_a_time = threading.Lock()

    def plan(self, selection: Selection, *, anew: bool = False) -> Planning:
        """The plan of a selection, made now when there is none that is young enough."""
        with self._lock:
            for old in [each for each, made in self._plans.items() if made.is_older_than(_PLAN_SECONDS, self._clock())]:
                del self._plans[old]
            if anew and (there := self._plans.get(selection)) and there.future.done():
                del self._plans[selection]
            if selection not in self._plans:
                while len(self._plans) >= _PLANS_KEPT:
                    self._plans.pop(next(iter(self._plans)))
                made = self._plans[selection] = Planning(Future())
                self._waiting += 1
                _beside(self._plan, selection, made)
            self._plans[selection].looked_at = self._clock()
            return self._plans[selection]

    def _plan(self, selection: Selection, made: Planning) -> None:
        with self._one_plan_at_a_time:
            with self._lock:
                self._waiting -= 1
            try:
                made.future.set_result(self._planned(selection, made))
            except Exception as fault:
                made.future.set_exception(fault)
            made.ended = self._clock()

    def _planned(self, selection: Selection, made: Planning) -> BatchPlan:
        keys = chosen(self._desk, selection)
        made.total = len(keys)
        if len(keys) > _WORTH_A_ROUGH_PLAN:
            made.rough = plan_batch_at_once(self._desk, keys)

        def looked(done: int) -> None:
            made.done = done
            with self._lock:
                patience = _GIVES_WAY_SECONDS if self._waiting else _GIVEN_UP_SECONDS
                can_be_seen = self._plans.get(selection) is made
                if can_be_seen and not made.is_forgotten(patience, self._clock()):
                    return
                if can_be_seen:
                    del self._plans[selection]
            raise _GivenUp

        return plan_batch(self._desk, keys, looked)

    def begin(
        self, selection: Selection, *, name: str, approval: bool, by: str, cap_micros: int | None = None
    ) -> Batch:
        """Begin what was planned for a selection, at `cap_micros` at most.

        Raises `Refused` when it is not planned, or holds nothing to make.
        """
        with self._lock:
            planned = self._plans.get(selection)
        plan = (planned.plan or planned.rough) if planned else None
        if plan is None:
            raise Refused("This selection is not planned yet.", remedy="Look at its plan first.")
        batch = self._desk.ledger.batches.make(
            plan.keys,
            name=name,
            force=selection.which is Which.ALL,
            approval=approval,
            requested_by=by,
            estimate_micros=plan.estimate.micros,
            cap_micros=cap_micros,
        )
        with self._lock:
            self._plans.pop(selection, None)
        self.feed()
        return batch

    def pause(self, batch_id: str) -> Batch:
        """Ask for nothing more of a batch. Raises `Refused`."""
        return self._desk.ledger.batches.pause(batch_id)

    def resume(self, batch_id: str, cap_micros: int | None = None) -> Batch:
        """Go on with a batch that was paused or stopped, under another cap when one is given. Raises `Refused`."""
        batch = resume(self._desk, batch_id, cap_micros)
        self.feed()
        return batch

    def cancel(self, batch_id: str) -> Batch:
        """End a batch for good. Raises `Refused`."""
        return self._desk.ledger.batches.cancel(batch_id)

    def retry(self, batch_id: str, *, cause: str | None = None, key: NarrationKey | None = None) -> int:
        """Ask again for what was not made. Raises `Refused`."""
        count = self._desk.ledger.batches.retry(batch_id, cause=cause, key=key)
        self.feed()
        return count

    def feed(self) -> None:
        """Ask for what is due and hand it to Dagster, beside the pages; whatever is missed here the sensor does."""
        _beside(self._feed)

    def _feed(self) -> None:
        try:
            fed = feed(self._desk)
            for start in range(0, len(fed), _IN_A_RUN):
                several = fed[start : start + _IN_A_RUN]
                run_id = self.studio.orchestrator.submit_together({each.key: each.claim_id for each in several})
                self._desk.ledger.claims.submitted([each.claim_id for each in several], run_id)
        except StudioError as error:
            logger.warning("Batches wait for the sensor. %s", error)


def _beside(work: Callable[..., None], *given: object) -> None:
    """Do something in a thread that never holds the studio back from stopping."""
    threading.Thread(target=work, args=given, daemon=True).start()
